"""What happens between the opening of a case and its end: put, respond, name, answer, take further, tell, withdraw, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assessments.cases import ledger, parts, queries, settling
from assessments.cases.models import Case, CaseStep
from assessments.cases.settling import Agreement
from assessments.cases.standing import WRONGS, Kind, Outcome, Phase, Standing, StepKind
from assessments.holds.models import HoldCause
from lms.core import clock
from lms.core.access import Actor
from lms.core.errors import Conflict, DomainError, Forbidden, Refused
from lms.core.extensions import db
from lms.people.models import User

UNDER_APPEAL = "An appeal against this answer is open, so it cannot be closed yet."
NO_WORK = "Only an open complaint can put a portfolio on hold from here."


def put(case: Case, *, words: str, by: Actor) -> None:
    """Put what is alleged to the person, who can read it from now on and respond.

    Raises:
        Refused: no words.
        Conflict: it has been put.
    """
    if not words.strip():
        raise Refused("Write what is alleged as the person will read it.", field="words")
    _require_not_against(case, by)
    ledger.append(case, StepKind.PUT, words=words, by=by)
    if case.against is not None:
        ledger.tell(case.against, case, "case_put", due=_due(case))


def respond(case: Case, *, words: str, by: Actor) -> None:
    """Say what the person has to say to what is alleged of them.

    Raises:
        Refused: no words.
        Forbidden: it is alleged of somebody else.
        Conflict: the time for it is over, or they have responded.
    """
    if by.id != case.against_id:
        raise Forbidden("Only the person it is about responds here.")
    if not words.strip():
        raise Refused("Write what you have to say.", field="words")
    ledger.append(case, StepKind.RESPONDED, words=words, by=by)
    ledger.tell_answerers(case)


def lapse(case: Case, *, by: Actor) -> None:
    """Note that the person did not respond in the days they had.

    Raises:
        Conflict: they still have time.
    """
    _require_not_against(case, by)
    due = _due(case)
    if due is None or clock.today() <= due:
        raise Conflict("The person still has time to respond.")
    ledger.append(case, StepKind.LAPSED, by=by)


def name_independent(case: Case, person: User, *, by: Actor) -> None:
    """Name the independent person who answers next; they have the days of that stage from now.

    Raises:
        Refused: the person has a part in it, or is not of the provider's staff.
        Forbidden: it is about the one who would name them.
        Conflict: nobody is to be named now.
    """
    _require_not_against(case, by)
    steps = queries.steps_of(case.id)
    now = queries.standing_of(case, steps)
    if parts.is_of(case, person.id):
        raise Refused(f"{person.name} is part of this. Name somebody else.", field="person")
    trouble = parts.why_interested(case, now, steps, person.id)
    if trouble:
        raise Refused(f"{person.name} is not independent: they have a part in it already.", field="person")
    if person not in parts.independent(case, now, steps):
        raise Refused(
            f"{person.name} does not work for this provider. Name somebody who does.", field="person"
        )
    ledger.append(case, StepKind.NAMED, person_id=person.id, by=by)
    ledger.tell(person, case, "case_to_answer")


def answer(
    case: Case, outcome: Outcome, *, words: str, agreement: Agreement | None = None, by: Actor
) -> None:
    """Answer a case. What it grants is done at once: a criterion reopened, time given, an adjustment agreed.

    Args:
        case: the case.
        outcome: one of those of its kind.
        words: why, as the person reads it.
        agreement: what is agreed, for a request that is granted.
        by: whoever answers at the present stage.

    Raises:
        Refused: no words, or what is agreed lacks something.
        Forbidden: it is not theirs to answer.
        Conflict: it does not wait for an answer.
    """
    if not words.strip():
        raise Refused("Say why, as the person will read it.", field="words")
    now = queries.standing_of(case, queries.steps_of(case.id))
    if now.phase is not Phase.ANSWER:
        raise Conflict(ledger.OVERTAKEN)
    trouble = parts.why_not_answer(case, now, by.id)
    if trouble:
        raise Forbidden(trouble)
    # an answer whose consequence is refused was not given: neither stands without the other
    with db.session.begin_nested():
        after = ledger.append(case, StepKind.ANSWERED, outcome=outcome, words=words, by=by)
        if after.is_granted:
            settling.grant(case, words=words, agreement=agreement or Agreement(), by=by)
            ledger.append(case, StepKind.CLOSED, by=by)
            ledger.lift_holds(case, reason="The case is closed.", by=by)
    asker = case.against if case.kind in WRONGS else case.opened_by
    if asker is not None:
        ledger.tell(asker, case, "case_answered", due=_due(case))


def take_further(case: Case, *, words: str, by: Actor) -> None:
    """Ask the next stage to answer: because the answer does not satisfy, or because none came in time.

    Raises:
        Forbidden: it is somebody else's case.
        Refused: the time for it is over, or an answer is not late yet.
        Conflict: nobody else can answer.
    """
    trouble = why_not_further(case, queries.steps_of(case.id), by.id)
    if trouble is not None:
        raise trouble
    ledger.append(case, StepKind.TAKEN_FURTHER, words=words, by=by)
    ledger.tell_answerers(case)


def why_not_further(case: Case, steps: Sequence[CaseStep], person_id: int) -> DomainError | None:
    """Why somebody cannot take a case further now, to be raised or shown; None when they can."""
    if person_id != case.opened_by_id:
        return Forbidden("Only the person whose case it is can take it further.")
    now = queries.standing_of(case, steps)
    if not now.may_go_further:
        return Conflict(ledger.OVERTAKEN)
    due = queries.due_on(now, steps)
    late = due is not None and clock.today() > due
    if now.phase is Phase.ANSWER and not late:
        return Refused("The answer is not due yet. You can take it further if none comes in time.")
    if now.phase is Phase.ANSWERED and late:
        return Refused("The days to take it further are over. Ring your training provider if you could not.")
    return None


def tell_awarding_body(case: Case, *, words: str, by: Actor) -> None:
    """Note that the awarding body was told, how and when.

    Raises:
        Refused: no words.
        Conflict: the case is closed.
    """
    if not words.strip():
        raise Refused("Say how and when they were told, such as “e-mail to the centre team”.", field="words")
    _require_not_against(case, by)
    ledger.append(case, StepKind.TOLD, words=words, by=by)


def hold(case: Case, *, by: Actor) -> None:
    """Put the portfolio on hold while a complaint is answered, where going on would make it worse.

    Raises:
        Conflict: the case is no open complaint about work that has begun, or it holds the portfolio already.
    """
    _require_not_against(case, by)
    trouble = why_not_hold(case)
    if trouble or case.portfolio is None:
        raise Conflict(trouble or NO_WORK)
    ledger.place_hold(case, case.portfolio, cause=HoldCause.COMPLAINT, by=by)


def why_not_hold(case: Case) -> str | None:
    """Why a case cannot put its portfolio on hold now, in words; None when it can."""
    now = queries.standing_of(case, queries.steps_of(case.id))
    if case.kind is not Kind.COMPLAINT or case.portfolio_id is None or not now.is_open:
        return NO_WORK
    if queries.standing_holds(case.id):
        return "This complaint has put the portfolio on hold already."
    return None


def withdraw(case: Case, *, by: Actor) -> None:
    """Take a case back. What was on hold goes on.

    Raises:
        Forbidden: it is somebody else's.
        Conflict: it is closed, it is an allegation, or an appeal against the answer is open.
    """
    if by.id != case.opened_by_id:
        raise Forbidden("Only the person whose case it is can take it back.")
    if queries.is_under_appeal(case.id):
        raise Conflict(UNDER_APPEAL)
    ledger.append(case, StepKind.WITHDRAWN, by=by)
    ledger.lift_holds(case, reason="The case was taken back.", by=by)


def accept(case: Case, *, by: Actor) -> None:
    """Accept the answer to one's own case, which closes it.

    Raises:
        Forbidden: it is somebody else's case, or something is alleged in it.
        Conflict: it is not answered, or an appeal against the answer is open.
    """
    trouble = why_not_accept(case, queries.steps_of(case.id), by.id)
    if trouble is not None:
        raise trouble
    _close(case, by=by)


def why_not_accept(case: Case, steps: Sequence[CaseStep], person_id: int) -> DomainError | None:
    """Why somebody cannot accept the answer to a case now, to be raised or shown; None when they can."""
    if person_id != case.opened_by_id or case.kind in WRONGS:
        return Forbidden("Only the person whose case it is can accept the answer.")
    return _why_not_close(case, queries.standing_of(case, steps))


def close(case: Case, *, by: Actor) -> None:
    """Close a case that was answered, once the days to take it further are over.

    Raises:
        Forbidden: it is about the one who would close it.
        Refused: there is still time to take it further.
        Conflict: it is not answered; an appeal against the answer is open; or malpractice was found and the awarding
            body has not been told.
    """
    _require_not_against(case, by)
    due = _due(case)
    if due is not None and clock.today() <= due:
        raise Refused("There is still time to take this further, so it cannot be closed yet.")
    trouble = _why_not_close(case, queries.standing_of(case, queries.steps_of(case.id)))
    if trouble is not None:
        raise trouble
    _close(case, by=by)


def _why_not_close(case: Case, now: Standing) -> Conflict | None:
    if now.outcome is Outcome.FOUND and not now.is_told:
        return Conflict("The awarding body has not been told. Note how they were told, then close this.")
    if now.phase is not Phase.ANSWERED:
        return Conflict(ledger.OVERTAKEN)
    return Conflict(UNDER_APPEAL) if queries.is_under_appeal(case.id) else None


def _close(case: Case, *, by: Actor) -> None:
    ledger.append(case, StepKind.CLOSED, by=by)
    ledger.lift_holds(case, reason="The case is closed.", by=by)


def _due(case: Case) -> date | None:
    steps = queries.steps_of(case.id)
    return queries.due_on(queries.standing_of(case, steps), steps)


def _require_not_against(case: Case, by: Actor) -> None:
    if parts.is_of(case, by.id):
        raise Forbidden("This is about you, so another person does it.")
