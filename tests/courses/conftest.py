"""Somebody who runs cohorts, for the tests of their pages and of what is done on them."""

from __future__ import annotations

import pytest

from lms.people.models import User
from lms.people.person import Person
from lms.people.roles import Role
from tests.client import JudgingClient
from tests.factories.people import as_actor, make_organisation, make_user


@pytest.fixture
def joy(client: JudgingClient) -> User:
    """A provider administrator who is signed in."""
    user = make_user(
        Role.PROVIDER_ADMINISTRATOR, make_organisation(name="Leeds Family Learning"), name="Joy Mensah"
    )
    client.sign_in(user)
    return user


@pytest.fixture
def by(joy: User) -> Person:
    return as_actor(joy)
