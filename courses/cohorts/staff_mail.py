"""Writing to those who teach a cohort or administer it: rows of mail, in the transaction of their cause."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from courses.cohorts.models import Cohort, CohortFacilitator
from courses.cohorts.reach import holds
from lms.core import mail
from lms.core.extensions import db
from lms.people.models import User
from lms.people.roles import Role


def tell_facilitators(cohort: Cohort, template: str, **words: Any) -> int:
    """Write to every facilitator of a cohort; gives back to how many.

    Args:
        cohort: whose facilitators.
        template: the message's name.
        words: what it needs beside `name` (the reader's) and `cohort` (its name).
    """
    teaches = exists().where(CohortFacilitator.cohort_id == cohort.id, CohortFacilitator.user_id == User.id)
    return _tell(teaches, cohort, template, words)


def tell_administrators(cohort: Cohort, template: str, **words: Any) -> int:
    """Write to everybody who administers the provider of a cohort today; gives back to how many.

    Args:
        cohort: whose provider.
        template: the message's name.
        words: as for `tell_facilitators`.
    """
    administers = holds(Role.PROVIDER_ADMINISTRATOR, User.id, cohort.provider_id)
    return _tell(administers, cohort, template, words)


def _tell(who: ColumnElement[bool], cohort: Cohort, template: str, words: dict[str, Any]) -> int:
    people = db.session.execute(
        select(User.name, User.email).where(who, User.disabled_at.is_(None)).order_by(User.id)
    ).all()
    for name, email in people:
        mail.queue(to=email, template=template, name=name, cohort=cohort.name, **words)
    return len(people)
