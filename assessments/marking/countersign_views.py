"""Countersigning: the list of what waits for a signature, and one submission to sign or to send back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.marking import countersign_queries, countersigning, queries, showing
from assessments.marking.forms import SignForm
from assessments.marking.judgement import Rule
from assessments.marking.ledger import position_of
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Submission
from assessments.portfolio.snapshot import pieces_for
from lms.core import clock, files, previews
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, Refused
from lms.core.files import StoredFile
from lms.core.forms import tidy
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("countersign", __name__, url_prefix="/marking/countersign")


@blueprint.get("")
@requires(Permission.MARKING_SUBMISSION_DECIDE)
def index(reach: Reach) -> ResponseReturnValue:
    """What waits for a signature."""
    rows = countersign_queries.to_countersign(within=reach)
    return render("assessments/marking/countersign.html", rows=rows, today=clock.today())


@blueprint.get("/<ref:submission_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=countersign_queries.signable_submission)
def show(submission: Submission) -> ResponseReturnValue:
    """One submission with the decisions of the assessor in training."""
    return _page(submission, SignForm(data={"sequence": position_of(submission).sequence}), {})


@blueprint.post("/<ref:submission_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, submission=countersign_queries.signable_submission)
def answer(submission: Submission) -> ResponseReturnValue:
    """Sign everything, or send some of it back with words."""
    form = SignForm(request.form)
    typed = {
        ref: words
        for ref in submission.criteria
        if (words := str(tidy(request.form.get(f"words-{ref}", ""))))
    }
    if not form.validate():
        return _page(submission, form, typed), 422
    learner = submission.portfolio.learner.name
    by, sequence = current_actor(), form.sequence.data or 0
    try:
        if request.form.get("answer") == "sign":
            if typed:
                raise Refused(
                    f"You wrote words under {', '.join(typed)}. Send those back, or take the words out and sign."
                )
            countersigning.countersign(submission, sequence=sequence, by=by)
            flash(f"Countersigned. We wrote to {learner}.")
        else:
            countersigning.question(submission, typed, sequence=sequence, by=by)
            flash(f"Sent back: {', '.join(typed)}. Nothing was sent to {learner}.")
    except DomainError as error:
        form.add_error(error.message)
        return _page(submission, form, typed), error.status
    return see_other("countersign.index")


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, file=countersign_queries.signable_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """A file of a submission that waits for a signature."""
    return files.send(file, inline=True)


@blueprint.get("/files/<ref:file_ref>/pages/<int:number>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, file=countersign_queries.signable_file)
def file_page(file: StoredFile, number: int) -> ResponseReturnValue:
    """The picture of a page of a document that waits for a signature."""
    return previews.send_page(file, number)


def _page(submission: Submission, form: SignForm, typed: Mapping[str, str]) -> str:
    unit = portfolios.unit_of(submission.portfolio)
    standing = position_of(submission).standing
    proposed = queries.proposed_decisions(submission.portfolio_id)
    decisions = {ref: proposed[ref] for ref in standing.to_countersign(submission.number)}
    notes = showing.sent_notes([submission.id], counting_only=False)
    pieces = {ref: pieces_for(submission.snapshot, ref) for ref in decisions}
    stored = showing.stored_files(piece for each in pieces.values() for piece in each)
    today = clock.today()
    return render(
        "assessments/marking/countersign_one.html",
        submission=submission,
        unit=unit,
        learner=submission.portfolio.learner,
        assessor=next(iter(decisions.values())).assessor,
        decisions=decisions,
        failed={
            ref: [rule.words for rule in Rule if not getattr(decision, rule.value)]
            for ref, decision in decisions.items()
        },
        shown={
            ref: showing.show(
                pieces[ref],
                stored,
                notes,
                current_years=unit.evidence_rules.current_years,
                today=today,
            )
            for ref in decisions
        },
        back=standing.to_decide(submission.number),
        row=queries.waiting_of(submission.id),
        today=today,
        form=form,
        typed=typed,
    )
