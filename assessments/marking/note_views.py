"""Notes on evidence: each arrives with the judgement beside it, so that nothing typed is lost without script."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from assessments.marking import annotating, assessor_queries, desk
from assessments.marking.forms import JudgementForm, NoteForm
from assessments.marking.note_models import NoteDraft
from assessments.marking.views import keep_typed, require_in
from assessments.portfolio.models import Submission
from assessments.portfolio.snapshot import Piece, pieces_for
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.extensions import db
from lms.core.forms import text_of, tidy
from lms.core.permissions import Permission
from lms.core.web import see_other

blueprint = Blueprint("notes", __name__, url_prefix="/marking")


@blueprint.post("/<ref:submission_ref>/criteria/<criterion>/notes/<ref:on_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def add(submission: Submission, criterion: str, on_ref: str, reach: Reach) -> ResponseReturnValue:
    """Keep a note on a piece of evidence (`on_ref` its reference) or on a file of one."""
    require_in(submission, criterion)
    piece, file_ref = _target(submission, criterion, on_ref)
    form, note = JudgementForm(request.form), NoteForm(request.form, prefix=f"note-{on_ref}-")
    if not form.validate():
        return desk.page(submission, criterion, form, reach), 422
    refused = keep_typed(submission, criterion, form, reach)
    if refused is not None:
        return refused
    try:
        comment = str(tidy(text_of(note.comment)))
        kept = annotating.add_note(
            submission, criterion, piece, note.spot(piece, file_ref), comment, by=current_actor()
        )
    except DomainError as error:
        return desk.page(submission, criterion, form, reach, note_error=(on_ref, error.message)), error.status
    return _back(submission, criterion, kept.ref)


@blueprint.post("/notes/<ref:note_ref>/<criterion>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, note=assessor_queries.allocated_note)
def change(note: NoteDraft, criterion: str, reach: Reach) -> ResponseReturnValue:
    """Put other words into a note, or take it back."""
    submission = db.session.get_one(Submission, note.submission_id)
    require_in(submission, criterion)
    form = JudgementForm(request.form)
    refused = (
        keep_typed(submission, criterion, form, reach)
        if form.validate()
        else (desk.page(submission, criterion, form, reach), 422)
    )
    if refused is not None:
        return refused
    if request.form.get("note") == "remove":
        annotating.remove_note(note, by=current_actor())
        return _back(submission, criterion, "evidence", whole=True)
    try:
        words = str(tidy(request.form.get(f"words-{note.ref}", "")))
        annotating.change_note(note, words, by=current_actor())
    except DomainError as error:
        page = desk.page(submission, criterion, form, reach, note_error=(note.ref, error.message))
        return page, error.status
    return _back(submission, criterion, note.ref)


def _target(submission: Submission, criterion: str, on: str) -> tuple[Piece, str | None]:
    """The piece that a note is about, and its file, if the note is about one."""
    for piece in pieces_for(submission.snapshot, criterion):
        if piece.ref == on:
            return piece, None
        if any(file.ref == on for file in piece.files):
            return piece, on
    raise NotFound


def _back(submission: Submission, criterion: str, place: str, *, whole: bool = False) -> ResponseReturnValue:
    return see_other(
        "marking.decide",
        submission_ref=submission.ref,
        criterion=criterion,
        _anchor=place if whole else f"note-{place}",
    )
