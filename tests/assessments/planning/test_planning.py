"""An assessor plans, the practitioner agrees or asks for another way, and what is seen at work becomes evidence."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from assessments.marking import allocating
from assessments.planning import queries
from assessments.planning.models import PlannedAssessment, PlanStep
from assessments.planning.steps import ImpossibleStep, StepKind, fold
from assessments.portfolio.models import Evidence
from assessments.portfolio.unit_moving import move_portfolios
from assessments.portfolio.witness_models import ApprovedExpert, WitnessRequest
from courses.progress.models import Draft
from lms.core import clock
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.roles import Role
from tests.assessments.portfolio.test_unit_moves import moves, publish_second
from tests.budget import queries as queries_made
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import Desk

CLIP = "tests/core/samples/talk.mp3"


@pytest.fixture
def desk(app) -> Desk:
    return Desk()


@pytest.fixture
def portfolio(desk):
    return desk.begin(name="Ann")


def plan(**others):
    return {
        "method": "observation",
        "criteria": ["3.1", "3.2"],
        "on_day": f"{clock.today() + timedelta(days=7)}",
        "place": "Seacroft centre, stay and play",
        "who": "Family B",
        "note": "Have your notes with you.",
        **others,
    }


def seen(**others):
    return {
        "kind": "observation",
        "text": "Ann let the mother choose what came first, and wrote down what they agreed.",
        "happened_on": f"{clock.today()}",
        "place": "Seacroft centre",
        "seen_by": "Family B",
        "family_code": "b",
        "criteria": ["3.1"],
        "why-3.1": "They agreed who does what.",
        "own_work": "y",
        "names_covered": "y",
        **others,
    }


def only() -> PlannedAssessment:
    return db.session.scalars(sa.select(PlannedAssessment)).one()


def test_from_a_proposal_to_evidence_that_the_practitioner_uses(client, desk, portfolio):
    client.sign_in(desk.assessor)
    assert "Plan or record" in client.see("marking.learners").text
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    client.sign_in(portfolio.learner)
    page = client.see("planning.own")
    assert "Waits for an answer" in page.text
    assert "Seacroft centre, stay and play" in page.text
    client.send("planning.ask", planned_ref=only().ref, data={"words": ""}, status=422)
    client.send("planning.ask", planned_ref=only().ref, data={"words": "Thursday is better."})
    client.sign_in(desk.assessor)
    assert "Thursday is better." in client.see("planning.index").text
    another = plan(on_day=f"{clock.today() + timedelta(days=9)}")
    client.send("planning.propose_anew", planned_ref=only().ref, data=another)
    client.sign_in(portfolio.learner)
    client.send("planning.agree", planned_ref=only().ref)
    client.send("planning.agree", planned_ref=only().ref, audited=False)
    client.sign_in(desk.assessor)
    form = client.see("planning.record", portfolio_ref=portfolio.ref, planned=only().ref)
    assert form.field("place") == "Seacroft centre, stay and play"
    client.send("planning.keep", portfolio_ref=portfolio.ref, planned=only().ref, data=seen())
    evidence = db.session.scalars(sa.select(Evidence)).one()
    assert (evidence.author_id, evidence.family_code) == (desk.assessor.id, "B")
    assert [step.kind for step in queries.list_steps(only().id)] == [
        StepKind.PROPOSED,
        StepKind.ASKED,
        StepKind.PROPOSED,
        StepKind.AGREED,
        StepKind.DONE,
    ]
    client.sign_in(portfolio.learner)
    assert "It became" in client.see("planning.own").text
    read = client.see("evidence.show", evidence_ref=evidence.ref)
    assert "Somebody else wrote it" in read.text
    client.sign_in(desk.assessor)
    client.send("planning.call_off", planned_ref=only().ref, data={"words": "Ill."}, status=409)


def test_what_stands_in_the_way_of_calling_off_keeps_the_words(client, desk, portfolio):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    for words, says in (
        ("", "Say why"),
        ("x" * 601, "under 600"),
        ("Her NHS number is 943 476 5919", "NHS number"),
    ):
        page = client.send("planning.call_off", planned_ref=only().ref, data={"words": words}, status=422)
        assert says in page.text
        assert words in page.body
    client.send("planning.call_off", planned_ref=only().ref, data={"words": "I am ill."})


def test_letters_hold_no_family_and_go_to_whoever_assesses_now(client, desk, portfolio):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    other = make_user(Role.ASSESSOR, desk.provider, name="Tom Ackroyd")
    allocating.allocate(portfolio, other, by=as_actor(desk.iqa))
    client.sign_in(portfolio.learner)
    client.send("planning.ask", planned_ref=only().ref, data={"words": "Thursday is better."})
    letters = db.session.scalars(sa.select(Message).order_by(Message.id)).all()
    news = [letter for letter in letters if letter.template.endswith("plan_news")]
    assert [letter.to for letter in news] == [portfolio.learner.email, other.email]
    for letter in news:
        assert not re.search("Family B|Seacroft|Thursday is better", letter.text + letter.html)


def test_each_plan_has_a_draft_of_its_own_and_what_was_typed_goes_with_a_quarantine(client, desk, portfolio):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    data = {"text": "Of the plan", "version": "0"}
    client.send("planning.keep_draft", portfolio_ref=portfolio.ref, planned=only().ref, data=data, status=200)
    assert "Of the plan" not in client.see("planning.record", portfolio_ref=portfolio.ref).text
    assert (
        "Of the plan" in client.see("planning.record", portfolio_ref=portfolio.ref, planned=only().ref).text
    )
    (draft,) = db.session.scalars(sa.select(Draft)).all()
    assert draft.key.startswith(f"portfolio:{portfolio.ref}")


@pytest.mark.parametrize("over", ["called off", "done"])
def test_a_record_for_a_plan_that_is_over_is_refused_in_words_and_keeps_what_was_typed(
    client, desk, portfolio, over
):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    at = {"portfolio_ref": portfolio.ref, "planned": only().ref}
    draft = {"text": "Of no plan", "version": "0"}
    client.send("planning.keep_draft", portfolio_ref=portfolio.ref, data=draft, status=200)
    if over == "done":
        client.send("planning.keep", **at, data=seen(text="Seen by another phone."))
    else:
        client.send("planning.call_off", planned_ref=only().ref, data={"words": "Ill."})
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Evidence))
    client.send("planning.keep_draft", **at, data={"text": "Of the plan", "version": "0"}, status=200)
    page = client.send("planning.keep", **at, data=seen(), status=409)
    assert "called off or done" in page.text
    assert seen()["text"] in page.body
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == before
    assert client.see("planning.record", **at).field("text").strip() == "Of the plan"
    assert client.see("planning.record", portfolio_ref=portfolio.ref).field("text").strip() == "Of no plan"


def test_a_plan_with_somebody_else_is_not_there_to_record_for(client, desk, portfolio):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    at = {"portfolio_ref": desk.begin(name="Bo").ref, "planned": only().ref}
    client.see("planning.record", **at, status=404)
    client.send("planning.keep", **at, data=seen(), status=404)


def test_a_talk_is_recorded_as_sound_without_a_plan(client, desk, portfolio):
    client.sign_in(desk.assessor)
    with open(CLIP, "rb") as clip:  # noqa: PTH123 (a stream, as a browser sends it)
        sound = io.BytesIO(clip.read())
    data = seen(kind="professional-discussion", text="", file=(sound, "talk.mp3"))
    client.send("planning.keep", portfolio_ref=portfolio.ref, data=data)
    evidence = db.session.scalars(sa.select(Evidence)).one()
    assert [file.media_type for file in evidence.files] == ["audio/mpeg"]


def test_what_is_typed_at_the_workplace_is_kept_and_comes_back(client, desk, portfolio):
    client.sign_in(desk.assessor)
    data = {"text": "She waited until the child", "criteria": ["3.1"], "version": "0"}
    client.send("planning.keep_draft", portfolio_ref=portfolio.ref, data=data, status=200)
    assert "She waited until the child" in client.see("planning.record", portfolio_ref=portfolio.ref).text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"criteria": []}, "Tick at least one criterion"),
        ({"criteria": ["9.9"]}, "is not one of these"),
        ({"on_day": "2020-01-01"}, "That day is over"),
        ({"on_day": ""}, "Give the day"),
        ({"place": ""}, "Never a family’s address"),
        ({"who": "ring 0113 496 0123"}, "a phone number"),
        ({"method": "seen-in-workplace"}, "Choose|valid choice"),
    ],
)
def test_a_plan_that_cannot_stand_is_refused_in_words(client, desk, portfolio, wrong, says):
    client.sign_in(desk.assessor)
    page = client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan(**wrong), status=422)
    assert any(part in page.text for part in says.split("|"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PlannedAssessment)) == 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"own_work": ""}, "when you were there yourself"),
        ({"text": ""}, "Write what happened"),
        ({"text": "NHS number 943 476 5919"}, "an NHS number"),
        ({"family_code": "Smith"}, "Never a name"),
        ({"happened_on": f"{clock.today() + timedelta(days=400)}"}, "still to come"),
    ],
)
def test_a_record_that_cannot_stand_is_refused_and_nothing_typed_is_lost(
    client, desk, portfolio, wrong, says
):
    client.sign_in(desk.assessor)
    page = client.send("planning.keep", portfolio_ref=portfolio.ref, data=seen(**wrong), status=422)
    assert says in page.text
    assert "They agreed who does what." in page.body


def test_nobody_else_sees_or_answers_a_plan(client, desk, portfolio):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    ref = only().ref
    others = [make_user(Role.ASSESSOR, desk.provider), make_user(Role.ASSESSOR, make_organisation())]
    for other in others:
        client.sign_in(other)
        client.see("planning.learner", portfolio_ref=portfolio.ref, status=404)
        client.see("planning.record", portfolio_ref=portfolio.ref, status=404)
        client.send("planning.call_off", planned_ref=ref, data={"words": "No."}, status=404, audited=False)
    client.sign_in(desk.begin(name="Bea").learner)
    client.send("planning.agree", planned_ref=ref, status=404, audited=False)


def test_the_database_refuses_an_assessor_of_their_own_work_and_steps_that_change(desk, portfolio, client):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.update(PlannedAssessment).values(assessor_id=portfolio.learner_id))
    with pytest.raises(sa.exc.DatabaseError), db.session.begin_nested():
        db.session.execute(sa.update(PlanStep).values(words="other"))


def test_plans_cost_the_same_queries_however_many(client, desk, portfolio):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan())
    with queries_made() as few:
        client.see("planning.index")
    for _ in range(5):
        client.send("planning.propose", portfolio_ref=desk.begin(name="Cy").ref, data=plan())
    with queries_made() as many:
        client.see("planning.index")
    assert len(many) == len(few)


def test_every_order_of_steps_either_folds_or_is_refused():
    for kinds in product(StepKind, repeat=4):
        try:
            state = fold(kinds)
        except ImpossibleStep:
            continue
        ends = {StepKind.CALLED_OFF, StepKind.DONE}
        assert not ends & set(kinds[:-1])
        assert state.is_open == (kinds[-1] not in ends)
        assert kinds[0] is StepKind.PROPOSED


def test_a_plan_follows_its_portfolio_to_a_new_version_of_the_unit(client, desk, portfolio):
    client.sign_in(desk.assessor)
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan(criteria=["1.3", "1.4", "3.1"]))
    client.send("planning.propose", portfolio_ref=portfolio.ref, data=plan(criteria=["1.4"]))
    first, over = queries.plans_of(portfolio.id)
    client.send("planning.call_off", planned_ref=over.planned.ref, data={"words": "Ill."})
    publish_second()
    with clock.set_to(clock.now() + timedelta(hours=1)):
        move_portfolios(moves(c1_3=(), c1_4=("7.1", "7.2")), by=None)
    page = client.see("planning.learner", portfolio_ref=portfolio.ref)
    assert "About 3.1, 7.1, 7.2." in page.text
    assert "a new version, which leaves out 1.3" in page.text
    assert "About 1.4." in page.text, "what was called off before stays as it was"
    for form in (
        client.see("planning.show", planned_ref=first.planned.ref),
        client.see("planning.record", portfolio_ref=portfolio.ref, planned=first.planned.ref),
    ):
        ticked = re.findall(r'<input[^>]*name="criteria"[^>]*value="([\d.]+)"[^>]*checked', form.body)
        assert ticked == ["3.1", "7.1", "7.2"]
    with clock.set_to(clock.now() + timedelta(hours=2)):
        again = plan(criteria=["3.1"])
        client.send("planning.propose_anew", planned_ref=first.planned.ref, data=again)
    page = client.see("planning.learner", portfolio_ref=portfolio.ref)
    assert "leaves out" not in page.text, "put forward anew, it is about what the unit has now"


EXPERT = {
    "name": "Dr Ada Bell",
    "email": "Ada@Bell.example",
    "role": "Health visitor",
    "basis": "She holds an assessor award and supervises outreach workers.",
}
STATEMENT = {
    "name": "Ada Bell",
    "role": "Health visitor",
    "relationship_to": "We share a caseload",
    "contact": "0113 496 0000",
    "how_known": "We visit together.",
    "seen_on": "2026-03-10",
    "saw": "She asked the mother what she would like, and waited.",
    "is_expert": "yes",
    "expert_basis": "I judge such work in my job.",
    "declared": "y",
    "signature": "A Bell",
}


def _witness(client, portfolio, email):
    """What a witness at an address wrote, put into the portfolio for 3.1."""
    client.sign_in(portfolio.learner)
    client.send("witnesses.ask", data={"name": "Ada", "email": email, "about": "Tuesday"})
    letter = db.session.scalars(
        sa.select(Message).where(Message.to == email).order_by(Message.id.desc())
    ).first()
    client.sign_out()
    client.see("testimony.follow", token=re.search(r"/witness/([\w-]{43})", letter.text)[1], status=303)
    client.send("testimony.give", data=STATEMENT)
    client.sign_in(portfolio.learner)
    asked = db.session.scalars(sa.select(WitnessRequest).order_by(WitnessRequest.id.desc())).first()
    client.send("witnesses.use", witness_request_ref=asked.ref)
    piece = db.session.scalars(sa.select(Evidence).order_by(Evidence.id.desc())).first()
    client.send(
        "evidence.map_to_criteria",
        evidence_ref=piece.ref,
        data={"criteria": ["3.1"], "why-3.1": "She saw it."},
    )


def test_what_an_approved_expert_witness_says_is_shown_as_such_to_assessor_and_iqa(client, desk, portfolio):
    client.sign_in(desk.assessor)
    client.send(
        "planning.approve_expert", portfolio_ref=portfolio.ref, data=EXPERT | {"basis": ""}, status=422
    )
    for email in (portfolio.learner.email, desk.assessor.email.upper()):
        own = client.send(
            "planning.approve_expert", portfolio_ref=portfolio.ref, data=EXPERT | {"email": email}, status=422
        )
        assert "neither of you two" in own.text
    client.send("planning.approve_expert", portfolio_ref=portfolio.ref, data=EXPERT)
    client.sign_in(portfolio.learner)
    assert "Dr Ada Bell, Health visitor" in client.see("planning.own").text
    _witness(client, portfolio, "ada@bell.example")
    _witness(client, portfolio, "another@bell.example")
    submission = desk.send(portfolio, "3.1")
    client.sign_in(desk.assessor)
    decided = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1").text
    desk.decide(submission)
    client.sign_in(desk.iqa)
    verified = client.see("history.for_iqa", portfolio_ref=portfolio.ref, criterion="3.1").text
    for page in (decided, verified):
        assert "Expert witness, approved in the plan by Rukhsana Iqbal: She holds an assessor award" in page
        assert page.count("Says they are an expert witness, which no assessor had approved") == 1


def test_only_the_assessor_of_a_portfolio_approves_its_expert_witnesses(client, desk, portfolio):
    client.sign_in(make_user(Role.ASSESSOR, desk.provider))
    client.send("planning.approve_expert", portfolio_ref=portfolio.ref, data=EXPERT, status=404)
    row = {
        **EXPERT,
        "email": "ada@bell.example",
        "ref": "r" * 22,
        "created_at": clock.now(),
        "portfolio_id": portfolio.id,
        "learner_id": portfolio.learner_id,
    }
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.insert(ApprovedExpert).values(**row, approved_by_id=portfolio.learner_id))
