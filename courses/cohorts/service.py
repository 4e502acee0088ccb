"""What can be done with cohorts: laying them out and enrolling people. Registers are in `registers.py`, learners' files in `imports.py`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable
from datetime import date, time

from sqlalchemy import select

from courses.cohorts import queries
from courses.cohorts.calendar import LONDON, CannotLayOut, Pattern, lay_out
from courses.cohorts.models import (
    Cohort,
    CohortFacilitator,
    Enrolment,
    EnrolmentStatus,
    Programme,
    Session,
)
from courses.cohorts.regions import REGIONS
from courses.content.models import CourseVersion
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import Organisation, OrganisationKind, Setting, User
from lms.people.roles import Role

CODE_LETTERS = 24


def create_programme(*, commissioner: Organisation, name: str, by: Actor | None) -> Programme:
    """Add a programme of places.

    Raises:
        Refused: the organisation does not commission.
    """
    if commissioner.kind is not OrganisationKind.COMMISSIONER:
        raise Refused(f"{commissioner.name} does not commission places. Choose a commissioner.")
    programme = Programme(commissioner=commissioner, name=name)
    db.session.add(programme)
    db.session.flush()
    audit.record(Act.PROGRAMME_CREATED, by=by, on=programme, organisation_id=commissioner.id)
    return programme


def create_cohort(
    *,
    provider: Organisation,
    course_version: CourseVersion,
    name: str,
    pattern: Pattern,
    first_day: date,
    starts: time,
    region: str,
    by: Actor | None,
    without: Collection[date] = (),
    venue: str = "",
    programme: Programme | None = None,
    facilitators: Iterable[User] = (),
    code: str = "",
) -> Cohort:
    """Create a cohort and lay out its sessions: always 30 taught hours.

    Args:
        provider: who teaches it.
        course_version: the version of the course it is taught from, for good.
        name: what people call it.
        pattern: block or weekly.
        first_day: the day of session 1.
        starts: when each session starts, London time.
        region: a code of `regions.REGIONS`.
        by: who creates it.
        without: days on which it does not meet.
        venue: where it meets.
        programme: the places it uses, if any.
        facilitators: who teaches it.
        code: the provider's own short code; made from the name when left out.

    Raises:
        Refused: the sessions cannot be laid out, or the region is unknown.
        Conflict: the provider has a cohort with that code.
    """
    if region not in REGIONS:
        raise Refused("Choose one of the nine regions.", field="region")
    try:
        timetable = lay_out(pattern, first_day=first_day, starts=starts, without=without)
    except CannotLayOut as reason:
        raise Refused(str(reason), field="first_day") from reason
    taken = set(db.session.scalars(select(Cohort.code).where(Cohort.provider_id == provider.id)))
    if code in taken:
        raise Conflict(f"You already have a cohort with the code {code}. Choose another.", field="code")
    cohort = Cohort(
        provider=provider,
        programme=programme,
        course_version=course_version,
        code=code or _free_code(name, first_day, taken),
        name=name,
        pattern=pattern,
        region=region,
        venue=venue,
        starts_on=first_day,
        ends_on=timetable.sessions[-1].starts_at.astimezone(LONDON).date(),
    )
    db.session.add(cohort)
    db.session.flush()
    db.session.add_all(
        Session(
            cohort_id=cohort.id,
            number=planned.number,
            starts_at=planned.starts_at,
            ends_at=planned.ends_at,
            minutes=planned.minutes,
            venue=venue,
        )
        for planned in timetable.sessions
    )
    for facilitator in facilitators:
        add_facilitator(cohort, facilitator)
    db.session.flush()
    audit.record(
        Act.COHORT_CREATED,
        by=by,
        on=cohort,
        organisation_id=provider.id,
        code=cohort.code,
        pattern=pattern.value,
    )
    return cohort


def _free_code(name: str, first_day: date, taken: Collection[str]) -> str:
    """Make a short code from a name and a month, such as HARE-2601; a letter follows when it is taken."""
    letters = re.sub(r"[^A-Z]", "", name.upper())[:4] or "COHORT"
    code = f"{letters}-{first_day:%y%m}"
    return next(
        (
            tried
            for tried in (code, *(f"{code}{letter}" for letter in "BCDEFGHJKLMNPQRSTUVWXYZ"))
            if tried not in taken
        ),
        f"{code}-{secrets.token_hex(3)}",
    )


def add_facilitator(cohort: Cohort, facilitator: User) -> None:
    """Let a facilitator of the provider teach a cohort. Part of creating it.

    Raises:
        Refused: the person is no facilitator of the provider.
    """
    if not queries.is_facilitator(facilitator.id, provider_id=cohort.provider_id):
        raise Refused(
            f"{facilitator.name} is not a facilitator here. Add the role on the people page first.",
            field="facilitators",
        )
    db.session.add(CohortFacilitator(cohort_id=cohort.id, user_id=facilitator.id))


def enrol(
    cohort: Cohort,
    *,
    user: User,
    by: Actor | None,
    setting: Setting | None = None,
    seeks_accreditation: bool = True,
    shares_progress: bool = False,
    enrolled_on: date | None = None,
) -> Enrolment:
    """Give a person a place in a cohort, and the practitioner's role with its provider.

    Raises:
        Conflict: the person has or had a place in it.
    """
    held = db.session.scalar(
        select(Enrolment.status).where(Enrolment.cohort_id == cohort.id, Enrolment.user_id == user.id)
    )
    if held is not None:
        raise Conflict(f"{user.name} already has a place in {cohort.name}.")
    enrolment = Enrolment(
        cohort=cohort,
        user=user,
        setting=setting,
        seeks_accreditation=seeks_accreditation,
        shares_progress=shares_progress,
        enrolled_on=enrolled_on or clock.today(),
    )
    db.session.add(enrolment)
    people.add_member(user, cohort.provider, Role.PRACTITIONER, by=by)
    db.session.flush()
    audit.record(
        Act.ENROLMENT_CHANGED,
        by=by,
        on=enrolment,
        organisation_id=cohort.provider_id,
        status=enrolment.status.value,
    )
    return enrolment


def withdraw(enrolment: Enrolment, *, reason: str, by: Actor) -> None:
    """Note that a person has left a cohort, and why. What she did stays.

    Raises:
        Refused: no reason is given.
        Conflict: she has left already.
    """
    if not reason.strip():
        raise Refused("Write why, in a few words, such as “moved away”.", field="reason")
    if enrolment.status is EnrolmentStatus.WITHDRAWN:
        raise Conflict(f"{enrolment.user.name} has already left this cohort.")
    enrolment.status = EnrolmentStatus.WITHDRAWN
    enrolment.status_reason = reason.strip()
    enrolment.withdrawn_on = clock.today()
    _record_status(enrolment, by)


def bring_back(enrolment: Enrolment, *, by: Actor) -> None:
    """Undo a withdrawal.

    Raises:
        Conflict: she has not left.
    """
    if enrolment.status is not EnrolmentStatus.WITHDRAWN:
        raise Conflict(f"{enrolment.user.name} has not left this cohort.")
    enrolment.status = EnrolmentStatus.ACTIVE
    enrolment.status_reason = ""
    enrolment.withdrawn_on = None
    _record_status(enrolment, by)


def _record_status(enrolment: Enrolment, by: Actor) -> None:
    provider_id = enrolment.cohort.provider_id
    audit.record(
        Act.ENROLMENT_CHANGED, by=by, on=enrolment, organisation_id=provider_id, status=enrolment.status.value
    )
