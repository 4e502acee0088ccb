"""Reading visits: the visitor's own, what they can choose from, what they chose; and the provider's, with their log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from assessments.marking.models import Allocation, Entry
from assessments.marking.outcomes import UnitState
from assessments.marking.queries import files_within, positions
from assessments.portfolio.models import Portfolio
from assessments.verification.models import Sample, SampledDecision
from assessments.verification.visit_models import Visit, VisitChoice, VisitProposal, VisitReport, VisitSignOff
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.access import Reach
from lms.core.audit import Act, AuditRecord
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import Membership, User
from lms.people.roles import Role

ON_A_PAGE = 100
"""Portfolios listed at once: a folding for each, so a page is bounded."""
LOG_LINES = 100
"""Lines of a visit's log that are shown at once."""


@dataclass(frozen=True, slots=True)
class ToChoose:
    """A portfolio that a visitor can choose: what they need to know for choosing, and no more."""

    ref: str
    name: str
    cohort: str
    assessor: str
    state: UnitState
    met: int
    total: int
    last_on: date | None
    sampled: bool | None
    is_proposed: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that a visitor, or the provider, did on a visit."""

    at: datetime
    who: str
    act: Act
    facts: dict[str, str]
    portfolio: str


def visits(*, within: Reach) -> list[tuple[Visit, int]]:
    """The asking EQA's visits, newest first, with how many portfolios they chose on each."""
    rows = db.session.execute(_counted().where(Visit.eqa_id == within.person_id))
    return [(visit, count) for visit, count in rows]


def given_visits(*, within: Reach) -> list[tuple[Visit, int]]:
    """The visits to providers within reach, newest first, with how many portfolios were chosen on each."""
    rows = db.session.execute(_counted().where(_to(within)))
    return [(visit, count) for visit, count in rows]


def _counted() -> Select[Visit, int]:
    chosen = (
        select(func.count())
        .select_from(VisitChoice)
        .where(VisitChoice.visit_id == Visit.id)
        .scalar_subquery()
    )
    return (
        select(Visit, chosen)
        .order_by(Visit.from_on.desc(), Visit.id.desc())
        .options(joinedload(Visit.provider), joinedload(Visit.eqa))
    )


def _to(within: Reach) -> ColumnElement[bool]:
    return true() if within.everywhere else Visit.provider_id.in_(within.organisation_ids)


def _on_visit(within: Reach) -> tuple[ColumnElement[bool], ...]:
    today = clock.today()
    return (
        Visit.eqa_id == within.person_id,
        Visit.from_on <= today,
        Visit.until_on >= today,
        Visit.ended_at.is_(None),
    )


def get_visit(ref: str, *, within: Reach) -> Visit:
    """A visit of the asking EQA, on one of its days.

    Raises:
        NotFound: there is none today.
    """
    visit = db.session.scalar(select(Visit).where(Visit.ref == ref, *_on_visit(within)))
    if visit is None:
        raise NotFound("There is no such visit for you today. A visit opens and closes on its own days.")
    return visit


def get_given_visit(ref: str, *, within: Reach) -> Visit:
    """A visit to a provider within reach.

    Raises:
        NotFound: there is none.
    """
    visit = db.session.scalar(select(Visit).where(Visit.ref == ref, _to(within)))
    if visit is None:
        raise NotFound
    return visit


def visited_portfolio(ref: str, *, within: Reach) -> tuple[Visit, Portfolio]:
    """A portfolio that the asking EQA chose on a visit that is on today, with the visit.

    Raises:
        NotFound: there is none.
    """
    row = db.session.execute(
        select(Visit, Portfolio)
        .join(VisitChoice, VisitChoice.visit_id == Visit.id)
        .join(Portfolio, Portfolio.id == VisitChoice.portfolio_id)
        .where(Portfolio.ref == ref, *_on_visit(within))
        .order_by(Visit.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def visited_file(ref: str, *, within: Reach) -> tuple[Visit, Portfolio, StoredFile]:
    """A file that was sent, or feedback that was spoken, within a portfolio that the asking EQA chose on a visit that is on today.

    Raises:
        NotFound: there is none.
    """
    for one in files_within(ref):
        row = db.session.execute(
            one.join(VisitChoice, VisitChoice.portfolio_id == Portfolio.id)
            .join(Visit, Visit.id == VisitChoice.visit_id)
            .where(*_on_visit(within))
            .with_only_columns(Visit, Portfolio, StoredFile)
        ).first()
        if row is not None:
            return row[0], row[1], row[2]
    raise NotFound


def cohorts_of(provider_id: int) -> list[tuple[str, str, int]]:
    """The cohorts of a provider that have portfolios: reference, name and how many; newest first."""
    rows = db.session.execute(
        select(Cohort.ref, Cohort.name, func.count())
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Portfolio, Portfolio.enrolment_id == Enrolment.id)
        .where(Cohort.provider_id == provider_id)
        .group_by(Cohort.ref, Cohort.name, Cohort.starts_on)
        .order_by(Cohort.starts_on.desc(), Cohort.name)
    )
    return [(ref, name, count) for ref, name, count in rows]


def to_choose(visit: Visit, *, cohort_ref: str = "", page: int = 1) -> list[ToChoose]:
    """The portfolios of the provider of a visit, a hundred at a time, by name: the same queries for any number.

    Args:
        visit: the visit.
        cohort_ref: those of one cohort; of all, when empty.
        page: which hundred, from 1.
    """
    wanted = _facts(visit).where(Cohort.provider_id == visit.provider_id).order_by(User.name, Portfolio.id)
    if cohort_ref:
        wanted = wanted.where(Cohort.ref == cohort_ref)
    return _listed(wanted.limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE))


def chosen(visit: Visit) -> list[ToChoose]:
    """The portfolios that the visitor chose, by name."""
    return facts_of(
        visit,
        db.session.scalars(select(VisitChoice.portfolio_id).where(VisitChoice.visit_id == visit.id)).all(),
    )


def proposed(visit: Visit) -> list[ToChoose]:
    """The portfolios that the provider proposed, by name."""
    return facts_of(
        visit,
        db.session.scalars(
            select(VisitProposal.portfolio_id).where(VisitProposal.visit_id == visit.id)
        ).all(),
    )


def facts_of(visit: Visit, portfolio_ids: Sequence[int]) -> list[ToChoose]:
    """The same facts of some portfolios, by name."""
    return _listed(_facts(visit).where(Portfolio.id.in_(portfolio_ids)).order_by(User.name, Portfolio.id))


def _facts(visit: Visit) -> Select[int, str, str, str, str | None, datetime | None, bool | None, bool, bool]:
    assessor = (
        select(User.name)
        .join(Allocation, Allocation.assessor_id == User.id)
        .where(Allocation.portfolio_id == Portfolio.id)
        .correlate(Portfolio)
        .scalar_subquery()
    )
    last = select(func.max(Entry.created_at)).where(Entry.portfolio_id == Portfolio.id).scalar_subquery()
    drawn = (
        select(Sample.drawn)
        .where(Sample.portfolio_id == Portfolio.id)
        .order_by(Sample.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_proposed = select(VisitProposal.id).where(
        VisitProposal.visit_id == visit.id, VisitProposal.portfolio_id == Portfolio.id
    )
    is_chosen = select(VisitChoice.id).where(
        VisitChoice.visit_id == visit.id, VisitChoice.portfolio_id == Portfolio.id
    )
    return (
        select(
            Portfolio.id, Portfolio.ref, User.name, Cohort.name, assessor, last, drawn,
            is_proposed.exists(), is_chosen.exists(),
        )
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
    )  # fmt: skip


def _listed(
    wanted: Select[int, str, str, str, str | None, datetime | None, bool | None, bool, bool],
) -> list[ToChoose]:
    rows = db.session.execute(wanted).all()
    standing = positions(row[0] for row in rows)
    return [
        ToChoose(
            ref=ref,
            name=name,
            cohort=cohort,
            assessor=assessor or "",
            state=standing[number].standing.unit,
            met=standing[number].standing.met,
            total=len(standing[number].standing.criteria),
            last_on=last.astimezone(clock.LONDON).date() if last else None,
            sampled=drawn,
            is_proposed=proposed_,
            is_chosen=chosen_,
        )
        for number, ref, name, cohort, assessor, last, drawn, proposed_, chosen_ in rows
    ]


def reports_of(visit: Visit) -> Sequence[VisitReport]:
    """The reports of a visit, in order."""
    return db.session.scalars(
        select(VisitReport)
        .where(VisitReport.visit_id == visit.id)
        .order_by(VisitReport.number)
        .options(selectinload(VisitReport.actions))
    ).all()


def signed_off_names(report_ids: Sequence[int]) -> dict[int, list[str]]:
    """The practitioners whose portfolios each of some reports signed off, by report."""
    names: dict[int, list[str]] = {number: [] for number in report_ids}
    rows = db.session.execute(
        select(VisitSignOff.report_id, User.name)
        .join(Portfolio, Portfolio.id == VisitSignOff.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .where(VisitSignOff.report_id.in_(report_ids))
        .order_by(User.name)
    )
    for report_id, name in rows:
        names[report_id].append(name)
    return names


def log_length(visit: Visit) -> int:
    """How many lines the log of a visit has."""
    return db.session.scalar(select(func.count()).select_from(AuditRecord).where(*_on(visit))) or 0


def _on(visit: Visit) -> tuple[ColumnElement[bool], ...]:
    return AuditRecord.subject_kind == Visit.__tablename__, AuditRecord.subject_id == visit.id


def log_of(visit: Visit, *, page: int = 1) -> list[LogLine]:
    """What was done on a visit, newest first: choosing, each opening, and what the provider changed. Two queries.

    Args:
        visit: the visit.
        page: which hundred lines, from 1.
    """
    rows = db.session.execute(
        select(AuditRecord, User.name)
        .outerjoin(User, User.id == AuditRecord.actor_id)
        .where(*_on(visit))
        .order_by(AuditRecord.sequence.desc())
        .limit(LOG_LINES)
        .offset((page - 1) * LOG_LINES)
    ).all()
    refs = {record.facts.get("portfolio") for record, _ in rows} - {None, ""}
    names = dict(
        db.session.execute(
            select(Portfolio.ref, User.name)
            .join(User, User.id == Portfolio.learner_id)
            .where(Portfolio.ref.in_(refs))
        ).all()
    )
    return [
        LogLine(
            at=record.at,
            who=name or "",
            act=Act(record.act),
            facts={key: str(value) for key, value in record.facts.items()},
            portfolio=names.get(record.facts.get("portfolio", ""), ""),
        )
        for record, name in rows
    ]


def external_assurers() -> list[User]:
    """People who hold an EQA's role today, at whatever awarding body."""
    today = clock.today()
    return list(
        db.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.role == Role.EQA,
                Membership.from_on <= today,
                (Membership.until_on.is_(None)) | (Membership.until_on >= today),
            )
            .distinct()
            .order_by(User.name)
        )
    )


def answers_of(portfolio_id: int) -> dict[int, SampledDecision]:
    """What IQAs have said of a portfolio's decisions, by decision."""
    rows = db.session.scalars(
        select(SampledDecision)
        .join(Sample, Sample.id == SampledDecision.sample_id)
        .where(Sample.portfolio_id == portfolio_id)
    )
    return {answer.decision_id: answer for answer in rows}
