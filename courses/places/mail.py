"""What people are written about places: that one is there and how to get in, or that they wait for one."""

from __future__ import annotations

from datetime import timedelta

from courses.cohorts import letters
from courses.cohorts.models import Enrolment, WaitingPlace
from lms.core.access import Actor
from lms.people import service as people


def welcome(enrolment: Enrolment, *, lasts: timedelta, by: Actor) -> None:
    """Queue the first mail about a place: how to get in, or that the place is there."""
    user, cohort = enrolment.user, enrolment.cohort
    if user.password_hash is None:
        people.send_invitation(user, organisation_name=cohort.provider.name, lasts=lasts, by=by)
        return
    tell_enrolled(enrolment)


def tell_enrolled(enrolment: Enrolment) -> None:
    """Queue the mail that says that the place is there."""
    user, cohort = enrolment.user, enrolment.cohort
    letters.write(
        cohort,
        "courses/mail/enrolled",
        to=user.email,
        name=user.name,
        starts_on=cohort.starts_on,
        venue=cohort.venue,
        path="/",
    )


def tell_waiting(place: WaitingPlace) -> None:
    """Queue the mail that says that every place is taken and that the person is on the list."""
    letters.write(
        place.cohort,
        "courses/mail/waiting",
        to=place.user.email,
        name=place.user.name,
        keeps=place.gives_up.cohort.name if place.gives_up else "",
    )
