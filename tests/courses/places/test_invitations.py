"""Inviting somebody to a place: a link that works once, gives the place or one on the list, and can be withdrawn."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from courses.cohorts import queries
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort
from courses.places import invitation_queries, invitations, withdrawals
from courses.places import queries as place_queries
from courses.places import service as places
from courses.places.models import PlaceInvitation
from lms.core import clock
from lms.core.audit import AuditRecord
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people import queries as people
from lms.people.models import Membership, Organisation, User
from lms.people.person import Person
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment, weeks_ago
from tests.factories.people import as_actor, make_setting, make_user

LASTS = timedelta(days=14)
PASSWORD = "seven stones and a coral point"
FORM = {"name": "Ann Oak", "email": "Ann@Leeds.example", "setting": ""}


@pytest.fixture
def cohort(joy: User) -> Cohort:
    provider = db.session.get_one(Organisation, as_actor(joy).hats[0].organisation_id)
    return make_cohort(provider, name="Harehills Tuesdays")


def invite(cohort: Cohort, by: Person, email: str = "ann@leeds.example", name: str = "Ann Oak") -> str:
    """Invite somebody; the token of the mailed link."""
    invitations.invite(cohort, name=name, email=email, by=by, lasts=LASTS)
    return last_token()


def last_token() -> str:
    sent = sa.select(Message.text).where(Message.template == "courses/mail/invited")
    found = re.search(
        r"/places/invited/([\w-]{43})", db.session.scalars(sent.order_by(Message.id.desc())).first() or ""
    )
    assert found is not None
    return found[1]


def the_one() -> PlaceInvitation:
    return db.session.scalars(sa.select(PlaceInvitation)).one()


def on(cohort: Cohort) -> list[str]:
    return [line.name for line in queries.list_people(cohort.id)]


def test_somebody_new_is_invited_takes_the_place_and_chooses_a_password(
    client: JudgingClient, cohort: Cohort
) -> None:
    client.send("cohorts.invite", cohort_ref=cohort.ref, data=FORM)
    page = client.see("cohorts.list_invitations", cohort_ref=cohort.ref)
    assert "Ann Oak is invited. We write to Ann@Leeds.example now." in page.text
    assert "Waits for an answer" in page.text
    assert on(cohort) == []
    client.sign_out()
    page = client.see("cohorts.invited", token=last_token())
    assert "Leeds Family Learning offers you a place in Harehills Tuesdays" in page.text
    assert on(cohort) == [], "looking takes nothing"
    page = client.send("cohorts.accept_place", token=last_token())
    assert on(cohort) == ["Ann Oak"]
    welcome = page.location.rsplit("/", 1)[1]
    assert "You have a place in Harehills Tuesdays." in client.see("people.welcome", token=welcome).text
    client.send("people.accept_invitation", token=welcome, data={"password": PASSWORD})
    assert "Hello, Ann" in client.see("progress.home").text
    ann = people.find_user("ann@leeds.example")
    assert ann is not None
    assert db.session.scalars(sa.select(Membership.role).where(Membership.user_id == ann.id)).all() == [
        Role.PRACTITIONER
    ]
    told = db.session.scalars(sa.select(Message.template).where(Message.to == ann.email)).all()
    assert told == ["courses/mail/invited", "courses/mail/enrolled"]


def test_somebody_with_a_password_takes_the_place_and_is_not_signed_in_by_it(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    user = make_user(Role.PRACTITIONER, cohort.provider, name="Bo Ek", password=PASSWORD)
    token = invite(cohort, by, user.email)
    client.sign_out()
    page = client.send("cohorts.accept_place", token=token)
    assert page.location.endswith("/sign-in")
    client.see("progress.home", status=302)
    assert on(cohort) == ["Bo Ek"]


def test_a_link_works_once(client: JudgingClient, cohort: Cohort, by: Person) -> None:
    token = invite(cohort, by)
    client.sign_out()
    client.send("cohorts.accept_place", token=token)
    page = client.send("cohorts.accept_place", token=token, audited=False)
    assert page.location.endswith("/sign-in")
    assert "has been used, was withdrawn or is too old" in client.see("people.sign_in").text
    assert on(cohort) == ["Ann Oak"]


def test_when_every_place_is_taken_the_link_leads_onto_the_list(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    make_enrolment(cohort, name="Bo")
    places.set_capacity(cohort, 1, by=by)
    token = invite(cohort, by)
    client.sign_out()
    assert "Every place is taken just now." in client.see("cohorts.invited", token=token).text
    client.send("cohorts.accept_place", token=token)
    assert [line.name for line in place_queries.list_waiting(cohort.id)] == ["Ann Oak"]
    assert on(cohort) == ["Bo"]


def test_a_withdrawn_invitation_gives_nothing(client: JudgingClient, cohort: Cohort, by: Person) -> None:
    token = invite(cohort, by)
    client.send("cohorts.withdraw_invitation", place_invitation_ref=the_one().ref)
    assert "Withdrawn on" in client.see("cohorts.list_invitations", cohort_ref=cohort.ref).text
    client.send("cohorts.withdraw_invitation", place_invitation_ref=the_one().ref, status=409)
    client.sign_out()
    client.see("cohorts.invited", token=token, status=303)
    client.send("cohorts.accept_place", token=token, audited=False)
    assert on(cohort) == []


def test_sent_again_it_has_a_new_link_and_the_old_one_is_dead(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    old = invite(cohort, by)
    the_one().link.expires_at = clock.now() - timedelta(hours=1)
    assert "Ran out on" in client.see("cohorts.list_invitations", cohort_ref=cohort.ref).text
    client.send("cohorts.send_invitation_again", place_invitation_ref=the_one().ref)
    new = last_token()
    assert new != old
    assert invitations.find_by_token(old) is None
    client.sign_out()
    client.send("cohorts.accept_place", token=new)
    assert on(cohort) == ["Ann Oak"]
    with pytest.raises(Conflict, match="accepted already"):
        invitations.send_again(the_one(), by=by, lasts=LASTS)
    with pytest.raises(Conflict, match="accepted already"):
        invitations.withdraw(the_one(), by=by)


def test_inviting_twice_renews_and_two_cohorts_invitations_live_side_by_side(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    other = make_cohort(cohort.provider)
    first, second = invite(cohort, by), invite(cohort, by)
    elsewhere = invite(other, by)
    assert invitations.find_by_token(first) is None
    client.sign_out()
    client.send("cohorts.accept_place", token=second)
    client.send("cohorts.accept_place", token=elsewhere)
    assert (on(cohort), on(other)) == (["Ann Oak"], ["Ann Oak"])


def test_who_has_a_place_waits_or_left_is_not_invited(cohort: Cohort, by: Person) -> None:
    here = make_enrolment(cohort, name="Here")
    with pytest.raises(Conflict, match="already has a place"):
        invite(cohort, by, here.user.email)
    withdrawals.withdraw(here, reason=Leaving.POSTPONED, by=by)
    with pytest.raises(Conflict, match="Bring them back"):
        invite(cohort, by, here.user.email)
    waits = make_user(name="Waits")
    places.wait(cohort, user=waits, setting=None, seeks_accreditation=True, shares_progress=False, by=by)
    with pytest.raises(Conflict, match="already waits"):
        invite(cohort, by, waits.email)
    over = make_cohort(cohort.provider, first_day=weeks_ago(60))
    with pytest.raises(Refused, match="is over"):
        invite(over, by)


def test_who_got_a_place_meanwhile_is_told_so(client: JudgingClient, cohort: Cohort, by: Person) -> None:
    token = invite(cohort, by)
    make_enrolment(cohort, the_one().user)
    client.sign_out()
    page = client.send("cohorts.accept_place", token=token, status=409)
    assert "already has a place in Harehills Tuesdays" in page.text


def test_the_list_says_that_an_invitation_is_no_longer_needed(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    invite(cohort, by)
    assert "Waits for an answer" in client.see("cohorts.list_invitations", cohort_ref=cohort.ref).text
    make_enrolment(cohort, the_one().user)
    page = client.see("cohorts.list_invitations", cohort_ref=cohort.ref)
    assert "Has a place by now, so this invitation is not needed" in page.text
    assert "Send it again" not in page.text


def test_a_setting_of_the_providers_people_can_be_chosen(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    known = make_setting(name="Rowan Tree")
    make_enrolment(cohort, setting=known)
    make_setting(name="Somebody Else's")
    page = client.see("cohorts.list_invitations", cohort_ref=cohort.ref)
    assert "Rowan Tree" in page.text
    assert "Somebody Else" not in page.text
    client.send("cohorts.invite", cohort_ref=cohort.ref, data=FORM | {"setting": known.ref})
    invitations.accept(the_one())
    assert "Rowan Tree" in [line.setting for line in queries.list_people(cohort.id) if line.name == "Ann Oak"]


def test_bad_addresses_are_refused(client: JudgingClient, cohort: Cohort) -> None:
    page = client.send(
        "cohorts.invite", cohort_ref=cohort.ref, data=FORM | {"email": "ann.leeds"}, status=422
    )
    assert "Write an email address" in page.text


def test_every_step_is_in_the_trail_and_no_link_is(client: JudgingClient, cohort: Cohort, by: Person) -> None:
    token = invite(cohort, by)
    invitations.accept(the_one())
    db.session.commit()
    facts = [
        record.facts
        for record in db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.sequence))
        if record.act == "cohorts:place-invitation:changed"
    ]
    assert facts == [{"state": "sent"}, {"state": "accepted"}]
    assert token not in str(facts)


def test_another_provider_finds_no_invitation(client: JudgingClient, cohort: Cohort, by: Person) -> None:
    invite(cohort, by)
    teacher = make_user(Role.FACILITATOR, cohort.provider)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("cohorts.list_invitations", cohort_ref=cohort.ref, status=404)
    client.send("cohorts.withdraw_invitation", place_invitation_ref=the_one().ref, status=404)
    client.send("cohorts.send_invitation_again", place_invitation_ref=the_one().ref, status=404)
    client.sign_in(teacher)
    client.see("cohorts.list_invitations", cohort_ref=cohort.ref, status=403)


def test_a_long_list_costs_the_same_queries(client: JudgingClient, cohort: Cohort, by: Person) -> None:
    names = iter("abcdef")

    def one_more() -> None:
        invite(cohort, by, f"{next(names)}@leeds.example")
        db.session.commit()

    assert_flat(one_more, lambda: client.see("cohorts.list_invitations", cohort_ref=cohort.ref))
    assert len(invitation_queries.list_invitations(cohort.id)) == 3
