"""A practitioner's first page with what other floors add: the referral, the open questionnaire, the criteria."""

from __future__ import annotations

from flask import Flask

from assessments.questionnaires import service as questionnaires
from lms.core.extensions import db
from tests.budget import queries
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, weeks_ago
from tests.factories.learning import publish_course
from tests.factories.portfolios import Desk

MOST_QUERIES = 13
"""Seven of the course's own, two of the questionnaires', four of the portfolio's."""


def at_work() -> Desk:
    """A provider whose cohort begins this week and is taught from the real course."""
    desk = Desk()
    desk.cohort = make_cohort(desk.provider, version=publish_course(), first_day=weeks_ago(0))
    return desk


def test_a_referral_and_the_criteria_are_on_the_first_page(client: JudgingClient) -> None:
    desk = at_work()
    portfolio = desk.begin()
    desk.decide(desk.send(portfolio, "3.1", "3.2"), but=("3.1",))
    client.sign_in(portfolio.enrolment.user)
    page = client.see("progress.home")
    assert "Your assessor asks for one more thing in 3.1" in page.text
    assert "/portfolio/criteria/3.1" in page.links()
    assert "of 24 met" in page.text
    assert "2 have evidence so far" in page.text


def test_an_open_questionnaire_comes_before_the_course(client: JudgingClient) -> None:
    desk = at_work()
    portfolio = desk.begin()
    questionnaires.publish_instruments(by=None)
    questionnaires.open_waves(desk.cohort, by=None)
    client.sign_in(portfolio.enrolment.user)
    page = client.see("progress.home")
    assert "Start answering" in page.text
    assert "your name is not kept with your answers" in page.text


def test_a_wrong_key_takes_the_card_away_and_not_the_page(app: Flask, client: JudgingClient) -> None:
    desk = at_work()
    portfolio = desk.begin()
    questionnaires.publish_instruments(by=None)
    questionnaires.open_waves(desk.cohort, by=None)
    db.session.commit()
    client.sign_in(portfolio.enrolment.user)
    right = app.config["RESPONSE_KEY"]
    app.config["RESPONSE_KEY"] = "another key of more than thirty-two characters"
    page = client.see("progress.home")
    app.config["RESPONSE_KEY"] = right
    assert "Start answering" not in page.text
    assert "of 24 met" in page.text


def test_the_first_page_costs_the_same_whatever_has_been_sent(client: JudgingClient) -> None:
    desk = at_work()
    portfolio = desk.begin()
    desk.send(portfolio, "3.1")
    client.sign_in(portfolio.enrolment.user)
    client.see("progress.home")
    with queries() as after_one:
        client.see("progress.home")
    desk.send(portfolio, "3.2")
    desk.send(portfolio, "3.3", "4.1")
    db.session.commit()
    with queries() as after_three:
        client.see("progress.home")
    assert len(after_three) == len(after_one)
    assert len(after_three) <= MOST_QUERIES
