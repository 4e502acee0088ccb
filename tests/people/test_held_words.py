"""Words that arrive after a sign-in has ended are kept for their author and nobody else."""

from __future__ import annotations

import pytest

from lms.core import clock
from lms.people.models import User
from lms.people.roles import Role
from lms.people.sign_in import SEEN
from tests.client import JudgingClient
from tests.factories.people import make_user

PASSWORD = "orchard lantern bicycle"
WORDS = "Kāinga Learning, வணக்கம்"


@pytest.fixture
def joy() -> User:
    return make_user(Role.ADMINISTRATOR, email="joy@example.org", password=PASSWORD)


def post_after_expiry(client: JudgingClient, user: User) -> str:
    client.sign_in(user)
    with client.session_transaction() as cookie:
        cookie[SEEN] = clock.now().timestamp() - 31 * 60
    form = client._with_token({"kind": "provider", "name": WORDS, "phone": "", "submission_key": "k"})
    response = client.post("/admin/organisations", data=form)
    assert response.status_code == 302
    return response.location


def test_the_form_shows_the_words_again_after_signing_in(client: JudgingClient, joy: User) -> None:
    door = post_after_expiry(client, joy)
    assert "Your words are saved. Sign in to carry on." in client.get(door).get_data(as_text=True)
    client.send("people.sign_in_with_password", data={"email": joy.email, "password": PASSWORD})
    assert client.see("admin.organisations").field("name") == WORDS
    client.send("admin.create_organisation", data={"kind": "provider", "name": WORDS})
    assert client.see("admin.organisations").field("name") == ""


def test_another_person_on_the_same_machine_does_not_see_them(client: JudgingClient, joy: User) -> None:
    post_after_expiry(client, joy)
    make_user(Role.ADMINISTRATOR, email="other@example.org", password=PASSWORD)
    client.send("people.sign_in_with_password", data={"email": "other@example.org", "password": PASSWORD})
    assert client.see("admin.organisations").field("name") == ""


def test_a_stranger_holds_nothing(client: JudgingClient) -> None:
    response = client.post("/admin/organisations", data=client._with_token({"name": WORDS}))
    assert response.status_code == 302
    assert "saved" not in client.get(response.location).get_data(as_text=True)
