"""The IQA gives a piece of evidence back that somebody else took out by mistake."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.portfolio import quarantine_queries, quarantine_undoing
from assessments.portfolio.quarantine_forms import UndoForm
from assessments.portfolio.quarantine_models import Mistake, Quarantine
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("undoing", __name__, url_prefix="/verification/taken-out")


@blueprint.get("/")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE)
def index(reach: Reach) -> ResponseReturnValue:
    """What is out now. Never what it said."""
    rows = quarantine_queries.out_at_provider(within=reach)
    return render(
        "assessments/verification/taken_out.html",
        rows=rows,
        criteria=quarantine_queries.criteria_of(row.evidence_id for row in rows),
    )


@blueprint.get("/<ref:quarantine_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, quarantine=quarantine_queries.one_out)
def ask(quarantine: Quarantine) -> ResponseReturnValue:
    """Ask why it was a mistake, and say what happens."""
    return _page(quarantine, UndoForm(formdata=None))


@blueprint.post("/<ref:quarantine_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, quarantine=quarantine_queries.one_out)
def give_back(quarantine: Quarantine) -> ResponseReturnValue:
    """Give it back, to everybody who could read it."""
    form = UndoForm(request.form)
    if not form.validate():
        return _page(quarantine, form), 422
    try:
        quarantine_undoing.undo(quarantine, Mistake(form.mistake.data), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field="mistake")
        return _page(quarantine, form), error.status
    flash("It is back where it was. Everybody who was told that it was taken out is told.")
    return see_other("undoing.index")


def _page(quarantine: Quarantine, form: UndoForm) -> str:
    return render(
        "assessments/verification/taken_out_undo.html",
        quarantine=quarantine,
        evidence=quarantine.evidence,
        learner=quarantine.evidence.portfolio.learner,
        form=form,
        is_own=quarantine.by_id == current_actor().id,
    )
