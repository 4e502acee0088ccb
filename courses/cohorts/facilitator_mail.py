"""Writing to those who teach a cohort: rows of mail, in the transaction of their cause."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from courses.cohorts.models import Cohort, CohortFacilitator
from lms.core import mail
from lms.core.extensions import db
from lms.people.models import User


def tell_facilitators(cohort: Cohort, template: str, **words: Any) -> int:
    """Write to every facilitator of a cohort; gives back to how many.

    Args:
        cohort: whose facilitators.
        template: the message's name.
        words: what it needs beside `name` (the reader's) and `cohort` (its name).
    """
    people = db.session.execute(
        select(User.name, User.email)
        .join(CohortFacilitator, CohortFacilitator.user_id == User.id)
        .where(CohortFacilitator.cohort_id == cohort.id, User.disabled_at.is_(None))
        .order_by(User.id)
    ).all()
    for name, email in people:
        mail.queue(to=email, template=template, name=name, cohort=cohort.name, **words)
    return len(people)
