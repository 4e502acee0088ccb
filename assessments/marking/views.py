"""The assessor's pages: the queue, one criterion at a time beside its evidence, and sending the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, jsonify, request
from flask.typing import ResponseReturnValue

from assessments.marking import assessor_queries, queries, service, stories
from assessments.marking.forms import JudgementForm, ReleaseForm
from assessments.marking.judgement import Rule, lacks
from assessments.marking.models import DecisionDraft
from assessments.marking.outcomes import UnitState
from assessments.portfolio import evidence_queries as evidence
from assessments.portfolio import queries as portfolios
from assessments.portfolio.evidence_rules import shortfalls
from assessments.portfolio.models import Submission
from assessments.portfolio.snapshot import pieces_for
from lms.core import clock, files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import Conflict, DomainError, NotFound
from lms.core.files import StoredFile
from lms.core.permissions import Permission
from lms.core.text import clock_time
from lms.core.web import render, see_other

blueprint = Blueprint("marking", __name__, url_prefix="/marking")


@blueprint.get("/")
@requires(Permission.MARKING_SUBMISSION_DECIDE)
def queue(reach: Reach) -> ResponseReturnValue:
    """What waits, longest first."""
    return render(
        "assessments/marking/queue.html", rows=assessor_queries.queue(within=reach), today=clock.today()
    )


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
    _require_in(submission, criterion)
    draft = queries.drafts(submission.id).get(criterion)
    return _decide_page(submission, criterion, JudgementForm(data=_values(draft)), reach)


@blueprint.post("/<ref:submission_ref>/criteria/<criterion>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def keep(submission: Submission, criterion: str, reach: Reach) -> ResponseReturnValue:
    """Keep what was decided of one criterion, and go on to the next."""
    _require_in(submission, criterion)
    form = JudgementForm(request.form)
    if form.validate():
        for lack in lacks(form.judgement()):
            form.add_error(lack.words, field=lack.field)
    if form.errors:
        return _decide_page(submission, criterion, form, reach), 422
    try:
        service.save_draft(
            submission, criterion, form.judgement(), version=form.version.data or 0, by=current_actor()
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _decide_page(submission, criterion, form, reach), error.status
    return _onward(submission, queries.drafts(submission.id), after=criterion)


@blueprint.post("/<ref:submission_ref>/criteria/<criterion>/draft")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def autosave(submission: Submission, criterion: str) -> ResponseReturnValue:
    """Keep a judgement as it is typed; a version that somebody saved since is given back beside it."""
    _require_in(submission, criterion)
    form = JudgementForm(request.form)
    if not form.validate():
        return jsonify(message=next(iter(form.errors.values()))[0]), 422
    version = form.version.data or 0
    try:
        draft = service.save_draft(
            submission, criterion, form.judgement(), version=version, by=current_actor()
        )
    except Conflict as error:
        kept = queries.drafts(submission.id).get(criterion)
        if kept is None:
            return jsonify(message=error.message), 422
        return jsonify(version=kept.version, saved_at=clock_time(kept.saved_at), values=_words(kept)), 409
    return jsonify(version=draft.version, saved_at=clock_time(draft.saved_at))


@blueprint.get("/<ref:submission_ref>/send")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def review(submission: Submission) -> ResponseReturnValue:
    """All decisions once more, before they are sent."""
    now = service.position_of(submission)
    return _review_page(submission, ReleaseForm(data={"sequence": now.sequence}))


@blueprint.post("/<ref:submission_ref>/send")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=assessor_queries.allocated_submission)
def release(submission: Submission) -> ResponseReturnValue:
    """Send all decisions of the submission."""
    form = ReleaseForm(request.form)
    if not form.validate():
        return _review_page(submission, form), 422
    try:
        state = service.release(submission, sequence=form.sequence.data or 0, by=current_actor())
    except DomainError as error:
        form.add_error(error.message)
        return _review_page(submission, form), error.status
    name = submission.portfolio.learner.name
    words = {
        UnitState.REFERRED: f"Sent to {name}, who is asked for one more thing. We wrote to them.",
        UnitState.MET: f"Sent to {name}. Everything is met, so the portfolio goes to the IQA.",
    }
    flash(words.get(state, f"Sent to {name}. We wrote to them."))
    return see_other("marking.queue")


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, file=assessor_queries.allocated_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """A file of a submission, shown when a browser can, else to keep."""
    return files.send(file, inline=file.is_picture)


def _require_in(submission: Submission, criterion: str) -> None:
    if criterion not in submission.criteria:
        raise NotFound


def _in_turn(waiting: Sequence[str], after: str) -> list[str]:
    """What waits, beginning behind one criterion and coming round to those before it."""
    place = portfolios.criterion_order(after) if after else ()
    return sorted(
        waiting, key=lambda ref: (portfolios.criterion_order(ref) <= place, portfolios.criterion_order(ref))
    )


def _onward(submission: Submission, drafts: dict[str, DecisionDraft], after: str = "") -> ResponseReturnValue:
    waiting = service.position_of(submission).standing.to_decide(submission.number)
    for ref in _in_turn(waiting, after):
        if ref not in drafts or lacks(service.judgement_of(drafts[ref])):
            return see_other("marking.decide", submission_ref=submission.ref, criterion=ref)
    if waiting:
        return see_other("marking.review", submission_ref=submission.ref)
    return see_other("marking.decide", submission_ref=submission.ref, criterion=submission.criteria[0])


def _values(draft: DecisionDraft | None) -> dict[str, Any]:
    """A draft as the first values of its form."""
    if draft is None:
        return {}
    values = {name: getattr(draft, name) for name in ("reason", "feedback", "version", *Rule)}
    return {**values, "outcome": draft.outcome.value if draft.outcome else None}


def _words(draft: DecisionDraft) -> dict[str, str]:
    """A draft as a form posts it: boxes that are not ticked are not there."""
    ticked = {rule.value: "y" for rule in Rule if getattr(draft, rule.value)}
    outcome = {"outcome": draft.outcome.value} if draft.outcome else {}
    return {"reason": draft.reason, "feedback": draft.feedback, **ticked, **outcome}


def _head(submission: Submission) -> dict[str, Any]:
    """What both pages of a submission show at their top."""
    unit = portfolios.unit_of(submission.portfolio)
    now = service.position_of(submission)
    waiting = now.standing.to_decide(submission.number)
    drafts = queries.drafts(submission.id)
    judged = {ref: service.judgement_of(drafts[ref]) for ref in waiting if ref in drafts}
    whole = {ref: judgement for ref, judgement in judged.items() if not lacks(judgement)}
    tiles = []
    for ref in submission.criteria:
        if ref in waiting:
            code = "with" if ref not in whole else "met" if whole[ref].met else "notyet"
        else:
            code = now.standing.state(ref).value
        tiles.append((ref, code))
    return {
        "submission": submission,
        "unit": unit,
        "learner": submission.portfolio.learner,
        "waiting": waiting,
        "judged": whole,
        "tiles": tiles,
        "row": queries.waiting_of(submission.id),
        "today": clock.today(),
    }


def _decide_page(submission: Submission, criterion: str, form: JudgementForm, reach: Reach) -> str:
    head = _head(submission)
    assessor = queries.assessor_of(submission.portfolio_id)
    waiting = head["waiting"]
    later = [ref for ref in _in_turn(waiting, criterion) if ref != criterion and ref not in head["judged"]]
    return render(
        "assessments/marking/decide.html",
        **head,
        form=form,
        criterion=head["unit"].criteria[criterion],
        is_open=criterion in waiting,
        pieces=pieces_for(submission.snapshot, criterion),
        story=stories.tell(submission.portfolio_id, criterion, assessor=assessor, to_learner=False),
        next_open=later[0] if later else None,
        in_queue=assessor_queries.count_waiting(within=reach),
    )


def _review_page(submission: Submission, form: ReleaseForm) -> str:
    rows = evidence.evidence_rows(submission.portfolio_id)
    unit = portfolios.unit_of(submission.portfolio)
    return render(
        "assessments/marking/review.html",
        **_head(submission),
        form=form,
        advice=shortfalls(unit, evidence.rule_items(rows), today=clock.today()),
    )
