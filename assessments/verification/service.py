"""What quality assurers do: draw a sample, agree or return each decision, accept the unit, open a visit.

Nobody verifies a decision that they made: policy says so in words, and the table of answers refuses the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments import policy
from assessments.marking import queries as marking_queries
from assessments.marking import service as marking
from assessments.marking.models import Decision
from assessments.marking.outcomes import CriterionState, UnitState
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio
from assessments.verification import population, queries
from assessments.verification.models import (
    Sample,
    SampledDecision,
    SampleOutcome,
    SamplePlan,
    Visit,
    VisitPortfolio,
)
from assessments.verification.sampling import Risk, draw
from courses.cohorts.models import Cohort, Enrolment
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.people.models import Organisation, User


def draw_plan(
    cohort: Cohort, *, seed: str, risks: Mapping[str, Risk], rates: Mapping[Risk, int], by: Actor
) -> SamplePlan:
    """Draw a sample among the portfolios of a cohort that are met, and record how, so that anybody can repeat it.

    Raises:
        Refused: nothing waits that this IQA may verify, or the seed, a rate or a risk cannot be used.
    """
    people = population.of_cohort(cohort, iqa_id=by.id)
    if not people.candidates:
        raise Refused("No portfolio of this cohort waits for a plan that you may draw.")
    if not seed.strip():
        raise Refused("Give the draw a seed: any words or numbers. It is recorded.", field="seed")
    try:
        picks = draw(people.candidates, seed=seed, risks=risks, rates=rates)
    except ValueError as error:
        raise Refused(f"The plan cannot be drawn: {error}.") from error
    plan = SamplePlan(
        cohort_id=cohort.id,
        iqa_id=by.id,
        seed=seed,
        rule={
            "rates": {risk.value: rate for risk, rate in rates.items()},
            "risks": {ref: risk.value for ref, risk in risks.items()},
            "population": [
                {
                    "portfolio": one.portfolio,
                    "assessor": one.assessor,
                    "resubmitted": one.resubmitted,
                    "first": one.first,
                }
                for one in people.candidates
            ],
        },
    )
    db.session.add(plan)
    db.session.flush()
    db.session.add_all(
        Sample(
            plan_id=plan.id,
            portfolio_id=people.portfolio_ids[pick.portfolio],
            drawn=pick.drawn,
            reason=pick.reason,
        )
        for pick in picks
    )
    audit.record(
        Act.SAMPLE_PLANNED,
        by=by,
        on=plan,
        organisation_id=cohort.provider_id,
        seed=seed,
        population=len(picks),
        drawn=sum(pick.drawn for pick in picks),
    )
    return plan


def answer(
    sample: Sample, decision: Decision, *, outcome: SampleOutcome, comment: str = "", by: Actor
) -> None:
    """Say of one decision that it is agreed, or return it with an action.

    Raises:
        Forbidden: the IQA made the decision, or it is their own work.
        Refused: a return without an action.
        Conflict: it has been answered, or does not count any more.
    """
    if outcome is SampleOutcome.RETURNED and not comment:
        raise Refused("Say what the assessor should look at again.", field="comment")
    if marking_queries.latest_decisions(sample.portfolio_id).get(decision.criterion) is not decision:
        raise Conflict(f"{decision.criterion} has been decided again since. Look at the new decision.")
    _record(sample, [decision], outcome=outcome, comment=comment, by=by)
    if outcome is SampleOutcome.AGREED:
        marking.agree(sample.portfolio, [decision], by=by)
    else:
        marking.send_back(decision, comment=comment, by=by)


def agree_the_rest(sample: Sample, *, by: Actor) -> int:
    """Agree with every decision that has not been answered and accept the unit.

    Returns:
        How many decisions were agreed by this.

    Raises:
        Conflict: a decision was returned and waits for the assessor, or the unit has been accepted.
        Forbidden: the IQA made one of the decisions, or it is their own work.
    """
    portfolio = sample.portfolio
    standing = marking_queries.position(portfolio, portfolios.unit_of(portfolio)).standing
    if standing.unit is not UnitState.MET:
        raise Conflict(
            "This portfolio does not wait for you now: a decision is with its assessor, or it is accepted."
        )
    decisions = marking_queries.latest_decisions(portfolio.id)
    rest = [decisions[ref] for ref, state in standing.states().items() if state is CriterionState.MET]
    _record(sample, rest, outcome=SampleOutcome.AGREED, comment="", by=by)
    marking.agree(portfolio, rest, by=by)
    marking.accept(portfolio, by=by)
    return len(rest)


def _record(
    sample: Sample, decisions: Sequence[Decision], *, outcome: SampleOutcome, comment: str, by: Actor
) -> None:
    """Add the IQA's answers; the database refuses an answer to one's own decision, and a second answer."""
    judges = marking_queries.judges_of(decisions)
    if not policy.may_verify(by.id, learner_id=sample.portfolio.learner_id, assessor_ids=judges):
        raise Forbidden("Nobody verifies a decision that they made. Another IQA answers this one.")
    try:
        with db.session.begin_nested():
            db.session.add_all(
                SampledDecision(
                    sample_id=sample.id,
                    decision_id=decision.id,
                    assessor_id=decision.assessor_id,
                    iqa_id=by.id,
                    outcome=outcome,
                    comment=comment,
                )
                for decision in decisions
            )
    except IntegrityError as error:
        raise Conflict("Somebody answered this already. Nothing was recorded twice.") from error
    audit.record(
        Act.SAMPLE_DECIDED,
        by=by,
        on=sample,
        outcome=outcome.value,
        criteria=",".join(one.criterion for one in decisions),
    )


def accept_undrawn(plan: SamplePlan, *, by: Actor) -> int:
    """Accept the portfolios that a plan did not draw, once everything that it drew is accepted.

    Returns:
        How many were accepted.

    Raises:
        Conflict: something drawn is still open, or nothing is left.
        Forbidden: the IQA made decisions in one of them.
    """
    rows = queries.plan_rows(plan)
    still_open = [row.learner for row in rows if row.drawn and not row.accepted]
    if still_open:
        raise Conflict(f"First close what was drawn: {', '.join(still_open)}.")
    left = queries.undrawn_portfolios(plan)
    if not left:
        raise Conflict("Nothing of this plan is left to accept.")
    for portfolio in left:
        marking.accept(portfolio, by=by)
    return len(left)


def open_visit(
    provider: Organisation,
    *,
    eqa: User,
    from_on: date,
    until_on: date,
    portfolio_refs: Iterable[str],
    by: Actor,
) -> Visit:
    """Let an external quality assurer read chosen portfolios for the days of a visit.

    Raises:
        Refused: the days are the wrong way round, or nothing is chosen that belongs to the provider.
    """
    if until_on < from_on:
        raise Refused("The visit ends before it begins. Put the later day second.", field="until_on")
    wanted = sorted(set(portfolio_refs))
    chosen = list(
        db.session.scalars(
            select(Portfolio)
            .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Portfolio.ref.in_(wanted), Cohort.provider_id == provider.id)
            .order_by(Portfolio.id)
        )
    )
    if not wanted or len(chosen) != len(wanted):
        raise Refused("Tick the portfolios that the visit may read.", field="portfolios")
    visit = Visit(provider_id=provider.id, eqa_id=eqa.id, from_on=from_on, until_on=until_on)
    db.session.add(visit)
    db.session.flush()
    db.session.add_all(VisitPortfolio(visit_id=visit.id, portfolio_id=portfolio.id) for portfolio in chosen)
    audit.record(
        Act.VISIT_OPENED, by=by, on=visit, organisation_id=provider.id, eqa_id=eqa.id, portfolios=len(chosen)
    )
    return visit
