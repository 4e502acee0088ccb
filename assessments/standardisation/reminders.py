"""The reminder that a standardisation meeting is due: to a provider's IQAs, once a month until one is held."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from assessments.marking.models import Decision
from assessments.portfolio.models import Portfolio, Submission
from assessments.standardisation import meetings, queries
from assessments.standardisation.models import MeetingReminder
from assessments.verification.risk import months_before
from courses.cohorts.models import Cohort, Enrolment
from lms.core import audit, clock, mail
from lms.core.audit import Act
from lms.core.extensions import db
from lms.people.models import Organisation
from lms.people.roles import Role

MONTHS_BETWEEN_REMINDERS = 1


def remind() -> int:
    """Write to the IQAs of every provider whose meeting is due. Safe to repeat: once a month at most.

    Returns:
        How many providers were reminded.
    """
    today = clock.today()
    reminded = 0
    for provider in _assessing():
        last, sent = meetings.last_held(provider.id), _last_sent(provider.id)
        if not meetings.is_due(last, today=today):
            continue
        if sent is not None and sent > months_before(today, MONTHS_BETWEEN_REMINDERS):
            continue
        db.session.add(MeetingReminder(provider_id=provider.id, sent_on=today))
        for iqa in queries.people(provider.id, Role.IQA):
            mail.queue(
                to=iqa.email,
                template="assessments/mail/standardise_due",
                name=iqa.name,
                provider=provider,
                last=last,
            )
        audit.record(Act.STANDARD_MEETING_DUE, by=None, on=provider, organisation_id=provider.id)
        reminded += 1
    return reminded


def _assessing() -> list[Organisation]:
    """The providers at which something has been decided: until then there is nothing to standardise."""
    deciding = (
        select(Cohort.provider_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Portfolio, Portfolio.enrolment_id == Enrolment.id)
        .join(Submission, Submission.portfolio_id == Portfolio.id)
        .join(Decision, Decision.submission_id == Submission.id)
    )
    return list(
        db.session.scalars(
            select(Organisation).where(Organisation.id.in_(deciding)).order_by(Organisation.id)
        )
    )


def _last_sent(provider_id: int) -> date | None:
    return db.session.scalar(
        select(func.max(MeetingReminder.sent_on)).where(MeetingReminder.provider_id == provider_id)
    )
