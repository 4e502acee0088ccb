"""The IQA takes out a piece of evidence because somebody can be recognised in it."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.portfolio import quarantine_queries
from assessments.portfolio.models import Evidence
from assessments.portfolio.quarantine_forms import TakeOutForm
from assessments.portfolio.quarantine_service import quarantine
from assessments.verification.models import Sample
from assessments.verification.sample_queries import get_sample
from lms.core.access import current_actor, requires
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("sample_returning", __name__, url_prefix="/verification")


@blueprint.get("/samples/<ref:sample_ref>/evidence/<ref:evidence_ref>/identifies")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=get_sample)
def ask(sample: Sample, evidence_ref: str) -> ResponseReturnValue:
    """Ask by what, and say what happens."""
    return _page(
        sample,
        quarantine_queries.sent_evidence(evidence_ref, sample.portfolio_id),
        TakeOutForm(formdata=None),
    )


@blueprint.post("/samples/<ref:sample_ref>/evidence/<ref:evidence_ref>/identifies")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=get_sample)
def take_out(sample: Sample, evidence_ref: str) -> ResponseReturnValue:
    """Take it out, for everybody, at once."""
    evidence = quarantine_queries.sent_evidence(evidence_ref, sample.portfolio_id)
    form = TakeOutForm(request.form)
    if not form.validate():
        return _page(sample, evidence, form), 422
    quarantine(evidence, form.told(), by=current_actor())
    flash("It is taken out. Its author, the provider and whoever looks after data protection are told.")
    return see_other("verification.sample", sample_ref=sample.ref)


def _page(sample: Sample, evidence: Evidence, form: TakeOutForm) -> str:
    return render(
        "assessments/marking/returning.html",
        learner=evidence.portfolio.learner,
        evidence=evidence,
        form=form,
        endpoint="sample_returning.take_out",
        values={"sample_ref": sample.ref, "evidence_ref": evidence.ref},
        back=("verification.sample", {"sample_ref": sample.ref}),
        is_out=quarantine_queries.standing_quarantine(evidence.id) is not None,
    )
