"""Same role, other organisation: every route that takes a reference is tried with another tenant's.

The world is the demonstration, where every kind of thing exists. For each role somebody of a new organisation asks
for each of its things by every route that the role may use. Nothing may be found, and nothing may change.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from lms.core.access import decision_of
from lms.core.extensions import db
from lms.core.model import Entity
from lms.people.roles import EVERYWHERE, GRANTS, Role
from lms.site.demo import loading
from tests.client import JudgingClient
from tests.factories.people import make_user

THINGS = {
    "action": "sample_action",
    "assessor": "user",
    "deed": "standard_action",
    "exercise": "standard_exercise",
    "meeting": "standard_meeting",
    "piece": "standard_piece",
    "script": "standard_exercise",
    "comment": "bank_comment",
    "note": "note_draft",
    "on": "evidence",
    "affected": "affected_decision",
    "case": "assessment_case",
    "claim": "check_in_claim",
    "copy": "draft_copy",
    "entry": "journal_entry",
    "offered": "response_import",
    "planned": "planned_assessment",
    "person": "user",
    "provider": "organisation",
    "plan": "sample_plan",
    "question": "theme_question",
    "file": "stored_file",
    "sheet": "paper_sheet",
}
"""Tables whose name is not the parameter's own."""

OTHERS = {
    "act": "respond",
    "what": "complaint",
    "number": 1,
    "place": 1,
    "activity_id": "x",
    "module_id": "x",
    "criterion": "1.1",
    "kind": "attendance",
    "section": "people",
    "batch": "x" * 22,
    "form": "pdf",
}


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    """The application with the whole demonstration in it."""
    loading.build(quiet=True)
    db.session.commit()
    return app


def _rules(app: Flask) -> list[tuple[Rule, Role]]:
    """Each route that takes a reference and asks for a permission, with each role that holds it inside its own walls."""
    return [
        (rule, role)
        for rule in app.url_map.iter_rules()
        if any(name.endswith("_ref") for name in rule.arguments)
        and (decision := decision_of(app.view_functions[rule.endpoint])) is not None
        for role in Role
        if role not in EVERYWHERE and decision.permission in GRANTS[role]
    ]


def _table(parameter: str) -> str:
    thing = parameter.removesuffix("_ref")
    return THINGS.get(thing, thing)


def _references(app: Flask) -> dict[str, list[str]]:
    """For each parameter, references of things that exist: some of the oldest and some of the newest."""
    names = {name for rule, _ in _rules(app) for name in rule.arguments if name.endswith("_ref")}
    tables = {mapper.local_table.name: mapper.class_ for mapper in Entity.registry.mappers}
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        assert _table(name) in tables, f"say in THINGS which table {name} refers to"
        kind = tables[_table(name)]
        oldest = db.session.scalars(sa.select(kind.ref).order_by(kind.id).limit(2)).all()
        newest = db.session.scalars(sa.select(kind.ref).order_by(kind.id.desc()).limit(3)).all()
        found[name] = list(dict.fromkeys([*oldest, *newest]))
    return found


def _rows() -> int:
    counts = [
        sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in db.metadata.sorted_tables
    ]
    total = db.session.execute(sa.select(sum(counts[1:], start=counts[0]))).scalar_one()
    return int(total)


@pytest.mark.once
@pytest.mark.slow
def test_nobody_finds_what_belongs_to_another_organisation(world: Flask, client: JudgingClient) -> None:
    references = _references(world)
    tried = 0
    for role in Role:
        if role in EVERYWHERE:
            continue
        client.sign_in(make_user(role))
        before = _rows()
        for rule, holder in _rules(world):
            if holder is not role:
                continue
            for values in _combinations(rule, references):
                address = client.address(rule.endpoint, **values)
                method = "GET" if "GET" in (rule.methods or ()) else "POST"
                response = client.open(
                    address, method=method, data=client._with_token({}) if method == "POST" else None
                )
                assert response.status_code == 404, (
                    f"{role.value} {method} {address} ({rule.endpoint}): {response.status_code}"
                )
                tried += 1
        assert _rows() == before, f"{role.value} left something behind"
    assert tried > 100


def _combinations(rule: Rule, references: dict[str, list[str]]) -> list[dict[str, object]]:
    """The route's parameters filled with the first, second, … reference of each."""
    named = [name for name in rule.arguments if name.endswith("_ref")]
    rest = {name: OTHERS[name] for name in rule.arguments if not name.endswith("_ref")}
    longest = max((len(references[name]) for name in named), default=0)
    return [
        {**rest, **{name: references[name][turn % len(references[name])] for name in named}}
        for turn in range(longest)
        if all(references[name] for name in named)
    ]
