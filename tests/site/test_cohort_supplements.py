"""How far a cohort has got, from hours to certificate, for those who deliver it."""

from __future__ import annotations

from lms.core.extensions import db
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.certificates import accept_portfolio, enrol, issue, make_place
from tests.factories.people import make_user
from tests.factories.portfolios import Desk


def test_work_sent_criteria_met_and_certificates_are_counted(client: JudgingClient) -> None:
    desk = Desk()
    desk.begin(name="Begun only")
    desk.send(desk.begin(name="Has sent"), "3.1")
    desk.meet(name="Has met")
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider))
    text = client.see("progress.completion", cohort_ref=desk.cohort.ref).text
    assert "0 of 3have completed the course" in text
    assert "2 of 3have sent work to an assessor" in text
    assert "1 of 3have met every criterion" in text
    assert "0 accepted by quality assurance" in text
    assert "0 of 3hold a certificate" in text


def test_a_certificate_and_an_accepted_unit_are_counted_once_each(client: JudgingClient) -> None:
    place = make_place()
    enrolment = enrol(place)
    assessor, iqa = (make_user(role, place.provider) for role in (Role.ASSESSOR, Role.IQA))
    accept_portfolio(enrolment, assessor=assessor, iqa=iqa)
    issue(enrolment, place)
    client.sign_in(place.administrator)
    text = client.see("progress.completion", cohort_ref=place.cohort.ref).text
    assert "1 of 1have met every criterion" in text
    assert "1 accepted by quality assurance" in text
    assert "1 of 1hold a certificate" in text


def test_it_costs_the_same_queries_however_many_people_there_are(client: JudgingClient) -> None:
    desk = Desk()
    desk.meet(name="First")
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider))

    def add() -> None:
        desk.meet(name="Another")
        db.session.commit()

    assert_flat(add, lambda: client.see("progress.completion", cohort_ref=desk.cohort.ref))
