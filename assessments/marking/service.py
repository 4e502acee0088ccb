"""What happens between a practitioner and an assessor: send, decide, refer.

The IQA's three answers (agree, return, accept) are appended here too, called from the room above, so that marking
reads nothing but its own history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete

from assessments import policy
from assessments.holds import service as holds
from assessments.marking import assessors, queries
from assessments.marking.annotating import release_notes
from assessments.marking.drafting import judgement_of, require_assessor, save_draft
from assessments.marking.judgement import lacks
from assessments.marking.ledger import (
    OVERTAKEN,
    about,
    append,
    decide,
    position_of,
    stop_waiting,
    tell,
    tell_assessor,
    tell_learner,
    wait,
)
from assessments.marking.models import Decision, DecisionDraft, Entry, EntryKind, Origin, Stage
from assessments.marking.outcomes import Standing, UnitState
from assessments.marking.queries import Position
from assessments.portfolio import queries as portfolios
from assessments.portfolio import sending
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.sending import Declaration
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db

__all__ = [
    "accept",
    "agree",
    "judgement_of",
    "position_of",
    "release",
    "save_draft",
    "send",
    "send_back",
    "settle",
]


def send(portfolio: Portfolio, criteria: Iterable[str], *, declaration: Declaration, by: Actor) -> Submission:
    """Send criteria to the assessor as an immutable numbered submission.

    Raises:
        Refused: nothing is chosen, a declaration or a reason is missing, or a criterion has nothing new.
        Conflict: a criterion is with the assessor already, or met, or on hold.
    """
    chosen = frozenset(criteria)
    # nobody moves it to another version of the unit, nor sends beside this, until it is sent
    db.session.refresh(portfolio, with_for_update=True)
    unit = portfolios.unit_of(portfolio)
    now = queries.position(portfolio, unit)
    closed = sorted(ref for ref in chosen & unit.criteria.keys() if not now.standing.may_send(ref))
    if closed:
        raise Conflict(f"{', '.join(closed)}: you have sent that already. Nothing was sent twice.")
    holds.require_free(portfolio.id, chosen)
    stale = sorted(chosen - portfolios.criteria_with_new_evidence(portfolio.id))
    if stale:
        raise Refused(
            f"{', '.join(stale)}: nothing new is linked to it yet. Add evidence first.", field="criteria"
        )
    submission = sending.take_snapshot(portfolio, chosen, declaration=declaration, by=by)
    append(portfolio, now, [Entry(kind=EntryKind.SUBMITTED, submission_id=submission.id)], by=by)
    waiting = wait(submission, criteria=len(submission.criteria), stage=Stage.ASSESSOR, origin=Origin.LEARNER)
    tell_learner(portfolio, "sent", submission=submission, answer_by=waiting.answer_by)
    tell_assessor(portfolio, "arrived", criteria=len(submission.criteria), answer_by=waiting.answer_by)
    return submission


def release(submission: Submission, *, sequence: int, by: Actor) -> UnitState:
    """Send all decisions of a submission at once: the practitioner sees them, and is asked for more where needed.

    Those of an assessor in training go to whoever countersigns, and the practitioner sees nothing yet.

    Args:
        submission: the submission.
        sequence: the last thing that had happened to the portfolio when the page was opened.
        by: the assessor.

    Returns:
        Where the unit stands now.

    Raises:
        Conflict: something has happened since, or a criterion is on hold.
        Refused: a criterion is not decided, or its judgement lacks something.
        Forbidden: it is the assessor's own work.
    """
    require_assessor(submission, by)
    now = position_of(submission)
    waiting = now.standing.to_decide(submission.number)
    if now.sequence != sequence or not waiting:
        raise Conflict(OVERTAKEN)
    holds.require_free(submission.portfolio_id, waiting)
    drafts = queries.drafts(submission.id)
    judgements = {ref: judgement_of(drafts[ref]) for ref in waiting if ref in drafts}
    open_refs = [ref for ref in waiting if ref not in judgements or lacks(judgements[ref])]
    if open_refs:
        raise Refused(
            f"{', '.join(open_refs)}: decide {'it' if len(open_refs) == 1 else 'them'} first. Nothing was sent."
        )
    portfolio = submission.portfolio
    standing = assessors.standing_of(by.id, portfolio.enrolment.cohort.provider_id)
    decisions = [
        decide(
            submission,
            ref,
            judgements[ref],
            in_training=standing.in_training,
            spoken_id=drafts[ref].spoken_id,
            by=by,
        )
        for ref in waiting
    ]
    after = append(portfolio, now, about(decisions, EntryKind.DECIDED), by=by)
    release_notes(submission, decisions)
    db.session.execute(delete(DecisionDraft).where(DecisionDraft.submission_id == submission.id))
    met = sum(bool(judgement.met) for judgement in judgements.values())
    audit.record(Act.SUBMISSION_DECIDED, by=by, on=submission, met=met, not_yet_met=len(judgements) - met)
    unsigned = after.standing.to_countersign(submission.number)
    if unsigned:
        row = wait(submission, criteria=len(unsigned), stage=Stage.COUNTERSIGNER, origin=Origin.LEARNER)
        for signer in assessors.signers(by.id, portfolio):
            tell(signer.id, portfolio, "to_countersign", answer_by=row.answer_by)
        return after.standing.unit
    return settle(submission, after, by=by)


def settle(submission: Submission, now: Position, *, by: Actor) -> UnitState:
    """Let decisions that count reach the practitioner: refer what is not yet met, and write to them.

    Returns:
        Where the unit stands now.
    """
    portfolio = submission.portfolio
    standing: Standing = now.standing
    asked = bool(standing.held(submission.number))
    if asked:
        referral = Entry(kind=EntryKind.REFERRED, submission_id=submission.id)
        standing = append(portfolio, now, [referral], by=by).standing
    stop_waiting(submission)
    tell_learner(portfolio, "referred" if asked else "met", submission=submission)
    return standing.unit


def agree(portfolio: Portfolio, decisions: Sequence[Decision], *, by: Actor) -> None:
    """Append that the IQA agrees with decisions that criteria are met.

    Raises:
        Conflict: a criterion does not stand as met, or is on hold.
    """
    holds.require_free(portfolio.id, [decision.criterion for decision in decisions])
    now = queries.position(portfolio, portfolios.unit_of(portfolio))
    append(portfolio, now, about(decisions, EntryKind.AGREED), by=by)


def send_back(decision: Decision, *, comment: str, by: Actor) -> None:
    """Append that the IQA returns a decision: the criterion waits for the assessor again, with what to look at.

    Raises:
        Conflict: the criterion does not stand as met.
    """
    submission = decision.submission
    entries = about([decision], EntryKind.RETURNED, comment=comment)
    after = append(submission.portfolio, position_of(submission), entries, by=by)
    return_to_assessor(submission, after, origin=Origin.IQA)


def return_to_assessor(submission: Submission, after: Position, *, origin: Origin) -> None:
    """Put a submission of which something is to be decided again into its assessor's queue, and write to them once."""
    is_new = queries.waiting_of(submission.id) is None
    row = wait(
        submission,
        criteria=len(after.standing.to_decide(submission.number)),
        stage=Stage.ASSESSOR,
        origin=origin,
    )
    if is_new or origin is Origin.COUNTERSIGNER:
        template = "questioned" if origin is Origin.COUNTERSIGNER else "returned"
        tell_assessor(submission.portfolio, template, answer_by=row.answer_by)


def accept(portfolio: Portfolio, *, by: Actor) -> None:
    """Append that the IQA accepts the unit.

    Raises:
        Conflict: not every criterion is met, something is on hold, or it has been accepted.
        Forbidden: the IQA is the practitioner, or made or countersigned a decision in it, though another counts by now.
    """
    judges = queries.judges_in(portfolio.id)
    if not policy.may_verify(by.id, learner_id=portfolio.learner_id, assessor_ids=judges):
        raise Forbidden("You made decisions in this portfolio, so another IQA accepts it.")
    holds.require_whole_free(portfolio.id)
    now = queries.position(portfolio, portfolios.unit_of(portfolio))
    append(portfolio, now, [Entry(kind=EntryKind.ACCEPTED)], by=by)
    audit.record(Act.SAMPLE_DECIDED, by=by, on=portfolio, what="accepted")
    tell_learner(portfolio, "accepted")
