"""The assessor's pages: the queue, one criterion at a time beside its evidence, and sending the decisions."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, jsonify, request
from flask.typing import ResponseReturnValue

from assessments.marking import (
    assessor_queries,
    assessors,
    comment_bank,
    desk,
    drafting,
    note_boxes,
    queries,
    queue_queries,
    service,
    showing,
)
from assessments.marking.drafting import Overtaken
from assessments.marking.forms import JudgementForm, ReleaseForm
from assessments.marking.judgement import lacks
from assessments.marking.models import DecisionDraft
from assessments.marking.outcomes import UnitState
from assessments.marking.queue_queries import QueueFilter
from assessments.portfolio import evidence_queries as evidence
from assessments.portfolio import queries as portfolios
from assessments.portfolio.evidence_rules import shortfalls
from assessments.portfolio.models import Submission
from lms.core import clock, files, previews
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.file_kinds import Purpose
from lms.core.files import StoredFile
from lms.core.kept_pages import render_kept
from lms.core.permissions import Permission
from lms.core.text import clock_time
from lms.core.upload_views import ARRIVED_FIELD, sent_files
from lms.core.web import page_asked, render, see_other

blueprint = Blueprint("marking", __name__, url_prefix="/marking")


@blueprint.get("/")
@requires(Permission.MARKING_SUBMISSION_DECIDE)
def queue(reach: Reach) -> ResponseReturnValue:
    """What waits, longest first, in whole or a part of it."""
    read = queue_queries.read_queue(QueueFilter.of(request.args.get("part", ""), page_asked()), within=reach)
    return render_kept("assessments/marking/queue.html", queue_queries.values, read)


@blueprint.get("/learners")
@requires(Permission.MARKING_SUBMISSION_DECIDE)
def learners(reach: Reach) -> ResponseReturnValue:
    """Everybody whose portfolio is allocated to the assessor."""
    return render("assessments/marking/learners.html", rows=assessor_queries.allocated_learners(within=reach))


@blueprint.get("/<ref:submission_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def start(submission: Submission) -> ResponseReturnValue:
    """Go to the first criterion that is not decided, else to the last look before sending."""
    return _onward(submission, queries.drafts(submission.id))


@blueprint.get("/<ref:submission_ref>/criteria/<criterion>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def decide(submission: Submission, criterion: str, reach: Reach) -> ResponseReturnValue:
    """One criterion beside its evidence."""
    require_in(submission, criterion)
    draft = queries.drafts(submission.id).get(criterion)
    return desk.page(submission, criterion, JudgementForm(data=desk.values_of(draft)), reach)


@blueprint.post("/<ref:submission_ref>/criteria/<criterion>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def keep(submission: Submission, criterion: str, reach: Reach) -> ResponseReturnValue:
    """Keep what was decided of one criterion, and go on to the next."""
    require_in(submission, criterion)
    form = JudgementForm(request.form)
    is_unsaid = "unsay" in request.form
    if form.validate() and not is_unsaid:
        for lack in lacks(form.judgement(is_spoken=_is_spoken(submission, criterion))):
            form.add_error(lack.words, field=lack.field)
    if form.errors:
        return desk.page(submission, criterion, form, reach), 422
    refused = keep_typed(submission, criterion, form, reach)
    if refused is None and is_unsaid:
        drafting.speak(submission, criterion, None, by=current_actor())
        return see_other(
            "marking.decide", submission_ref=submission.ref, criterion=criterion, _anchor="feedback"
        )
    return refused or _onward(submission, queries.drafts(submission.id), after=criterion)


def _is_spoken(submission: Submission, criterion: str) -> bool:
    """Whether feedback was recorded for a criterion, now or before."""
    draft = drafting.find_draft(submission, criterion)
    comes = bool(request.form.get(ARRIVED_FIELD)) or any(each.filename for each in request.files.values())
    return comes or (draft is not None and draft.spoken_id is not None)


def keep_typed(
    submission: Submission,
    criterion: str,
    form: JudgementForm,
    reach: Reach,
    *,
    asked: str = "",
    leaving: str = "",
) -> ResponseReturnValue | None:
    """Keep a judgement as it was typed, with the notes beside it and what was recorded.

    Where another window has kept other words, both are shown, and what is pressed next stands.

    Args:
        submission: the submission.
        criterion: the criterion of the page.
        form: the judgement.
        reach: of the assessor.
        asked: the piece or file whose note was to be kept.
        leaving: the note that is to be taken back.

    Returns:
        The page to answer with when something cannot be kept; then nothing was.
    """
    boxes = note_boxes.read(submission, criterion, request.form, asked=asked, leaving=leaving)
    if boxes.errors:
        return desk.page(submission, criterion, form, reach, note_errors=boxes.errors), 422
    try:
        spoken = sent_files(purpose=Purpose.FEEDBACK, by=current_actor())
        service.save_draft(
            submission, criterion, form.judgement(), version=form.version.data or 0, by=current_actor()
        )
        note_boxes.keep(boxes, submission, criterion, by=current_actor())
        if spoken:
            drafting.speak(submission, criterion, spoken[-1], by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        kept = queries.drafts(submission.id).get(criterion)
        is_overtaken = isinstance(error, Overtaken) and kept is not None
        if is_overtaken and kept is not None:
            form.version.data, form.version.raw_data = kept.version, None
        return desk.page(submission, criterion, form, reach, overtaken=is_overtaken), error.status
    return None


@blueprint.post("/<ref:submission_ref>/criteria/<criterion>/draft")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def autosave(submission: Submission, criterion: str) -> ResponseReturnValue:
    """Keep a judgement and its notes as they are typed; a version that somebody saved since is given back beside it."""
    require_in(submission, criterion)
    form = JudgementForm(request.form)
    if not form.validate():
        return jsonify(message=next(iter(form.errors.values()))[0]), 422
    boxes = note_boxes.read(submission, criterion, request.form)
    try:
        draft = service.save_draft(
            submission, criterion, form.judgement(), version=form.version.data or 0, by=current_actor()
        )
        note_boxes.keep(boxes, submission, criterion, by=current_actor())
    except Overtaken as error:
        kept = queries.drafts(submission.id).get(criterion)
        if kept is None:
            return jsonify(message=error.message), 422
        values = desk.words_of(kept) | {f"words-{note.ref}": note.comment for note, _ in boxes.changed}
        return jsonify(version=kept.version, saved_at=clock_time(kept.saved_at), values=values), 409
    except DomainError as error:
        return jsonify(message=error.message), 422
    saved = {"version": draft.version, "saved_at": clock_time(draft.saved_at)}
    lacking = [f"All is saved but a note. {message}" for message in boxes.errors.values()]
    return jsonify(saved | {"message": lacking[0]} if lacking else saved)


@blueprint.post("/<ref:submission_ref>/criteria/<criterion>/comments")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def use_comment(submission: Submission, criterion: str, reach: Reach) -> ResponseReturnValue:
    """Without script: put a comment of the bank behind what was typed, or keep what was typed in the bank."""
    require_in(submission, criterion)
    form = JudgementForm(request.form)
    typed = form.feedback.data or ""
    is_for_bank = "bank" in request.form
    if not form.validate():
        return desk.page(submission, criterion, form, reach), 422
    if is_for_bank:
        provider_id = submission.portfolio.enrolment.cohort.provider_id
        try:
            comment_bank.add_comment(provider_id, typed, criterion=criterion, by=current_actor())
        except DomainError as error:
            form.add_error(error.message, field="feedback")
            return desk.page(submission, criterion, form, reach), error.status
    else:
        comment = comment_bank.get_comment(request.form.get("comment", ""), within=reach)
        form.feedback.data = f"{typed}\n\n{comment.text}" if typed else comment.text
    refused = keep_typed(submission, criterion, form, reach)
    if refused is not None:
        return refused
    if is_for_bank:
        flash("Kept among your comments.")
    return see_other("marking.decide", submission_ref=submission.ref, criterion=criterion, _anchor="feedback")


@blueprint.get("/<ref:submission_ref>/send")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def review(submission: Submission, reach: Reach) -> ResponseReturnValue:
    """All decisions once more, before they are sent."""
    now = service.position_of(submission)
    return _review_page(submission, ReleaseForm(data={"sequence": now.sequence}), reach)


@blueprint.post("/<ref:submission_ref>/send")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def release(submission: Submission, reach: Reach) -> ResponseReturnValue:
    """Send all decisions of the submission."""
    form = ReleaseForm(request.form)
    if not form.validate():
        return _review_page(submission, form, reach), 422
    try:
        state = service.release(submission, sequence=form.sequence.data or 0, by=current_actor())
    except DomainError as error:
        form.add_error(error.message)
        return _review_page(submission, form, reach), error.status
    flash(_sent_words(submission, state))
    following = assessor_queries.next_in_queue(submission, within=reach)
    if following is not None and "next" in request.form:
        return see_other("marking.start", submission_ref=following.ref)
    return see_other("marking.queue")


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, file=assessor_queries.allocated_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """A file of a submission, shown when a browser can, else to keep."""
    return files.send(file, inline=True)


@blueprint.get("/files/<ref:file_ref>/pages/<int:number>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, file=assessor_queries.allocated_file)
def file_page(file: StoredFile, number: int) -> ResponseReturnValue:
    """The picture of a page of a document."""
    return previews.send_page(file, number)


def require_in(submission: Submission, criterion: str) -> None:
    """Let only the criteria of a submission be asked for.

    Raises:
        NotFound: the submission does not carry it.
    """
    if criterion not in submission.criteria:
        raise NotFound


def _sent_words(submission: Submission, state: UnitState) -> str:
    name = submission.portfolio.learner.name
    if service.position_of(submission).standing.to_countersign(submission.number):
        return f"Your decisions wait to be countersigned. {name} sees them after that."
    words = {
        UnitState.REFERRED: f"Sent to {name}, who is asked for one more thing. We wrote to them.",
        UnitState.MET: f"Sent to {name}. Everything is met, so the portfolio goes to the IQA.",
    }
    return words.get(state, f"Sent to {name}. We wrote to them.")


def _onward(submission: Submission, drafts: dict[str, DecisionDraft], after: str = "") -> ResponseReturnValue:
    waiting = service.position_of(submission).standing.to_decide(submission.number)
    for ref in desk.in_turn(waiting, after):
        if ref not in drafts or lacks(service.judgement_of(drafts[ref])):
            return see_other("marking.decide", submission_ref=submission.ref, criterion=ref)
    if waiting:
        return see_other("marking.review", submission_ref=submission.ref)
    return see_other("marking.decide", submission_ref=submission.ref, criterion=submission.criteria[0])


def _review_page(submission: Submission, form: ReleaseForm, reach: Reach) -> str:
    rows = evidence.evidence_rows(submission.portfolio_id)
    unit = portfolios.unit_of(submission.portfolio)
    provider_id = submission.portfolio.enrolment.cohort.provider_id
    return render(
        "assessments/marking/review.html",
        **desk.head(submission),
        form=form,
        in_training=assessors.standing_of(reach.person_id, provider_id).in_training,
        countersigner=assessors.countersigner_of(reach.person_id, submission.portfolio),
        notes=Counter(row.criterion for row in showing.draft_notes(submission.id)),
        has_next=assessor_queries.next_in_queue(submission, within=reach) is not None,
        advice=shortfalls(unit, evidence.rule_items(rows), today=clock.today()),
    )
