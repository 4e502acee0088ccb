"""A desk with an administrator, which every test of cases begins from."""

from __future__ import annotations

import pytest

from lms.people.roles import Role
from tests.factories.people import make_user
from tests.factories.portfolios import Desk


@pytest.fixture
def desk(app):
    made = Desk()
    made.admin = make_user(Role.PROVIDER_ADMINISTRATOR, made.provider, name="Joy Mensah")
    return made
