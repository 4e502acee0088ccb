"""Somebody who is taught, and who teaches her, for the tests of what each does about coming."""

from __future__ import annotations

import pytest

from courses.cohorts.models import Enrolment
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.factories.cohorts import make_cohort, make_enrolment, weeks_ago
from tests.factories.people import as_actor, make_organisation, make_user


@pytest.fixture
def bronwen() -> User:
    return make_user(Role.FACILITATOR, make_organisation(name="Leeds Family Learning"), name="Bronwen Pryce")


@pytest.fixture
def provider(bronwen: User) -> Organisation:
    """Bronwen's."""
    return db.session.get_one(Organisation, as_actor(bronwen).hats[0].organisation_id)


@pytest.fixture
def weeks_taught() -> int:
    """How many weeks ago the cohort began; a file whose tests need another says so."""
    return 4


@pytest.fixture
def sade(bronwen: User, provider: Organisation, weeks_taught: int) -> Enrolment:
    """Somebody in Bronwen's weekly cohort of ten sessions, of which nine complete the course."""
    cohort = make_cohort(
        provider, first_day=weeks_ago(weeks_taught), facilitators=(bronwen,), name="Harehills"
    )
    return make_enrolment(cohort, name="Ṣadé Adéyẹmí")
