"""What an assessor means to decide, kept as they go: seen by nobody else, and never overwritten unseen."""

from __future__ import annotations

from sqlalchemy import select

from assessments import policy
from assessments.holds import service as holds
from assessments.marking import allocation_bars, queries
from assessments.marking.judgement import Judgement, Rule
from assessments.marking.ledger import OVERTAKEN, outcome_of, position_of
from assessments.marking.models import Decision, DecisionDraft, Outcome
from assessments.portfolio.models import Submission
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden
from lms.core.extensions import db
from lms.core.files import StoredFile


class Overtaken(Conflict):
    """Other words were kept since the page was opened: two versions stand side by side."""


def save_draft(
    submission: Submission, criterion: str, judgement: Judgement, *, version: int, by: Actor
) -> DecisionDraft:
    """Keep what an assessor means to decide; only they see it until it is sent.

    Raises:
        Conflict: the criterion is not to be decided, or on hold.
        Overtaken: the draft was changed since the page was opened.
        Forbidden: it is the assessor's own work.
    """
    require_assessor(submission, by)
    holds.require_free(submission.portfolio_id, [criterion])
    if criterion not in position_of(submission).standing.to_decide(submission.number):
        raise Conflict(f"{criterion} is not to be decided any more. {OVERTAKEN}")
    draft = find_draft(submission, criterion)
    if version != (draft.version if draft else 0):
        raise Overtaken(
            f"{criterion} was changed in another window since you opened this page. Your words are below."
        )
    if draft is None:
        draft = DecisionDraft(submission_id=submission.id, criterion=criterion, version=0)
        db.session.add(draft)
    fill(draft, judgement)
    draft.assessor_id, draft.saved_at = by.id, clock.now()
    draft.version += 1
    audit.record(Act.DRAFT_KEPT, by=by, on=submission, criterion=criterion)
    return draft


def speak(submission: Submission, criterion: str, file: StoredFile | None, *, by: Actor) -> None:
    """Put spoken feedback beside what an assessor means to decide, or take it back (`file` is None).

    Raises:
        Conflict: nothing is kept of the criterion yet.
    """
    require_assessor(submission, by)
    draft = find_draft(submission, criterion)
    if draft is None:
        raise Conflict(f"{criterion} is not being decided. {OVERTAKEN}")
    draft.spoken = file
    audit.record(Act.DRAFT_KEPT, by=by, on=submission, criterion=criterion, what="spoken feedback")


def fill(draft: DecisionDraft, judgement: Judgement) -> None:
    """Put a judgement into a draft."""
    draft.outcome = None if judgement.met is None else outcome_of(met=judgement.met)
    for rule in Rule:
        setattr(draft, rule.value, rule in judgement.rules)
    draft.reason, draft.feedback = judgement.reason, judgement.feedback


def find_draft(submission: Submission, criterion: str) -> DecisionDraft | None:
    """What the assessor means to decide of one criterion, if anything was kept."""
    return db.session.scalar(
        select(DecisionDraft).where(
            DecisionDraft.submission_id == submission.id, DecisionDraft.criterion == criterion
        )
    )


def judgement_of(draft: DecisionDraft | Decision) -> Judgement:
    """A draft, or a decision made, as a judgement."""
    return Judgement(
        met=None if draft.outcome is None else draft.outcome is Outcome.MET,
        rules=frozenset(rule for rule in Rule if getattr(draft, rule.value)),
        reason=draft.reason,
        feedback=draft.feedback,
        is_spoken=draft.spoken_id is not None,
    )


def require_assessor(submission: Submission, by: Actor) -> None:
    """Let only the assessor of a portfolio go on.

    Raises:
        Forbidden: it is their own work, another assessor's, or that of somebody they have an interest in.
    """
    allocated = queries.assessor_of(submission.portfolio_id)
    if not policy.may_assess(by.id, learner_id=submission.learner_id):
        raise Forbidden("This is your own work: another assessor decides it.")
    if allocated is None or allocated.id != by.id:
        raise Forbidden("This portfolio is with another assessor now.")
    bar = allocation_bars.bar_between(by.id, submission.portfolio.enrolment_id)
    if bar is not None:
        raise Forbidden(f"{by.name} {bar.words}. Another assessor decides this; your provider finds one.")
