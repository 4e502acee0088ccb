"""What quality assurers do: draw a sample, agree or return each decision, accept the unit.

Nobody verifies a decision that they made: policy says so in words, and the table of answers refuses the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments import policy
from assessments.holds import service as holds
from assessments.marking import queries as marking_queries
from assessments.marking import service as marking
from assessments.marking.models import Decision, Outcome
from assessments.marking.outcomes import CriterionState, Standing, UnitState
from assessments.portfolio import queries as portfolios
from assessments.verification import actions, drawing, population, queries, sample_queries
from assessments.verification.models import (
    Sample,
    SampleAction,
    SampledDecision,
    SampleOutcome,
    SamplePlan,
    SampleReport,
)
from assessments.verification.sampling import Stage
from courses.cohorts.models import Cohort
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db


def draw_plan(cohort: Cohort, *, stage: Stage = Stage.SUMMATIVE, seed: str, by: Actor) -> SamplePlan:
    """Draw a sample among the portfolios of a cohort by the provider's policy, and record how, so that anybody can repeat it.

    Args:
        cohort: whose portfolios.
        stage: those that are finished, or those on the way.
        seed: any words or numbers.
        by: the IQA.

    Raises:
        Refused: nothing waits that this IQA may verify, or the seed cannot be used.
    """
    # two draws at once would both take the same portfolios: the second waits for the first, and finds them in its plan
    db.session.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    people = population.of_cohort(cohort, stage=stage, iqa_id=by.id)
    if not people.candidates:
        raise Refused("No portfolio of this cohort waits for a plan that you may draw.")
    if not seed.strip():
        raise Refused("Give the draw a seed: any words or numbers. It is recorded.", field="seed")
    rule = drawing.record(
        people.candidates,
        stage=stage,
        in_policy=people.in_policy,
        risks={one.ref: one.risk for one in people.assessors},
        covered=people.covered,
    )
    picks = drawing.repeat(seed, rule)
    plan = SamplePlan(cohort_id=cohort.id, iqa_id=by.id, stage=stage, seed=seed, rule=rule)
    db.session.add(plan)
    db.session.flush()
    db.session.add_all(
        Sample(
            plan_id=plan.id,
            portfolio_id=people.portfolio_ids[pick.portfolio],
            learner_id=people.learner_ids[pick.portfolio],
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
        stage=stage.value,
        seed=seed,
        population=len(picks),
        drawn=sum(pick.drawn for pick in picks),
    )
    return plan


def answer(
    sample: Sample,
    decision: Decision,
    *,
    outcome: SampleOutcome,
    comment: str = "",
    due_on: date | None = None,
    by: Actor,
) -> None:
    """Say of one decision that it is agreed, or return it with an action for its assessor.

    A decision of met that is returned reopens the criterion. One of not yet met reopens nothing: the practitioner has been
    asked for more, and the assessor reverses it if the IQA is right.

    Args:
        sample: the sample that the decision was seen in.
        decision: the decision that counts for its criterion.
        outcome: the answer.
        comment: a note to the assessor; of a return, what to look at again.
        due_on: by when a return is answered; the policy's days from today unless given.
        by: the IQA.

    Raises:
        Forbidden: the IQA judged in this portfolio, or it is their own work.
        Refused: a return without an action, or by a day that lies behind.
        Conflict: it has been answered, does not count any more, or is on hold; the look is closed, or the unit
            accepted.
    """
    is_returned = outcome is SampleOutcome.RETURNED
    reopens = is_returned and decision.outcome is Outcome.MET
    if is_returned and not comment:
        raise Refused("Say what the assessor should look at again.", field="comment")
    standing = _require_open(sample)
    portfolio_id = sample.portfolio_id
    holds.require_free(portfolio_id, [decision.criterion])
    if marking_queries.latest_decisions(portfolio_id).get(decision.criterion) is not decision:
        raise Conflict(f"{decision.criterion} has been decided again since. Look at the new decision.")
    if standing.state(decision.criterion) is CriterionState.WITH:
        raise Conflict(f"{decision.criterion} is with its assessor again. Look at the new decision.")
    recorded = _record(sample, [decision], outcome=outcome, comment=comment, by=by)
    actions.close_of_criterion(portfolio_id, decision.criterion, by=by)
    if is_returned:
        actions.ask(
            sample,
            decision.assessor,
            note=comment,
            due_on=due_on,
            about=recorded[0],
            criterion=decision.criterion,
            by=by,
        )
    if reopens:
        marking.send_back(decision, comment=comment, by=by)
    elif decision.outcome is Outcome.MET:
        marking.agree(sample.portfolio, [decision], by=by)


def ask(sample: Sample, *, note: str, due_on: date | None = None, by: Actor) -> SampleAction:
    """Ask whoever decided last in a portfolio to do something that is about no single decision.

    Args:
        sample: the sample in which it was seen.
        note: what to do; only the assessor and quality assurers read it.
        due_on: by when; the policy's days from today unless given.
        by: the IQA.

    Raises:
        Forbidden: the IQA judged in this portfolio, or it is their own work.
        Refused: nothing is said, the day lies behind, or nobody whose account is open has decided anything.
        Conflict: the look is closed, or the unit accepted.
    """
    _require_may_verify(sample, by)
    _require_open(sample)
    assessor = sample_queries.last_judge(sample.portfolio_id)
    if assessor is None:
        raise Refused("There is nobody to ask: nobody has decided here, or their account is closed.")
    return actions.ask(sample, assessor, note=note, due_on=due_on, by=by)


def agree_the_rest(sample: Sample, *, on_feedback: str = "", by: Actor) -> int:
    """Agree with every decision that has not been answered and accept the unit.

    Args:
        sample: the sample of a finished portfolio.
        on_feedback: what the IQA tells the assessor of their feedback.
        by: the IQA.

    Returns:
        How many decisions were agreed by this.

    Raises:
        Conflict: a decision was returned and waits for the assessor, the unit has been accepted, or it is a look at a
            portfolio on the way.
        Forbidden: the IQA judged in this portfolio, or it is their own work.
    """
    _require_finished(sample.plan)
    portfolio, standing = sample.portfolio, _standing(sample)
    if standing.unit is not UnitState.MET:
        raise Conflict(
            "This portfolio does not wait for you now: a decision is with its assessor, or it is accepted."
        )
    decisions = marking_queries.latest_decisions(portfolio.id)
    rest = [decisions[ref] for ref, state in standing.states().items() if state is CriterionState.MET]
    _record(sample, rest, outcome=SampleOutcome.AGREED, comment="", by=by)
    for decision in rest:
        actions.close_of_criterion(portfolio.id, decision.criterion, by=by)
    marking.agree(portfolio, rest, by=by)
    marking.accept(portfolio, by=by)
    if sample_queries.report_of(sample) is None:
        db.session.add(SampleReport(sample_id=sample.id, iqa_id=by.id, on_feedback=on_feedback))
    return len(rest)


def finish(sample: Sample, *, on_feedback: str, on_planning: str, by: Actor) -> SampleReport:
    """Say that enough of a portfolio on the way has been looked at, and what its assessor should know.

    Raises:
        Refused: nothing is said of the feedback.
        Conflict: it is a finished portfolio, or was said already.
        Forbidden: the IQA judged in this portfolio, or it is their own work.
    """
    if sample.plan.stage is not Stage.INTERIM:
        raise Conflict("A finished portfolio is closed by accepting its unit.")
    if not on_feedback:
        raise Refused("Say how the feedback reads, in a line. The assessor sees it.", field="on_feedback")
    _require_may_verify(sample, by)
    report = SampleReport(sample_id=sample.id, iqa_id=by.id, on_feedback=on_feedback, on_planning=on_planning)
    try:
        with db.session.begin_nested():
            db.session.add(report)
    except IntegrityError as error:
        raise Conflict("This sample is closed already.") from error
    audit.record(Act.SAMPLE_DECIDED, by=by, on=sample, what="finished")
    return report


def _require_finished(plan: SamplePlan) -> None:
    if plan.stage is Stage.INTERIM:
        raise Conflict("A look on the way is closed by itself; it accepts nothing.")


def _require_open(sample: Sample) -> Standing:
    """Where a portfolio stands; refuse to go on with a look that is closed, or with a unit that is accepted now."""
    if sample.plan.stage is Stage.INTERIM and sample_queries.report_of(sample) is not None:
        raise Conflict("This look is closed already.")
    standing = _standing(sample)
    if standing.accepted:
        raise Conflict("This unit is accepted already.")
    return standing


def _standing(sample: Sample) -> Standing:
    portfolio = sample.portfolio
    return marking_queries.position(portfolio, portfolios.unit_of(portfolio)).standing


def may_verify(sample: Sample, by: Actor) -> bool:
    """Whether somebody may answer for a portfolio: it is not their own work, and no decision in it is theirs."""
    judges = marking_queries.judges_in(sample.portfolio_id)
    return policy.may_verify(by.id, learner_id=sample.learner_id, assessor_ids=judges)


def _require_may_verify(sample: Sample, by: Actor) -> None:
    if not may_verify(sample, by):
        raise Forbidden("Nobody verifies a decision that they made. Another IQA answers for this portfolio.")


def _record(
    sample: Sample, decisions: Sequence[Decision], *, outcome: SampleOutcome, comment: str, by: Actor
) -> list[SampledDecision]:
    """Add the IQA's answers; the database refuses an answer to one's own decision, and a second answer."""
    _require_may_verify(sample, by)
    answers = [
        SampledDecision(
            sample_id=sample.id,
            learner_id=sample.learner_id,
            decision_id=decision.id,
            assessor_id=decision.assessor_id,
            iqa_id=by.id,
            outcome=outcome,
            comment=comment,
        )
        for decision in decisions
    ]
    try:
        with db.session.begin_nested():
            db.session.add_all(answers)
    except IntegrityError as error:
        raise Conflict("Somebody answered this already. Nothing was recorded twice.") from error
    audit.record(
        Act.SAMPLE_DECIDED,
        by=by,
        on=sample,
        outcome=outcome.value,
        criteria=",".join(one.criterion for one in decisions),
    )
    return answers


def accept_undrawn(plan: SamplePlan, *, by: Actor) -> int:
    """Accept the portfolios that a plan did not draw, once everything that it drew is accepted.

    What has been questioned since, or decided once more, is not accepted unseen: another plan draws it.

    Returns:
        How many were accepted.

    Raises:
        Conflict: something drawn is still open, nothing is left, or the plan is of portfolios on the way.
        Forbidden: the IQA made or countersigned decisions in one of them.
    """
    _require_finished(plan)
    rows = queries.plan_rows(plan)
    still_open = [row.learner for row in rows if row.drawn and not row.accepted]
    if still_open:
        raise Conflict(f"First close what was drawn: {', '.join(still_open)}.")
    left = queries.undrawn_portfolios(plan)
    if not left:
        raise Conflict("Nothing of this plan is left to accept.")
    looked_at = queries.open_on_the_way([portfolio.id for portfolio in left])
    if looked_at:
        raise Conflict(f"First close what was looked at on the way: {', '.join(looked_at)}.")
    for portfolio in left:
        marking.accept(portfolio, by=by)
    return len(left)
