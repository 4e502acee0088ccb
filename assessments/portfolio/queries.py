"""Reading portfolios: the practitioner's own, and the parts that marking and verification read."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Select, bindparam, select

from assessments.portfolio.models import (
    Evidence,
    EvidenceFile,
    Mapping,
    Portfolio,
    Submission,
    SubmittedFile,
    UnitVersion,
)
from assessments.portfolio.unit_schema import Unit
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.taught_course import unit_slug_of
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.reading import Rows, read_rows

_units: dict[str, Unit] = {}
"""Units already read, by the hash of their content: a version never changes."""


def unit_of(portfolio: Portfolio) -> Unit:
    """The unit that a portfolio began on."""
    return unit_of_version(portfolio.unit_version_id)


def unit_of_version(version_id: int) -> Unit:
    """One version of a unit, read once and kept."""
    content_hash = db.session.scalars(
        select(UnitVersion.content_hash).where(UnitVersion.id == version_id)
    ).one()
    return _unit(version_id, content_hash)


def _unit(version_id: int, content_hash: str) -> Unit:
    if content_hash not in _units:
        document = db.session.scalars(select(UnitVersion.document).where(UnitVersion.id == version_id)).one()
        _units[content_hash] = Unit.from_document(document)
    return _units[content_hash]


def newest_unit_version(cohort: Cohort) -> UnitVersion:
    """The version of the unit of a cohort's course that a portfolio begun today pins.

    Raises:
        NotFound: the course has no unit, or its unit has not been published.
    """
    version = db.session.scalar(
        select(UnitVersion)
        .where(UnitVersion.slug == unit_slug_of(cohort))
        .order_by(UnitVersion.number.desc())
        .limit(1)
    )
    if version is None:
        raise NotFound("The unit of this course has not been published yet. Ask your training provider.")
    return version


def own_portfolio_or_none(*, within: Reach) -> Portfolio | None:
    """The portfolio of the person who asks: of their newest enrolment that has one, if any."""
    return db.session.scalar(
        select(Portfolio)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .where(Portfolio.learner_id == within.person_id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Portfolio.id.desc())
        .limit(1)
    )


_OWN_UNIT = (
    select(Portfolio.id, UnitVersion.id, UnitVersion.content_hash)
    .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
    .join(UnitVersion, UnitVersion.id == Portfolio.unit_version_id)
    .where(Portfolio.learner_id == bindparam("person"), Enrolment.status == EnrolmentStatus.ACTIVE)
    .order_by(Portfolio.id.desc())
    .limit(1)
)


class Version(NamedTuple):
    """A published version of a unit: its number in the database, and the hash that names its content for ever."""

    id: int
    content_hash: str

    @property
    def unit(self) -> Unit:
        """What it holds, read once and kept."""
        return _unit(*self)


def find_own_unit_version(*, within: Reach) -> tuple[int, Version] | None:
    """The number and the unit's version of the portfolio of the person who asks; None when they have none. One query."""
    found = read_rows(_OWN_UNIT, person=within.person_id)
    return (found[0][0], Version(*found[0][1:])) if found else None


def own_portfolio(*, within: Reach) -> Portfolio:
    """The portfolio of the person who asks.

    Raises:
        NotFound: they have none.
    """
    portfolio = own_portfolio_or_none(within=within)
    if portfolio is None:
        raise NotFound("You have not started a portfolio yet.")
    return portfolio


_SEEKS = (
    select(Enrolment.id)
    .where(
        Enrolment.user_id == bindparam("person"),
        Enrolment.status == EnrolmentStatus.ACTIVE,
        Enrolment.seeks_accreditation,
    )
    .limit(1)
)


def keeps_portfolio(person_id: int) -> bool:
    """Whether a person has, or may begin, a portfolio: on a course with a unit, which they work towards. One query."""
    return bool(read_rows(_SEEKS, person=person_id))


def find_enrolment_to_assess(*, within: Reach) -> Enrolment | None:
    """The newest active enrolment of the person who asks in which they seek accreditation, if any."""
    return db.session.scalar(
        select(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Enrolment.user_id == within.person_id,
            Enrolment.status == EnrolmentStatus.ACTIVE,
            Enrolment.seeks_accreditation,
        )
        .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    )


def enrolment_to_assess(*, within: Reach) -> Enrolment:
    """The newest active enrolment of the person who asks in which they seek accreditation.

    Raises:
        NotFound: there is none.
    """
    enrolment = find_enrolment_to_assess(within=within)
    if enrolment is None:
        raise NotFound(
            "A portfolio belongs to a course on which you work towards the unit. Ask your training provider."
        )
    return enrolment


def own_file(ref: str, *, within: Reach) -> StoredFile:
    """A file of the asking person's own evidence, or one that they have sent.

    Raises:
        NotFound: there is no such file of theirs.
    """
    theirs = Portfolio.learner_id == within.person_id
    kept = (
        select(EvidenceFile.file_id)
        .join(Evidence, Evidence.id == EvidenceFile.evidence_id)
        .join(Portfolio, Portfolio.id == Evidence.portfolio_id)
        .where(theirs, Evidence.removed_at.is_(None))
    )
    sent = (
        select(SubmittedFile.file_id)
        .join(Submission, Submission.id == SubmittedFile.submission_id)
        .where(Submission.learner_id == within.person_id)
    )
    file = db.session.scalar(
        select(StoredFile).where(StoredFile.ref == ref, StoredFile.id.in_(kept) | StoredFile.id.in_(sent))
    )
    if file is None:
        raise NotFound
    return file


def sent_file(ref: str) -> Select[StoredFile]:
    """A file that was sent within any portfolio; the caller adds which portfolios may be read."""
    return (
        select(StoredFile)
        .join(SubmittedFile, SubmittedFile.file_id == StoredFile.id)
        .join(Submission, Submission.id == SubmittedFile.submission_id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .where(StoredFile.ref == ref)
        .limit(1)
    )


IS_NEW = Mapping.sent_version.is_(None) | (Mapping.sent_version < Evidence.version)
"""Whether a mapping has never been sent, or its evidence has changed since it was."""


_SERVED = (
    select(Mapping.criterion)
    .join(Evidence, Evidence.id == Mapping.evidence_id)
    .where(Evidence.portfolio_id == bindparam("portfolio"), Evidence.removed_at.is_(None))
    .distinct()
)


def read_criteria_with_evidence(portfolio_id: int) -> Rows[str]:
    """The criteria of a portfolio that any of its evidence serves, without reading the evidence: rows, to keep things under."""
    return read_rows(_SERVED, portfolio=portfolio_id)


def criteria_with_new_evidence(portfolio_id: int) -> set[str]:
    """The criteria served by evidence that has not been sent for them as it is now, without reading the evidence."""
    return set(
        db.session.scalars(
            select(Mapping.criterion)
            .join(Evidence, Evidence.id == Mapping.evidence_id)
            .where(
                Evidence.portfolio_id == portfolio_id,
                Evidence.removed_at.is_(None),
                IS_NEW,
            )
            .distinct()
        )
    )
