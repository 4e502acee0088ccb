"""Awards and professional development: recorded by whom they may be, counted in the risk, shown to a visitor."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from assessments.verification import development, policies, ratings, records
from assessments.verification.development_models import RecordKind
from lms.core import clock
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import Desk


@pytest.fixture
def desk(app):
    return Desk()


def _add(desk, *, hours=3.5, kind=RecordKind.DEVELOPMENT, on=None, words="Safeguarding update"):
    return development.add(
        desk.provider,
        desk.assessor,
        kind=kind,
        words=words,
        on=on or clock.today(),
        hours=hours,
        by=as_actor(desk.iqa),
    )


def _fact(desk):
    today = clock.today()
    in_policy = policies.in_force(desk.provider.id, today)
    standing = ratings.standings(desk.provider.id, [desk.assessor.id], in_policy=in_policy, today=today)
    (fact,) = [
        one for one in standing[desk.assessor.id].now.contributions if one.fact == "Professional development"
    ]
    return fact.words.split(" in 12 months")[0], fact.points


@pytest.mark.parametrize("role", [Role.IQA, Role.PROVIDER_ADMINISTRATOR])
def test_an_iqa_and_an_administrator_record_awards_and_development(client, desk, role):
    client.sign_in(make_user(role, desk.provider, name="Pat Moyo"))
    at = {"provider_ref": desk.provider.ref, "person_ref": desk.assessor.ref}
    today = clock.today().isoformat()
    done = {"kind": "development", "words": "Safeguarding update", "on": today, "hours": "3.5"}
    page = client.send("development.add", **at, data=done | {"hours": ""}, status=422)
    assert "Give the hours that it took" in page.text
    client.send("development.add", **at, data=done)
    client.send("development.add", **at, data=done | {"kind": "award", "words": "Level 3 award"})
    page = client.see("development.show", **at)
    assert "3.5 hours" in page.text
    assert "Recorded by Pat Moyo." in page.text
    page = client.see("development.index")
    assert "Level 3 award" in page.text
    assert "3.5 hours, last on" in page.text
    for one in development.of_person(desk.provider.id, desk.assessor.id):
        client.send("development.take_out", staff_record_ref=one.ref)
    assert "Nothing is recorded yet." in client.see("development.show", **at).text


def test_records_keep_to_their_provider(client, desk):
    record = _add(desk)
    db.session.commit()
    client.sign_in(make_user(Role.IQA, make_organisation()))
    at = {"provider_ref": desk.provider.ref, "person_ref": desk.assessor.ref}
    client.see("development.show", **at, status=404)
    client.send("development.take_out", staff_record_ref=record.ref, status=404)
    client.sign_in(desk.iqa)
    learner = desk.begin().learner
    client.see("development.show", provider_ref=desk.provider.ref, person_ref=learner.ref, status=404)
    client.sign_in(desk.assessor)
    client.see("development.index", status=403)


def test_a_record_is_whole_and_has_been(desk):
    tomorrow = clock.today() + timedelta(days=1)
    for wrong, words in (
        ({"words": ""}, "Say what it was"),
        ({"on": tomorrow}, "still to come"),
        ({"hours": 0}, "Give the hours"),
        ({"hours": 201}, "up to 200"),
    ):
        with pytest.raises(Refused, match=words):
            _add(desk, **wrong)
    assert _add(desk, kind=RecordKind.AWARD, hours=7).hours is None


def test_a_year_without_development_adds_to_the_risk(desk):
    assert _fact(desk) == ("no professional development recorded", 1)
    _add(desk, hours=0.5)
    assert _fact(desk) == ("0.5 hours", 1)
    _add(desk, hours=1)
    _add(desk, kind=RecordKind.AWARD)
    assert _fact(desk) == ("1.5 hours", 0)
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        assert _fact(desk) == ("no professional development recorded", 1)


def test_a_visitor_reads_awards_and_development(desk):
    _add(desk, kind=RecordKind.AWARD, words="Level 3 award")
    _add(desk, hours=1)
    (one,) = [one for one in records.of(desk.provider.id).people if one.name == desk.assessor.name]
    assert one.awards[0].startswith("Level 3 award, ")
    assert one.developed.words.startswith("1 hour, last on ")


def test_the_pages_cost_the_same_for_any_number(client, desk):
    def add():
        desk.assessor = make_user(Role.ASSESSOR, desk.provider)
        _add(desk)
        db.session.commit()

    client.sign_in(desk.iqa)
    assert_flat(add, lambda: client.see("development.index"))
