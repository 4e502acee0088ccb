"""What a member of staff is found to have done, and appeals against: who decides that is neither they nor who raised it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assessments.cases import answering, opening, parts, queries
from assessments.cases.standing import Kind, Outcome
from assessments.holds import queries as holds
from lms.core import clock
from lms.core.errors import Forbidden, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people import service as people
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user


@pytest.fixture
def sam(desk):
    """The administrator who decides what is alleged."""
    return make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider, name="Sam Lee")


@pytest.fixture
def accused(desk):
    """An assessor of other portfolios, who is an administrator as well."""
    made = make_user(Role.ASSESSOR, desk.provider, name="Cai Rees")
    people.add_member(made, desk.provider, Role.PROVIDER_ADMINISTRATOR)
    return made


@pytest.fixture
def found(desk, sam, accused):
    """What Joy Mensah raised against Cai Rees, and Sam Lee found."""
    case = opening.allege(
        desk.begin(name="Ana"),
        against=accused,
        kind=Kind.MALADMINISTRATION,
        words="No file was opened.",
        by=as_actor(desk.admin),
    )
    answering.put(case, words="No file was opened.", by=as_actor(sam))
    answering.respond(case, words="They were.", by=as_actor(accused))
    answering.answer(case, Outcome.FOUND, words="The log says so.", by=as_actor(sam))
    return case


@pytest.fixture
def declined(sam, found):
    """What Ana asked for, and Sam Lee declined."""
    learner = as_actor(found.learner)
    case = opening.ask_adjustment(found.enrolment, words="Aloud.", need="", by=learner)
    answering.answer(case, Outcome.DECLINED, words="No.", by=as_actor(sam))
    return case


def _now(case):
    steps = queries.steps_of(case.id)
    return queries.standing_of(case, steps), steps


def test_neither_the_appellant_nor_who_raised_it_has_a_say_in_an_appeal_of_staff(
    desk, sam, accused, found, client
):
    appeal = opening.appeal_case(found, words="The log is wrong.", by=as_actor(accused))
    listed = {one.name for one in parts.independent(appeal, *_now(appeal))}
    assert listed == {desk.iqa.name, desk.assessor.name}
    for person in (accused, desk.admin):
        with pytest.raises(Refused, match="part"):
            answering.name_independent(appeal, person, by=as_actor(desk.admin))
        assert parts.why_not_answer(appeal, _now(appeal)[0], person.id)
    with pytest.raises(Forbidden, match="about you"):
        answering.name_independent(appeal, desk.iqa, by=as_actor(accused))
    client.sign_in(accused)
    assert "Name them" not in client.see("cases.show", case_ref=appeal.ref).text

    answering.name_independent(appeal, desk.iqa, by=as_actor(desk.admin))
    page = client.see("cases.show", case_ref=appeal.ref).text
    assert "Somebody answers, as an independent person" in page
    assert desk.iqa.name not in page, "who looks into it is not named to whom it is alleged of"
    answering.answer(appeal, Outcome.NOT_UPHELD, words="It is right.", by=as_actor(desk.iqa))
    answering.take_further(appeal, words="It is not.", by=as_actor(accused))
    for person, why in ((accused, "case of their own"), (desk.admin, "raised this")):
        with pytest.raises(Forbidden, match=why):
            answering.answer(appeal, Outcome.UPHELD, words="They said yes.", by=as_actor(person))
    assert holds.standing(found.portfolio_id)
    asked = db.session.scalars(select(Message.to).where(Message.subject.contains("A case waits for you")))
    assert accused.email not in set(asked), "whose case it is cannot answer it, and is not asked to"


def test_what_is_under_appeal_is_not_called_late_nor_to_be_closed(sam, accused, found, declined, client):
    learner = as_actor(found.learner)
    answering.tell_awarding_body(found, words="By e-mail.", by=as_actor(sam))
    opening.appeal_case(found, words="The log is wrong.", by=as_actor(accused))
    appeal = opening.appeal_case(declined, words="I need it.", by=learner)
    client.sign_in(sam)
    assert client.see("cases.index").text.count("Under appeal") == 2
    client.sign_in(found.learner)
    assert "Under appeal" in client.see("own_cases.index").text

    def late():
        return {row.case.id for row in queries.rows(queries.ANY) if row.is_late}

    with clock.set_to(clock.now() + timedelta(days=40)):
        assert not late() & {found.id, declined.id}
        answering.withdraw(appeal, by=learner)
        assert late() & {found.id, declined.id} == {declined.id}


def test_a_request_is_not_taken_back_while_an_appeal_against_its_answer_is_open(found, declined, client):
    appeal = opening.appeal_case(declined, words="I need it.", by=as_actor(found.learner))
    client.sign_in(found.learner)
    page = client.send("own_cases.act", case_ref=declined.ref, act="withdraw", status=409)
    assert "appeal against this answer is open" in page.text
    assert _now(declined)[0].is_open
    client.send("own_cases.act", case_ref=appeal.ref, act="withdraw")
    client.send("own_cases.act", case_ref=declined.ref, act="withdraw")
    assert not _now(declined)[0].is_open
