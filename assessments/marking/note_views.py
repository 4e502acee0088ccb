"""Notes on evidence: each arrives with the judgement beside it, so that nothing typed is lost without script."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from assessments.marking import annotating, assessor_queries, desk
from assessments.marking.forms import JudgementForm, NoteForm
from assessments.marking.note_models import NoteDraft
from assessments.marking.views import keep_typed, require_in
from assessments.portfolio.models import Submission
from assessments.portfolio.snapshot import pieces_for
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.core.web import see_other

blueprint = Blueprint("notes", __name__, url_prefix="/marking")


@blueprint.post("/<ref:submission_ref>/criteria/<criterion>/notes/<ref:on_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def add(submission: Submission, criterion: str, on_ref: str, reach: Reach) -> ResponseReturnValue:
    """Keep a note on a piece of evidence (`on_ref` its reference) or on a file of one."""
    require_in(submission, criterion)
    pieces = pieces_for(submission.snapshot, criterion)
    files = {file.ref for piece in pieces for file in piece.files}
    if on_ref not in files | {piece.ref for piece in pieces}:
        raise NotFound
    refused = _keep(submission, criterion, reach, asked=on_ref)
    kept = NoteForm(request.form, prefix=f"note-{on_ref}-").known_by()
    return refused or _back(submission, criterion, f"note-{kept}")


@blueprint.post("/notes/<ref:note_ref>/<criterion>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, note=assessor_queries.allocated_note)
def change(note: NoteDraft, criterion: str, reach: Reach) -> ResponseReturnValue:
    """Put other words into a note, or take it back."""
    submission = db.session.get_one(Submission, note.submission_id)
    require_in(submission, criterion)
    is_leaving = request.form.get("note") == "remove"
    refused = _keep(submission, criterion, reach, leaving=note.ref if is_leaving else "")
    if refused is not None:
        return refused
    if is_leaving:
        annotating.remove_note(note, by=current_actor())
        return _back(submission, criterion, "evidence")
    return _back(submission, criterion, f"note-{note.ref}")


def _keep(
    submission: Submission, criterion: str, reach: Reach, *, asked: str = "", leaving: str = ""
) -> ResponseReturnValue | None:
    form = JudgementForm(request.form)
    if not form.validate():
        return desk.page(submission, criterion, form, reach), 422
    return keep_typed(submission, criterion, form, reach, asked=asked, leaving=leaving)


def _back(submission: Submission, criterion: str, place: str) -> ResponseReturnValue:
    return see_other("marking.decide", submission_ref=submission.ref, criterion=criterion, _anchor=place)
