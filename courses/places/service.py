"""Places in a cohort: given, waited for, left, taken up again. Whoever has waited longest gets the one that falls free."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import exists, select

from courses.cohorts import followers, turns
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, WaitingPlace
from courses.cohorts.queries import enrolled
from courses.cohorts.taught_course import has_unit
from courses.places import mail as place_mail
from courses.places import moves
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import Setting, User
from lms.people.roles import Role

INVITATION_LASTS = timedelta(days=14)
"""How long the link works that a person gets who is promoted, unless the setting says otherwise."""


def free_places(cohort: Cohort) -> int | None:
    """How many places are free; None when there is no limit."""
    if cohort.capacity is None:
        return None
    taken = db.session.scalar(select(enrolled()).select_from(Cohort).where(Cohort.id == cohort.id))
    return max(cohort.capacity - (taken or 0), 0)


def take_turn(cohort: Cohort) -> None:
    """Wait until nobody else changes places of this provider; then the capacity of the cohort is as it is now."""
    turns.take_turn(cohort)
    db.session.refresh(cohort, ["capacity"])


def take_turn_with(enrolment: Enrolment) -> None:
    """The same for what is done with somebody's place; then the place, too, is as it is now.

    Raises:
        Conflict: somebody else moved them to another cohort meanwhile.
    """
    seen = enrolment.cohort
    take_turn(seen)
    db.session.refresh(enrolment)
    if enrolment.cohort_id != seen.id:
        raise Conflict(
            f"{enrolment.user.name} was moved from {seen.name} to {enrolment.cohort.name} a moment ago. Look again."
        )


def refuse_full(cohort: Cohort) -> None:
    """Refuse one more person where every place is taken.

    Raises:
        Refused: it is full.
    """
    take_turn(cohort)
    if free_places(cohort) == 0:
        raise Refused(f"Every place of {cohort.name} is taken. Give it more places first.")


def refuse_second(cohort: Cohort, user: User) -> None:
    """Refuse somebody a second place in one cohort.

    Raises:
        Conflict: the person has a place in it, or had one and left.
    """
    status = db.session.scalar(
        select(Enrolment.status).where(Enrolment.cohort_id == cohort.id, Enrolment.user_id == user.id)
    )
    if status is EnrolmentStatus.WITHDRAWN:
        raise Conflict(
            f"{user.name} had a place in {cohort.name} and left. Bring them back on their own page."
        )
    if status is not None:
        raise Conflict(f"{user.name} already has a place in {cohort.name}.")


def refuse_waiting(cohort: Cohort, user: User) -> None:
    """Refuse somebody who waits for a place in the cohort already.

    Raises:
        Conflict: they do.
    """
    waits = exists().where(WaitingPlace.cohort_id == cohort.id, WaitingPlace.user_id == user.id)
    if db.session.scalar(select(waits)):
        raise Conflict(f"{user.name} already waits for a place in {cohort.name}.")


def give(
    cohort: Cohort,
    *,
    user: User,
    by: Actor | None,
    setting: Setting | None = None,
    seeks_accreditation: bool = True,
    shares_progress: bool = False,
    enrolled_on: date | None = None,
    uln: str = "",
) -> Enrolment:
    """Give a person a place, and the practitioner's role with the provider.

    Wishing for accreditation counts only where the course has a unit.

    Raises:
        Refused: it is full.
        Conflict: the person has or had a place in it.
    """
    refuse_second(cohort, user)
    refuse_full(cohort)
    enrolment = Enrolment(
        cohort=cohort,
        user=user,
        setting=setting,
        seeks_accreditation=seeks_accreditation and has_unit(cohort),
        shares_progress=shares_progress,
        enrolled_on=enrolled_on or clock.today(),
        uln=uln,
    )
    db.session.add(enrolment)
    people.add_member(user, cohort.provider, Role.PRACTITIONER, by=by)
    db.session.flush()
    record_status(enrolment, by)
    followers.tell(cohort.id)
    return enrolment


def record_status(enrolment: Enrolment, by: Actor | None) -> None:
    """Note where an enrolment stands now."""
    audit.record(
        Act.ENROLMENT_CHANGED,
        by=by,
        on=enrolment,
        organisation_id=enrolment.cohort.provider_id,
        status=enrolment.status.value,
    )


def promote(cohort: Cohort, *, by: Actor, lasts: timedelta = INVITATION_LASTS) -> list[Enrolment]:
    """Give the places that are free to those who wait, in the order in which they came, and tell them.

    Args:
        cohort: the cohort.
        by: whose act made a place free.
        lasts: how long the link works by which a person who is new to us chooses a password.
    """
    take_turn(cohort)
    promoted: list[Enrolment] = []
    while (place := _next_in_line(cohort)) is not None:
        promoted += _promote(place, by=by, lasts=lasts)
    return promoted


def _next_in_line(cohort: Cohort) -> WaitingPlace | None:
    """Who gets a place now; None when there is none, or nobody waits."""
    if free_places(cohort) == 0:
        return None
    waiting = select(WaitingPlace).where(WaitingPlace.cohort_id == cohort.id)
    return db.session.scalar(waiting.order_by(WaitingPlace.id).limit(1))


def _promote(place: WaitingPlace, *, by: Actor, lasts: timedelta) -> list[Enrolment]:
    """Give one who waits the place, and what they give up for it to the next in line there."""
    cohort, user, setting, moving = place.cohort, place.user, place.setting, place.gives_up
    _take_off(place, by, outcome="promoted")
    if moving is not None:
        before, was_taught = moving.cohort, moving.status is EnrolmentStatus.ACTIVE
        moves.move(moving, cohort, by=by)
        return [moving, *(promote(before, by=by, lasts=lasts) if was_taught else [])]
    enrolment = give(
        cohort,
        user=user,
        by=by,
        setting=setting,
        seeks_accreditation=place.seeks_accreditation,
        shares_progress=place.shares_progress,
        uln=place.uln,
    )
    place_mail.welcome(enrolment, lasts=lasts, by=by)
    return [enrolment]


def take(
    cohort: Cohort,
    *,
    user: User,
    setting: Setting | None,
    by: Actor,
    seeks_accreditation: bool = True,
    shares_progress: bool = False,
) -> Enrolment | WaitingPlace:
    """Give a person a place, or when all are taken one on the waiting list.

    Raises:
        Conflict: the person has or had a place in the cohort, or waits for one already.
    """
    take_turn(cohort)
    place = wait if free_places(cohort) == 0 else give
    return place(
        cohort,
        user=user,
        setting=setting,
        by=by,
        seeks_accreditation=seeks_accreditation,
        shares_progress=shares_progress,
    )


def wait(
    cohort: Cohort,
    *,
    user: User,
    setting: Setting | None,
    seeks_accreditation: bool,
    shares_progress: bool,
    by: Actor | None,
    gives_up: Enrolment | None = None,
) -> WaitingPlace:
    """Put a person on the waiting list, behind those who are on it.

    Raises:
        Conflict: the person has or had a place in the cohort, or waits for one already.
    """
    refuse_second(cohort, user)
    refuse_waiting(cohort, user)
    place = WaitingPlace(
        cohort=cohort,
        user=user,
        setting=setting,
        seeks_accreditation=seeks_accreditation,
        shares_progress=shares_progress,
        gives_up=gives_up,
    )
    db.session.add(place)
    db.session.flush()
    _record_waiting(place, by, outcome="joined")
    return place


def leave_waiting_list(place: WaitingPlace, *, by: Actor) -> None:
    """Take somebody off the waiting list who no longer wants a place.

    Raises:
        Conflict: they got the place, or were taken off, a moment ago.
    """
    take_turn(place.cohort)
    if db.session.scalar(select(WaitingPlace.id).where(WaitingPlace.id == place.id)) is None:
        raise Conflict("This person no longer waits. Look at the list of people again.")
    _take_off(place, by, outcome="left")


def _take_off(place: WaitingPlace, by: Actor, *, outcome: str) -> None:
    _record_waiting(place, by, outcome=outcome)
    db.session.delete(place)
    db.session.flush()


def _record_waiting(place: WaitingPlace, by: Actor | None, *, outcome: str) -> None:
    audit.record(
        Act.WAITING_LIST_CHANGED,
        by=by,
        on=place,
        organisation_id=place.cohort.provider_id,
        outcome=outcome,
        user=place.user_id,
    )


def set_capacity(
    cohort: Cohort, capacity: int | None, *, by: Actor, lasts: timedelta = INVITATION_LASTS
) -> list[Enrolment]:
    """Say how many places a cohort has. Fewer than are taken takes nobody's place away; more go to those who wait.

    Returns:
        Those who got a place by it.

    Raises:
        Refused: it is less than one.
    """
    if capacity is not None and capacity < 1:
        raise Refused("A cohort has at least one place. Leave it empty for no limit.", field="capacity")
    take_turn(cohort)
    before, cohort.capacity = cohort.capacity, capacity
    db.session.flush()
    audit.record(
        Act.COHORT_CHANGED,
        by=by,
        on=cohort,
        organisation_id=cohort.provider_id,
        places=capacity,
        places_before=before,
    )
    return promote(cohort, by=by, lasts=lasts)
