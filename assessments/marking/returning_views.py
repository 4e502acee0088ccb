"""The assessor returns a piece of evidence because somebody can be recognised in it."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from assessments.marking import assessor_queries
from assessments.portfolio import taking_out
from assessments.portfolio.models import Submission
from assessments.portfolio.quarantine_queries import sent_evidence
from lms.core.access import requires
from lms.core.permissions import Permission

blueprint = Blueprint("returning", __name__, url_prefix="/marking")


@blueprint.get("/<ref:submission_ref>/evidence/<ref:evidence_ref>/identifies")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def ask(submission: Submission, evidence_ref: str) -> ResponseReturnValue:
    """Ask by what, and say what happens."""
    evidence = sent_evidence(evidence_ref, submission.portfolio_id)
    return taking_out.ask(evidence, back=_back(submission))


@blueprint.post("/<ref:submission_ref>/evidence/<ref:evidence_ref>/identifies")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def take_out(submission: Submission, evidence_ref: str) -> ResponseReturnValue:
    """Take it out, for everybody, at once."""
    evidence = sent_evidence(evidence_ref, submission.portfolio_id)
    return taking_out.answer(evidence, back=_back(submission))


def _back(submission: Submission) -> str:
    return url_for("marking.start", submission_ref=submission.ref)
