"""What a plan can draw from: the portfolios of a cohort, on the way or finished, who decided them, and what is covered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from assessments.holds.queries import is_held
from assessments.marking.models import (
    DECIDING,
    AwaitingIqa,
    Countersignature,
    Decision,
    Entry,
    EntryKind,
)
from assessments.marking.queries import COUNTS, is_accepted
from assessments.portfolio.models import Evidence, Portfolio, Submission, SubmittedEvidence
from assessments.verification import drawing, policies, ratings
from assessments.verification.disputes import BORDERLINE, is_disputed, is_drawn_anew
from assessments.verification.models import Sample, SampledDecision, SampleOutcome, SamplePlan
from assessments.verification.policies import InForce
from assessments.verification.ratings import AssessorStanding
from assessments.verification.risk import months_before
from assessments.verification.sampling import Candidate, Covered, Stage
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import Setting

QUARTER = 3


@dataclass(frozen=True, slots=True)
class Population:
    """The portfolios of a cohort that a plan can draw from, with who decided them.

    Attributes:
        stage: on the way, or finished.
        candidates: the portfolios.
        portfolio_ids, learner_ids: their numbers and their learners', by reference.
        assessors: who decided them, with the risk that holds, by name.
        in_policy: the policy by which they are drawn.
        covered: what has been sampled before.
        own: how many more wait that this IQA may not verify: they judged in them, or it is their own work.
        held: how many more wait until they are no longer on hold.
    """

    stage: Stage
    candidates: tuple[Candidate, ...]
    portfolio_ids: dict[str, int]
    learner_ids: dict[str, int]
    assessors: tuple[AssessorStanding, ...]
    in_policy: InForce
    covered: Covered
    own: int
    held: int


def quarter_of(day: date) -> date:
    """The first day of the quarter of a day."""
    return date(day.year, (day.month - 1) // QUARTER * QUARTER + 1, 1)


def may_be_drawn(stage: Stage, *, today: date) -> ColumnElement[bool]:
    """Whether a portfolio is in the population of a stage: what is finished and in no plan of finished portfolios yet; or
    what is on the way, has decisions that count, and was in no plan of this quarter.

    What is on hold waits. What was questioned, reversed or opened again after a plan had left it out is in the population again.
    """
    return and_(in_turn(stage, today=today), ~is_held(Portfolio.id))


def in_turn(stage: Stage, *, today: date) -> ColumnElement[bool]:
    """The same, whether it is on hold or not."""
    planned = select(Sample.portfolio_id).join(SamplePlan, SamplePlan.id == Sample.plan_id)
    settled = planned.where(or_(Sample.drawn, ~is_drawn_anew(Sample.portfolio_id)))
    finished = Portfolio.id.in_(select(AwaitingIqa.portfolio_id))
    if stage is Stage.SUMMATIVE:
        return and_(finished, Portfolio.id.not_in(settled.where(SamplePlan.stage == Stage.SUMMATIVE)))
    quarter = datetime.combine(quarter_of(today), time.min, tzinfo=clock.LONDON)
    recent = settled.where(SamplePlan.stage == Stage.INTERIM, SamplePlan.created_at >= quarter)
    return and_(
        ~finished,
        Portfolio.id.not_in(planned.where(SamplePlan.stage == Stage.SUMMATIVE)),
        Portfolio.id.not_in(recent),
        Portfolio.id.in_(_counting()),
        ~is_accepted(Portfolio.id),
    )


def _counting() -> Select[int]:
    """The portfolios with a decision that counts: by a qualified assessor, or signed by one."""
    decided = select(Entry.portfolio_id).join(Decision, Decision.id == Entry.decision_id)
    return decided.where(Entry.kind.in_(DECIDING), COUNTS)


def of_cohort(cohort: Cohort, *, stage: Stage = Stage.SUMMATIVE, iqa_id: int) -> Population:
    """The portfolios of a cohort that a plan of a stage may draw from, with what a draw needs to know of each.

    Portfolios whose decisions the IQA made, and the IQA's own work, are counted apart: another IQA draws from them.
    """
    today = clock.today()
    rows = db.session.execute(
        select(
            Portfolio.id,
            Portfolio.ref,
            Portfolio.learner_id,
            Setting.ref.label("place"),
            is_disputed(Portfolio.id).label("is_disputed"),
            is_held(Portfolio.id).label("is_held"),
        )
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .outerjoin(Setting, Setting.id == Enrolment.setting_id)
        .where(Enrolment.cohort_id == cohort.id, in_turn(stage, today=today))
        .order_by(Portfolio.id)
    ).all()
    free = [row for row in rows if not row.is_held]
    ids = [row.id for row in free]
    deciders, signed = _deciders(ids), _countersigned_by(iqa_id, ids)
    allowed = [
        row
        for row in free
        if iqa_id != row.learner_id and iqa_id not in deciders[row.id] and row.id not in signed
    ]
    last = _last_deciders(row.id for row in allowed)
    in_policy = policies.in_force(cohort.provider_id, today)
    standings = ratings.standings(cohort.provider_id, set(last.values()), in_policy=in_policy, today=today)
    return Population(
        stage=stage,
        candidates=_candidates(allowed, last, {one.user_id: one.ref for one in standings.values()}),
        portfolio_ids={row.ref: row.id for row in allowed},
        learner_ids={row.ref: row.learner_id for row in allowed},
        assessors=tuple(standings.values()),
        in_policy=in_policy,
        covered=covered(cohort.provider_id, months=in_policy.policy.cover_within_months, today=today),
        own=len(free) - len(allowed),
        held=len(rows) - len(free),
    )


def covered(provider_id: int, *, months: int, today: date) -> Covered:
    """What a provider's plans have sampled: of each assessor this quarter; and which kinds, workplaces and assessors within months."""
    year, quarter = months_before(today, months), quarter_of(today)
    plans = db.session.execute(
        select(SamplePlan.id, SamplePlan.created_at, SamplePlan.rule)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .where(
            Cohort.provider_id == provider_id,
            SamplePlan.created_at >= datetime.combine(min(year, quarter), time.min, tzinfo=clock.LONDON),
        )
    ).all()
    drawn: dict[int, set[str]] = defaultdict(set)
    for plan_id, portfolio in db.session.execute(
        select(Sample.plan_id, Portfolio.ref)
        .join(Portfolio, Portfolio.id == Sample.portfolio_id)
        .where(Sample.plan_id.in_([plan.id for plan in plans]), Sample.drawn)
    ):
        drawn[plan_id].add(portfolio)
    assessors: Counter[str] = Counter()
    kinds: set[str] = set()
    places: set[str] = set()
    seen: set[str] = set()
    for plan in plans:
        day = plan.created_at.astimezone(clock.LONDON).date()
        sampled = [one for one in drawing.candidates(plan.rule) if one.portfolio in drawn[plan.id]]
        if day >= quarter:
            assessors.update(one.assessor for one in sampled)
        if day >= year:
            kinds.update(kind for one in sampled for kind in one.kinds)
            places.update(one.place for one in sampled if one.place)
            seen.update(one.assessor for one in sampled)
    return Covered(dict(assessors), frozenset(kinds), frozenset(places), frozenset(seen))


def _candidates(
    rows: Iterable[Row[int, str, int, str | None, bool, bool]], last: dict[int, int], refs: dict[int, str]
) -> tuple[Candidate, ...]:
    again = _portfolios_with([EntryKind.REFERRED], last)
    borderline = _portfolios_with(BORDERLINE, last)
    returned = set(
        db.session.scalars(
            select(Sample.portfolio_id)
            .join(SampledDecision, SampledDecision.sample_id == Sample.id)
            .where(Sample.portfolio_id.in_(last), SampledDecision.outcome == SampleOutcome.RETURNED)
        )
    )
    kinds: dict[int, set[str]] = defaultdict(set)
    for portfolio_id, kind in db.session.execute(
        select(Evidence.portfolio_id, Evidence.kind)
        .join(SubmittedEvidence, SubmittedEvidence.evidence_id == Evidence.id)
        .where(Evidence.portfolio_id.in_(last))
        .distinct()
    ):
        kinds[portfolio_id].add(kind.value)
    first = _first_portfolios(set(last.values()))
    return tuple(
        Candidate(
            portfolio=row.ref,
            assessor=refs[last[row.id]],
            resubmitted=row.id in again,
            first=first[last[row.id]] == row.id,
            returned=row.id in returned,
            borderline=row.id in borderline,
            disputed=row.is_disputed,
            kinds=frozenset(kinds[row.id]),
            place=row.place or "",
        )
        for row in rows
    )


def _deciders(ids: Collection[int]) -> dict[int, set[int]]:
    """Everybody who decided in each of some portfolios, whether or not it counts."""
    found: dict[int, set[int]] = defaultdict(set)
    for portfolio_id, assessor_id in db.session.execute(
        select(Entry.portfolio_id, Decision.assessor_id)
        .join(Decision, Decision.id == Entry.decision_id)
        .where(Entry.portfolio_id.in_(ids), Entry.kind.in_(DECIDING))
        .distinct()
    ):
        found[portfolio_id].add(assessor_id)
    return found


def _last_deciders(ids: Iterable[int]) -> dict[int, int]:
    """Who made the last decision that counts in each of some portfolios."""
    rows = db.session.execute(
        select(Entry.portfolio_id, Decision.assessor_id)
        .join(Decision, Decision.id == Entry.decision_id)
        .where(Entry.portfolio_id.in_(list(ids)), Entry.kind.in_(DECIDING), COUNTS)
        .order_by(Entry.portfolio_id, Entry.sequence)
    )
    return {portfolio_id: assessor_id for portfolio_id, assessor_id in rows}  # noqa: C416 (a later row replaces an earlier one)


def _countersigned_by(person_id: int, ids: Collection[int]) -> set[int]:
    """Those of some portfolios in which somebody has countersigned."""
    return set(
        db.session.scalars(
            select(Submission.portfolio_id)
            .join(Decision, Decision.submission_id == Submission.id)
            .join(Countersignature, Countersignature.decision_id == Decision.id)
            .where(Submission.portfolio_id.in_(ids), Countersignature.countersigner_id == person_id)
            .distinct()
        )
    )


def _portfolios_with(kinds: Collection[EntryKind], ids: Collection[int]) -> set[int]:
    return set(
        db.session.scalars(
            select(Entry.portfolio_id).where(Entry.portfolio_id.in_(ids), Entry.kind.in_(kinds)).distinct()
        )
    )


def _first_portfolios(assessor_ids: Collection[int]) -> dict[int, int]:
    """The first portfolio that each of some assessors decided in."""
    first: dict[int, int] = {}
    for assessor_id, portfolio_id in db.session.execute(
        select(Decision.assessor_id, Submission.portfolio_id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Decision.assessor_id.in_(assessor_ids))
        .group_by(Decision.assessor_id, Submission.portfolio_id)
        .order_by(func.min(Decision.id))
    ):
        first.setdefault(assessor_id, portfolio_id)
    return first
