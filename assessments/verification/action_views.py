"""The lists of what IQAs ask of assessors: the IQA's, and the assessor's own with what IQAs said of their feedback."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.verification import actions, sample_queries
from assessments.verification.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.verification.forms import StepForm
from assessments.verification.models import SampleAction
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.permissions import Permission
from lms.core.web import page_asked, render, see_other


@blueprint.get("/actions")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE)
def actions_list(reach: Reach) -> ResponseReturnValue:
    """Every action, those that wait first."""
    return _list_page(reach)


@blueprint.post("/actions/<ref:action_ref>/close")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, action=actions.get_action)
def close_action(action: SampleAction, reach: Reach) -> ResponseReturnValue:
    """Close an action."""
    form = StepForm(request.form)
    if not form.validate():
        return _list_page(reach, error="Keep it under 600 letters."), 422
    try:
        actions.close(action, note=form.note.data or "", by=current_actor())
    except DomainError as error:
        return _list_page(reach, error=error.message), error.status
    flash("Closed. It stays in the list.")
    return see_other("verification.actions_list")


@blueprint.get("/asked-of-me")
@requires(Permission.MARKING_SUBMISSION_DECIDE)
def own_actions(reach: Reach) -> ResponseReturnValue:
    """What IQAs ask of an assessor, and what they said of the feedback."""
    return _own_page(reach)


@blueprint.post("/asked-of-me/<ref:action_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, action=actions.get_own_action)
def action_done(action: SampleAction, reach: Reach) -> ResponseReturnValue:
    """Say that it is done."""
    form = StepForm(request.form)
    if not form.validate():
        return _own_page(reach, error="Keep it under 600 letters."), 422
    try:
        actions.mark_done(action, note=form.note.data or "", by=current_actor())
    except DomainError as error:
        return _own_page(reach, error=error.message), error.status
    flash("Your IQA sees that it is done.")
    return see_other("verification.own_actions")


def _list_page(reach: Reach, *, error: str = "") -> str:
    page = page_asked()
    rows, count = actions.list_actions(actions.at_providers(reach), page=page)
    return render(
        "assessments/verification/actions.html",
        rows=rows,
        count=count,
        page=page,
        pages=-(-count // actions.PAGE),
        error=error,
    )


def _own_page(reach: Reach, *, error: str = "") -> str:
    page = page_asked()
    rows, count = actions.list_actions(actions.of_assessor(reach), page=page)
    return render(
        "assessments/verification/own_actions.html",
        rows=rows,
        count=count,
        page=page,
        pages=-(-count // actions.PAGE),
        reports=sample_queries.reports_to(reach.person_id),
        error=error,
    )
