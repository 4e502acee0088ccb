"""Transfer to another cohort of the same provider and course: at once, or as soon as a place there falls free."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, WaitingPlace
from courses.content.models import CourseVersion
from courses.places import mail as place_mail
from courses.places import moves
from courses.places import service as places
from lms.core import clock
from lms.core.access import Actor
from lms.core.errors import Refused
from lms.core.extensions import db


def transfer(
    enrolment: Enrolment,
    to: Cohort,
    *,
    by: Actor,
    why: str = "",
    lasts: timedelta = places.INVITATION_LASTS,
) -> list[Enrolment]:
    """Move somebody to another cohort, with hours and work. The place that falls free goes to whoever has waited longest.

    Args:
        enrolment: whose; one that was left is taken up again by it.
        to: the other cohort.
        by: who moves them.
        why: a few words.
        lasts: how long the link works that somebody gets who is promoted by it.

    Returns:
        Those who got a place in the old cohort by it.

    Raises:
        Refused: it is the same cohort, another provider's or another course's, over, or full.
        Conflict: the person has or had a place of its own there, or was moved by somebody else meanwhile.
    """
    places.take_turn_with(enrolment)
    before = enrolment.cohort
    _refuse_unfit(enrolment, to)
    places.take_turn(to)
    if places.free_places(to) == 0:
        raise Refused(
            f"Every place of {to.name} is taken. Tick “wait for a place” below, or choose another.",
            field="cohort",
        )
    held = enrolment.status is EnrolmentStatus.ACTIVE
    stop_waiting(enrolment, by=by)
    moves.move(enrolment, to, by=by, why=why)
    return places.promote(before, by=by, lasts=lasts) if held else []


def wait_for(enrolment: Enrolment, to: Cohort, *, by: Actor) -> WaitingPlace:
    """Put somebody on the waiting list of a full cohort; until a place falls free there they keep the one they have.

    Raises:
        Refused: as `transfer`, or the cohort has a place now.
        Conflict: the person has or had a place there, or waits for one, or was moved by somebody else meanwhile.
    """
    places.take_turn_with(enrolment)
    _refuse_unfit(enrolment, to)
    places.take_turn(to)
    if places.free_places(to) != 0:
        raise Refused(f"{to.name} has a place. Move them now.", field="cohort")
    place = places.wait(
        to,
        user=enrolment.user,
        setting=enrolment.setting,
        seeks_accreditation=enrolment.seeks_accreditation,
        shares_progress=enrolment.shares_progress,
        by=by,
        gives_up=enrolment,
    )
    place_mail.tell_waiting(place)
    return place


def _refuse_unfit(enrolment: Enrolment, to: Cohort) -> None:
    if to.id == enrolment.cohort_id:
        raise Refused(f"{enrolment.user.name} is in {to.name} already.", field="cohort")
    slugs = select(CourseVersion.slug).where(
        CourseVersion.id.in_([enrolment.cohort.course_version_id, to.course_version_id])
    )
    if to.provider_id != enrolment.cohort.provider_id or len(set(db.session.scalars(slugs))) > 1:
        raise Refused(
            f"{to.name} is taught another course, so hours and work cannot move there.", field="cohort"
        )
    if to.ends_on < clock.today():
        raise Refused(f"{to.name} is over. Choose one that is running or to come.", field="cohort")
    places.refuse_second(to, enrolment.user)


def stop_waiting(enrolment: Enrolment, *, by: Actor) -> None:
    """Take somebody off the lists on which they wait to move, because they move or leave."""
    waits = select(WaitingPlace).where(WaitingPlace.gives_up_id == enrolment.id)
    for place in db.session.scalars(waits).all():
        places.leave_waiting_list(place, by=by)
