"""The edge: one commit a request, no GET that writes, repeated forms answered once, safe headers everywhere."""

from __future__ import annotations

from contextlib import closing

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.core.access import public
from lms.core.extensions import db
from lms.people.models import Organisation
from lms.people.roles import Role
from tests.client import JudgingClient
from tests.factories.people import make_organisation, make_user


def test_a_get_that_writes_is_an_error(
    app: Flask, client: JudgingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    @public("a planted fault")
    def planted() -> str:
        make_organisation(name="Planted")
        return ""

    monkeypatch.setitem(app.view_functions, "pages.privacy", planted)
    assert client.get("/privacy").status_code == 500
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_a_form_sent_twice_is_done_once_and_answered_alike(client: JudgingClient) -> None:
    client.sign_in(make_user(Role.ADMINISTRATOR))
    form = {"kind": "provider", "name": "Twice Ltd", "phone": "", "submission_key": "one-key"}
    first = client.send("admin.create_organisation", data=form)
    response = client.post("/admin/organisations", data=client._with_token(form))
    assert response.status_code == 303
    assert response.location == first.location
    assert (
        db.session.scalar(
            select(func.count()).select_from(Organisation).where(Organisation.name == "Twice Ltd")
        )
        == 1
    )


def test_a_refused_write_leaves_nothing(client: JudgingClient) -> None:
    client.sign_in(make_user(Role.ADMINISTRATOR))
    client.send("admin.create_organisation", data={"kind": "provider", "name": ""}, status=422)
    assert (
        db.session.scalar(
            select(func.count()).select_from(Organisation).where(Organisation.kind == "provider")
        )
        == 0
    )


@pytest.mark.parametrize("address", ["/sign-in", "/no-such-page", "/static/img/favicon.svg", "/health"])
def test_every_answer_carries_the_safe_headers(client: JudgingClient, address: str) -> None:
    with closing(client.get(address)) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_signed_in_is_kept_by_caches(client: JudgingClient) -> None:
    client.sign_in(make_user(Role.ADMINISTRATOR))
    assert client.get("/account").headers["Cache-Control"] == "no-store"
