"""Learners by outcome, and what the year has covered."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from assessments.marking.queries import latest_decisions
from assessments.verification import coverage, grid, ratings, service
from assessments.verification.grid import CellState
from assessments.verification.models import Sample, SampleOutcome
from assessments.verification.sampling import Risk
from lms.core.access import Reach
from lms.core.extensions import db
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import Desk


@pytest.fixture
def desk(app):
    return Desk()


def _cells(desk):
    reach = Reach(desk.iqa.id, frozenset({desk.provider.id}))
    (row,), _ = grid.rows(within=reach)
    return [cell.state for cell in row.cells]


def test_a_cell_says_what_was_decided_drawn_agreed_and_came_back(desk):
    portfolio = desk.begin()
    assert _cells(desk) == [CellState.NOTHING] * 6
    submission = desk.send(portfolio, "1.1", "1.2", "2.1")
    assert _cells(desk)[:3] == [CellState.BEGUN, CellState.BEGUN, CellState.NOTHING]
    desk.decide(submission)
    assert _cells(desk)[:3] == [CellState.DECIDED, CellState.DECIDED, CellState.NOTHING]
    desk.decide(desk.send(portfolio, *[ref for ref in desk.criteria if ref not in {"1.1", "1.2", "2.1"}]))
    iqa = as_actor(desk.iqa)
    plan = service.draw_plan(desk.cohort, seed="s", by=iqa)
    assert set(_cells(desk)) == {CellState.DRAWN}
    sample = db.session.scalars(select(Sample).where(Sample.plan_id == plan.id)).one()
    decisions = latest_decisions(portfolio.id)
    service.answer(sample, decisions["1.1"], outcome=SampleOutcome.AGREED, by=iqa)
    service.answer(sample, decisions["2.1"], outcome=SampleOutcome.RETURNED, comment="Look.", by=iqa)
    assert _cells(desk)[:3] == [CellState.PARTLY, CellState.RETURNED, CellState.DRAWN]
    desk.decide(submission)
    service.agree_the_rest(sample, by=iqa)
    assert _cells(desk)[:3] == [CellState.AGREED, CellState.SETTLED, CellState.AGREED]


def test_the_grid_is_narrowed_paged_and_keeps_to_its_provider(client, desk, monkeypatch):
    monkeypatch.setattr(grid, "PAGE", 2)
    other = make_user(Role.ASSESSOR, desk.provider, name="Ada Ncube")
    for name in ("Ann", "Bea", "Cat"):
        desk.begin(name=name)
    desk.begin(name="Dot", assessor=other)
    client.sign_in(desk.iqa)
    page = client.see("verification.learners")
    assert ("Ann" in page.text, "Cat" in page.text, "Page 1 of 2" in page.text) == (True, False, True)
    assert "Cat" in client.see("verification.learners", page=2).text
    for number in ("9" * 30, "-1", "two"):
        assert "Ann" in client.see("verification.learners", page=number).text
    page = client.see("verification.learners", assessor=other.ref)
    assert ("Dot" in page.text, "Ann" in page.text) == (True, False)
    assert "No portfolio is here" in client.see("verification.learners", cohort="x" * 22).text
    client.sign_in(make_user(Role.IQA, make_organisation()))
    assert "Ann" not in client.see("verification.learners").text


def test_the_grid_costs_the_same_for_any_number(client, desk):
    def add():
        desk.decide(desk.send(desk.begin(), "1.1"))
        db.session.commit()

    client.sign_in(desk.iqa)
    assert_flat(add, lambda: (client.see("verification.learners"), client.see("verification.year")))


def test_the_year_shows_what_was_looked_at_and_what_was_not(client, desk):
    make_user(Role.ASSESSOR, desk.provider, name="Ada Ncube")
    desk.meet()
    ratings.say(desk.provider, desk.assessor, risk=Risk.RED, reason="New.", by=as_actor(desk.iqa))
    reach = Reach(desk.iqa.id, frozenset({desk.provider.id}))
    (before,) = coverage.of_providers(within=reach)
    assert before.kinds == (("Reflective account", False),)
    service.draw_plan(desk.cohort, seed="s", by=as_actor(desk.iqa))
    (after,) = coverage.of_providers(within=reach)
    assert after.kinds == (("Reflective account", True),)
    assert [(one.name, one.is_covered) for one in after.assessors] == [
        ("Ada Ncube", False),
        ("Rukhsana Iqbal", True),
    ]
    client.sign_in(desk.iqa)
    assert "Rukhsana Iqbal: 1 of at least 1 portfolio" in client.see("verification.year").text
