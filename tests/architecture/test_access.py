"""Every route has a stamped decision and stands in the access table, which is reviewed as a diff."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from lms.core.access import Decision, decision_of, public, refuse_unstamped_views, requires
from lms.core.permissions import Permission
from lms.people.roles import GRANTS, Role
from lms.site.commands import access_lines
from tests.client import JudgingClient
from tests.factories.people import make_user

GOLDEN = Path(__file__).parents[1] / "golden" / "access.txt"


def test_the_access_table_is_the_reviewed_one(app: Flask) -> None:
    with app.app_context():
        assert access_lines() == GOLDEN.read_text(encoding="utf-8").splitlines(), (
            "routes or grants changed: run `flask --app wsgi access table > tests/golden/access.txt` and review the diff"
        )


def test_the_application_refuses_a_view_without_a_decision() -> None:
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(RuntimeError, match="open"):
        refuse_unstamped_views(bare)


def test_a_view_carries_one_decision_only() -> None:
    with pytest.raises(TypeError, match="two access decisions"):
        public("a")(public("b")(lambda: ""))


def test_the_reader_sees_what_is_stamped() -> None:
    stamped = requires(Permission.ADMIN_AUDIT_READ)(lambda: "")
    assert decision_of(stamped) == Decision(kind="requires", permission=Permission.ADMIN_AUDIT_READ)
    assert decision_of(lambda: "") is None


def test_every_permission_is_granted_to_somebody(app: Flask) -> None:
    granted = set().union(*GRANTS.values())
    asked = {decision.permission for view in app.view_functions.values() if (decision := decision_of(view))}
    assert granted == set(Permission)
    assert asked - {None} <= set(Permission)


def _getable(app: Flask) -> list[tuple[str, dict[str, str]]]:
    """Every GET route, with references that point at nothing."""
    return [
        (rule.endpoint, {name: "x" * (43 if name == "token" else 22) for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.endswith("static")
    ]


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
def test_each_role_gets_what_the_table_says(app: Flask, client: JudgingClient, role: Role | None) -> None:
    """A page asked for by the wrong role is refused; by the right one it is never refused (an unknown thing is 404)."""
    if role is not None:
        client.sign_in(make_user(role))
    for endpoint, values in _getable(app):
        decision = decision_of(app.view_functions[endpoint])
        assert decision is not None
        try:
            address = client.address(endpoint, **values)
        except Exception:  # noqa: BLE001 (parameters of other kinds are tried in their own rooms' tests)
            continue
        response = client.get(address)
        if decision.kind == "public":
            allowed = response.status_code not in {401, 403}
        elif role is None:
            allowed = response.status_code == 302 and "/sign-in" in response.location
        elif decision.permission is None or decision.permission in GRANTS[role]:
            allowed = response.status_code in {200, 302, 303, 404}
        else:
            allowed = response.status_code == 403
        assert allowed, f"{role} {address}: {response.status_code}"


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
def test_no_role_changes_what_is_not_theirs(app: Flask, client: JudgingClient, role: Role | None) -> None:
    """Each unsafe route is refused to every role without its permission."""
    if role is not None:
        client.sign_in(make_user(role))
    for rule in app.url_map.iter_rules():
        decision = decision_of(app.view_functions[rule.endpoint])
        if "POST" not in (rule.methods or ()) or decision is None or decision.permission is None:
            continue
        if role is not None and decision.permission in GRANTS[role]:
            continue
        values = {name: "x" * 22 for name in rule.arguments if name.endswith("_ref")}
        others = {name: "1" for name in rule.arguments if not name.endswith("_ref")}
        address = client.address(rule.endpoint, **values, **others)
        response = client.post(address, data=client._with_token({}))
        assert response.status_code == (403 if role else 302), address


def test_an_unsafe_request_without_a_token_changes_nothing(app: Flask, client: JudgingClient) -> None:
    client.sign_in(make_user(Role.ADMINISTRATOR))
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            values = {name: "x" * (43 if name == "token" else 22) for name in rule.arguments}
            try:
                address = client.address(rule.endpoint, **values)
            except Exception:  # noqa: BLE001 (parameters of other kinds are tried in their own rooms' tests)
                continue
            assert client.post(address).status_code == 400, rule.rule
