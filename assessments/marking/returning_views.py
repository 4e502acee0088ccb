"""The assessor returns a piece of evidence because somebody can be recognised in it."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.marking import assessor_queries
from assessments.portfolio import quarantine_queries
from assessments.portfolio.models import Evidence, Submission
from assessments.portfolio.quarantine_forms import TakeOutForm
from assessments.portfolio.quarantine_service import quarantine
from lms.core.access import current_actor, requires
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("returning", __name__, url_prefix="/marking")


@blueprint.get("/<ref:submission_ref>/evidence/<ref:evidence_ref>/identifies")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def ask(submission: Submission, evidence_ref: str) -> ResponseReturnValue:
    """Ask by what, and say what happens."""
    return _page(
        submission,
        quarantine_queries.sent_evidence(evidence_ref, submission.portfolio_id),
        TakeOutForm(formdata=None),
    )


@blueprint.post("/<ref:submission_ref>/evidence/<ref:evidence_ref>/identifies")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def take_out(submission: Submission, evidence_ref: str) -> ResponseReturnValue:
    """Take it out, for everybody, at once."""
    evidence = quarantine_queries.sent_evidence(evidence_ref, submission.portfolio_id)
    form = TakeOutForm(request.form)
    if not form.validate():
        return _page(submission, evidence, form), 422
    quarantine(evidence, form.told(), by=current_actor())
    flash("It is taken out. Its author, the provider and whoever looks after data protection are told.")
    return see_other("marking.start", submission_ref=submission.ref)


def _page(submission: Submission, evidence: Evidence, form: TakeOutForm) -> str:
    return render(
        "assessments/marking/returning.html",
        learner=submission.portfolio.learner,
        evidence=evidence,
        form=form,
        endpoint="returning.take_out",
        values={"submission_ref": submission.ref, "evidence_ref": evidence.ref},
        back=("marking.start", {"submission_ref": submission.ref}),
        is_out=quarantine_queries.standing_quarantine(evidence.id) is not None,
    )
