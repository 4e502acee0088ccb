"""From a worksheet or the journal to the portfolio, with one link."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from assessments.portfolio import service
from assessments.portfolio.models import Evidence
from lms.core.extensions import db
from tests.factories import learning
from tests.factories.people import as_actor
from tests.factories.portfolios import evidence_form, make_unit

SHEET = "goals-and-small-steps"


@pytest.fixture
def learner(app, client):
    make_unit()
    learner = learning.make_learner()
    service.open_portfolio(learner.enrolment, by=as_actor(learner.user))
    client.sign_in(learner.user)
    client.send(
        "progress.save_activity",
        activity_id=SHEET,
        data={"version": "0", "q_goal": "A quiet tea.", "q_steps__1__what": "The bowl, then pyjamas"},
    )
    return learner


def test_a_worksheet_leads_to_evidence_that_holds_its_words_and_criteria(client, learner):
    assert (
        "/portfolio/write?work=goals-and-small-steps"
        in client.see("progress.activity", activity_id=SHEET).links()
    )
    page = client.see("evidence.write", work=SHEET)
    assert 'value="Goals and small steps"' in page.body
    assert "A quiet tea." in page.body
    assert "The bowl, then pyjamas" in page.body
    data = evidence_form("4.2", title="Goals and small steps", text="A quiet tea. The bowl, then pyjamas")
    client.send("evidence.add_written", work=SHEET, data=data)
    assert db.session.scalar(select(Evidence.title)) == "Goals and small steps"


def test_words_changed_on_the_way_are_kept_apart_from_other_evidence(client, learner):
    client.send("evidence.keep_draft", work=SHEET, data={"text": "Changed here", "version": 0}, status=200)
    assert "Changed here" in client.see("evidence.write", work=SHEET).body
    assert "Changed here" not in client.see("evidence.write").body


@pytest.mark.parametrize("work", ["no-such", "first-contact", "check-clarify", "boundary", "x" * 300])
def test_what_cannot_be_evidence_opens_an_empty_page(client, learner, work):
    assert "A quiet tea." not in client.see("evidence.write", work=work).body


def test_nobody_elses_worksheet_can_be_taken(client, learner):
    other = learning.make_learner(learner.cohort, name="Amina Yusuf")
    service.open_portfolio(other.enrolment, by=as_actor(other.user))
    client.sign_in(other.user)
    assert "A quiet tea." not in client.see("evidence.write", work=SHEET).body
