"""Reading what is quarantined, and where it once stood."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from assessments.portfolio.models import Evidence, Mapping, Portfolio, SentWords, SubmittedEvidence
from assessments.portfolio.quarantine_models import Purge, Quarantine, Undone
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import provided
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db


def _standing() -> Select[Quarantine]:
    return select(Quarantine).where(*_not_ended())


def _not_ended() -> list[ColumnElement[bool]]:
    return [~exists().where(end.quarantine_id == Quarantine.id) for end in (Purge, Undone)]


def standing_quarantine(evidence_id: int) -> Quarantine | None:
    """The quarantine of a piece of evidence that has not ended, if any."""
    return db.session.scalar(_standing().where(Quarantine.evidence_id == evidence_id))


def quarantined_among(evidence_ids: Iterable[int]) -> set[int]:
    """Which of some pieces of evidence are out."""
    standing = _standing().where(Quarantine.evidence_id.in_(set(evidence_ids)))
    return set(db.session.scalars(standing.with_only_columns(Quarantine.evidence_id)))


def last_quarantine(evidence_id: int) -> Quarantine | None:
    """The newest quarantine of a piece of evidence, ended or not."""
    return db.session.scalar(
        select(Quarantine)
        .where(Quarantine.evidence_id == evidence_id)
        .order_by(Quarantine.number.desc())
        .limit(1)
    )


def quarantined(portfolio_id: int) -> list[Quarantine]:
    """The pieces of a portfolio that wait for their author to replace them, oldest first. One query."""
    return list(
        db.session.scalars(
            _standing()
            .join(Evidence, Evidence.id == Quarantine.evidence_id)
            .where(Evidence.portfolio_id == portfolio_id)
            .options(joinedload(Quarantine.evidence), joinedload(Quarantine.by))
            .order_by(Quarantine.id)
        )
    )


def lacking_in(evidence_id: int) -> list[int]:
    """The submissions, by number in the database, that carried a piece of evidence whose words are not in them any more."""
    return list(
        db.session.scalars(
            select(SubmittedEvidence.submission_id)
            .where(
                SubmittedEvidence.evidence_id == evidence_id,
                ~exists().where(
                    SentWords.submission_id == SubmittedEvidence.submission_id,
                    SentWords.evidence_id == SubmittedEvidence.evidence_id,
                ),
            )
            .order_by(SubmittedEvidence.submission_id)
        )
    )


def is_to_put_back(evidence: Evidence) -> bool:
    """Whether a piece was replaced and is not yet back in what was sent."""
    return standing_quarantine(evidence.id) is None and bool(lacking_in(evidence.id))


def to_put_back(portfolio_id: int) -> list[Evidence]:
    """Pieces that were replaced, and are not yet back in what was sent. One query."""
    lacks = (
        exists()
        .where(SubmittedEvidence.evidence_id == Evidence.id)
        .where(
            ~exists().where(
                SentWords.submission_id == SubmittedEvidence.submission_id,
                SentWords.evidence_id == SubmittedEvidence.evidence_id,
            )
        )
    )
    waits = exists().where(Quarantine.evidence_id == Evidence.id, *_not_ended())
    return list(
        db.session.scalars(
            select(Evidence)
            .where(Evidence.portfolio_id == portfolio_id, Evidence.removed_at.is_(None), lacks, ~waits)
            .order_by(Evidence.id)
        )
    )


def at_provider(*, within: Reach) -> list[tuple[Quarantine, Purge | None]]:
    """What was ever quarantined at the providers within reach, newest first. One query; it holds none of the words."""
    rows = db.session.execute(
        select(Quarantine, Purge)
        .outerjoin(Purge, Purge.quarantine_id == Quarantine.id)
        .join(Evidence, Evidence.id == Quarantine.evidence_id)
        .join(Portfolio, Portfolio.id == Evidence.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(provided(within))
        .options(
            *_with_people(),
            joinedload(Quarantine.undone).joinedload(Undone.by),
        )
        .order_by(Quarantine.id.desc())
    )
    return [(quarantine, purge) for quarantine, purge in rows]


def out_at_provider(*, within: Reach) -> list[Quarantine]:
    """What is out at the providers within reach, newest first. One query; it holds none of the words."""
    return list(db.session.scalars(_out_within(within).order_by(Quarantine.id.desc())))


def one_out(ref: str, *, within: Reach) -> Quarantine:
    """What is out at a provider within reach.

    Raises:
        NotFound: there is none, or it has ended.
    """
    found = db.session.scalar(_out_within(within).where(Quarantine.ref == ref))
    if found is None:
        raise NotFound
    return found


def _out_within(within: Reach) -> Select[Quarantine]:
    return (
        _standing()
        .join(Evidence, Evidence.id == Quarantine.evidence_id)
        .join(Portfolio, Portfolio.id == Evidence.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(provided(within))
        .options(*_with_people())
    )


def _with_people() -> list[ORMOption]:
    return [
        joinedload(Quarantine.by),
        joinedload(Quarantine.evidence).joinedload(Evidence.portfolio).joinedload(Portfolio.learner),
        joinedload(Quarantine.evidence).joinedload(Evidence.author),
    ]


def sent_evidence(ref: str, portfolio_id: int) -> Evidence:
    """A piece of evidence that was sent in a portfolio.

    Raises:
        NotFound: there is none.
    """
    evidence = db.session.scalar(
        select(Evidence).where(
            Evidence.ref == ref,
            Evidence.portfolio_id == portfolio_id,
            exists().where(SubmittedEvidence.evidence_id == Evidence.id),
        )
    )
    if evidence is None:
        raise NotFound
    return evidence


def provided_portfolio(ref: str, *, within: Reach) -> Portfolio:
    """A portfolio at a provider within reach.

    Raises:
        NotFound: there is none.
    """
    portfolio = db.session.scalar(
        select(Portfolio)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Portfolio.ref == ref,
            provided(within),
        )
        .options(joinedload(Portfolio.learner))
    )
    if portfolio is None:
        raise NotFound
    return portfolio


def sent_pieces(portfolio_id: int) -> list[Evidence]:
    """The pieces of a portfolio that were ever sent, in the order of the work. One query."""
    return list(
        db.session.scalars(
            select(Evidence)
            .where(
                Evidence.portfolio_id == portfolio_id,
                exists().where(SubmittedEvidence.evidence_id == Evidence.id),
            )
            .order_by(Evidence.happened_on, Evidence.id)
        )
    )


def criteria_of(evidence_ids: Iterable[int]) -> dict[int, list[str]]:
    """The criteria that some pieces serve, by which they can be told apart without a word of them."""
    found: dict[int, list[str]] = {number: [] for number in evidence_ids}
    rows = select(Mapping.evidence_id, Mapping.criterion).where(Mapping.evidence_id.in_(found))
    for evidence_id, criterion in db.session.execute(rows.order_by(Mapping.criterion)):
        found[evidence_id].append(criterion)
    return found
