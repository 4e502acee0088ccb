"""What the assessor's one screen shows: a criterion, its evidence, and what was said of it so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import request

from assessments.adjustments import queries as adjustments
from assessments.holds import queries as holds
from assessments.marking import (
    assessor_queries,
    assessors,
    comment_bank,
    note_boxes,
    queries,
    showing,
    stories,
)
from assessments.marking.drafting import judgement_of
from assessments.marking.forms import JudgementForm, NoteForm
from assessments.marking.judgement import Rule, lacks
from assessments.marking.ledger import position_of
from assessments.marking.models import DecisionDraft
from assessments.portfolio import evidence_queries as evidence
from assessments.portfolio import queries as portfolios
from assessments.portfolio.evidence_rules import shortfalls
from assessments.portfolio.models import Submission
from assessments.portfolio.snapshot import pieces_for
from assessments.portfolio.unit_schema import criterion_order
from lms.core import clock
from lms.core.access import Reach
from lms.core.upload_views import ask_for_files_again
from lms.core.web import render


def in_turn(waiting: Sequence[str], after: str) -> list[str]:
    """What waits, beginning behind one criterion and coming round to those before it."""
    place = criterion_order(after) if after else ()
    return sorted(waiting, key=lambda ref: (criterion_order(ref) <= place, criterion_order(ref)))


def values_of(draft: DecisionDraft | None) -> dict[str, Any]:
    """A draft as the first values of its form."""
    if draft is None:
        return {}
    values = {name: getattr(draft, name) for name in ("reason", "feedback", "version", *Rule)}
    return {**values, "outcome": draft.outcome.value if draft.outcome else None}


def words_of(draft: DecisionDraft) -> dict[str, str]:
    """A draft as a form posts it: boxes that are not ticked are not there."""
    ticked = {rule.value: "y" for rule in Rule if getattr(draft, rule.value)}
    outcome = {"outcome": draft.outcome.value} if draft.outcome else {}
    return {"reason": draft.reason, "feedback": draft.feedback, **ticked, **outcome}


def head(submission: Submission) -> dict[str, Any]:
    """What every page of a submission shows at its top."""
    unit = portfolios.unit_of(submission.portfolio)
    now = position_of(submission)
    waiting = now.standing.to_decide(submission.number)
    proposed = now.standing.to_countersign(submission.number)
    drafts = queries.drafts(submission.id)
    judged = {ref: judgement_of(drafts[ref]) for ref in waiting if ref in drafts}
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
        "standing": now.standing,
        "sequence": now.sequence,
        "waiting": waiting,
        "proposed": proposed,
        "judged": whole,
        "drafts": drafts,
        "tiles": tiles,
        "row": queries.waiting_of(submission.id),
        "today": clock.today(),
    }


def page(
    submission: Submission,
    criterion: str,
    form: JudgementForm,
    reach: Reach,
    *,
    overtaken: bool = False,
    note_errors: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The screen for one criterion.

    Args:
        submission: what was sent.
        criterion: the reference of one of its criteria.
        form: the judgement, as typed or as kept.
        reach: of the assessor.
        overtaken: whether another window has kept other words, which are then shown beside those typed.
        note_errors: why a note could not be kept, by its reference, or by that of the piece or file it is about.
    """
    ask_for_files_again(form)
    top = head(submission)
    provider_id = submission.portfolio.enrolment.cohort.provider_id
    is_open = criterion in top["waiting"]
    return render(
        "assessments/marking/decide.html",
        **top,
        **_known(submission, criterion, top),
        **_ways_on(submission, criterion, top, reach),
        form=form,
        criterion=top["unit"].criteria[criterion],
        is_open=is_open,
        shown=_shown(submission, criterion, top),
        note_form=lambda key: NoteForm(request.form, prefix=f"note-{key}-"),
        note_errors=note_errors,
        typed=request.form,
        comments=comment_bank.comments_for(reach.person_id, provider_id, criterion) if is_open else (),
        in_training=assessors.standing_of(reach.person_id, provider_id).in_training,
        kept=top["drafts"].get(criterion) if overtaken else None,
        may_reverse=top["standing"].may_reverse(criterion) and not is_open,
    )


def _shown(submission: Submission, criterion: str, top: Mapping[str, Any]) -> list[showing.ShownPiece]:
    """The evidence for a criterion with the notes on it: those kept so far, but for what stands in a box, or those sent."""
    pieces = pieces_for(submission.snapshot, criterion)
    in_boxes = note_boxes.refs_in(submission, criterion, request.form)
    notes = (
        [row for row in showing.draft_notes(submission.id) if row.note.ref not in in_boxes]
        if criterion in top["waiting"]
        else showing.sent_notes([submission.id], counting_only=False)
    )
    return showing.show(
        pieces,
        showing.stored_files(pieces),
        notes,
        current_years=top["unit"].evidence_rules.current_years,
        today=top["today"],
    )


def _known(submission: Submission, criterion: str, top: Mapping[str, Any]) -> dict[str, Any]:
    """What an assessor should know before deciding: what happened so far, what the whole lacks, what was agreed or is held."""
    portfolio_id = submission.portfolio_id
    assessor = queries.assessor_of(portfolio_id)
    rows = evidence.evidence_rows(portfolio_id)
    return {
        "story": stories.tell(portfolio_id, criterion, assessor=assessor, to_learner=False),
        "advice": shortfalls(top["unit"], evidence.rule_items(rows), today=top["today"]),
        "adjustments": adjustments.in_force(submission.portfolio.enrolment_id, on=top["today"]),
        "held": holds.frozen(holds.standing(portfolio_id), [criterion]).get(criterion),
    }


def _ways_on(submission: Submission, criterion: str, top: Mapping[str, Any], reach: Reach) -> dict[str, Any]:
    """Where to go from a criterion: to one that is open, to those beside it, and to the next in the queue."""
    later = [
        ref for ref in in_turn(top["waiting"], criterion) if ref != criterion and ref not in top["judged"]
    ]
    return {
        "next_open": later[0] if later else None,
        "neighbours": _neighbours(submission.criteria, criterion),
        "next_portfolio": assessor_queries.next_in_queue(submission, within=reach),
        "in_queue": assessor_queries.count_waiting(within=reach),
    }


def _neighbours(criteria: Sequence[str], criterion: str) -> tuple[str | None, str | None]:
    """The criteria before and behind one in a submission."""
    place = criteria.index(criterion)
    return (
        criteria[place - 1] if place else None,
        criteria[place + 1] if place + 1 < len(criteria) else None,
    )
