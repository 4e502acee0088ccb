"""The whole life of a portfolio, through the pages: evidence, send, refer, send again, met, sampled, accepted."""

from __future__ import annotations

import re

from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.roles import Role
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import make_user
from tests.factories.portfolios import Desk, evidence_form, make_unit, states

RULES = dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), "y")
MET = {**RULES, "outcome": "met", "feedback": "You kept quiet about the alarm."}
NOT_YET = {
    **RULES,
    "sufficient": "",
    "reason": "One visit of three.",
    "outcome": "not-yet-met",
    "feedback": "To meet this one I need to see what the two of you settled.",
}


def _figures(page):
    """The figures that the page shows, by what they count."""
    return {
        words: int(number)
        for number, words in re.findall(
            r'gf-num">(\d+) <span[^>]*>of 24</span></div><div[^>]*>([^<]+)', page.body
        )
    }


def _subjects(to):
    return [m.subject for m in db.session.query(Message).order_by(Message.id) if m.to == to.email]


def _decide(client, ref, criterion, data):
    version = client.see("marking.decide", submission_ref=ref, criterion=criterion).field("version")
    return client.send(
        "marking.keep", submission_ref=ref, criterion=criterion, data={**data, "version": version or 0}
    )


def _release(client, ref):
    sequence = client.see("marking.review", submission_ref=ref).field("sequence")
    client.send("marking.release", submission_ref=ref, data={"sequence": sequence})


def test_the_whole_life_of_a_portfolio(client):  # noqa: PLR0915 (one life, told in order)
    make_unit()
    cohort = make_cohort()
    learner = make_enrolment(cohort, name="Ṣadé Adéyẹmí").user
    admin = make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider)
    assessor = make_user(Role.ASSESSOR, cohort.provider, name="Rukhsana Iqbal")
    iqa = make_user(Role.IQA, cohort.provider, name="Joy Okafor")

    # she begins, and adds one piece for two criteria
    client.sign_in(learner)
    assert "24" in client.see("portfolio.index").text
    client.send("portfolio.start")
    client.send("evidence.add_written", data=evidence_form("3.1", "3.2", text="We agreed who would do what."))
    page = client.see("portfolio.index")
    assert _figures(page) == {"have evidence": 2, "signed off as met": 0}
    assert "3.1, 3.2 are ready" in page.text

    # the provider shares the portfolios out
    client.sign_in(admin)
    client.send("allocation.share", cohort_ref=cohort.ref)
    assert "Rukhsana Iqbal" in client.see("allocation.show", cohort_ref=cohort.ref).text

    # she sends both
    client.sign_in(learner)
    assert "Send to Rukhsana" in client.see("portfolio.review").text
    client.send("portfolio.send", data={"criteria": ["3.1", "3.2"], "declared": "y", "ai_used": "no"})
    page = client.see("portfolio.criterion", criterion="3.1")
    assert "With your assessor" in page.text
    assert "You sent it to Rukhsana Iqbal" in page.text
    assert _subjects(learner) == ["Your work is with your assessor"]
    assert _subjects(assessor) == ["New work waits for you"]

    # the assessor decides one as met, asks for more in the other
    client.sign_in(assessor)
    queue = client.see("marking.queue")
    assert "Ṣadé Adéyẹmí" in queue.text
    ref = next(link for link in queue.links() if link.startswith("/marking/") and len(link) > 20).split("/")[
        -1
    ]
    first = client.see("marking.decide", submission_ref=ref, criterion="3.1")
    assert "We agreed who would do what." in first.text
    after = _decide(client, ref, "3.1", NOT_YET)
    assert after.location.endswith("/criteria/3.2"), "it goes on to the next"
    after = _decide(client, ref, "3.2", MET)
    assert after.location.endswith("/send"), "then to the last look"

    # nothing shows before it is sent
    client.sign_in(learner)
    assert "two of you settled" not in client.see("portfolio.criterion", criterion="3.1").text
    client.sign_in(assessor)
    _release(client, ref)
    assert "Nothing waits for you" in client.see("marking.queue").text

    # she reads what is asked, in the portfolio and not in the mail
    assert _subjects(learner)[-1] == "Your assessor asks for one more thing"
    mailed = db.session.query(Message).order_by(Message.id.desc()).first()
    assert "settled" not in mailed.text + mailed.html
    assert "3.1" not in mailed.text + mailed.html
    client.sign_in(learner)
    page = client.see("portfolio.index")
    assert "One thing to do now" in page.text
    assert "what the two of you settled" in page.text
    assert "One visit of three" not in page.text, "the reason is for the IQA"
    assert _figures(page) == {"have evidence": 2, "signed off as met": 1}

    # only what is asked for and what was never sent comes up; she adds something to each
    client.send("evidence.add_written", data=evidence_form("3.1", text="The page we wrote together."))
    everything = [ref for ref in client_criteria() if ref not in {"3.1", "3.2"}]
    client.send("evidence.add_written", data=evidence_form(*everything, text="All the rest."))
    ready = [
        box.get("value")
        for box in client.see("portfolio.review").all("input")
        if box.get("name") == "criteria"
    ]
    assert "3.2" not in ready
    assert sorted(ready) == sorted(["3.1", *everything])
    client.send("portfolio.send", data={"criteria": ready, "declared": "y", "ai_used": "no"})

    # the assessor sees old and new evidence together, and meets it all
    client.sign_in(assessor)
    queue = client.see("marking.queue")
    assert "Submission 2" in queue.text
    ref = next(link for link in queue.links() if link.startswith("/marking/") and len(link) > 20).split("/")[
        -1
    ]
    page = client.see("marking.decide", submission_ref=ref, criterion="3.1")
    assert "We agreed who would do what." in page.text
    assert "The page we wrote together." in page.text
    for criterion in ready:
        _decide(client, ref, criterion, MET)
    _release(client, ref)
    client.sign_in(learner)
    assert _figures(client.see("portfolio.index"))["signed off as met"] == 24

    # the IQA draws it (a resubmission always is), returns one, and accepts when it has been decided again
    client.sign_in(iqa)
    assert "1 is in no plan yet" in client.see("verification.index").text
    plan = client.see("verification.plan", cohort_ref=cohort.ref, stage="summative")
    data = {"seed": plan.field("seed")}
    drawn = client.send("verification.draw", cohort_ref=cohort.ref, data=data)
    page = client.see("verification.show_plan", plan_ref=drawn.location.split("/")[-1])
    assert "Sent again after a referral: always drawn" in page.text
    sample_ref = next(link for link in page.links() if "/samples/" in link).split("/")[-1]
    page = client.see("verification.sample", sample_ref=sample_ref)
    assert "One visit of three" not in page.text, "the decision that counts is the last"
    decisions = [box.get("value") for box in page.all("input") if box.get("name") == "decision"]
    assert len(decisions) == 24
    client.send(
        "verification.answer",
        sample_ref=sample_ref,
        data={"decision": decisions[0], "outcome": "returned", "comment": "Where is the observation?"},
    )
    assert _subjects(assessor)[-1] == "Your IQA asks you to look again"
    client.sign_in(assessor)
    assert "Back from the IQA" in client.see("marking.queue").text
    ref = next(
        link
        for link in client.see("marking.queue").links()
        if link.startswith("/marking/") and len(link) > 20
    )
    ref = ref.split("/")[-1]
    assert (
        "Where is the observation?" in client.see("marking.decide", submission_ref=ref, criterion="1.1").text
    )
    _decide(client, ref, "1.1", MET)
    _release(client, ref)
    client.sign_in(iqa)
    client.send("verification.agree_the_rest", sample_ref=sample_ref)
    assert "Nothing waits" in client.see("verification.index").text
    assert _subjects(learner)[-1] == "Your unit is accepted"
    client.sign_in(learner)
    page = client.see("portfolio.index")
    assert "your unit is accepted" in page.text
    assert page.body.count('data-state="agreed"') >= 24


def client_criteria():
    return [
        f"{outcome}.{number}"
        for outcome, count in enumerate((4, 4, 3, 6, 3, 4), start=1)
        for number in range(1, count + 1)
    ]


def test_the_factory_gives_a_portfolio_at_any_stage(app):
    desk = Desk()
    portfolio = desk.begin()
    desk.decide(desk.send(portfolio, "3.1", "3.2"), but=("3.1",))
    assert states(portfolio)["3.1"] == "notyet"
    assert set(states(desk.meet()).values()) == {"met"}
