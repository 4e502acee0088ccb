"""What the practitioner has sent: the receipt of each submission, as it was sent, with what came back."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from assessments.marking import queries, submission_queries
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.sending import is_intact
from assessments.portfolio.snapshot import pieces_of
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.web import render

blueprint = Blueprint("submissions", __name__, url_prefix="/portfolio/submissions")


@blueprint.get("/")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def index(portfolio: Portfolio) -> ResponseReturnValue:
    """Everything that was sent, newest first."""
    return render("assessments/portfolio/submissions.html", sent=submission_queries.submissions_of(portfolio))


@blueprint.get("/<ref:submission_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, submission=submission_queries.own_submission)
def show(submission: Submission) -> ResponseReturnValue:
    """One submission: its receipt, what was sent, and what came back."""
    return render(
        "assessments/portfolio/submission.html",
        submission=submission,
        unit=portfolios.unit_of(submission.portfolio),
        answers=submission_queries.answers_to(submission),
        pieces=pieces_of(submission.snapshot),
        is_intact=is_intact(submission),
        assessor=queries.assessor_of(submission.portfolio_id),
        answer_by=queries.answers_due(submission.portfolio_id),
    )
