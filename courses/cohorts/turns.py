"""Taking turns: whoever changes places or sessions of a provider's cohorts does it alone for that moment."""

from __future__ import annotations

from sqlalchemy import select

from courses.cohorts.models import Cohort
from lms.core.extensions import db
from lms.people.models import Organisation


def take_turn(cohort: Cohort) -> None:
    """Wait until nobody else changes the cohorts of this one's provider; the turn lasts as long as the transaction.

    One lock for all cohorts of a provider, because a place that falls free in one goes to somebody of another, whose own falls
    free by it, and so on: locks of single cohorts would be taken in whatever order the waiting lists have, and two
    such rows of people could stop each other. Nobody who only names the provider waits for it.
    """
    provider = select(Organisation.id).where(Organisation.id == cohort.provider_id)
    db.session.execute(provider.with_for_update(key_share=True))
