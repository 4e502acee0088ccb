"""Opening a case: an appeal, a complaint, a request, or something that is alleged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.cases import ledger, limits, queries
from assessments.cases.models import NOBODY, AdjustmentNeed, Case, CaseStep
from assessments.cases.standing import WRONGS, Kind, Standing, StepKind
from assessments.holds.models import HoldCause
from assessments.marking import allocation_bars
from assessments.marking import queries as marking
from assessments.marking.models import Decision
from assessments.marking.outcomes import UnitState
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Enrolment
from lms.core import clock
from lms.core.access import Actor
from lms.core.errors import Conflict, DomainError, Forbidden, Refused
from lms.core.extensions import db
from lms.core.text import day, london
from lms.people.models import User
from lms.people.roles import Role

BROUGHT = "This has been brought before. Look at it under your cases."


def appeal(decision: Decision, *, words: str, by: Actor) -> Case:
    """Appeal against a decision. The criterion is on hold until the appeal is over.

    Raises:
        Forbidden: the work is somebody else's.
        Refused: no words, or too late.
        Conflict: it has been appealed against, or it is not the decision that counts.
    """
    portfolio = decision.submission.portfolio
    if by.id != portfolio.learner_id:
        raise Forbidden("Only the person whose work it is can appeal.")
    if marking.latest_decisions(portfolio.id).get(decision.criterion) is not decision:
        raise Conflict(f"{decision.criterion} has been decided again since. Look at the new decision.")
    trouble = _why_late(limits.last_day_to_appeal(london(decision.created_at).date()))
    if trouble is not None:
        raise trouble
    case = _open(
        Kind.APPEAL,
        portfolio.enrolment,
        words=words,
        portfolio=portfolio,
        criterion=decision.criterion,
        decision_id=decision.id,
        against_id=decision.assessor_id,
        by=by,
    )
    ledger.place_hold(case, portfolio, cause=HoldCause.APPEAL, criterion=decision.criterion, by=by)
    return case


def appeal_case(about: Case, *, words: str, by: Actor) -> Case:
    """Appeal against the answer to a request, or against what was found after an allegation.

    Raises:
        Forbidden: the answer was not about them.
        Refused: no words, or too late.
        Conflict: it was granted, is not answered, or has been appealed against.
    """
    steps = queries.steps_of(about.id)
    trouble = why_not_appeal(about, steps, by.id)
    if trouble is not None:
        raise trouble
    return _open(
        Kind.APPEAL,
        about.enrolment,
        words=words,
        portfolio=about.portfolio,
        about_id=about.id,
        against_id=next(one.by_id for one in reversed(steps) if one.kind is StepKind.ANSWERED),
        by=by,
    )


def why_not_appeal(about: Case, steps: Sequence[CaseStep], person_id: int) -> DomainError | None:
    """Why somebody cannot appeal against the answer to a case, to be raised or shown; None when they can."""
    if person_id != (about.against_id if about.kind in WRONGS else about.learner_id):
        return Forbidden("Only the person whom the answer is about can appeal.")
    now = queries.standing_of(about, steps)
    answer = next((one for one in reversed(steps) if one.kind is StepKind.ANSWERED), None)
    if answer is None or now.is_granted or now.kind in (Kind.APPEAL, Kind.COMPLAINT):
        return Conflict("There is nothing to appeal against here.")
    if queries.appeal_against(about.id) is not None:
        return Conflict(BROUGHT)
    return _why_late(answer.due_on or clock.today())


def complain(enrolment: Enrolment, *, words: str, by: Actor) -> Case:
    """Complain about the service. A decision is appealed against instead.

    Raises:
        Forbidden: it is somebody else's place.
        Refused: no words.
    """
    _require_own(enrolment, by)
    return _open(Kind.COMPLAINT, enrolment, words=words, portfolio=_portfolio_of(enrolment), by=by)


def ask_adjustment(enrolment: Enrolment, *, words: str, need: str, by: Actor) -> Case:
    """Ask for something to be done differently, before it is assessed, because of a disability or a health condition.

    Args:
        enrolment: the person's place.
        words: what would help. The assessor sees what is agreed.
        need: why, kept apart and never shown to an assessor; it can be left out.
        by: the person.

    Raises:
        Forbidden: it is somebody else's place.
        Refused: no words.
        Conflict: everything has been decided, so that nothing is left to adjust.
    """
    _require_own(enrolment, by)
    portfolio = _portfolio_of(enrolment)
    if portfolio is not None:
        unit = marking.positions([portfolio.id])[portfolio.id].standing.unit
        if unit in (UnitState.MET, UnitState.ACCEPTED):
            raise Conflict(
                "Everything is decided already. An adjustment is agreed before the work is assessed."
            )
    case = _open(Kind.ADJUSTMENT, enrolment, words=words, portfolio=portfolio, by=by)
    if need.strip():
        db.session.add(AdjustmentNeed(case_id=case.id, words=need.strip()))
        db.session.flush()
    return case


def ask_consideration(enrolment: Enrolment, *, words: str, by: Actor) -> Case:
    """Say that something happened that held the person back: an illness, a bereavement, a crisis.

    Raises:
        Forbidden: it is somebody else's place.
        Refused: no words.
    """
    _require_own(enrolment, by)
    return _open(Kind.CONSIDERATION, enrolment, words=words, portfolio=_portfolio_of(enrolment), by=by)


def allege(portfolio: Portfolio, *, against: User, kind: Kind, words: str, by: Actor) -> Case:
    """Record suspected malpractice or maladministration. The portfolio is on hold until it is over.

    Args:
        portfolio: the work it concerns.
        against: the practitioner, or a member of staff.
        kind: malpractice or maladministration.
        words: what is alleged, as it will be put to the person.
        by: who raises it, who is not the person.

    Raises:
        Refused: no words, another kind, somebody alleges it of themselves, or nobody else could decide it.
    """
    if kind not in WRONGS:
        raise Refused("Choose what is suspected.", field="kind")
    if by.id == against.id:
        raise Refused("Somebody else has to raise this. Tell your provider’s administrator.", field="against")
    if not _can_be_decided(portfolio, against=against, by=by):
        raise Refused(
            "Nobody could decide this: it takes an administrator who did not raise it, is not the person and has no"
            " interest. Invite another under People first. If it cannot wait, tell the awarding body now."
        )
    case = _open(kind, portfolio.enrolment, words=words, portfolio=portfolio, against_id=against.id, by=by)
    ledger.place_hold(case, portfolio, cause=HoldCause.MALPRACTICE, by=by)
    return case


def _can_be_decided(portfolio: Portfolio, *, against: User, by: Actor) -> bool:
    """Whether the provider has an administrator with no part in what is alleged."""
    enrolment = portfolio.enrolment
    free = queries.holders(
        Role.PROVIDER_ADMINISTRATOR,
        provider_id=enrolment.cohort.provider_id,
        without={by.id, against.id, enrolment.user_id},
    )
    ties = allocation_bars.ties_of([one.id for one in free])
    place = allocation_bars.places_of([enrolment.id])[enrolment.id]
    return any(ties.bar(one.id, place) is None for one in free)


def _open(
    kind: Kind,
    enrolment: Enrolment,
    *,
    words: str,
    by: Actor,
    portfolio: Portfolio | None = None,
    criterion: str = "",
    decision_id: int | None = None,
    about_id: int | None = None,
    against_id: int | None = None,
) -> Case:
    if not words.strip():
        raise Refused("Say what happened, in your own words.", field="words")
    case = Case(
        kind=kind,
        enrolment_id=enrolment.id,
        learner_id=enrolment.user_id,
        portfolio_id=portfolio.id if portfolio else None,
        criterion=criterion,
        decision_id=decision_id,
        about_id=about_id,
        against_id=against_id,
        against_key=against_id or NOBODY,
        words=words.strip(),
        opened_by_id=by.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(case)
    except IntegrityError as error:
        raise Conflict(BROUGHT) from error
    ledger.append(case, StepKind.OPENED, by=by)
    ledger.tell_answerers(case)
    if by.id == enrolment.user_id:
        due = queries.due_on(*_now(case))
        ledger.tell(enrolment.user, case, "case_opened", due=due)
    return case


def _now(case: Case) -> tuple[Standing, list[CaseStep]]:
    steps = queries.steps_of(case.id)
    return queries.standing_of(case, steps), steps


def _require_own(enrolment: Enrolment, by: Actor) -> None:
    if by.id != enrolment.user_id:
        raise Forbidden("Only the person themselves can ask for this.")


def _why_late(last: date) -> Refused | None:
    if clock.today() <= last:
        return None
    return Refused(f"The last day to appeal was {day(last)}. Ring your training provider if you could not.")


def _portfolio_of(enrolment: Enrolment) -> Portfolio | None:
    return db.session.scalar(
        select(Portfolio).where(Portfolio.enrolment_id == enrolment.id).order_by(Portfolio.id.desc()).limit(1)
    )
