"""Reading certificates: a practitioner's own, a cohort's, and the one that a stranger holds in their hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from certificates.facts import CertificateKind
from certificates.models import Certificate, CertificateEvent, LiveCertificate, PrintedName
from certificates.names import is_last_name
from certificates.serials import tidy_serial
from certificates.standing import CertificateEventKind, Standing, fold
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import provided
from courses.content.models import CourseVersion
from courses.content.queries import completion_of
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.jobs import Job, JobState
from lms.people.models import User

Thing = TypeVar("Thing")

ISSUE_JOB = "certificates.issue"
DEFAULT_SIGNATORY_ROLE = "Programme manager"


@dataclass(frozen=True, slots=True)
class Award:
    """A certificate as a list shows it; no more than is printed on it."""

    ref: str
    enrolment_id: int
    kind: CertificateKind
    title: str
    serial: str
    issued_on: date
    standing: Standing


@dataclass(frozen=True, slots=True)
class NameLine:
    """How a practitioner's name is to be printed in one cohort, whether they have said so, and what may wait for it."""

    enrolment_ref: str
    cohort: str
    taught_minutes: int
    minutes_needed: int
    name: str
    is_confirmed: bool
    seeks_accreditation: bool


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a cohort's certificates are in the making."""

    waiting: int
    failed: int


# ---- what loaders of views take from the address


def get_cohort(ref: str, *, within: Reach) -> Cohort:
    """A cohort whose certificates may be issued, with its provider and course.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    statement = (
        select(Cohort)
        .where(Cohort.ref == ref, provided(within))
        .options(joinedload(Cohort.provider), joinedload(Cohort.course_version))
    )
    return _found(db.session.scalar(statement))


def get_certificate(ref: str, *, within: Reach) -> Certificate:
    """A certificate that one of one's own providers gave, with its events.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    statement = (
        select(Certificate)
        .join(Certificate.enrolment)
        .join(Enrolment.cohort)
        .where(Certificate.ref == ref, provided(within))
        .options(
            contains_eager(Certificate.enrolment).contains_eager(Enrolment.cohort),
            selectinload(Certificate.events).joinedload(CertificateEvent.by),
        )
    )
    return _found(db.session.scalar(statement))


def get_own_certificate(ref: str, *, within: Reach) -> Certificate:
    """A certificate of the person who asks.

    Raises:
        NotFound: it does not exist or is somebody else's.
    """
    mine = select(Certificate).where(Certificate.ref == ref, Certificate.holder_id == within.person_id)
    return _found(db.session.scalar(mine))


def get_own_enrolment(ref: str, *, within: Reach) -> Enrolment:
    """An enrolment of the person who asks.

    Raises:
        NotFound: it does not exist or is somebody else's.
    """
    mine = select(Enrolment).where(Enrolment.ref == ref, Enrolment.user_id == within.person_id)
    return _found(db.session.scalar(mine.options(joinedload(Enrolment.cohort))))


def find_enrolment(cohort: Cohort, ref: str) -> Enrolment | None:
    """An enrolment of a cohort, if it is one of its own."""
    return db.session.scalar(select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.ref == ref))


# ---- lists


def list_own(*, within: Reach) -> list[Award]:
    """The certificates of the person who asks, newest first."""
    return _awards(Certificate.holder_id == within.person_id)


def list_own_names(*, within: Reach) -> list[NameLine]:
    """How the name of the person who asks is to be printed, for each cohort, newest first."""
    statement = (
        select(
            Enrolment.id,
            Enrolment.ref,
            Cohort.name,
            CourseVersion.taught_minutes,
            CourseVersion.content_hash,
            User.name,
            Enrolment.seeks_accreditation,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CourseVersion, CourseVersion.id == Cohort.course_version_id)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.user_id == within.person_id)
        .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
    )
    rows = db.session.execute(statement).all()
    confirmed = printed_names([row[0] for row in rows])
    return [
        NameLine(
            ref,
            cohort,
            taught,
            completion_of(version).taught_minutes,
            confirmed.get(key, name),
            key in confirmed,
            seeks,
        )
        for key, ref, cohort, taught, version, name, seeks in rows
    ]


def list_awards(enrolment_ids: Collection[int]) -> dict[int, list[Award]]:
    """The certificates that hold today, by enrolment: what an employer may see of them. One query."""
    given = list_given(enrolment_ids)
    holding = {
        key: [award for award in awards if award.standing is Standing.VALID] for key, awards in given.items()
    }
    return {key: awards for key, awards in holding.items() if awards}


def list_given(enrolment_ids: Collection[int]) -> dict[int, list[Award]]:
    """Every certificate that was ever given, by enrolment, newest first. One query."""
    awards: dict[int, list[Award]] = {}
    for award in _awards(Certificate.enrolment_id.in_(enrolment_ids)):
        awards.setdefault(award.enrolment_id, []).append(award)
    return awards


def printed_names(enrolment_ids: Collection[int]) -> dict[int, str]:
    """The names that practitioners have confirmed, by enrolment. One query."""
    latest = (
        select(func.max(PrintedName.id))
        .where(PrintedName.enrolment_id.in_(enrolment_ids))
        .group_by(PrintedName.enrolment_id)
    )
    rows = db.session.execute(
        select(PrintedName.enrolment_id, PrintedName.name).where(PrintedName.id.in_(latest))
    )
    return {row[0]: row[1] for row in rows}


def find_live(enrolment_id: int, kind: CertificateKind) -> Certificate | None:
    """The certificate of an enrolment and kind that holds today, if there is one."""
    statement = (
        select(Certificate)
        .join(LiveCertificate, LiveCertificate.certificate_id == Certificate.id)
        .where(LiveCertificate.enrolment_id == enrolment_id, LiveCertificate.kind == kind)
    )
    return db.session.scalar(statement)


def batch_progress(cohort: Cohort) -> BatchProgress:
    """How many certificates of a cohort are still being made, and how many could not be."""
    counted = (
        select(Job.state, func.count())
        .where(Job.name == ISSUE_JOB, Job.key.startswith(batch_key(cohort), autoescape=True))
        .group_by(Job.state)
    )
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    return BatchProgress(counts.get(JobState.WAITING, 0), counts.get(JobState.FAILED, 0))


def batch_key(cohort: Cohort) -> str:
    """What the keys of a cohort's jobs begin with."""
    return f"certificates:{cohort.ref}:"


def usual_role(issuer_id: int) -> str:
    """The role that somebody last signed certificates in."""
    facts = db.session.scalar(
        select(Certificate.facts)
        .where(Certificate.issued_by_id == issuer_id)
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    return str(facts["signatory_role"]) if facts else DEFAULT_SIGNATORY_ROLE


# ---- what a stranger asks, with the paper in hand


def find_by_code(code: str) -> Certificate | None:
    """The certificate whose QR code holds this code."""
    return db.session.scalar(_with_events().where(Certificate.code == code))


def find_by_number(typed: str, last_name: str) -> Certificate | None:
    """The certificate with this number, if the last name is the one in print."""
    serial = tidy_serial(typed)
    found = db.session.scalar(_with_events().where(Certificate.serial == serial)) if serial else None
    return found if found and is_last_name(last_name, found.facts["holder"]) else None


def standing_of(certificate: Certificate) -> Standing:
    """How a certificate stands today."""
    return fold(event.kind for event in certificate.events)


def ended_at(certificate: Certificate) -> datetime | None:
    """When a certificate was replaced or revoked; None while it holds."""
    return next((e.created_at for e in certificate.events if e.kind is not CertificateEventKind.ISSUED), None)


def _with_events() -> Select[Certificate]:
    return select(Certificate).options(selectinload(Certificate.events))


def _awards(condition: ColumnElement[bool]) -> list[Award]:
    """Columns of certificates with how each stands, newest first, in one query."""
    statement = (
        select(
            Certificate.ref,
            Certificate.enrolment_id,
            Certificate.kind,
            Certificate.facts,
            Certificate.serial,
            Certificate.issued_on,
            CertificateEvent.kind,
        )
        .join(CertificateEvent, CertificateEvent.certificate_id == Certificate.id)
        .where(condition)
        .order_by(Certificate.id.desc(), CertificateEvent.number)
    )
    histories: dict[str, list[CertificateEventKind]] = {}
    firsts: dict[str, tuple[str, int, CertificateKind, str, str, date]] = {}
    for ref, enrolment_id, kind, facts, serial, issued_on, event in db.session.execute(statement):
        firsts.setdefault(ref, (ref, enrolment_id, kind, facts["title"], serial, issued_on))
        histories.setdefault(ref, []).append(event)
    return [Award(*first, standing=fold(histories[ref])) for ref, first in firsts.items()]


def _found(thing: Thing | None) -> Thing:
    if thing is None:
        raise NotFound
    return thing
