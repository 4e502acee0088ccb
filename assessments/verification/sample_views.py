"""The pages of one drawn portfolio: each decision agreed or returned, what the assessor is told, and the unit accepted."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.marking import queries as marking
from assessments.marking.models import Decision, Outcome
from assessments.verification import actions, reading, sample_queries, service
from assessments.verification.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.verification.forms import ActionForm, AnswerForm, ReportForm
from assessments.verification.models import Sample, SampleOutcome
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.forms import PressForm, first_error
from lms.core.permissions import Permission
from lms.core.text import day
from lms.core.web import render, see_other


@blueprint.get("/samples/<ref:sample_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=sample_queries.get_sample)
def sample(sample: Sample) -> ResponseReturnValue:
    """A drawn portfolio: evidence, decisions, and an answer to each."""
    return _page(sample)


@blueprint.post("/samples/<ref:sample_ref>/answer")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=sample_queries.get_sample)
def answer(sample: Sample) -> ResponseReturnValue:
    """Agree with one decision, or return it."""
    form = AnswerForm(request.form)
    if not form.validate():
        return _page(sample, error=first_error(form), answer=form), 422
    decision = sample_queries.decision_in(sample, form.decision.data or "")
    outcome = SampleOutcome(form.outcome.data)
    try:
        service.answer(
            sample,
            decision,
            outcome=outcome,
            comment=form.comment.data or "",
            due_on=form.due_on.data,
            by=current_actor(),
        )
    except DomainError as error:
        return _page(sample, error=f"{decision.criterion}: {error.message}", answer=form), error.status
    flash(_answered(decision, outcome))
    return see_other("verification.sample", sample_ref=sample.ref, _anchor=f"c{decision.criterion}")


@blueprint.post("/samples/<ref:sample_ref>/agree-with-the-rest")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=sample_queries.get_sample)
def agree_the_rest(sample: Sample) -> ResponseReturnValue:
    """Agree with everything that has not been answered and accept the unit."""
    form = ReportForm(request.form)
    if not form.validate():
        return _page(sample, error=first_error(form), report=form), 422
    name = sample.portfolio.learner.name
    try:
        service.agree_the_rest(sample, on_feedback=form.on_feedback.data or "", by=current_actor())
    except DomainError as error:
        return _page(sample, error=error.message, report=form), error.status
    flash(f"{name}’s unit is accepted. We wrote to them.")
    return see_other("verification.index")


@blueprint.post("/samples/<ref:sample_ref>/finish")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=sample_queries.get_sample)
def finish(sample: Sample) -> ResponseReturnValue:
    """Close a look at a portfolio that is on the way."""
    form = ReportForm(request.form)
    if not form.validate():
        return _page(sample, error=first_error(form), report=form), 422
    try:
        service.finish(
            sample,
            on_feedback=form.on_feedback.data or "",
            on_planning=form.on_planning.data or "",
            by=current_actor(),
        )
    except DomainError as error:
        return _page(sample, error=error.message, report=form), error.status
    flash("Closed. The assessor reads what you wrote.")
    return see_other("verification.index")


@blueprint.post("/samples/<ref:sample_ref>/ask")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=sample_queries.get_sample)
def ask(sample: Sample) -> ResponseReturnValue:
    """Ask the assessor to do something that is about no single decision."""
    form = ActionForm(request.form)
    if not form.validate():
        return _page(sample, error=first_error(form), asking=form), 422
    try:
        asked = service.ask(sample, note=form.note.data or "", due_on=form.due_on.data, by=current_actor())
    except DomainError as error:
        return _page(sample, error=error.message, asking=form), error.status
    flash(f"{asked.assessor.name} is asked, by {day(asked.due_on)}. We wrote to them.")
    return see_other("verification.sample", sample_ref=sample.ref)


def _answered(decision: Decision, outcome: SampleOutcome) -> str:
    if outcome is SampleOutcome.AGREED:
        return f"{decision.criterion}: you agree."
    if decision.outcome is not Outcome.MET:
        return f"{decision.criterion} stays not yet met. We asked {decision.assessor.name}."
    # its portfolio may have been given to another assessor since
    now_with = marking.assessor_of(decision.submission.portfolio_id) or decision.assessor
    return f"{decision.criterion} is with {now_with.name} again."


def _page(
    sample: Sample,
    *,
    error: str = "",
    answer: AnswerForm | None = None,
    report: ReportForm | None = None,
    asking: ActionForm | None = None,
) -> str:
    due_on = actions.due_by_policy(sample)
    return render(
        "assessments/verification/sample.html",
        sample=sample,
        read=reading.read(sample.portfolio, sample_queries.answers(sample.portfolio_id)),
        error=error,
        typed={answer.decision.data: answer.comment.data} if answer else {},
        may_answer=service.may_verify(sample, current_actor()),
        report=sample_queries.report_of(sample),
        actions=actions.list_actions(actions.of_portfolio(sample.portfolio_id))[0],
        due_on=due_on,
        report_form=report or ReportForm(),
        action_form=asking or ActionForm(data={"due_on": due_on}),
        press=PressForm(),
    )
