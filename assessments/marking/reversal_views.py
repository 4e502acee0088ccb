"""Changing a decision that has been sent: by its assessor with a reason, or by an IQA who has it decided once more."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assessments.marking import assessor_queries, desk, queries, reversing
from assessments.marking.forms import ReopenForm, ReversalForm
from assessments.marking.history_views import page_for_iqa
from assessments.marking.ledger import position_of
from assessments.marking.models import Decision
from assessments.marking.views import require_in
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio, Submission
from courses.cohorts.models import Cohort, Enrolment
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("reversal", __name__)


def decision_within(ref: str, *, within: Reach) -> Decision:
    """A decision on a portfolio of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    decision = db.session.scalar(
        select(Decision)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Decision.ref == ref, Cohort.provider_id.in_(within.organisation_ids))
    )
    if decision is None:
        raise NotFound
    return decision


@blueprint.get("/marking/<ref:submission_ref>/criteria/<criterion>/change")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def show(submission: Submission, criterion: str) -> ResponseReturnValue:
    """A decision that was sent, and its opposite to be written."""
    require_in(submission, criterion)
    return _page(submission, criterion, ReversalForm(data={"sequence": position_of(submission).sequence}))


@blueprint.post("/marking/<ref:submission_ref>/criteria/<criterion>/change")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def change(submission: Submission, criterion: str) -> ResponseReturnValue:
    """Replace a decision that was sent by its opposite."""
    require_in(submission, criterion)
    form = ReversalForm(request.form)
    if not form.validate():
        return _page(submission, criterion, form), 422
    try:
        reversing.reverse(
            submission,
            criterion,
            form.judgement(),
            why=form.why.data or "",
            sequence=form.sequence.data or 0,
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _page(submission, criterion, form), error.status
    flash(f"Changed. We wrote to {submission.portfolio.learner.name}.")
    return see_other("marking.decide", submission_ref=submission.ref, criterion=criterion)


@blueprint.post("/verification/decisions/<ref:decision_ref>/reopen")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, decision=decision_within)
def reopen(decision: Decision, reach: Reach) -> ResponseReturnValue:
    """As IQA: have a criterion that is met decided once more."""
    portfolio = decision.submission.portfolio
    form = ReopenForm(request.form)
    try:
        reversing.reopen(decision, why=form.why.data or "", by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return page_for_iqa(portfolio, decision.criterion, form, reach), error.status
    flash(f"{decision.criterion} is with its assessor again. We wrote to both.")
    return see_other("history.for_iqa", portfolio_ref=portfolio.ref, criterion=decision.criterion)


def _page(submission: Submission, criterion: str, form: ReversalForm) -> str:
    latest = queries.latest_decisions(submission.portfolio_id).get(criterion)
    if latest is None or latest.submission_id != submission.id:
        raise NotFound
    return render(
        "assessments/marking/change.html",
        **desk.head(submission),
        criterion=portfolios.unit_of(submission.portfolio).criteria[criterion],
        decision=latest,
        form=form,
    )
