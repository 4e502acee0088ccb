"""What can be done with cohorts: creating them, with their sessions laid out, and naming who teaches them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select

from courses.cohorts import followers, queries, taught_course
from courses.cohorts.calendar import CannotLayOut, Pattern, Timetable, Wishes
from courses.cohorts.models import Cohort, CohortFacilitator, Programme, Session
from courses.cohorts.regions import REGIONS
from courses.content.models import CourseVersion
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.clock import LONDON
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.people.models import Organisation, OrganisationKind, User


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
    wishes: Wishes,
    region: str,
    by: Actor | None,
    venue: str = "",
    link: str = "",
    capacity: int | None = None,
    programme: Programme | None = None,
    facilitators: Iterable[User] = (),
    code: str = "",
    like: Cohort | None = None,
) -> Cohort:
    """Create a cohort and lay out its sessions: together the taught hours of its course.

    Args:
        provider: who teaches it.
        course_version: the version of the course it is taught from, for good.
        name: what people call it.
        wishes: when it should meet.
        region: a code of `regions.REGIONS`.
        by: who creates it.
        venue: where it meets.
        link: where it meets online.
        capacity: how many places it has; None for no limit.
        programme: the places it uses, if any.
        facilitators: who teaches it.
        code: the provider's own short code; made from the name when left out.
        like: the cohort it was cloned from, for the record.

    Raises:
        Refused: the sessions cannot be laid out, or the region is unknown.
        Conflict: the provider has a cohort with that code.
    """
    if region not in REGIONS:
        raise Refused("Choose one of the nine regions.", field="region")
    timetable = _laid_out(wishes, course_version)
    first, last = (timetable.sessions[place].starts_at.astimezone(LONDON).date() for place in (0, -1))
    cohort = Cohort(
        provider=provider,
        programme=programme,
        course_version=course_version,
        code=_code(provider, code, name=name, first_day=first),
        name=name,
        pattern=wishes.pattern,
        region=region,
        venue=venue,
        link=link,
        capacity=capacity,
        starts_on=first,
        ends_on=last,
    )
    db.session.add(cohort)
    db.session.flush()
    _add_sessions(cohort, timetable)
    for facilitator in facilitators:
        add_facilitator(cohort, facilitator)
    db.session.flush()
    _record(cohort, like, by)
    followers.tell(cohort.id)
    return cohort


def _record(cohort: Cohort, like: Cohort | None, by: Actor | None) -> None:
    audit.record(
        Act.COHORT_CREATED,
        by=by,
        on=cohort,
        organisation_id=cohort.provider_id,
        code=cohort.code,
        pattern=cohort.pattern.value,
        cloned_from=like.code if like else None,
    )


def _laid_out(wishes: Wishes, course_version: CourseVersion) -> Timetable:
    try:
        return wishes.lay_out(taught_course.module_minutes(course_version))
    except CannotLayOut as reason:
        field = "listed" if wishes.pattern is Pattern.CUSTOM else "first_day"
        raise Refused(str(reason), field=field) from reason


def _add_sessions(cohort: Cohort, timetable: Timetable) -> None:
    db.session.add_all(
        Session(
            cohort_id=cohort.id,
            number=planned.number,
            starts_at=planned.starts_at,
            ends_at=planned.ends_at,
            minutes=planned.minutes,
            venue=cohort.venue,
            link=cohort.link,
        )
        for planned in timetable.sessions
    )


def _code(provider: Organisation, asked: str, *, name: str, first_day: date) -> str:
    """The code that was asked for, or a free one when none was.

    Raises:
        Conflict: the provider has a cohort with that code.
    """
    taken = set(db.session.scalars(select(Cohort.code).where(Cohort.provider_id == provider.id)))
    if asked in taken:
        raise Conflict(f"You already have a cohort with the code {asked}. Choose another.", field="code")
    return asked or _free_code(name, first_day, taken)


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
