"""Writing the people of a checked file: one statement a table whatever the number of people."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Insert,
    Table,
    bindparam,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from courses.cohorts.models import Enrolment, EnrolmentStatus, WaitingPlace
from courses.places.models import LearnerImport
from courses.places.people_file import Learner
from lms.core import clock
from lms.core.extensions import db
from lms.core.model import REF_BYTES, REF_LENGTH, Base, UTCDateTime
from lms.people.models import Membership, Theme, User
from lms.people.roles import Role

ASKED_AT_ONCE = 1_000


def folded(place: tuple[str, str]) -> tuple[str, str]:
    """An employer and a setting, whatever their capitals."""
    return place[0].casefold(), place[1].casefold()


def enrol_all(
    kept: LearnerImport,
    learners: Sequence[Learner],
    waits: Sequence[Learner],
    setting_ids: dict[tuple[str, str], int],
) -> None:
    """Write users, roles, enrolments and places on the waiting list.

    An address that exists is used as it is: its name and password stay.

    Args:
        kept: the file.
        learners: those who get a place.
        waits: those who wait for one, in order. They get no role before they have it.
        setting_ids: numbers of the settings, by what the file calls them.
    """
    provider_id, today = kept.cohort.provider_id, clock.today()
    everybody = [*learners, *waits]
    refs = _new_refs(3 * len(everybody))
    now = _constant(clock.now(), UTCDateTime())
    known = _user_ids([learner.email for learner in everybody])
    new = [learner for learner in everybody if learner.email not in known]
    users = [{"r": next(refs), "e": learner.email, "n": learner.name} for learner in new]
    _write_all(_new_users(now), users)
    known |= _user_ids([learner.email for learner in new])
    held = select(Membership.user_id).where(
        Membership.organisation_id == provider_id, Membership.role == Role.PRACTITIONER
    )
    members = set(db.session.scalars(held))
    taught = [known[learner.email] for learner in learners]
    roles = [{"r": next(refs), "u": user_id} for user_id in taught if user_id not in members]
    _write_all(_new_members(now, provider_id, today), roles)
    places = [
        _place(next(refs), learner, known, setting_ids) | {"d": learner.enrolled_on or today}
        for learner in learners
    ]
    _write_all(_new_enrolments(now, kept), places)
    _write_all(
        _new_waiting(now, kept), [_place(next(refs), learner, known, setting_ids) for learner in waits]
    )
    db.session.execute(
        update(Membership)
        .where(
            Membership.organisation_id == provider_id,
            Membership.role == Role.PRACTITIONER,
            Membership.until_on.is_not(None),
            Membership.user_id.in_(select(Enrolment.user_id).where(Enrolment.import_id == kept.id)),
        )
        .values(until_on=None)
        .execution_options(synchronize_session=False)
    )


def _place(
    ref: str, learner: Learner, known: dict[str, int], setting_ids: dict[tuple[str, str], int]
) -> dict[str, Any]:
    """What a place and a place on the waiting list have in common."""
    asked = (learner.employer, learner.setting)
    return {
        "r": ref,
        "u": known[learner.email],
        "s": setting_ids.get(asked) or setting_ids.get(folded(asked)),
        "a": learner.seeks_accreditation,
        "p": learner.shares_progress,
        "l": learner.uln,
    }


def _user_ids(emails: Sequence[str]) -> dict[str, int]:
    """The numbers of the users who have these addresses."""
    found: dict[str, int] = {}
    for start in range(0, len(emails), ASKED_AT_ONCE):
        asked = select(User.email, User.id).where(User.email.in_(emails[start : start + ASKED_AT_ONCE]))
        found.update((email, number) for email, number in db.session.execute(asked))
    return found


def _new_refs(count: int) -> Iterator[str]:
    """So many references as `lms.core.model.new_ref` makes them, from one reading of the system's randomness."""
    random = secrets.token_bytes(REF_BYTES * count)
    for start in range(0, len(random), REF_BYTES):
        yield base64.urlsafe_b64encode(random[start : start + REF_BYTES])[:REF_LENGTH].decode("ascii")


def _write_all(statement: Insert, rows: list[dict[str, Any]]) -> None:
    """Run a statement once for each row, through the driver's own `executemany`.

    SQLAlchemy compiles the statement; left to execute it too, it would spend longer on preparing each row than the
    database spends on writing it (bench/import_learners.py).
    """
    if not rows:
        return
    connection = db.session.connection()
    compiled = statement.compile(dialect=connection.dialect)
    converts = {
        name: convert
        for name, bound in compiled.binds.items()
        if (convert := bound.type.dialect_impl(connection.dialect).bind_processor(connection.dialect))
    }
    for row in rows:
        for name, convert in converts.items():
            row[name] = convert(row[name])
    names = compiled.positiontup
    ready: Any = rows if names is None else [*map(itemgetter(*names), rows)]
    connection.exec_driver_sql(str(compiled), ready)


def _table(of: type[Base]) -> Table:
    return cast("Table", of.__table__)


def _constant(value: object, of: TypeEngine[Any] | None = None) -> ColumnElement[Any]:
    """A value that is the same for every row, written into the statement by its type instead of bound row by row.

    Only for values of our own making: numbers, instants, days, members of enumerations.
    """
    typed = of or literal(value).type
    written = typed.literal_processor(db.session.connection().dialect)
    if written is None:
        raise TypeError(f"{typed!r} cannot be written into a statement")
    return literal_column(written(value), typed)


def _new_users(now: ColumnElement[datetime]) -> Insert:
    """People who are new to us, without a password."""
    table = _table(User)
    return insert(table).values(
        ref=bindparam("r"),
        created_at=now,
        email=bindparam("e"),
        name=bindparam("n"),
        theme=_constant(Theme.LIGHT, table.c.theme.type),
    )


def _new_members(now: ColumnElement[datetime], provider_id: int, today: date) -> Insert:
    """The practitioner's role with the provider."""
    table = _table(Membership)
    return insert(table).values(
        ref=bindparam("r"),
        created_at=now,
        user_id=bindparam("u"),
        organisation_id=_constant(provider_id),
        role=_constant(Role.PRACTITIONER, table.c.role.type),
        from_on=_constant(today),
    )


def _new_enrolments(now: ColumnElement[datetime], kept: LearnerImport) -> Insert:
    """A place in the cohort."""
    table = _table(Enrolment)
    return insert(table).values(
        **_asked_for(now, kept),
        enrolled_on=bindparam("d"),
        status=_constant(EnrolmentStatus.ACTIVE, table.c.status.type),
        left_note=_constant(""),
    )


def _new_waiting(now: ColumnElement[datetime], kept: LearnerImport) -> Insert:
    """A place on the waiting list."""
    return insert(_table(WaitingPlace)).values(**_asked_for(now, kept))


def _asked_for(now: ColumnElement[datetime], kept: LearnerImport) -> dict[str, ColumnElement[Any]]:
    """The columns that a place and a place on the waiting list have in common; `_place` fills them."""
    return {
        "ref": bindparam("r"),
        "created_at": now,
        "cohort_id": _constant(kept.cohort_id),
        "user_id": bindparam("u"),
        "setting_id": bindparam("s"),
        "seeks_accreditation": bindparam("a"),
        "shares_progress": bindparam("p"),
        "uln": bindparam("l"),
        "import_id": _constant(kept.id),
    }
