"""An external visit: chosen portfolios, on its days, to read and nothing else."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from assessments.marking import service as marking
from assessments.portfolio.models import Portfolio
from assessments.portfolio.service import Upload
from assessments.verification import service
from lms.core import clock
from lms.core.access import decision_of
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.people.roles import GRANTS, Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import OWN_WORK, Desk, add_file


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def admin(desk):
    return make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider)


@pytest.fixture
def eqa(app):
    return make_user(Role.EQA, name="Peter Marsh")


def _visit(desk, eqa, admin, *portfolios, from_days=0, until_days=0):
    today = clock.today()
    return service.open_visit(
        desk.provider,
        eqa=eqa,
        from_on=today + timedelta(days=from_days),
        until_on=today + timedelta(days=until_days),
        portfolio_refs=[portfolio.ref for portfolio in portfolios],
        by=as_actor(admin),
    )


def test_a_visitor_reads_what_was_chosen_and_nothing_else(client, desk, eqa, admin):
    chosen, other = desk.meet(name="Grace Mbatha"), desk.meet(name="Amina Yusuf")
    visit = _visit(desk, eqa, admin, chosen)
    client.sign_in(eqa)
    assert desk.provider.name in client.see("visits.index").text
    page = client.see("visits.show", visit_ref=visit.ref)
    assert "Grace Mbatha" in page.text
    assert "Amina Yusuf" not in page.text
    page = client.see("visits.portfolio", portfolio_ref=chosen.ref)
    assert "You let her choose the order." in page.text
    assert "<form" not in page.body
    client.see("visits.portfolio", portfolio_ref=other.ref, status=404)


@pytest.mark.parametrize(("days", "says"), [((1, 2), "Not open yet"), ((-3, -1), "Over")])
def test_a_visit_opens_and_closes_on_its_days(client, desk, eqa, admin, days, says):  # noqa: PLR0917 (fixtures)
    portfolio = desk.meet()
    visit = _visit(desk, eqa, admin, portfolio, from_days=days[0], until_days=days[1])
    client.sign_in(eqa)
    assert says in client.see("visits.index").text
    client.see("visits.show", visit_ref=visit.ref, status=404)
    client.see("visits.portfolio", portfolio_ref=portfolio.ref, status=404)


def test_another_visitor_sees_nothing_of_it(client, desk, eqa, admin):
    portfolio = desk.meet()
    visit = _visit(desk, eqa, admin, portfolio)
    client.sign_in(make_user(Role.EQA))
    assert desk.provider.name not in client.see("visits.index").text
    client.see("visits.show", visit_ref=visit.ref, status=404)
    client.see("visits.portfolio", portfolio_ref=portfolio.ref, status=404)


def test_a_visitor_has_no_way_to_change_anything(app):
    held = GRANTS[Role.EQA]
    assert held == {Permission.VERIFICATION_VISIT_READ_OWN}
    for rule in app.url_map.iter_rules():
        decision = decision_of(app.view_functions[rule.endpoint])
        if decision is not None and decision.permission in held:
            assert rule.methods == {"GET", "HEAD", "OPTIONS"}, rule


def test_a_provider_opens_a_visit_for_its_own_portfolios_only(client, desk, eqa, admin):
    mine, theirs = desk.meet(), Desk().meet()
    client.sign_in(admin)
    today = clock.today().isoformat()
    data = {"eqa": eqa.ref, "from_on": today, "until_on": today, "portfolios": [mine.ref]}
    client.send("visits.open_visit", cohort_ref=desk.cohort.ref, data=data)
    client.send(
        "visits.open_visit", cohort_ref=desk.cohort.ref, data={**data, "portfolios": [theirs.ref]}, status=422
    )
    early = (clock.today() - timedelta(days=1)).isoformat()
    page = client.send(
        "visits.open_visit", cohort_ref=desk.cohort.ref, data={**data, "until_on": early}, status=422
    )
    assert "ends before it begins" in page.text


def test_a_visitor_opens_files_of_the_chosen_portfolio(client, desk, eqa, admin):
    chosen, other = desk.begin(), desk.begin(name="Amina Yusuf")
    files = []
    for portfolio in (chosen, other):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        picture.seek(0)
        files.append(add_file(portfolio, "3.1", upload=Upload(picture, "page.png")).files[0])
        marking.send(portfolio, ["3.1"], declaration=OWN_WORK, by=as_actor(portfolio.learner))
    _visit(desk, eqa, admin, chosen)
    db.session.commit()
    client.sign_in(eqa)
    page = client.see("visits.file", file_ref=files[0].ref)
    assert page.response.mimetype == "image/png"
    client.see("visits.file", file_ref=files[1].ref, status=404)
    assert db.session.query(Portfolio).count() == 2
