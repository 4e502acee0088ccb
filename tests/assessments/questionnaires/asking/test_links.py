"""A personal link opens one questionnaire for one person, and nothing else; following it stores nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from assessments.questionnaires import link_views, queries, respondents, service
from assessments.questionnaires.asking import inviting, laying_out
from assessments.questionnaires.models import Invitation, OutsideInvitation, PersonalLink, Response
from assessments.questionnaires.schema import WaveKind
from lms.core import clock
from lms.core.access import Reach, decision_of
from lms.core.extensions import db
from lms.core.model import Base
from lms.core.permissions import Permission
from lms.people.roles import Role
from tests.assessments.questionnaires.conftest import answer, ask_of, asked, enrol, every_kind, make_cohort
from tests.factories.people import make_user


def link_of(enrolment, kind=WaveKind.PRE) -> PersonalLink:
    """The link of somebody who is asked; written to if they have not been."""
    wave = asked(enrolment, kind).wave
    laying_out.tend_wave(wave)
    db.session.commit()
    return db.session.scalars(
        sa.select(PersonalLink).where(
            PersonalLink.wave_id == wave.id, PersonalLink.enrolment_id == enrolment.id
        )
    ).one()


def count(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def everything() -> list[str]:
    return [str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(sa.select(table))]


def test_somebody_answers_by_link_from_beginning_to_end(client, enrolment):
    link = link_of(enrolment)
    path, ref = inviting.path_of(link), link.wave.ref
    opened = client.get(path)
    assert opened.status_code == 303
    assert opened.location == f"/answer/{ref}"
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    start = client.see("answering.show", wave_ref=ref)
    assert "Start" in start.text
    assert "Amina" not in start.text
    told = client.send(
        "answering.autosave",
        wave_ref=ref,
        number=1,
        status=200,
        data={"answer-length": "lt1", "version": "0"},
    )
    assert told.json["saved_at"]
    onward = client.send(
        "answering.save_part", wave_ref=ref, number=1, data={"answer-hours": "part_time", "go": "next"}
    )
    assert onward.location == f"/answer/{ref}/parts/2"
    assert client.send("answering.finish", wave_ref=ref).location == f"/answer/{ref}/thanks"
    assert "Thank you" in client.see("answering.thanks", wave_ref=ref).text
    assert "Under 12 months" in client.see("answering.review", wave_ref=ref).text
    db.session.expire_all()
    assert queries.own_answers(asked(enrolment)) == {"length": "lt1", "hours": "part_time"}
    assert db.session.get(Invitation, (link.wave_id, enrolment.id)).answered
    # what was begun by link goes on signed in: one response, one way
    client.sign_out()
    client.sign_in(enrolment.user)
    assert "You have finished" in client.see("questionnaires.show", wave_ref=ref).text
    client.get(path)
    client.send("questionnaires.withdraw", wave_ref=ref)
    assert count(Response) == 0


def test_following_a_link_changes_nothing_in_the_database(client, enrolment):
    path = inviting.path_of(link_of(enrolment))
    before = everything()
    client.get(path)
    client.see("answering.show", wave_ref=asked(enrolment).wave.ref)
    db.session.expire_all()
    assert everything() == before


def test_a_link_opens_its_own_wave_and_nothing_else(client, cohort, enrolment):
    other = link_of(enrol(cohort)).wave.ref
    elsewhere = link_of(enrol(make_cohort())).wave.ref
    link = link_of(enrolment)
    client.get(inviting.path_of(link))
    assert other == link.wave.ref
    post = service.open_waves(cohort, by=None)[WaveKind.POST].ref
    for ref in (elsewhere, post):
        for page in ("show", "review", "take_back", "thanks"):
            client.see(f"answering.{page}", wave_ref=ref, status=404)
        client.send("answering.withdraw", wave_ref=ref, status=404)
    client.see("questionnaires.show", wave_ref=link.wave.ref, status=302)
    client.see("questionnaires.index", status=302)
    client.see("people.account", status=302)


def test_a_link_gives_its_own_holder_the_answers_and_no_colleague(client, cohort, enrolment):
    answer(enrol(cohort), {"length": "gt10"}, finish=True)
    link = link_of(enrolment)
    client.get(inviting.path_of(link))
    assert "More than 10 years" not in client.see("answering.review", wave_ref=link.wave.ref).text


@pytest.mark.parametrize(("days_ago", "lasts"), [(30, 70), (-40, 70)], ids=["closed", "moved to later"])
def test_a_practitioners_link_has_run_out_when_its_wave_is_not_open(client, app, days_ago, lasts):
    link = link_of_an_open_wave()
    link.wave.opens_on = clock.today() - timedelta(days=days_ago)
    link.wave.closes_on = link.wave.opens_on + timedelta(days=7)
    assert client.get(inviting.path_of(link)).status_code == 303
    page = client.see("answering.show", wave_ref=link.wave.ref, status=404)
    assert "sign in" in page.text.lower()
    told = client.send(
        "answering.autosave", wave_ref=link.wave.ref, number=1, status=401,
        headers={"X-Requested-With": "fetch"}, data={"answer-length": "lt1"},
    )  # fmt: skip
    assert told.json["error"] == "signed-out"
    assert count(Response) == 0


def link_of_an_open_wave() -> PersonalLink:
    return link_of(enrol(make_cohort()))


def test_a_wrong_token_opens_nothing(client, enrolment):
    link_of(enrolment)
    assert client.get(f"/answer/{'A' * 43}").status_code == 404


def test_a_link_is_closed_on_a_device_by_hand_and_by_lying_idle(client, app, enrolment):
    link = link_of(enrolment)
    ref = link.wave.ref
    client.get(inviting.path_of(link))
    client.send("answering.leave", audited=False)
    assert "Open the letter" in client.see("answering.show", wave_ref=ref, status=404).text
    client.get(inviting.path_of(link))
    client.see("answering.show", wave_ref=ref)
    with client.session_transaction() as cookie:
        cookie[link_views.SEEN] -= app.config["SESSION_IDLE"].total_seconds() + 1
    client.see("answering.show", wave_ref=ref, status=404)


def test_on_a_device_where_somebody_else_is_signed_in_it_says_so_and_opens_nothing(client, cohort, enrolment):
    link = link_of(enrolment)
    client.sign_in(enrol(cohort, "Bo Other").user)
    page = client.get(inviting.path_of(link)).get_data(as_text=True)
    assert "You are signed in on this device as Bo Other" in page
    assert "Amina" not in page
    client.see("answering.show", wave_ref=link.wave.ref, status=404)


def test_who_is_signed_in_goes_on_signed_in(client, enrolment):
    link = link_of(enrolment)
    client.sign_in(enrolment.user)
    assert client.get(inviting.path_of(link)).location == f"/questionnaires/{link.wave.ref}"


def test_managers_without_an_account_are_asked_counted_and_can_take_back(client, app):
    cohort = make_cohort(days_ago=170, lasts=70)
    wave = ask_of(cohort, WaveKind.MANAGER, every_kind())
    administrator = make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider)
    client.sign_in(administrator)
    client.see("questionnaires.wave_people", wave_ref=wave.ref)
    bad = client.send("questionnaires.ask_people", wave_ref=wave.ref, status=422, data={"people": "grace"})
    assert "Line 1: write one address" in bad.text
    people = {"people": "Grace Mbatha <grace@example.org>\nHALA@example.org"}
    client.send("questionnaires.ask_people", wave_ref=wave.ref, data=people)
    client.send("questionnaires.ask_people", wave_ref=wave.ref, data=people)
    grace = db.session.scalars(
        sa.select(OutsideInvitation).where(OutsideInvitation.name == "Grace Mbatha")
    ).one()
    assert count(OutsideInvitation) == 2
    link = db.session.scalars(sa.select(PersonalLink).where(PersonalLink.outside_id == grace.id)).one()
    client.sign_out()
    client.get(inviting.path_of(link))
    client.see("answering.show", wave_ref=wave.ref)
    client.send("answering.save_part", wave_ref=wave.ref, number=1, data={"go": "next"})
    client.send("answering.finish", wave_ref=wave.ref)
    db.session.expire_all()
    assert grace.answered
    wave.closes_on = clock.today() - timedelta(days=1)
    wave.opens_on = wave.closes_on
    client.see("answering.show", wave_ref=wave.ref)
    client.send("answering.save_part", wave_ref=wave.ref, number=1, status=422)
    client.send("answering.withdraw", wave_ref=wave.ref)
    db.session.expire_all()
    assert not grace.answered
    assert count(Response) == 0


def test_every_page_of_answering_has_its_twin_behind_a_link(app):
    """Whoever adds a page of one's own questionnaire adds it here too, or says why not."""
    own = {
        name
        for endpoint, view in app.view_functions.items()
        if (name := endpoint.removeprefix("questionnaires.")) != endpoint
        and (decision := decision_of(view)) is not None
        and decision.permission is Permission.QUESTIONNAIRES_RESPONSE_WRITE_OWN
        and decision.loads == ("wave",)
    }
    twins = {endpoint.removeprefix("answering.") for endpoint in app.view_functions}
    assert own
    assert own <= twins


def test_reach_of_a_link_is_no_reach_of_a_person(enrolment):
    link = link_of(enrolment)
    mine = queries.get_by_link(link.wave.ref, link.ref)
    theirs = queries.get_own_wave(link.wave.ref, within=Reach(enrolment.user_id))
    assert respondents.own_pseudonym(mine) == respondents.own_pseudonym(theirs)
