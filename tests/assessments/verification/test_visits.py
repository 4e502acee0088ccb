"""An external visit: on its days the visitor chooses, reads and reports; each opening is noted; nothing else can be done."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import insert, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from assessments.marking import service as marking
from assessments.portfolio.service import Upload
from assessments.verification import visit_queries, visit_service
from assessments.verification.visit_models import VisitAction, VisitChoice, VisitReport, VisitSignOff
from lms.core import clock
from lms.core.access import decision_of
from lms.core.audit import Act, AuditRecord
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.people.roles import GRANTS, Role
from tests.budget import assert_flat
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import OWN_WORK, Desk, add_file


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def admin(desk):
    return make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider, name="Joy Mensah")


@pytest.fixture
def eqa(app):
    return make_user(Role.EQA, name="Peter Marsh")


def _visit(desk, eqa, admin, *proposed, from_days=0, until_days=0):
    today = clock.today()
    visit = visit_service.open_visit(
        desk.provider,
        eqa=eqa,
        from_on=today + timedelta(days=from_days),
        until_on=today + timedelta(days=until_days),
        portfolio_refs=[portfolio.ref for portfolio in proposed],
        by=as_actor(admin),
    )
    db.session.commit()
    return visit


def _choose(client, visit, *portfolios, status=303):
    return client.send(
        "visits.choose",
        visit_ref=visit.ref,
        data={"portfolios": [portfolio.ref for portfolio in portfolios]},
        status=status,
    )


def _log(visit):
    return [
        (record.act, record.facts.get("what"), record.facts.get("detail"))
        for record in db.session.query(AuditRecord)
        .filter_by(subject_kind="visit", subject_id=visit.id)
        .order_by(AuditRecord.sequence)
    ]


def test_a_visitor_chooses_reads_and_leaves_a_trace(client, desk, eqa, admin):
    first, other = desk.meet(name="Grace Mbatha"), desk.meet(name="Amina Yusuf")
    visit = _visit(desk, eqa, admin, other)
    client.sign_in(eqa)
    page = client.see("visits.show", visit_ref=visit.ref)
    assert "Proposed by the provider" in page.text
    assert "Rukhsana Iqbal" in page.text
    assert "You let her choose the order." not in page.text
    client.see("visits.portfolio", portfolio_ref=first.ref, status=404)
    _choose(client, visit, first)
    assert "24 of 24 met" in client.see("visits.portfolio", portfolio_ref=first.ref).text
    page = client.see("visits.criterion", portfolio_ref=first.ref, criterion="3.1")
    assert "You let her choose the order." in page.text
    assert "<form" not in page.body
    assert "Decisions were made" in client.see("visits.trail", portfolio_ref=first.ref).text
    client.see("visits.portfolio", portfolio_ref=other.ref, status=404)
    client.see("visits.criterion", portfolio_ref=first.ref, criterion="9.9", status=404)
    assert _log(visit)[1:] == [
        ("verification:visit:chosen", None, None),
        ("verification:visit:read", "portfolio", ""),
        ("verification:visit:read", "criterion", "3.1"),
        ("verification:visit:read", "audit trail", ""),
    ]
    client.sign_in(admin)
    page = client.see("visits_given.show", visit_ref=visit.ref)
    assert "Peter Marsh chose the portfolio of Grace Mbatha" in page.text
    assert "Peter Marsh opened criterion 3.1 of Grace Mbatha" in page.text


def test_files_are_opened_on_the_visit_alone_and_noted(client, desk, eqa, admin):
    chosen, other = desk.begin(), desk.begin(name="Amina Yusuf")
    files = []
    for portfolio in (chosen, other):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        picture.seek(0)
        files.append(add_file(portfolio, "3.1", upload=Upload(picture, "page.png")).files[0])
        marking.send(portfolio, ["3.1"], declaration=OWN_WORK, by=as_actor(portfolio.learner))
    visit = _visit(desk, eqa, admin)
    client.sign_in(eqa)
    client.see("visits.file", file_ref=files[0].ref, status=404)
    _choose(client, visit, chosen)
    assert client.see("visits.file", file_ref=files[0].ref).response.mimetype == "image/png"
    client.see("visits.file", file_ref=files[1].ref, status=404)
    assert _log(visit)[-1] == ("verification:visit:read", "file", "page.png")


@pytest.mark.parametrize(("days", "says"), [((1, 2), "Not open yet"), ((-3, -1), "Over")])
def test_a_visit_opens_and_closes_on_its_days(client, desk, eqa, admin, days, says):  # noqa: PLR0917 (fixtures)
    portfolio = desk.begin()
    visit = _visit(desk, eqa, admin, portfolio, from_days=days[0], until_days=days[1])
    db.session.add(VisitChoice(visit_id=visit.id, portfolio_id=portfolio.id))
    client.sign_in(eqa)
    assert says in client.see("visits.index").text
    client.see("visits.show", visit_ref=visit.ref, status=404)
    client.see("visits.portfolio", portfolio_ref=portfolio.ref, status=404)
    _choose(client, visit, portfolio, status=404)


def test_the_provider_moves_the_last_day_and_ends_the_visit(client, desk, eqa, admin):
    visit = _visit(desk, eqa, admin, from_days=-3, until_days=-1)
    client.sign_in(eqa)
    client.see("visits.show", visit_ref=visit.ref, status=404)
    client.sign_in(admin)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    client.send("visits_given.move_end", visit_ref=visit.ref, data={"until_on": yesterday}, status=422)
    client.send("visits_given.move_end", visit_ref=visit.ref, data={"until_on": clock.today().isoformat()})
    client.sign_in(eqa)
    client.see("visits.show", visit_ref=visit.ref)
    client.sign_in(admin)
    client.send("visits_given.end", visit_ref=visit.ref)
    client.sign_in(eqa)
    client.see("visits.show", visit_ref=visit.ref, status=404)
    assert "Over" in client.see("visits.index").text


def test_another_visitor_and_another_provider_see_nothing_of_it(client, desk, eqa, admin):
    portfolio = desk.begin()
    visit = _visit(desk, eqa, admin, portfolio)
    client.sign_in(make_user(Role.EQA))
    assert desk.provider.name not in client.see("visits.index").text
    client.see("visits.show", visit_ref=visit.ref, status=404)
    _choose(client, visit, portfolio, status=404)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("visits_given.show", visit_ref=visit.ref, status=404)
    client.send("visits_given.end", visit_ref=visit.ref, status=404)


def test_another_providers_portfolio_can_be_neither_proposed_nor_chosen(client, desk, eqa, admin):
    mine, theirs = desk.begin(), Desk().begin()
    client.sign_in(admin)
    today = clock.today().isoformat()
    data = {"eqa": eqa.ref, "from_on": today, "until_on": today, "portfolios": [mine.ref]}
    client.send("visits_given.open_visit", cohort_ref=desk.cohort.ref, data=data)
    client.send(
        "visits_given.open_visit",
        cohort_ref=desk.cohort.ref,
        data={**data, "portfolios": [theirs.ref]},
        status=422,
    )
    early = (clock.today() - timedelta(days=1)).isoformat()
    page = client.send(
        "visits_given.open_visit", cohort_ref=desk.cohort.ref, data={**data, "until_on": early}, status=422
    )
    assert "ends before it begins" in page.text
    visit = _visit(desk, eqa, admin)
    client.sign_in(eqa)
    _choose(client, visit, mine, theirs, status=422)
    _choose(client, visit, status=422)
    assert db.session.query(VisitChoice).count() == 0


def test_a_visitor_posts_a_choice_and_a_report_and_nothing_else(app):
    """Over the whole table of routes: whatever an EQA's permissions open."""
    held = GRANTS[Role.EQA]
    posted = set()
    for rule in app.url_map.iter_rules():
        decision = decision_of(app.view_functions[rule.endpoint])
        if decision is not None and decision.permission in held and rule.methods - {"GET", "HEAD", "OPTIONS"}:
            posted.add((rule.endpoint, decision.permission))
    assert posted == {
        ("visits.choose", Permission.VERIFICATION_VISIT_CHOOSE_OWN),
        ("visits.report", Permission.VERIFICATION_VISIT_REPORT_OWN),
    }


def _report(**changed):
    return {
        "outcome": "agreed",
        "summary": "Two portfolios, all of outcome 3.",
        "advice": "none",
        **changed,
    }


def test_a_report_is_recorded_once_and_read_by_the_provider(client, desk, eqa, admin):
    portfolio = desk.meet(name="Grace Mbatha")
    visit = _visit(desk, eqa, admin)
    client.sign_in(eqa)
    _choose(client, visit, portfolio)
    in_a_month = clock.today() + timedelta(days=30)
    data = _report(
        outcome="actions",
        advice="grant",
        advice_reason="Sampling is sound.",
        signed_off=[portfolio.ref],
        **{"actions-0-text": "Date every witness statement.", "actions-0-due_on": in_a_month.isoformat()},
    )
    client.send("visits.report", visit_ref=visit.ref, data={**data, "advice_reason": ""}, status=422)
    client.send("visits.report", visit_ref=visit.ref, data={**data, "outcome": "agreed"}, status=422)
    client.send("visits.report", visit_ref=visit.ref, data={**data, "actions-0-due_on": ""}, status=422)
    client.send("visits.report", visit_ref=visit.ref, data=data)
    client.send("visits.report", visit_ref=visit.ref, data=_report())
    client.sign_in(admin)
    page = client.see("visits_given.show", visit_ref=visit.ref)
    for said in (
        "Report 1", "Date every witness statement.", "Credit may be claimed for: Grace Mbatha", "Grant direct claims",
        "Report 2", "Agreed: nothing to put right",
    ):  # fmt: skip
        assert said in page.text
    assert db.session.query(AuditRecord).filter_by(act=Act.VISIT_REPORTED.value).count() == 2


def test_the_database_keeps_reports_as_they_are_and_signs_off_only_what_was_chosen(client, desk, eqa, admin):
    chosen, other = desk.begin(), desk.begin(name="Amina Yusuf")
    visit = _visit(desk, eqa, admin)
    by = as_actor(eqa)
    visit_service.choose(visit, [chosen.ref], by=by)
    made = visit_service.report(
        visit, visit_service.Findings(visit_service.VisitOutcome.AGREED, "All well."), by=by
    )
    db.session.commit()
    for model in (VisitReport, VisitChoice):
        with pytest.raises(DatabaseError), db.session.begin_nested():
            db.session.execute(update(model).values(visit_id=model.visit_id))
    row = {"ref": "r" * 22, "created_at": clock.now(), "report_id": made.id, "visit_id": visit.id}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(VisitSignOff).values(**row, portfolio_id=other.id))
    db.session.execute(insert(VisitSignOff).values(**row, portfolio_id=chosen.id))
    assert db.session.query(VisitAction).count() == 0


def test_a_visitor_reads_the_quality_assurance(client, desk, eqa, admin):
    visit = _visit(desk, eqa, admin)
    client.sign_in(eqa)
    page = client.see("visits.quality", visit_ref=visit.ref)
    assert "Joy Okafor" in page.text
    assert "No sample has been planned yet" in page.text
    assert _log(visit)[-1][1] == "records"


def test_a_page_of_portfolios_takes_the_same_queries_for_any_number(client, desk, eqa, admin):
    visit = _visit(desk, eqa, admin)
    client.sign_in(eqa)
    ref = visit.ref

    def add_one():
        desk.begin()
        db.session.commit()

    assert_flat(add_one, lambda: client.see("visits.show", visit_ref=ref))


def test_the_whole_log_can_be_read_a_page_at_a_time(client, desk, eqa, admin, monkeypatch):
    monkeypatch.setattr(visit_queries, "LOG_LINES", 2)
    visit = _visit(desk, eqa, admin)
    for name in ("page 1.png", "page 2.png", "page 3.png", "page 4.png"):
        visit_service.note_read(visit, what="file", detail=name, by=as_actor(eqa))
    client.sign_in(admin)
    seen = [client.see("visits_given.show", visit_ref=visit.ref, page=page).text for page in (1, 2, 3, 99)]
    assert ["opened page 4.png" in text for text in seen] == [True, False, False, False]
    assert ["opened page 1.png" in text for text in seen] == [False, True, False, False]
    assert ["opened the visit" in text for text in seen] == [False, False, True, True]
    assert "Page 3 of 3" in seen[3]


def test_a_last_page_that_is_full_leads_to_no_empty_one(client, desk, eqa, admin, monkeypatch):
    monkeypatch.setattr(visit_queries, "ON_A_PAGE", 2)
    for name in ("Amina Yusuf", "Grace Mbatha"):
        desk.begin(name=name)
    visit = _visit(desk, eqa, admin)
    client.sign_in(eqa)
    assert "Page 1" not in client.see("visits.show", visit_ref=visit.ref).text
    desk.begin(name="Joy Mensah")
    last = client.see("visits.show", visit_ref=visit.ref, page=99)
    assert "Joy Mensah" in last.text
    assert "Page 2 of 2" in last.text


def test_a_portfolio_is_signed_off_when_all_of_it_is_met(client, desk, eqa, admin):
    met, begun = desk.meet(name="Grace Mbatha"), desk.begin(name="Amina Yusuf")
    visit = _visit(desk, eqa, admin)
    client.sign_in(eqa)
    _choose(client, visit, met, begun)
    page = client.see("visits.write_report", visit_ref=visit.ref)
    assert "Grace Mbatha" in page.text
    assert "Amina Yusuf" not in page.text
    page = client.send(
        "visits.report", visit_ref=visit.ref, data=_report(signed_off=[met.ref, begun.ref]), status=422
    )
    assert "has a criterion that is not met any more" in page.text
    assert db.session.query(VisitReport).count() == 0


def test_lists_of_visits_and_reports_take_the_same_queries_for_any_number(client, desk, admin):
    def add_one():
        eqa = make_user(Role.EQA)
        _visit(desk, eqa, admin)

    client.sign_in(admin)
    assert_flat(add_one, lambda: client.see("visits_given.index"))
