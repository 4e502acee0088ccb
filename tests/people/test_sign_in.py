"""The doors: what lets a person in, what does not, and when a sign-in ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.core import clock
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people import queries, service
from lms.people.models import LinkPurpose, Membership, SignIn, SingleUseLink, User
from lms.people.roles import Role
from lms.people.sign_in import SEEN
from tests import databases
from tests.client import JudgingClient
from tests.factories.people import as_actor, make_organisation, make_user

PASSWORD = "orchard lantern bicycle"


@pytest.fixture
def joy() -> User:
    return make_user(Role.ADMINISTRATOR, email="joy@example.org", name="Joy Mensah", password=PASSWORD)


def mailed_token() -> str:
    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    found = re.search(r"/(?:sign-in|welcome|new-password)/([\w-]{43})", message.text)
    assert found
    return found.group(1)


def test_a_password_lets_its_owner_in(client: JudgingClient, joy: User) -> None:
    page = client.send(
        "people.sign_in_with_password", data={"email": " JOY@example.org", "password": PASSWORD}
    )
    assert page.location == "/"
    assert "Joy Mensah" in client.see("people.account").text


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: JudgingClient, joy: User
) -> None:
    wrong = client.send(
        "people.sign_in_with_password", status=422, data={"email": "joy@example.org", "password": "x"}
    )
    unknown = client.send(
        "people.sign_in_with_password", status=422, data={"email": "no@example.org", "password": "x"}
    )
    assert "do not go together" in wrong.text
    assert wrong.text.replace("joy@", "no@") == unknown.text


def test_a_password_is_kept_exactly_as_typed(client: JudgingClient) -> None:
    make_user(Role.ADMINISTRATOR, email="a@example.org", password=" spaces at both ends ")
    client.send(
        "people.sign_in_with_password",
        status=422,
        data={"email": "a@example.org", "password": "spaces at both ends"},
    )
    client.send(
        "people.sign_in_with_password", data={"email": "a@example.org", "password": " spaces at both ends "}
    )


def test_an_emailed_link_lets_in_once(client: JudgingClient, joy: User) -> None:
    client.send("people.email_sign_in_link", data={"email": joy.email})
    token = mailed_token()
    assert "Joy Mensah" in client.see("people.follow_link", token=token).text
    client.send("people.use_sign_in_link", token=token)
    assert client.see("people.account").status == 200
    client.sign_out()
    again = client.send("people.use_sign_in_link", token=token, audited=False)
    assert again.location.endswith("/sign-in")
    assert client.get("/account").status_code == 302


def test_asking_for_a_link_tells_nobody_who_is_here(client: JudgingClient, joy: User) -> None:
    known = client.send("people.email_sign_in_link", data={"email": joy.email})
    unknown = client.send("people.email_sign_in_link", data={"email": "stranger@example.org"})
    assert known.location == unknown.location
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_a_link_is_kept_as_a_hash_only(client: JudgingClient, joy: User) -> None:
    client.send("people.email_sign_in_link", data={"email": joy.email})
    token = mailed_token()
    kept = db.session.scalars(select(SingleUseLink.token_hash)).all()
    assert token not in kept
    assert kept == [queries.hash_token(token)]


def test_an_old_link_is_refused(client: JudgingClient, joy: User) -> None:
    service.send_link(joy.email, LinkPurpose.SIGN_IN, lasts=timedelta(seconds=-1))
    page = client.send("people.use_sign_in_link", token=mailed_token(), audited=False)
    assert page.location.endswith("/sign-in")
    assert "too old" in client.see("people.sign_in").text


def test_a_link_of_one_purpose_opens_no_other_door(client: JudgingClient, joy: User) -> None:
    client.send("people.email_sign_in_link", data={"email": joy.email})
    page = client.send(
        "people.choose_new_password", token=mailed_token(), audited=False, data={"password": PASSWORD}
    )
    assert page.location.endswith("/sign-in")


def test_an_invitation_is_accepted_by_choosing_a_password(
    app: Flask, client: JudgingClient, joy: User
) -> None:
    provider = make_organisation(name="Harehills Learning")
    service.invite(
        provider, name="பிரியா குமார்", email="Priya@example.org", role=Role.ASSESSOR,
        lasts=timedelta(days=1), by=as_actor(joy),
    )  # fmt: skip
    token = mailed_token()
    assert "பிரியா குமார்" in client.see("people.welcome", token=token).text
    weak = client.send("people.accept_invitation", token=token, status=422, data={"password": "password1234"})
    assert "easy to guess" in weak.text
    client.send("people.accept_invitation", token=token, data={"password": PASSWORD})
    assert "Harehills Learning" in client.see("people.account").text


def test_a_reset_ends_every_other_sign_in(client: JudgingClient, joy: User) -> None:
    client.sign_in(joy)
    client.send("people.send_reset_link", data={"email": joy.email})
    token = mailed_token()
    other = client.application.test_client()
    assert isinstance(other, JudgingClient)
    other.send("people.choose_new_password", token=token, data={"password": "meadow kettle thunder"})
    assert client.get("/account").status_code == 302
    assert other.see("people.account").status == 200


def test_a_short_password_is_refused_with_what_to_do(client: JudgingClient, joy: User) -> None:
    client.send("people.send_reset_link", data={"email": joy.email})
    page = client.send(
        "people.choose_new_password", token=mailed_token(), status=422, data={"password": "short"}
    )
    assert "at least 12 characters" in page.text


def test_signing_in_gives_a_new_session(client: JudgingClient, joy: User) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "before"
    client.send("people.sign_in_with_password", data={"email": joy.email, "password": PASSWORD})
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_signing_out_ends_the_session_on_the_server(client: JudgingClient, joy: User) -> None:
    client.sign_in(joy)
    with client.session_transaction() as cookie:
        stolen = dict(cookie)
    client.send("people.sign_out")
    with client.session_transaction() as cookie:
        cookie.update(stolen)
    assert client.get("/account").status_code == 302


def test_an_idle_session_is_over(client: JudgingClient, joy: User) -> None:
    client.sign_in(joy)
    with client.session_transaction() as cookie:
        cookie[SEEN] = clock.now().timestamp() - 31 * 60
    response = client.get("/account")
    assert response.status_code == 302
    assert "You were away for a while" in client.get(response.location).get_data(as_text=True)


def test_a_sign_in_has_a_longest_life(client: JudgingClient, joy: User) -> None:
    client.sign_in(joy)
    db.session.scalars(select(SignIn)).one().expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert client.get("/account").status_code == 302


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(client: JudgingClient, joy: User) -> None:
    client.sign_in(joy)
    assert client.get("/admin/audit").status_code == 200
    boss = make_user(Role.ADMINISTRATOR)
    membership = db.session.scalars(select(Membership).where(Membership.user_id == joy.id)).one()
    service.end_membership(membership, by=as_actor(boss))
    db.session.commit()
    assert client.get("/admin/audit").status_code == 403


def test_a_closed_account_is_out_at_the_next_request(client: JudgingClient, joy: User) -> None:
    client.sign_in(joy)
    joy.disabled_at = clock.now()
    db.session.commit()
    assert client.get("/account").status_code == 302
    client.send("people.sign_in_with_password", status=422, data={"email": joy.email, "password": PASSWORD})


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "https:evil", "\t//evil"]
)
def test_nobody_is_sent_to_another_site(client: JudgingClient, joy: User, target: str) -> None:
    page = client.send(
        "people.sign_in_with_password", data={"email": joy.email, "password": PASSWORD}, next=target
    )
    assert page.location == "/"


@pytest.fixture
def limited_client(app: Flask, tmp_path: Path) -> Iterator[JudgingClient]:
    """A browser of an application whose rate limits are in force."""
    with databases.limited(app, tmp_path) as limited:
        limited.test_client_class = JudgingClient
        made = limited.test_client()
        assert isinstance(made, JudgingClient)
        yield made


def test_too_many_tries_are_slowed_down(limited_client: JudgingClient, joy: User) -> None:
    wrong = {"email": joy.email, "password": "x"}
    pages = [limited_client.send("people.sign_in_with_password", status=422, data=wrong) for _ in range(10)]
    assert all("do not go together" in page.text for page in pages)
    last = limited_client.send("people.sign_in_with_password", status=429, data=wrong)
    assert "Wait a minute" in last.text


def test_the_demonstration_door_is_shut_elsewhere(client: JudgingClient, joy: User) -> None:
    assert client.post(f"/demo/sign-in/{joy.ref}", data=client._with_token({})).status_code == 404
    assert "demonstration" not in client.see("people.sign_in").text


def test_neither_a_file_nor_a_page_puts_back_an_older_cookie(client: JudgingClient) -> None:
    client.sign_in(make_user(Role.PRACTITIONER))
    client.see("people.account")
    for address in ("/static/css/going-forward.css", client.address("people.account")):
        response = client.get(address, buffered=True)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
