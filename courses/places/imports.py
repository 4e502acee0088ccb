"""Enrolling people from a spreadsheet: checked and shown first, then all of them or none, safe to do twice.

No password is made here: people who are new to us are mailed a link by a job that runs after the commit.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    select,
)
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, WaitingPlace
from courses.places import mail as place_mail
from courses.places import queries as place_queries
from courses.places import service as places
from courses.places.import_plan import plan as plan  # noqa: PLC0414 (a file is offered, looked at and confirmed in one breath)
from courses.places.import_rows import enrol_all, folded
from courses.places.models import LearnerImport
from courses.places.people_file import Learner, read_people
from lms.core import audit, clock, files
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.files import Purpose
from lms.core.jobs import enqueue, job
from lms.core.spreadsheets import Fault
from lms.people import queries as people_queries
from lms.people import service as people
from lms.people.models import Organisation, OrganisationKind

INVITE = "cohorts.invite-learners"
TELL_WAITING = "cohorts.tell-waiting"
INVITED_AT_ONCE = 100


class FaultyFile(Refused):
    """A learners' file that cannot be used. Nothing of it was kept.

    Attributes:
        faults: everything that is wrong with it, in the order of its rows.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("Nobody was added. Put the file right and send it again.", field="file")
        self.faults = tuple(faults)


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
        "uln": learner.uln,
    }


def learners_of(kept: LearnerImport) -> tuple[Learner, ...]:
    """Return the people of a kept file."""
    return tuple(
        Learner(**{**row, "enrolled_on": date.fromisoformat(row["enrolled_on"])})
        if row["enrolled_on"]
        else Learner(**row)
        for row in kept.rows
    )


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
    places.take_turn(cohort)
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
    enrol_all(kept, agreed.added, agreed.waits, setting_ids)
    if agreed.added or agreed.waits:
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
        waiting=len(agreed.waits),
        settings=len(agreed.new_settings),
    )
    return kept.added


def _add_settings(asked: Iterable[tuple[str, str]], by: Actor) -> dict[tuple[str, str], int]:
    employers: dict[str, Organisation] = {}
    made = {}
    for employer, setting in asked:
        plain = employer.casefold()
        if plain not in employers:
            employers[plain] = _find_employer(plain) or people.create_organisation(
                kind=OrganisationKind.EMPLOYER, name=employer, by=by
            )
        made[folded((employer, setting))] = people.create_setting(employers[plain], name=setting, by=by).id
    return made


def _find_employer(plain: str) -> Organisation | None:
    employers = db.session.scalars(select(Organisation).where(Organisation.kind == OrganisationKind.EMPLOYER))
    return next((employer for employer in employers if employer.name.casefold() == plain), None)


@job(INVITE)
def invite_learners(payload: dict[str, Any]) -> None:
    """Mail the next hundred people of an import, and leave the rest to another job like this one.

    People without a password get the link by which they choose one; the others learn that they have a place. Each
    hundred is one transaction with its successor, so that nobody is written to twice however often a worker is killed.
    Those who wait are told by the last.
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
        place_mail.welcome(enrolment, lasts=lasts, by=by)
    if len(enrolments) < INVITED_AT_ONCE:
        if place_queries.count_waiting_of(kept.id):
            enqueue(TELL_WAITING, {"import_id": kept.id, "after": 0}, key=f"{TELL_WAITING}:{kept.ref}:0")
    else:
        after = enrolments[-1].id
        rest = {name: payload[name] for name in ("import_id", "by_id", "minutes")}
        enqueue(INVITE, rest | {"after": after}, key=f"{INVITE}:{kept.ref}:{after}")


@job(TELL_WAITING)
def tell_waiting(payload: dict[str, Any]) -> None:
    """Tell the next hundred people of an import who wait for a place that they do, and leave the rest to another job."""
    kept = db.session.get_one(LearnerImport, payload["import_id"])
    waiting = db.session.scalars(
        select(WaitingPlace)
        .where(WaitingPlace.import_id == kept.id, WaitingPlace.id > payload["after"])
        .options(joinedload(WaitingPlace.user))
        .order_by(WaitingPlace.id)
        .limit(INVITED_AT_ONCE)
    ).all()
    for place in waiting:
        place_mail.tell_waiting(place)
    if len(waiting) == INVITED_AT_ONCE:
        after = waiting[-1].id
        enqueue(
            TELL_WAITING, {"import_id": kept.id, "after": after}, key=f"{TELL_WAITING}:{kept.ref}:{after}"
        )
