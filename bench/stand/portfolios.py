"""A provider with many whole portfolios, laid down as rows: each with texts, photographs, one long file, and 24 decisions."""

from __future__ import annotations

import io
import os
import secrets
from dataclasses import dataclass
from datetime import time as clock_time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import Image

from assessments.marking.models import Decision, Entry, EntryKind, Outcome
from assessments.portfolio import sending
from assessments.portfolio import service as portfolios
from assessments.portfolio.models import (
    Evidence,
    EvidenceFile,
    Portfolio,
    SentWords,
    Submission,
    UnitVersion,
)
from assessments.portfolio.snapshot import take_apart
from assessments.portfolio.unit_files import read_units
from assessments.portfolio.unit_schema import EvidenceKind
from assessments.verification import visit_service
from assessments.verification.visit_models import Visit
from courses.cohorts import service as cohorts
from courses.cohorts.calendar import Pattern, Wishes
from courses.cohorts.models import Cohort, Enrolment
from courses.content import loader
from courses.content import service as content
from lms.core import clock, file_disk
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people import queries
from lms.people import service as people
from lms.people.models import OrganisationKind, User
from lms.people.roles import Role

TEXTS, WORDS = 8, 450
PHOTOS, DOTS = 3, (1600, 1200)
COURSE = loader.LIBRARY / "families-going-forward"
LONG_FILE = 4 * 1024 * 1024
RULES = dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), True)


@dataclass(frozen=True, slots=True)
class _House:
    """Who is needed, and a unit and a cohort."""

    cohort: Cohort
    version: UnitVersion
    assessor: User
    administrator: User
    eqa: User


def lay_down(count: int) -> Visit:
    """So many portfolios and a visit that chose them all; in the present transaction."""
    house = _house()
    chosen = [_portfolio(house, number) for number in range(count)]
    today = clock.today()
    by = queries.get_person(house.administrator.id)
    visit = visit_service.open_visit(
        house.cohort.provider, eqa=house.eqa, from_on=today, until_on=today, by=by
    )
    visit_service.choose(visit, [each.ref for each in chosen], by=queries.get_person(house.eqa.id))
    return visit


def _house() -> _House:
    provider = people.create_organisation(
        kind=OrganisationKind.PROVIDER, name="Aire Valley Family Training", phone="0113 496 0000"
    )
    awarding = people.create_organisation(
        kind=OrganisationKind.AWARDING_BODY, name="Pennine Awards", phone="0114 496 0120"
    )
    held = {Role.ASSESSOR: provider, Role.PROVIDER_ADMINISTRATOR: provider, Role.EQA: awarding}
    staff = {}
    for role, organisation in held.items():
        staff[role] = people.create_user(name=f"One {role.value}", email=f"{role.value}@bench.example")
        people.add_member(staff[role], organisation, role)
    db.session.flush()
    cohort = cohorts.create_cohort(
        provider=provider,
        course_version=content.publish(loader.load(COURSE).document, by=None),
        name="Leeds",
        wishes=Wishes(
            Pattern.WEEKLY, first_day=clock.today() - timedelta(weeks=12), starts=clock_time(9, 30)
        ),
        region="yorkshire_humber",
        venue="Beeston",
        facilitators=(),
        by=None,
    )
    version = portfolios.publish_unit(read_units()[0], by=None)
    return _House(cohort, version, staff[Role.ASSESSOR], staff[Role.PROVIDER_ADMINISTRATOR], staff[Role.EQA])


def _portfolio(house: _House, number: int) -> Portfolio:
    learner = people.create_user(name=f"Learner {number}", email=f"learner{number}@bench.example")
    people.add_member(learner, house.cohort.provider, Role.PRACTITIONER)
    enrolment = Enrolment(cohort=house.cohort, user=learner, seeks_accreditation=True)
    db.session.add(enrolment)
    db.session.flush()
    made = Portfolio(enrolment=enrolment, learner_id=learner.id, unit_version=house.version)
    db.session.add(made)
    db.session.flush()
    criteria = [one["ref"] for outcome in house.version.document["outcomes"] for one in outcome["criteria"]]
    pieces: dict[Evidence, StoredFile | None] = {}
    for place in range(TEXTS):
        pieces |= _piece(made, f"Visit {place} with Family B", text=_words(place))
    for place in range(PHOTOS):
        pieces |= _piece(
            made, "From my work", file=_stored(_photo(number + place), "photo.jpg", "image/jpeg")
        )
    pieces |= _piece(made, "From my work", file=_stored(os.urandom(LONG_FILE), "film.mp4", "video/mp4"))
    refs = [evidence.ref for evidence in pieces]
    served = {
        ref: {refs[place % len(refs)]: "It shows what we agreed, and how."}
        for place, ref in enumerate(criteria)
    }
    evidence = [sending.frozen(one, [file] if file else [], []) for one, file in pieces.items()]
    frame, said = take_apart({"criteria": served, "evidence": evidence})
    submission = Submission(
        portfolio_id=made.id,
        learner_id=learner.id,
        number=1,
        criteria=criteria,
        frame=frame,
        declaration="This is my own work.",
        ai_used=False,
        content_hash="0" * 64,
    )
    db.session.add(submission)
    db.session.flush()
    for one in pieces:
        words = SentWords(
            submission_id=submission.id, evidence_id=one.id, evidence_ref=one.ref, said=said[one.ref]
        )
        db.session.add(words)
    _decide(made, submission, house.assessor)
    return made


def _decide(made: Portfolio, submission: Submission, assessor: User) -> None:
    def happened(sequence: int, kind: EntryKind, actor_id: int, **more: Any) -> None:
        entry = Entry(portfolio_id=made.id, sequence=sequence, kind=kind, actor_id=actor_id, **more)
        entry.submission_id = submission.id
        db.session.add(entry)

    happened(1, EntryKind.SUBMITTED, made.learner_id)
    for place, ref in enumerate(submission.criteria, start=2):
        decision = Decision(
            submission_id=submission.id,
            learner_id=made.learner_id,
            criterion=ref,
            outcome=Outcome.MET,
            assessor_id=assessor.id,
            feedback="You let her choose the order, and said what would happen next.",
            **RULES,
        )
        db.session.add(decision)
        db.session.flush()
        happened(place, EntryKind.DECIDED, assessor.id, criterion=ref, decision_id=decision.id)


def _words(place: int) -> str:
    return " ".join(
        f"We talked about what she wanted, and wrote it down ({place})." for _ in range(WORDS // 11)
    )


def _piece(
    portfolio: Portfolio, title: str, *, text: str = "", file: StoredFile | None = None
) -> dict[Evidence, StoredFile | None]:
    """A piece of evidence that has been sent, with its file."""
    made = Evidence(
        portfolio=portfolio,
        author_id=portfolio.learner_id,
        kind=EvidenceKind.REFLECTIVE_ACCOUNT if text else EvidenceKind.WORK_PRODUCT,
        title=title,
        text=text,
        happened_on=clock.today(),
        family_code="B",
        declared_own_work=True,
        redaction_checked=True,
        sent=True,
    )
    db.session.add(made)
    db.session.flush()
    if file is not None:
        db.session.add(EvidenceFile(evidence_id=made.id, file_id=file.id, place=1))
    return {made: file}


def _photo(seed: int) -> bytes:
    """Something that packs no better than a photograph does."""
    noise = Image.frombytes("L", (DOTS[0] // 8, DOTS[1] // 8), os.urandom(DOTS[0] * DOTS[1] // 64))
    out = io.BytesIO()
    noise.resize(DOTS).convert("RGB").save(out, "JPEG", quality=80 + seed % 3)
    return out.getvalue()


def _stored(content: bytes, name: str, media_type: str) -> StoredFile:
    token = secrets.token_hex(20)
    path: Path = file_disk.folder() / token[:2] / token
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    stored = StoredFile(
        purpose="evidence",
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        path=f"{token[:2]}/{token}",
    )
    db.session.add(stored)
    db.session.flush()
    return stored
