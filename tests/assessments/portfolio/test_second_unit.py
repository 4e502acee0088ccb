"""A second, small unit goes the whole way, from the first evidence to acceptance, by the code as it stands."""

from __future__ import annotations

from assessments.marking import queries
from assessments.marking.outcomes import CriterionState, UnitState
from assessments.portfolio.queries import unit_of
from assessments.verification import service as verification
from assessments.verification.models import Sample
from lms.core.extensions import db
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import Desk, add_text, states

SLUG = "reflect-with-a-supervisor"


def test_it_is_built_referred_met_sampled_and_accepted(app, client):
    desk = Desk(unit_slug=SLUG)
    portfolio = desk.begin()
    assert list(unit_of(portfolio).criteria) == ["1.1", "1.2", "2.1", "2.2", "2.3"]
    add_text(portfolio, "1.1")
    client.sign_in(portfolio.learner)
    page = client.see("portfolio.index")
    assert "Using supervision" in page.text
    assert "3.1" not in page.text
    desk.decide(desk.send(portfolio), but=("2.2",))
    assert states(portfolio)["2.2"] is CriterionState.NOT_YET
    desk.decide(desk.send(portfolio, "2.2"))
    client.sign_in(desk.iqa)
    plan = verification.draw_plan(desk.cohort, seed="one", by=as_actor(desk.iqa))
    sample = db.session.query(Sample).filter_by(plan_id=plan.id).one()
    shown = client.see("verification.sample", sample_ref=sample.ref).text
    assert "2.3" in shown
    assert "3.1" not in shown
    assert verification.agree_the_rest(sample, by=as_actor(desk.iqa)) == 5
    assert queries.positions([portfolio.id])[portfolio.id].standing.unit is UnitState.ACCEPTED


def test_two_units_of_one_provider_are_listed_each_with_its_portfolios(app, client):
    first = Desk()
    Desk(first.provider, SLUG).begin()
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, first.provider))
    page = client.see("units.index").text
    assert "6 outcomes, 24 criteria" in page
    assert "2 outcomes, 5 criteria" in page
