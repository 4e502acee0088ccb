"""The IQA takes out a piece of evidence because somebody can be recognised in it."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from assessments.portfolio import taking_out
from assessments.portfolio.quarantine_queries import sent_evidence
from assessments.verification.models import Sample
from assessments.verification.sample_queries import get_sample
from lms.core.access import requires
from lms.core.permissions import Permission

blueprint = Blueprint("sample_returning", __name__, url_prefix="/verification")


@blueprint.get("/samples/<ref:sample_ref>/evidence/<ref:evidence_ref>/identifies")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=get_sample)
def ask(sample: Sample, evidence_ref: str) -> ResponseReturnValue:
    """Ask by what, and say what happens."""
    evidence = sent_evidence(evidence_ref, sample.portfolio_id)
    return taking_out.ask(evidence, back=_back(sample))


@blueprint.post("/samples/<ref:sample_ref>/evidence/<ref:evidence_ref>/identifies")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=get_sample)
def take_out(sample: Sample, evidence_ref: str) -> ResponseReturnValue:
    """Take it out, for everybody, at once."""
    evidence = sent_evidence(evidence_ref, sample.portfolio_id)
    return taking_out.answer(evidence, back=_back(sample))


def _back(sample: Sample) -> str:
    return url_for("verification.sample", sample_ref=sample.ref)
