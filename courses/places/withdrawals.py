"""Leaving a course and coming back. What somebody did stays theirs; the place goes to whoever has waited longest."""

from __future__ import annotations

from datetime import date, timedelta

from courses.cohorts import followers, letters
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Enrolment, EnrolmentStatus
from courses.places import service as places
from courses.places import transfers
from lms.core import clock
from lms.core.access import Actor
from lms.core.errors import Conflict, Refused
from lms.core.text import day_year


def withdraw(
    enrolment: Enrolment,
    *,
    reason: Leaving,
    by: Actor,
    on: date | None = None,
    note: str = "",
    lasts: timedelta = places.INVITATION_LASTS,
) -> list[Enrolment]:
    """Note that a person has left a cohort, when and why, and tell them what stays.

    Args:
        enrolment: whose place.
        reason: why, from the closed list.
        by: who notes it.
        on: their last day; today when left out.
        note: a few words more.
        lasts: how long the link works that somebody gets who is promoted by it.

    Returns:
        Those who got a place by it.

    Raises:
        Refused: the day is still to come, or is before the place was given.
        Conflict: she has left already, or was moved by somebody else meanwhile.
    """
    on = on or clock.today()
    places.take_turn_with(enrolment)
    if enrolment.status is EnrolmentStatus.WITHDRAWN:
        raise Conflict(f"{enrolment.user.name} has already left this cohort.")
    if on > clock.today():
        raise Refused("That day is still to come. Note it when they have left.", field="on")
    if on < enrolment.enrolled_on:
        raise Refused(
            f"{enrolment.user.name} got the place on {day_year(enrolment.enrolled_on)}. Choose that day or a later one.",
            field="on",
        )
    enrolment.status = EnrolmentStatus.WITHDRAWN
    enrolment.left_reason, enrolment.left_note, enrolment.withdrawn_on = reason, note.strip(), on
    places.record_status(enrolment, by)
    transfers.stop_waiting(enrolment, by=by)
    _tell(enrolment)
    return places.promote(enrolment.cohort, by=by, lasts=lasts)


def _tell(enrolment: Enrolment) -> None:
    """Queue the mail that says what stays. It holds neither the reason nor the note."""
    letters.write(
        enrolment.cohort,
        "courses/mail/left",
        to=enrolment.user.email,
        name=enrolment.user.name,
        left_on=enrolment.withdrawn_on,
    )


def bring_back(enrolment: Enrolment, *, by: Actor) -> None:
    """Undo a withdrawal.

    Raises:
        Refused: every place is taken by now.
        Conflict: she has not left.
    """
    places.take_turn_with(enrolment)
    if enrolment.status is not EnrolmentStatus.WITHDRAWN:
        raise Conflict(f"{enrolment.user.name} has not left this cohort.")
    places.refuse_full(enrolment.cohort)
    enrolment.status = EnrolmentStatus.ACTIVE
    enrolment.left_reason, enrolment.left_note, enrolment.withdrawn_on = None, "", None
    places.record_status(enrolment, by)
    followers.tell(enrolment.cohort_id)
