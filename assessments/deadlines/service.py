"""Giving somebody more time for their portfolio."""

from __future__ import annotations

from datetime import date

from sqlalchemy.exc import IntegrityError

from assessments.deadlines import queries
from assessments.deadlines.models import Extension
from assessments.deadlines.policy import Given, policy_for, why_not
from assessments.portfolio.models import Portfolio
from lms.core import audit, mail
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db


def extend(portfolio: Portfolio, *, until: date, reason: str, note: str = "", by: Actor) -> Extension:
    """Let a portfolio come later, within the limits of the policy that its cohort goes by. The practitioner is told.

    Args:
        portfolio: whose.
        until: the new last day.
        reason: a key of the policy's reasons.
        note: anything to add, read by the practitioner too.
        by: who gives the time.

    Raises:
        Refused: the reason is not on the list, or the day lies beyond what it allows.
        Forbidden: it is the person's own portfolio.
        Conflict: somebody else gave time at the same moment.
    """
    if by.id == portfolio.learner_id:
        raise Forbidden("Nobody gives themselves more time. Another person does.")
    given = queries.extensions(portfolio.id)
    now = queries.due_on(portfolio.id)
    policy = policy_for(portfolio.enrolment.cohort.ends_on)
    asked = Given(reason, (until - now).days)
    trouble = why_not(policy, [Given(one.reason, one.days) for one in given], asked)
    if trouble:
        raise Refused(trouble, field="reason" if reason not in policy.reasons else "until")
    extension = Extension(
        portfolio_id=portfolio.id,
        learner_id=portfolio.learner_id,
        number=len(given) + 1,
        instead_of_on=now,
        until_on=until,
        reason=reason,
        note=note.strip(),
        given_by_id=by.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(extension)
    except IntegrityError as error:
        raise Conflict("Somebody else gave more time at the same moment. Look again.") from error
    provider = portfolio.enrolment.cohort.provider
    audit.record(
        Act.EXTENSION_GIVEN,
        by=by,
        on=portfolio,
        organisation_id=provider.id,
        until=until.isoformat(),
        days=asked.days,
    )
    mail.queue(
        to=portfolio.learner.email,
        template="assessments/mail/extension",
        name=portfolio.learner.name,
        provider=provider,
        until=until,
        note=extension.note,
    )
    return extension
