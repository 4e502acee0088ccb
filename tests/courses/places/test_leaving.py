"""Leaving a course: why, counted; what stays, told; and coming back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from courses.attendance import registers
from courses.attendance.hours import Mark
from courses.attendance.registers import Entry
from courses.cohorts.leaving import Leaving, counted_words
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.places import withdrawals
from lms.core import clock
from lms.core.audit import AuditRecord
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.models import Organisation, User
from lms.people.person import Person
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment, session_of
from tests.factories.people import as_actor, make_user


def cohort_for(joy: User, **asked: Any) -> Cohort:
    return make_cohort(as_provider(joy), **asked)


def as_provider(joy: User) -> Organisation:
    return db.session.get_one(Organisation, as_actor(joy).hats[0].organisation_id)


def form(reason: str = "postponed", **more: str) -> dict[str, str]:
    return {"reason": reason, "on": clock.today().isoformat(), "note": ""} | more


def test_reasons_are_counted_in_the_order_of_the_list() -> None:
    left = [Leaving.OTHER, Leaving.POSTPONED, Leaving.LEFT_ROLE, Leaving.POSTPONED]
    assert counted_words(left) == "left the role 1, postponed 2, another reason 1"
    assert counted_words([]) == ""


def test_leaving_keeps_the_reason_and_the_day_and_can_be_undone(by: Person, joy: User) -> None:
    enrolment = make_enrolment(cohort_for(joy))
    enrolment.enrolled_on = clock.today() - timedelta(days=9)
    last = clock.today() - timedelta(days=2)
    with pytest.raises(Conflict, match="has not left"):
        withdrawals.bring_back(enrolment, by=by)
    withdrawals.withdraw(enrolment, reason=Leaving.LEFT_ROLE, on=last, note=" new job ", by=by)
    assert (enrolment.status, enrolment.withdrawn_on) == (EnrolmentStatus.WITHDRAWN, last)
    assert (enrolment.left_reason, enrolment.left_note) == (Leaving.LEFT_ROLE, "new job")
    with pytest.raises(Conflict, match="already left"):
        withdrawals.withdraw(enrolment, reason=Leaving.OTHER, by=by)
    withdrawals.bring_back(enrolment, by=by)
    assert (enrolment.status, enrolment.left_reason, enrolment.left_note) == (
        EnrolmentStatus.ACTIVE,
        None,
        "",
    )
    db.session.commit()
    acts = list(db.session.scalars(sa.select(AuditRecord.act)))
    assert acts.count("cohorts:enrolment:changed") == 3


@pytest.mark.parametrize("days", [1, -400])
def test_the_last_day_lies_between_the_place_and_today(by: Person, joy: User, days: int) -> None:
    enrolment = make_enrolment(cohort_for(joy))
    with pytest.raises(Refused) as caught:
        withdrawals.withdraw(enrolment, reason=Leaving.OTHER, on=clock.today() + timedelta(days=days), by=by)
    assert caught.value.field == "on"
    assert enrolment.status is EnrolmentStatus.ACTIVE


def test_what_was_done_stays_and_the_person_is_told_so_without_the_reason(by: Person, joy: User) -> None:
    cohort = cohort_for(joy)
    enrolment = make_enrolment(cohort, name="Bo Ek")
    registers.take_register(session_of(cohort, 1), {enrolment.ref: Entry(Mark.CAME)}, by=by)
    withdrawals.withdraw(enrolment, reason=Leaving.OTHER, note="a canary", by=by)
    message = db.session.scalars(sa.select(Message).where(Message.template == "courses/mail/left")).one()
    assert message.to == enrolment.user.email
    assert "your journal and your portfolio are kept" in message.text
    assert "canary" not in message.text + message.html + message.subject
    withdrawals.bring_back(enrolment, by=by)
    assert [mark.mark for mark in registers.list_register(session_of(cohort, 1))] == [Mark.CAME]


# ---- the pages


def test_a_reason_is_chosen_and_counted_on_the_cohorts_pages(
    client: JudgingClient, by: Person, joy: User
) -> None:
    cohort = cohort_for(joy)
    one, two = make_enrolment(cohort, name="Bo Ek"), make_enrolment(cohort, name="Cy Fox")
    make_enrolment(cohort, name="Di Gray")
    page = client.see("cohorts.leaving", enrolment_ref=one.ref)
    assert "The place goes to whoever has waited longest" in page.text
    page = client.send("cohorts.withdraw", enrolment_ref=one.ref, data=form(""), status=422)
    assert "Choose why they left." in page.text
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    page = client.send("cohorts.withdraw", enrolment_ref=one.ref, data=form(on=tomorrow), status=422)
    assert "That day is still to come." in page.text
    client.send("cohorts.withdraw", enrolment_ref=one.ref, data=form(note="starts again in autumn"))
    client.send("cohorts.withdraw", enrolment_ref=two.ref, data=form("left-role"))
    assert db.session.get_one(Enrolment, one.id).status is EnrolmentStatus.WITHDRAWN
    show = client.see("cohorts.show", cohort_ref=cohort.ref).text
    assert "2 left: left the role 1, postponed 1" in show
    assert "Left the role: 1. Postponed: 1." in show
    assert "Postponed: starts again in autumn" in show
    index = client.see("cohorts.index").text
    assert "Of 3 people who had a place, 2 left." in index
    assert "Left the role: 1Postponed: 1" in index
    own = client.see("cohorts.person", enrolment_ref=one.ref).text
    assert "Postponed: starts again in autumn. What they did is kept." in own
    client.send("cohorts.withdraw", enrolment_ref=one.ref, data=form(), status=409)
    client.send("cohorts.bring_back", enrolment_ref=one.ref)
    assert db.session.get_one(Enrolment, one.id).status is EnrolmentStatus.ACTIVE


def test_the_export_says_when_and_why(client: JudgingClient, by: Person, joy: User) -> None:
    cohort = cohort_for(joy)
    withdrawals.withdraw(make_enrolment(cohort), reason=Leaving.DISCONTINUED, note="=1+1", by=by)
    text = client.see("cohorts.export", cohort_ref=cohort.ref).text
    assert '"Left on","Why","Note"' in text
    assert '"Discontinued","\'=1+1"' in text


def test_a_facilitator_sees_no_totals_of_the_provider(client: JudgingClient, by: Person, joy: User) -> None:
    provider = as_provider(joy)
    teacher = make_user(Role.FACILITATOR, provider)
    cohort = cohort_for(joy, facilitators=(teacher,))
    withdrawals.withdraw(make_enrolment(cohort), reason=Leaving.OTHER, by=by)
    client.sign_in(teacher)
    assert "Who left" not in client.see("cohorts.index").text


def test_totals_cost_the_same_queries_however_many_left(client: JudgingClient, by: Person, joy: User) -> None:
    cohort = cohort_for(joy)

    def one_leaves() -> None:
        withdrawals.withdraw(make_enrolment(cohort), reason=Leaving.OTHER, by=by)
        db.session.commit()

    assert_flat(one_leaves, lambda: client.see("cohorts.index"))


def test_whoever_left_reads_what_is_kept(client: JudgingClient, by: Person, joy: User) -> None:
    cohort = cohort_for(joy, name="Harehills Tuesdays")
    enrolment = make_enrolment(cohort)
    withdrawals.withdraw(enrolment, reason=Leaving.OTHER, note="a canary", by=by)
    client.sign_in(enrolment.user)
    page = client.see("progress.home")
    assert "You left Harehills Tuesdays on" in page.text
    assert "What you did is kept" in page.text
    assert "canary" not in page.body


def test_another_providers_people_cannot_be_withdrawn(client: JudgingClient, by: Person, joy: User) -> None:
    enrolment = make_enrolment(cohort_for(joy))
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("cohorts.leaving", enrolment_ref=enrolment.ref, status=404)
    client.send("cohorts.withdraw", enrolment_ref=enrolment.ref, data=form(), status=404)
    assert db.session.get_one(Enrolment, enrolment.id).status is EnrolmentStatus.ACTIVE
