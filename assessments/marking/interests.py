"""Declaring an interest, saying that it is over, and setting how much an assessor takes on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.marking.allocation_models import AssessorCap, Interest, InterestEnd
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.people.models import Organisation, Setting, User


def declare(assessor: User, *, about: User | Setting, reason: str, by: Actor) -> Interest:
    """Note that an assessor has an interest in a practitioner, or in everybody who works at a setting.

    From then on nothing of theirs is given to the assessor, and what the assessor has of theirs they cannot decide.

    Raises:
        Refused: no reason, or the assessor and the practitioner are one.
    """
    if not reason.strip():
        raise Refused("Say in a few words what the interest is.", field="reason")
    if isinstance(about, User) and about.id == assessor.id:
        raise Refused("Nobody is given their own work anyway. Choose another person.", field="about")
    interest = Interest(
        assessor_id=assessor.id,
        learner_id=about.id if isinstance(about, User) else None,
        setting_id=about.id if isinstance(about, Setting) else None,
        reason=reason.strip(),
        declared_by_id=by.id,
    )
    db.session.add(interest)
    db.session.flush()
    audit.record(Act.INTEREST_CHANGED, by=by, on=interest, assessor_id=assessor.id, what="declared")
    return interest


def end(interest: Interest, *, reason: str, by: Actor) -> None:
    """Note that an interest is over.

    Raises:
        Refused: no reason.
        Forbidden: the assessor would end their own.
        Conflict: it has been ended.
    """
    if by.id == interest.assessor_id:
        raise Forbidden("Another person says when your interest is over. Ask your provider’s administrator.")
    if not reason.strip():
        raise Refused("Say why the interest is over.", field="reason")
    ended = InterestEnd(
        interest_id=interest.id,
        assessor_id=interest.assessor_id,
        reason=reason.strip(),
        ended_by_id=by.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(ended)
    except IntegrityError as error:
        raise Conflict("This interest was ended before.") from error
    audit.record(Act.INTEREST_CHANGED, by=by, on=interest, assessor_id=interest.assessor_id, what="ended")


def set_cap(provider: Organisation, assessor: User, portfolios: int | None, *, by: Actor) -> None:
    """Say how many open portfolios an assessor takes on at most; None lifts the limit. What they have stays theirs.

    Raises:
        Refused: fewer than none.
    """
    if portfolios is not None and portfolios < 0:
        raise Refused("Write 0 or more.")
    cap = db.session.scalar(
        select(AssessorCap).where(
            AssessorCap.provider_id == provider.id, AssessorCap.assessor_id == assessor.id
        )
    )
    if portfolios == (cap.portfolios if cap else None):
        return
    if portfolios is None:
        db.session.delete(cap)
    else:
        cap = cap or AssessorCap(provider_id=provider.id, assessor_id=assessor.id)
        cap.portfolios, cap.set_by_id = portfolios, by.id
        db.session.add(cap)
    db.session.flush()
    audit.record(Act.ASSESSOR_CAP_SET, by=by, on=assessor, organisation_id=provider.id, portfolios=portfolios)
