"""The assessor's pages of standardisation: a script to judge blind, then what everybody said."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.standardisation import exercises, queries, results
from assessments.standardisation.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.standardisation.exercises import Said
from assessments.standardisation.forms import RemarkForm
from assessments.standardisation.models import Exercise
from lms.core import files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.files import StoredFile
from lms.core.forms import PressForm, tidy
from lms.core.permissions import Permission
from lms.core.web import render, see_other

ASSESSOR = Permission.MARKING_SUBMISSION_DECIDE


@blueprint.get("/mine")
@requires(ASSESSOR)
def mine(reach: Reach) -> ResponseReturnValue:
    """The scripts that the assessor is asked to judge."""
    return render(
        "assessments/standardisation/mine.html",
        rows=queries.exercises(queries.asked_of(reach)),
        judged=queries.judged_refs(reach.person_id),
    )


@blueprint.get("/mine/<ref:script_ref>")
@requires(ASSESSOR, script=queries.get_own_exercise)
def script(script: Exercise) -> ResponseReturnValue:
    """The script to judge; or that the others are waited for; or what everybody said."""
    return _page(script)


@blueprint.post("/mine/<ref:script_ref>")
@requires(ASSESSOR, script=queries.get_own_exercise)
def judge(script: Exercise) -> ResponseReturnValue:
    """Say of every criterion whether it is met."""
    said = {
        ref: Said(
            {"met": True, "not": False}.get(request.form.get(f"met-{ref}", "")),
            str(tidy(request.form.get(f"why-{ref}", ""))),
        )
        for ref in script.criteria
    }
    try:
        exercises.judge(script, said, by=current_actor())
    except DomainError as error:
        return _page(script, error=error.message, said=said), error.status
    flash("Sent. You see what the others say when all have judged.")
    return see_other("standardisation.script", script_ref=script.ref)


@blueprint.post("/mine/<ref:script_ref>/remarks")
@requires(ASSESSOR, script=queries.get_own_exercise)
def own_remark(script: Exercise) -> ResponseReturnValue:
    """Say something in the discussion."""
    form = RemarkForm(request.form, criteria=script.criteria)
    if not form.validate():
        return _page(script, error="Write something, about the script or one criterion of it."), 422
    try:
        exercises.remark(
            script, text=form.text.data or "", criterion=form.criterion.data or "", by=current_actor()
        )
    except DomainError as error:
        return _page(script, error=error.message), error.status
    return see_other("standardisation.script", script_ref=script.ref, _anchor="said")


@blueprint.get("/mine/files/<ref:file_ref>")
@requires(ASSESSOR, file=queries.own_script_file)
def own_file(file: StoredFile) -> ResponseReturnValue:
    """A file of a script."""
    return files.send(file, inline=file.is_picture)


def _page(script: Exercise, *, error: str = "", said: dict[str, Said] | None = None) -> str:
    is_over = queries.is_open_to_see(script)
    return render(
        "assessments/standardisation/script.html",
        exercise=script,
        unit=exercises.unit_of(script),
        pieces=queries.pieces(script),
        has_judged=current_actor().id in queries.judgements(script),
        results=results.of(script) if is_over else None,
        remarks=queries.remarks(script) if is_over else [],
        said=said or {},
        error=error,
        remark_form=RemarkForm(criteria=script.criteria),
        press=PressForm(),
    )
