"""Placing a hold, lifting it, and refusing what it freezes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError

from assessments.holds import queries
from assessments.holds.models import Hold, HoldCause, HoldLifting
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db


def place(portfolio: Portfolio, *, cause: HoldCause, reason: str, criterion: str = "", by: Actor) -> Hold:
    """Freeze a portfolio, or one criterion of it, until the hold is lifted.

    Raises:
        Refused: no reason is given, or the unit has no such criterion.
    """
    if not reason.strip():
        raise Refused("Say why this is put on hold.", field="reason")
    if criterion and criterion not in portfolios.unit_of(portfolio).criteria:
        raise Refused(f"The unit has no criterion {criterion}.", field="criterion")
    hold = Hold(
        portfolio_id=portfolio.id,
        learner_id=portfolio.learner_id,
        criterion=criterion,
        cause=cause,
        reason=reason.strip(),
        placed_by_id=by.id,
    )
    db.session.add(hold)
    db.session.flush()
    audit.record(Act.HOLD_PLACED, by=by, on=portfolio, cause=cause.value, criterion=criterion)
    return hold


def lift(hold: Hold, *, reason: str, by: Actor) -> HoldLifting:
    """End a hold.

    Raises:
        Refused: no reason is given.
        Forbidden: it is a malpractice hold on the person's own work.
        Conflict: it was lifted before.
    """
    if not reason.strip():
        raise Refused("Say why the hold ends.", field="reason")
    if hold.cause is HoldCause.MALPRACTICE and by.id == hold.learner_id:
        raise Forbidden("Nobody lifts a hold on their own work. Another person does.")
    lifting = HoldLifting(
        hold_id=hold.id,
        learner_id=hold.learner_id,
        cause=hold.cause,
        reason=reason.strip(),
        lifted_by_id=by.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(lifting)
    except IntegrityError as error:
        raise Conflict("This hold was lifted before. Nothing was done twice.") from error
    audit.record(Act.HOLD_LIFTED, by=by, on=hold, cause=hold.cause.value, criterion=hold.criterion)
    return lifting


def require_free(portfolio_id: int, criteria: Iterable[str]) -> None:
    """Refuse to go on with criteria that are frozen.

    Raises:
        Conflict: naming each that is, and why.
    """
    held = queries.frozen(queries.standing(portfolio_id), criteria)
    if held:
        sentences = dict.fromkeys(hold.words for hold in held.values())
        raise Conflict(f"{' '.join(sentences)} Nothing was changed.")


def require_whole_free(portfolio_id: int) -> None:
    """Refuse what needs the whole portfolio while any part of it is frozen.

    Raises:
        Conflict: saying what is frozen, and why.
    """
    held = queries.standing(portfolio_id)
    if held:
        raise Conflict(f"{' '.join(dict.fromkeys(hold.words for hold in held))} Nothing was changed.")
