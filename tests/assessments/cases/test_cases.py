"""Appeals, complaints, adjustments, special consideration and malpractice: who may do what, when, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from assessments.adjustments.models import AgreedAdjustment, Authority, EvidenceSeen
from assessments.cases import answering, opening, queries, settling
from assessments.cases.models import AffectedDecision, CaseStep
from assessments.cases.settling import Agreement
from assessments.cases.standing import Kind, Outcome, Phase, Stage, StepKind
from assessments.deadlines import queries as deadlines
from assessments.holds import queries as holds
from assessments.marking import queries as marking
from assessments.marking import service as marking_service
from lms.core import clock
from lms.core.audit import AuditRecord
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import MET, states

WRONG = "Visits two and three show it as well."


@pytest.fixture
def referred(desk):
    """A portfolio of which 3.1 is not yet met, and an appeal against that."""
    portfolio = desk.begin(name="Ana")
    desk.decide(desk.send(portfolio, "3.1", "3.2"), but=("3.1",))
    return portfolio


def _appeal(portfolio, criterion="3.1"):
    decision = marking.latest_decisions(portfolio.id)[criterion]
    return opening.appeal(decision, words=WRONG, by=as_actor(portfolio.learner))


def _standing(case):
    return queries.standing_of(case, queries.steps_of(case.id))


def _later(days):
    return clock.set_to(clock.now() + timedelta(days=days))


def test_an_appeal_upheld_reopens_the_criterion_and_lists_others_who_may_be_affected(desk, referred):
    other = desk.begin(name="Bo")
    desk.decide(desk.send(other, "3.1"), but=("3.1",))
    case = _appeal(referred)
    assert [hold.criterion for hold in holds.standing(referred.id)] == ["3.1"]
    answering.answer(case, Outcome.NOT_UPHELD, words="One visit.", by=as_actor(desk.assessor))
    answering.take_further(case, words="", by=as_actor(referred.learner))
    with pytest.raises(Forbidden, match="something you did"):
        answering.answer(case, Outcome.NOT_UPHELD, words="No.", by=as_actor(desk.assessor))
    answering.answer(case, Outcome.UPHELD, words="Three visits are there.", by=as_actor(desk.iqa))

    assert _standing(case).phase is Phase.CLOSED
    assert not holds.standing(referred.id)
    assert states(referred)["3.1"] == "with"
    submission = marking.latest_decisions(referred.id)["3.1"].submission
    marking_service.save_draft(submission, "3.1", MET, version=0, by=as_actor(desk.assessor))
    marking_service.release(
        submission,
        sequence=marking_service.position_of(submission).sequence,
        by=as_actor(desk.assessor),
    )
    assert states(referred)["3.1"] == "met"

    affected = db.session.scalars(select(AffectedDecision)).one()
    assert affected.decision.submission.portfolio_id == other.id
    with pytest.raises(Forbidden):
        settling.review(affected, reopens=True, words="x", by=as_actor(desk.assessor))
    settling.review(affected, reopens=True, words="The same page was missed.", by=as_actor(desk.iqa))
    assert states(other)["3.1"] == "with"


def test_nobody_answers_their_own_act_and_the_database_refuses_it(desk, referred):
    case = _appeal(referred)
    row = {
        "ref": "r" * 22,
        "created_at": clock.now(),
        "case_id": case.id,
        "learner_id": case.learner_id,
        "sequence": 2,
        "kind": StepKind.ANSWERED,
        "outcome": Outcome.NOT_UPHELD,
        "words": "No.",
    }
    for stage, by, against in (
        (Stage.IQA, desk.assessor.id, case.against_key),
        (Stage.ASSESSOR, referred.learner_id, case.against_key),
        (Stage.IQA, desk.assessor.id, 0),
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(insert(CaseStep).values(**row, stage=stage, by_id=by, against_key=against))


def test_an_appeal_climbs_to_an_independent_person_and_the_awarding_body(desk, referred):
    case, learner, admin = _appeal(referred), as_actor(referred.learner), as_actor(desk.admin)
    with pytest.raises(Refused, match="not due yet"):
        answering.take_further(case, words="", by=learner)
    with _later(30):
        answering.take_further(case, words="Nobody answered.", by=learner)
        answering.answer(case, Outcome.NOT_UPHELD, words="It stands.", by=as_actor(desk.iqa))
        answering.take_further(case, words="", by=learner)
        for part in (desk.iqa, desk.assessor, referred.learner):
            with pytest.raises(Refused, match="part"):
                answering.name_independent(case, part, by=admin)
        other = make_user(Role.IQA, desk.provider, name="Lena Fox")
        answering.name_independent(case, other, by=admin)
        answering.answer(case, Outcome.NOT_UPHELD, words="I agree.", by=as_actor(other))
        answering.take_further(case, words="", by=learner)
        answering.answer(case, Outcome.NOT_UPHELD, words="They answered no.", by=admin)
        answering.accept(case, by=learner)
    assert not holds.standing(referred.id)
    with pytest.raises(Conflict, match="brought before"):
        _appeal(referred)


def test_an_appeal_comes_in_time_and_against_the_decision_that_counts(desk, referred):
    with _later(40), pytest.raises(Refused, match="last day to appeal"):
        _appeal(referred)
    with pytest.raises(Forbidden):
        opening.appeal(marking.latest_decisions(referred.id)["3.1"], words=WRONG, by=as_actor(desk.assessor))
    case = _appeal(referred)
    answering.withdraw(case, by=as_actor(referred.learner))
    assert not holds.standing(referred.id)


def test_an_adjustment_is_agreed_before_and_shown_without_its_reason(desk, client):
    portfolio = desk.begin(name="Ana")
    submission = desk.send(portfolio, "3.1")
    client.sign_in(portfolio.learner)
    said = {"words": "I would like to say 3.1 aloud.", "need": "I have dyslexia."}
    client.send("own_cases.bring", what="adjustment", data=said)
    case = queries.own(portfolio.learner_id)[0].case
    assert "dyslexia" in client.see("own_cases.show", case_ref=case.ref).text

    client.sign_in(desk.admin)
    assert "dyslexia" not in client.see("cases.show", case_ref=case.ref).text
    page = client.send("cases.need", case_ref=case.ref, status=200)
    assert "dyslexia" in page.text
    assert db.session.scalar(select(AuditRecord).where(AuditRecord.act == "cases:need:read")) is not None
    answer = {
        "outcome": "agreed",
        "words": "Of course.",
        "what": "3.1 by professional discussion.",
        "authority": "centre",
        "evidence_seen": "own-words",
        "until": (clock.today() + timedelta(days=200)).isoformat(),
    }
    refused = client.send("cases.answer", case_ref=case.ref, data=answer, status=422)
    assert "Tick that the standard stays" in refused.text
    client.send("cases.answer", case_ref=case.ref, data={**answer, "standard_kept": "y"})
    agreed = db.session.scalars(select(AgreedAdjustment)).one()
    assert (agreed.authority, agreed.evidence_seen) == (Authority.CENTRE, EvidenceSeen.OWN_WORDS)

    client.sign_in(desk.assessor)
    page = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1")
    assert "3.1 by professional discussion." in page.text
    assert "dyslexia" not in page.text
    done = desk.meet(name="Cai")
    with pytest.raises(Conflict, match="before the work is assessed"):
        opening.ask_adjustment(done.enrolment, words="x", need="", by=as_actor(done.learner))


def test_special_consideration_gives_time_or_can_be_appealed_against(desk):
    portfolio = desk.begin(name="Ana")
    learner, admin = as_actor(portfolio.learner), as_actor(desk.admin)
    case = opening.ask_consideration(portfolio.enrolment, words="My father died.", by=learner)
    until = deadlines.due_on(portfolio.id) + timedelta(days=14)
    with pytest.raises(Refused, match="more days can be given"):
        answering.answer(
            case,
            Outcome.AGREED,
            words="Yes.",
            agreement=Agreement(until=until + timedelta(days=200)),
            by=admin,
        )
    assert _standing(case).phase is Phase.ANSWER, "an answer whose consequence is refused was not given"
    answering.answer(case, Outcome.AGREED, words="Yes.", agreement=Agreement(until=until), by=admin)
    assert deadlines.due_on(portfolio.id) == until

    second = opening.ask_consideration(portfolio.enrolment, words="I was ill.", by=learner)
    answering.answer(second, Outcome.DECLINED, words="There is time.", by=admin)
    appeal = opening.appeal_case(second, words="There is not.", by=learner)
    assert appeal.against_id == desk.admin.id
    with pytest.raises(Forbidden, match="about you"):
        answering.name_independent(appeal, desk.iqa, by=admin)
    other = as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider, name="Sam Lee"))
    answering.name_independent(appeal, desk.iqa, by=other)
    more = Agreement(until=until + timedelta(days=7))
    answering.answer(appeal, Outcome.UPHELD, words="I agree.", agreement=more, by=as_actor(desk.iqa))
    assert deadlines.due_on(portfolio.id) == more.until


def test_malpractice_is_put_answered_decided_told_and_closed(desk, client):
    portfolio = desk.begin(name="Ana")
    other = make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider, name="Sam Lee")
    client.sign_in(desk.admin)
    client.send(
        "cases.allege",
        portfolio_ref=portfolio.ref,
        data={"kind": "malpractice", "against": portfolio.learner.ref, "words": "Two texts are the same."},
    )
    assert not queries.own(portfolio.learner_id), "nothing is shown before it is put to the person"
    case = queries.rows(queries.Case.kind == Kind.MALPRACTICE)[0].case
    assert holds.standing(portfolio.id)[0].criterion == ""
    client.send("cases.put", case_ref=case.ref, data={"words": "Your text is the same as another."})

    client.sign_in(portfolio.learner)
    page = client.see("own_cases.show", case_ref=case.ref)
    assert "Your text is the same as another." in page.text
    assert "Two texts are the same." not in page.text
    assert "Joy Mensah" not in page.text, "who raised it is not theirs to know"
    client.send("own_cases.act", case_ref=case.ref, act="respond", data={"words": "We shared notes."})
    with pytest.raises(Forbidden, match="raised this"):
        answering.answer(case, Outcome.FOUND, words="Yes.", by=as_actor(desk.admin))
    sam = as_actor(other)
    answering.answer(case, Outcome.FOUND, words="3.1 is written again.", by=sam)
    with _later(60):
        with pytest.raises(Conflict, match="awarding body has not been told"):
            answering.close(case, by=sam)
        answering.tell_awarding_body(case, words="By e-mail.", by=sam)
        answering.close(case, by=sam)
    assert not holds.standing(portfolio.id)


def test_a_complaint_is_answered_in_turn_and_each_sees_what_is_theirs(desk, client, referred):
    client.sign_in(referred.learner)
    client.send("own_cases.bring", what="complaint", data={"words": "Nobody rang me back."})
    _appeal(referred)
    assert {"complaint", "appeal"} == {row.case.kind for row in queries.own(referred.learner_id)}
    client.see("own_cases.index")
    client.see("own_cases.decisions")
    client.sign_in(desk.assessor)
    page = client.see("cases.index")
    assert "Appeal about 3.1" in page.text
    assert "Complaint" not in page.text
    client.sign_in(desk.iqa)
    assert "Nothing waits for an answer" in client.see("cases.index").text
    client.sign_in(desk.admin)
    assert "Complaint" in client.see("cases.index").text
    complaint = next(row.case for row in queries.own(referred.learner_id) if not row.case.criterion)
    client.send("cases.hold", case_ref=complaint.ref)
    assert {hold.cause.value for hold in holds.standing(referred.id)} == {"appeal", "complaint"}
    answer = {"outcome": "partly-upheld", "words": "We rang on the third day. That was late."}
    client.send("cases.answer", case_ref=complaint.ref, data=answer)
    assert desk.admin.email in {message.to for message in db.session.scalars(select(Message))}
    stranger = make_user(Role.PROVIDER_ADMINISTRATOR)
    client.sign_in(stranger)
    client.see("cases.show", case_ref=queries.own(referred.learner_id)[0].case.ref, status=404)


def test_a_member_of_staff_reads_what_is_alleged_once_it_is_put_and_can_appeal(desk, client):
    portfolio = desk.begin(name="Ana")
    sam = as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider, name="Sam Lee"))
    raised = "No evidence was opened before it was decided."
    case = opening.allege(
        portfolio, against=desk.assessor, kind=Kind.MALADMINISTRATION, words=raised, by=as_actor(desk.iqa)
    )
    client.sign_in(desk.assessor)
    client.see("cases.show", case_ref=case.ref, status=404)
    answering.put(case, words="Decisions were sent before files were opened.", by=sam)
    page = client.see("cases.show", case_ref=case.ref)
    assert "before files were opened" in page.text
    assert raised not in page.text
    assert not queries.own(portfolio.learner_id), "it is not about the practitioner"
    with pytest.raises(Conflict, match="still has time"):
        answering.lapse(case, by=sam)
    with _later(30):
        answering.lapse(case, by=sam)
        answering.answer(case, Outcome.FOUND, words="The log says so.", by=sam)
        answering.tell_awarding_body(case, words="By e-mail.", by=sam)
        appeal = opening.appeal_case(case, words="The log is wrong.", by=as_actor(desk.assessor))
        with _later(40), pytest.raises(Conflict, match="appeal against this answer is open"):
            answering.close(case, by=sam)
        client.sign_in(desk.assessor)
        page = client.see("cases.show", case_ref=appeal.ref)
        assert "Sam Lee" not in page.text, "who decided is hidden in the first case, so here as well"
        answering.name_independent(appeal, desk.admin, by=as_actor(desk.admin))
        assert holds.standing(portfolio.id)
        answering.answer(appeal, Outcome.UPHELD, words="It was the clock.", by=as_actor(desk.admin))
    assert not holds.standing(portfolio.id), "what was found does not stand, and holds nothing up"


def test_a_member_of_staff_takes_an_appeal_further_accepts_it_or_takes_it_back(desk, client):
    portfolio = desk.begin(name="Ana")
    admin, sam = as_actor(desk.admin), as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider))
    iqa = as_actor(desk.iqa)

    def found():
        case = opening.allege(
            portfolio, against=desk.assessor, kind=Kind.MALADMINISTRATION, words="No file was opened.", by=iqa
        )
        answering.put(case, words="No file was opened.", by=sam)
        answering.respond(case, words="They were.", by=as_actor(desk.assessor))
        answering.answer(case, Outcome.FOUND, words="The log says so.", by=sam)
        return opening.appeal_case(case, words="The log is wrong.", by=as_actor(desk.assessor))

    first, second = found(), found()
    answering.name_independent(first, desk.admin, by=admin)
    client.sign_in(desk.assessor)
    client.send("cases.withdraw", case_ref=second.ref)
    assert _standing(second).phase is Phase.CLOSED
    assert "Take it further" not in client.see("cases.show", case_ref=first.ref).text
    answering.answer(first, Outcome.NOT_UPHELD, words="It is right.", by=admin)
    assert "I accept this answer" in client.see("cases.show", case_ref=first.ref).text
    client.send("cases.further", case_ref=first.ref, data={"words": "It is wrong."})
    assert _standing(first).stage is Stage.AWARDING_BODY
    client.sign_in(desk.admin)
    client.send("cases.accept", case_ref=first.ref, status=403)
    answering.answer(first, Outcome.NOT_UPHELD, words="They agree.", by=admin)
    client.sign_in(desk.assessor)
    client.send("cases.accept", case_ref=first.ref)
    assert _standing(first).phase is Phase.CLOSED


def test_an_appeal_upheld_against_a_declined_adjustment_agrees_one(desk, client):
    portfolio = desk.begin(name="Ana")
    sam = as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider))
    asked = opening.ask_adjustment(
        portfolio.enrolment, words="Aloud.", need="", by=as_actor(portfolio.learner)
    )
    answering.answer(asked, Outcome.DECLINED, words="No.", by=as_actor(desk.admin))
    appeal = opening.appeal_case(asked, words="I need it.", by=as_actor(portfolio.learner))
    answering.name_independent(appeal, desk.iqa, by=sam)
    client.sign_in(desk.iqa)
    assert "What is agreed" in client.see("cases.show", case_ref=appeal.ref).text
    answer = {
        "outcome": "upheld",
        "words": "It is fair.",
        "what": "3.1 by professional discussion.",
        "authority": "centre",
        "evidence_seen": "own-words",
        "until": (clock.today() + timedelta(days=200)).isoformat(),
        "standard_kept": "y",
    }
    client.send("cases.answer", case_ref=appeal.ref, data=answer)
    client.sign_in(portfolio.learner)
    for case in (asked, appeal):
        assert "3.1 by professional discussion." in client.see("own_cases.show", case_ref=case.ref).text


def test_after_the_awarding_body_s_own_no_nothing_is_due_and_a_complaint_is_closed_at_once(desk, referred):
    learner, admin = as_actor(referred.learner), as_actor(desk.admin)
    case = opening.complain(referred.enrolment, words="Nobody rang me back.", by=learner)
    answering.hold(case, by=admin)
    with pytest.raises(Conflict, match="already"):
        answering.hold(case, by=admin)
    answering.answer(case, Outcome.NOT_UPHELD, words="We did.", by=admin)
    with pytest.raises(Refused, match="still time"):
        answering.close(case, by=admin)
    answering.take_further(case, words="", by=learner)
    answering.name_independent(case, desk.iqa, by=admin)
    answering.answer(case, Outcome.NOT_UPHELD, words="They did.", by=as_actor(desk.iqa))
    answering.take_further(case, words="", by=learner)
    answering.answer(case, Outcome.NOT_UPHELD, words="They answered no.", by=admin)
    assert queries.due_on(_standing(case), queries.steps_of(case.id)) is None
    answering.close(case, by=admin)
    assert not holds.standing(referred.id)


def test_what_nobody_else_could_decide_is_not_begun(desk):
    portfolio = desk.begin(name="Ana")

    def allege():
        return opening.allege(
            portfolio,
            against=portfolio.learner,
            kind=Kind.MALPRACTICE,
            words="Alike.",
            by=as_actor(desk.admin),
        )

    with pytest.raises(Refused, match="Nobody could decide this"):
        allege()
    assert not holds.standing(portfolio.id)
    make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider, name="Sam Lee", email="sam@example.org")
    case = allege()
    answering.put(case, words="Alike.", by=as_actor(desk.admin))
    answering.respond(case, words="No.", by=as_actor(portfolio.learner))
    told = [
        one.to
        for one in db.session.scalars(select(Message))
        if one.to in {"sam@example.org", desk.admin.email}
    ]
    assert set(told) == {"sam@example.org"}, "who raised it cannot decide it, and is not asked to"


def test_only_an_iqa_of_that_provider_looks_again(desk, referred, client):
    other = desk.begin(name="Bo")
    desk.decide(desk.send(other, "3.1"), but=("3.1",))
    case = _appeal(referred)
    answering.answer(case, Outcome.UPHELD, words="Three visits are there.", by=as_actor(desk.assessor))
    affected = db.session.scalars(select(AffectedDecision)).one()
    with pytest.raises(Forbidden, match="internal quality assurer of that provider"):
        settling.review(affected, reopens=False, words="It stands.", by=as_actor(desk.admin))
    for person in (desk.admin, make_user(Role.ASSESSOR, desk.provider), make_user(Role.IQA)):
        client.sign_in(person)
        client.see("cases.look_again", affected_ref=affected.ref, status=404)
    client.sign_in(desk.admin)
    page = client.see("cases.show", case_ref=case.ref)
    assert "Bo" in page.text
    assert affected.ref not in page.body, "no link to a page that is not the administrator's to open"
    client.sign_in(desk.iqa)
    assert affected.ref in client.see("cases.show", case_ref=case.ref).body
    client.see("cases.look_again", affected_ref=affected.ref)
    said = {"found": "stands", "words": "One visit is there."}
    client.send("cases.review", affected_ref=affected.ref, data=said)
    assert "One visit is there." in client.see("cases.show", case_ref=case.ref).text


def test_only_somebody_of_the_provider_s_staff_with_no_part_in_it_is_named(desk, referred):
    learner, admin = as_actor(referred.learner), as_actor(desk.admin)
    case = opening.complain(referred.enrolment, words="Nobody rang me back.", by=learner)
    answering.answer(case, Outcome.NOT_UPHELD, words="We did.", by=admin)
    answering.take_further(case, words="", by=learner)
    elsewhere, gone, peer = make_user(Role.IQA), make_user(Role.IQA, desk.provider), desk.begin(name="Bo")
    gone.disabled_at = clock.now()
    db.session.flush()
    for person in (elsewhere, gone, peer.learner):
        with pytest.raises(Refused, match="does not work for this provider"):
            answering.name_independent(case, person, by=admin)
    answering.name_independent(case, desk.iqa, by=admin)
    told = db.session.scalars(select(Message).where(Message.to == desk.iqa.email)).all()
    assert "A case waits for you" in told[-1].subject
    assert "practitioner has brought" not in told[-1].text, "nor need it have been a practitioner"


def test_who_answers_an_appeal_reads_what_was_asked_and_answered_and_its_person_reads_the_answer_first(
    desk, client
):
    portfolio = desk.begin(name="Ana")
    learner, sam = as_actor(portfolio.learner), make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider)
    asked = opening.ask_adjustment(portfolio.enrolment, words="Say it aloud.", need="Dyslexia.", by=learner)
    answering.answer(asked, Outcome.DECLINED, words="A letter first.", by=as_actor(desk.admin))
    client.sign_in(portfolio.learner)
    page = client.see("own_cases.show", case_ref=asked.ref).text
    assert page.index("Not agreed. A letter first.") < page.index("I accept this answer")
    appeal = opening.appeal_case(asked, words="No letter is needed.", by=learner)
    answering.name_independent(appeal, desk.iqa, by=as_actor(sam))
    client.sign_in(desk.iqa)
    page = client.see("cases.show", case_ref=appeal.ref).text
    assert "Say it aloud." in page
    assert "A letter first." in page
    assert "Dyslexia" not in page
