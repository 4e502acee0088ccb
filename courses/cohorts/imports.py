"""Enrolling people from a spreadsheet: checked and shown first, then all of them or none, safe to do twice.

No password is made here: people who are new to us are mailed a link by a job that runs after the commit.
"""

from __future__ import annotations

import base64
import hashlib
import io
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from sqlalchemy.orm import joinedload
from sqlalchemy.types import TypeEngine

from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, LearnerImport
from courses.cohorts.people_file import Learner, read_people
from lms.core import audit, clock, files, mail
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.files import Purpose
from lms.core.jobs import enqueue, job
from lms.core.model import REF_BYTES, REF_LENGTH, Base, UTCDateTime
from lms.core.spreadsheets import Fault
from lms.people import queries as people_queries
from lms.people import service as people
from lms.people.models import Membership, Organisation, OrganisationKind, Setting, Theme, User
from lms.people.roles import Role

INVITE = "cohorts.invite-learners"
INVITED_AT_ONCE = 100
ASKED_AT_ONCE = 1_000


class FaultyFile(Refused):
    """A learners' file that cannot be used. Nothing of it was kept.

    Attributes:
        faults: everything that is wrong with it, in the order of its rows.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("Nobody was added. Put the file right and send it again.", field="file")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Plan:
    """What confirming a file would do, now.

    Attributes:
        added: people who get a place.
        already: people who have one, to whom nothing happens.
        left: people who had one and left; they are brought back one by one, not by a file.
        new_settings: (employer, setting) that we do not know yet and would add.
        setting_ids: numbers of the settings we know, by what the file calls them.
    """

    added: tuple[Learner, ...]
    already: tuple[Learner, ...]
    left: tuple[Learner, ...]
    new_settings: tuple[tuple[str, str], ...]
    setting_ids: dict[tuple[str, str], int]

    @property
    def fingerprint(self) -> str:
        """What the page shows, as a short text: the same plan has the same."""
        shown = [*(learner.email for learner in self.added), "", *map(str, self.new_settings)]
        return hashlib.sha256("\n".join(shown).encode()).hexdigest()[:16]


def offer_import(cohort: Cohort, data: bytes, *, filename: str, by: Actor) -> LearnerImport:
    """Check a learners' file and keep it for confirmation. The same file for the same cohort is kept once.

    Args:
        cohort: where the people are to be enrolled.
        data: the whole file.
        filename: the name it came with.
        by: who sends it.

    Raises:
        FaultyFile: with every fault. Nothing is kept.
    """
    content = read_people(data, filename=filename)
    faults = content.faults or plan(cohort, content.learners)[1]
    if faults:
        raise FaultyFile(faults)
    sha256 = hashlib.sha256(data).hexdigest()
    kept = db.session.scalar(
        select(LearnerImport).where(LearnerImport.cohort_id == cohort.id, LearnerImport.sha256 == sha256)
    )
    if kept is None:
        kept = LearnerImport(
            cohort=cohort,
            file=files.store(io.BytesIO(data), name=filename, purpose=Purpose.SPREADSHEET, by=by),
            sha256=sha256,
            rows=[_as_json(learner) for learner in content.learners],
            notes=list(content.notes),
            by_id=by.id,
        )
        db.session.add(kept)
        db.session.flush()
    audit.record(
        Act.LEARNERS_IMPORT_OFFERED, by=by, on=kept, organisation_id=cohort.provider_id, people=len(kept.rows)
    )
    return kept


def _as_json(learner: Learner) -> dict[str, Any]:
    return {
        "row": learner.row,
        "name": learner.name,
        "email": learner.email,
        "setting": learner.setting,
        "employer": learner.employer,
        "seeks_accreditation": learner.seeks_accreditation,
        "shares_progress": learner.shares_progress,
        "enrolled_on": learner.enrolled_on.isoformat() if learner.enrolled_on else None,
    }


def learners_of(kept: LearnerImport) -> tuple[Learner, ...]:
    """Return the people of a kept file."""
    return tuple(
        Learner(**{**row, "enrolled_on": date.fromisoformat(row["enrolled_on"])})
        if row["enrolled_on"]
        else Learner(**row)
        for row in kept.rows
    )


def plan(cohort: Cohort, learners: Iterable[Learner]) -> tuple[Plan, tuple[Fault, ...]]:
    """Work out what enrolling people would do, and what keeps it from being done. Three queries; writes nothing."""
    places = (
        select(User.email, Enrolment.status)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id)
    )
    held: dict[str, EnrolmentStatus] = {email: status for email, status in db.session.execute(places)}  # noqa: C416 (rows)
    known = _known_settings()
    by_status: dict[EnrolmentStatus | None, list[Learner]] = defaultdict(list)
    setting_ids: dict[tuple[str, str], int] = {}
    new_settings: dict[tuple[str, str], tuple[str, str]] = {}
    faults: list[Fault] = []
    for learner in learners:
        status = held.get(learner.email)
        by_status[status].append(learner)
        place = (learner.employer, learner.setting)
        if status is not None or not learner.setting or place in setting_ids:
            continue
        ids = known[_folded(place)]
        if len(ids) == 1:
            setting_ids[place] = ids[0]
        elif learner.employer:
            new_settings.setdefault(_folded(place), place)
        else:
            faults.append(_fault_of_place(learner, len(ids)))
    made = Plan(
        added=tuple(by_status[None]),
        already=tuple(by_status[EnrolmentStatus.ACTIVE]),
        left=tuple(by_status[EnrolmentStatus.WITHDRAWN]),
        new_settings=tuple(new_settings.values()),
        setting_ids=setting_ids,
    )
    return made, tuple(faults)


def _folded(place: tuple[str, str]) -> tuple[str, str]:
    return place[0].casefold(), place[1].casefold()


def _known_settings() -> defaultdict[tuple[str, str], list[int]]:
    """The numbers of settings by (employer, setting) and by ("", setting), whatever their capitals."""
    known: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    statement = select(Setting.id, Organisation.name, Setting.name).join(
        Organisation, Organisation.id == Setting.organisation_id
    )
    for setting_id, employer, setting in db.session.execute(statement):
        known[_folded((employer, setting))].append(setting_id)
        known[_folded(("", setting))].append(setting_id)
    return known


def _fault_of_place(learner: Learner, count: int) -> Fault:
    what = (
        f"{learner.setting} is new to us"
        if count == 0
        else f"we know {count} settings called {learner.setting}"
    )
    return Fault(what, "Add a column “Employer” and write who runs it.", row=learner.row, column="Setting")


def confirm_import(kept: LearnerImport, *, expected: str, lasts: timedelta, by: Actor) -> int:
    """Enrol the people of a checked file: all of them or none. Doing it again changes nothing.

    Args:
        kept: the file.
        expected: the fingerprint of the plan that the person saw.
        lasts: how long invitation links work.
        by: who confirms.

    Returns:
        How many people were added, by this call or by the one before it.

    Raises:
        Conflict: the plan is no longer the one the person saw, so she should look again.
    """
    cohort = kept.cohort
    # two people who confirm at once take turns here
    db.session.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    added = db.session.scalar(select(LearnerImport.added).where(LearnerImport.id == kept.id))
    if added is not None:
        audit.record(
            Act.LEARNERS_IMPORTED, by=by, on=kept, organisation_id=cohort.provider_id, added=0, again=True
        )
        return added
    agreed, faults = plan(cohort, learners_of(kept))
    if faults or agreed.fingerprint != expected:
        raise Conflict(
            "The cohort or its settings changed since this page was shown. Look again, then confirm."
        )
    setting_ids = agreed.setting_ids | _add_settings(agreed.new_settings, by)
    kept.confirmed_at = clock.now()
    kept.added = len(agreed.added)
    _enrol_all(kept, agreed.added, setting_ids)
    if agreed.added:
        payload = {
            "import_id": kept.id,
            "after": 0,
            "by_id": by.id,
            "minutes": int(lasts.total_seconds() // 60),
        }
        enqueue(INVITE, payload, key=f"{INVITE}:{kept.ref}:0")
    audit.record(
        Act.LEARNERS_IMPORTED,
        by=by,
        on=kept,
        organisation_id=cohort.provider_id,
        added=len(agreed.added),
        already=len(agreed.already),
        settings=len(agreed.new_settings),
    )
    return kept.added


def _add_settings(places: Iterable[tuple[str, str]], by: Actor) -> dict[tuple[str, str], int]:
    employers: dict[str, Organisation] = {}
    made = {}
    for employer, setting in places:
        folded = employer.casefold()
        if folded not in employers:
            employers[folded] = _find_employer(folded) or people.create_organisation(
                kind=OrganisationKind.EMPLOYER, name=employer, by=by
            )
        made[_folded((employer, setting))] = people.create_setting(employers[folded], name=setting, by=by).id
    return made


def _find_employer(folded: str) -> Organisation | None:
    employers = db.session.scalars(select(Organisation).where(Organisation.kind == OrganisationKind.EMPLOYER))
    return next((employer for employer in employers if employer.name.casefold() == folded), None)


def _enrol_all(
    kept: LearnerImport, learners: Sequence[Learner], setting_ids: dict[tuple[str, str], int]
) -> None:
    """Write users, roles and enrolments, one statement a table whatever the number of people.

    An address that exists is used as it is: its name and password stay.
    """
    provider_id, today = kept.cohort.provider_id, clock.today()
    refs = _new_refs(3 * len(learners))
    now = _constant(clock.now(), UTCDateTime())
    known = _user_ids([learner.email for learner in learners])
    new = [learner for learner in learners if learner.email not in known]
    users = [{"r": next(refs), "e": learner.email, "n": learner.name} for learner in new]
    _write_all(_new_users(now), users)
    known |= _user_ids([learner.email for learner in new])
    held = select(Membership.user_id).where(
        Membership.organisation_id == provider_id, Membership.role == Role.PRACTITIONER
    )
    members = set(db.session.scalars(held))
    roles = [{"r": next(refs), "u": user_id} for user_id in known.values() if user_id not in members]
    _write_all(_new_members(now, provider_id, today), roles)
    places = [
        {
            "r": next(refs),
            "u": known[learner.email],
            "s": setting_ids.get((learner.employer, learner.setting))
            or setting_ids.get(_folded((learner.employer, learner.setting))),
            "a": learner.seeks_accreditation,
            "p": learner.shares_progress,
            "d": learner.enrolled_on or today,
        }
        for learner in learners
    ]
    _write_all(_new_enrolments(now, kept), places)
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
        ref=bindparam("r"),
        created_at=now,
        cohort_id=_constant(kept.cohort_id),
        user_id=bindparam("u"),
        setting_id=bindparam("s"),
        seeks_accreditation=bindparam("a"),
        shares_progress=bindparam("p"),
        enrolled_on=bindparam("d"),
        status=_constant(EnrolmentStatus.ACTIVE, table.c.status.type),
        status_reason=_constant(""),
        import_id=_constant(kept.id),
    )


@job(INVITE)
def invite_learners(payload: dict[str, Any]) -> None:
    """Mail the next hundred people of an import, and leave the rest to another job like this one.

    People without a password get the link by which they choose one; the others learn that they have a place. Each
    hundred is one transaction with its successor, so that nobody is written to twice however often a worker is killed.
    """
    kept = db.session.get_one(LearnerImport, payload["import_id"])
    by = people_queries.get_person(payload["by_id"])
    enrolments = db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.import_id == kept.id,
            Enrolment.id > payload["after"],
            Enrolment.status == EnrolmentStatus.ACTIVE,
        )
        .options(joinedload(Enrolment.user))
        .order_by(Enrolment.id)
        .limit(INVITED_AT_ONCE)
    ).all()
    lasts = timedelta(minutes=payload["minutes"])
    for enrolment in enrolments:
        welcome(enrolment, lasts=lasts, by=by)
    if len(enrolments) == INVITED_AT_ONCE:
        after = enrolments[-1].id
        rest = {name: payload[name] for name in ("import_id", "by_id", "minutes")}
        enqueue(INVITE, rest | {"after": after}, key=f"{INVITE}:{kept.ref}:{after}")


def welcome(enrolment: Enrolment, *, lasts: timedelta, by: Actor) -> None:
    """Queue the first mail about a place: how to get in, or that the place is there."""
    user, cohort = enrolment.user, enrolment.cohort
    if user.password_hash is None:
        people.send_invitation(user, organisation_name=cohort.provider.name, lasts=lasts, by=by)
        return
    mail.queue(
        to=user.email,
        template="courses/mail/enrolled",
        name=user.name,
        cohort=cohort.name,
        provider=cohort.provider.name,
        phone=cohort.provider.phone,
        starts_on=cohort.starts_on,
        venue=cohort.venue,
        path="/",
    )
