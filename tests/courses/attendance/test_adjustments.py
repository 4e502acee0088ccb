"""What somebody needs to take part: who writes it, who sees it, and who must not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from courses.attendance import adjustments, registers
from courses.attendance.hours import Mark
from courses.attendance.models import Adjustments
from courses.attendance.needs import Need, in_short
from courses.attendance.registers import Entry
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment
from courses.places import transfers, withdrawals
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.models import Organisation, User
from lms.people.person import Person
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment, session_of
from tests.factories.people import as_actor, make_setting, make_user

CANARY = "the front row by the left door"
FORM = {"needs": ["large-print", "extra-time"], "words": CANARY}
SHORT = f"Large print, extra time. {CANARY}"


@pytest.fixture
def provider(joy: User) -> Organisation:
    return db.session.get_one(Organisation, as_actor(joy).hats[0].organisation_id)


@pytest.fixture
def bronwen(provider: Organisation) -> User:
    return make_user(Role.FACILITATOR, provider, name="Bronwen Pryce")


@pytest.fixture
def cohort(provider: Organisation, bronwen: User) -> Cohort:
    return make_cohort(provider, name="Harehills Tuesdays", facilitators=(bronwen,))


@pytest.fixture
def ann(cohort: Cohort) -> Enrolment:
    """Somebody who has said what she needs."""
    made = make_enrolment(cohort, name="Ann", setting=make_setting())
    made.shares_progress = True
    adjustments.agree(made, needs=[Need.EXTRA_TIME, Need.LARGE_PRINT], words=CANARY, by=as_actor(made.user))
    return made


def register(client: JudgingClient, cohort: Cohort) -> str:
    return client.see("cohorts.register", session_ref=session_of(cohort, 1).ref).text


def test_a_line_for_the_register() -> None:
    assert in_short(["extra-time", "large-print"], "") == "Large print, extra time"
    assert in_short([], CANARY) == CANARY
    assert in_short([], "") == ""


# ---- who writes


def test_a_learner_says_what_helps_and_who_teaches_sees_it(
    client: JudgingClient, cohort: Cohort, bronwen: User
) -> None:
    ann = make_enrolment(cohort, name="Ann")
    client.sign_in(ann.user)
    page = client.see("attendance.what_helps")
    assert "Bronwen Pryce, who teaches your group" in page.text
    assert "Your employer, your assessor and the others in your group do not." in page.text
    client.send("attendance.keep_what_helps", data=FORM)
    assert CANARY in client.see("attendance.what_helps").body
    client.sign_in(bronwen)
    assert SHORT in register(client, cohort)
    assert SHORT in client.see("cohorts.person", enrolment_ref=ann.ref).text


def test_an_administrator_writes_it_down_and_the_learner_sees_by_whom_and_changes_it(
    client: JudgingClient, joy: User, cohort: Cohort
) -> None:
    ann = make_enrolment(cohort, name="Ann")
    assert "Nothing was asked for." in client.see("cohorts.person", enrolment_ref=ann.ref).text
    client.send("cohorts.keep_what_somebody_needs", enrolment_ref=ann.ref, data=FORM)
    assert "Written by Joy Mensah" in client.see("cohorts.person", enrolment_ref=ann.ref).text
    client.sign_in(ann.user)
    assert "Written down by Joy Mensah" in client.see("attendance.what_helps").text
    client.send("attendance.keep_what_helps", data={"needs": ["step-free"], "words": ""})
    kept = adjustments.find(ann)
    assert kept is not None
    assert (kept.needs, kept.words, kept.by_id) == (["step-free"], "", ann.user_id)


def test_emptied_nothing_is_kept(client: JudgingClient, ann: Enrolment) -> None:
    client.sign_in(ann.user)
    client.send("attendance.keep_what_helps", data={"words": "  "})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Adjustments)) == 0
    client.send("attendance.keep_what_helps", data={})
    assert "Deleted." in client.see("attendance.what_helps").text


def test_a_need_that_is_not_on_the_list_and_a_long_story_are_refused(
    client: JudgingClient, cohort: Cohort
) -> None:
    ann = make_enrolment(cohort)
    client.sign_in(ann.user)
    client.send("attendance.keep_what_helps", data={"needs": ["pony"]}, status=422)
    client.send("attendance.keep_what_helps", data={"words": "x" * 401}, status=422)
    assert adjustments.find(ann) is None


# ---- who must not see


def test_facilitators_of_other_cohorts_and_other_providers_find_nothing(
    client: JudgingClient, provider: Organisation, cohort: Cohort, ann: Enrolment, by: Person
) -> None:
    other = make_user(Role.FACILITATOR, provider)
    theirs = make_cohort(provider, version=cohort.course_version, facilitators=(other,))
    registers.add_guest(session_of(theirs, 1), ann, by=by)
    client.sign_in(other)
    page = client.see("cohorts.register", session_ref=session_of(theirs, 1).ref)
    assert "Guest from Harehills Tuesdays" in page.text
    assert CANARY not in page.body
    client.see("cohorts.person", enrolment_ref=ann.ref, status=404)
    for stranger in (make_user(Role.PROVIDER_ADMINISTRATOR), make_user(Role.FACILITATOR)):
        client.sign_in(stranger)
        client.see("cohorts.register", session_ref=session_of(cohort, 1).ref, status=404)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("cohorts.what_somebody_needs", enrolment_ref=ann.ref, status=404)
    client.send("cohorts.keep_what_somebody_needs", enrolment_ref=ann.ref, data=FORM, status=404)


def test_a_facilitator_sees_but_does_not_write(client: JudgingClient, bronwen: User, ann: Enrolment) -> None:
    client.sign_in(bronwen)
    client.see("cohorts.what_somebody_needs", enrolment_ref=ann.ref, status=403)
    client.send("cohorts.keep_what_somebody_needs", enrolment_ref=ann.ref, data=FORM, status=403)


def test_employer_assessor_and_classmates_see_nothing(
    client: JudgingClient, provider: Organisation, cohort: Cohort, ann: Enrolment, by: Person
) -> None:
    assert ann.setting is not None
    manager = make_user(Role.EMPLOYER, ann.setting.organisation)
    assessor = make_user(Role.ASSESSOR, provider)
    mate = make_enrolment(cohort, name="Bo")
    client.sign_in(manager)
    page = client.see("employer.staff")
    assert "Ann" in page.text
    assert CANARY not in page.body
    assert "large print" not in page.body.lower()
    client.sign_in(assessor)
    for endpoint in ("marking.queue", "marking.learners"):
        assert CANARY not in client.see(endpoint).body
    client.see("cohorts.person", enrolment_ref=ann.ref, status=403)
    client.sign_in(mate.user)
    for endpoint in ("attendance.what_helps", "progress.home"):
        assert CANARY not in client.see(endpoint).body


def test_files_mail_trail_and_logs_hold_nothing_of_it(
    client: JudgingClient, joy: User, cohort: Cohort
) -> None:
    ann = make_enrolment(cohort, name="Ann")
    with capture_logs() as logs:
        client.send("cohorts.keep_what_somebody_needs", enrolment_ref=ann.ref, data=FORM)
        register(client, cohort)
    assert any(line["event"] == "adjustments were read" and line["by"] == joy.id for line in logs)
    held = [
        str(logs),
        client.see("cohorts.export", cohort_ref=cohort.ref).body,
        *(str(facts) for facts in db.session.scalars(sa.select(AuditRecord.facts))),
        *(message.text for message in db.session.scalars(sa.select(Message))),
    ]
    assert not [text for text in held if CANARY in text or "large-print" in text]


def test_it_moves_along_and_the_old_cohort_sees_it_no_longer(
    client: JudgingClient, cohort: Cohort, ann: Enrolment, bronwen: User, by: Person
) -> None:
    registers.take_register(session_of(cohort, 1), {ann.ref: Entry(Mark.CAME)}, by=by)
    new = make_user(Role.FACILITATOR, cohort.provider)
    to = make_cohort(cohort.provider, version=cohort.course_version, facilitators=(new,))
    transfers.transfer(ann, to, by=by)
    client.sign_in(new)
    assert SHORT in register(client, to)
    client.sign_in(bronwen)
    assert "Has moved to" in (text := register(client, cohort))
    assert CANARY not in text


def test_somebody_without_a_place_has_no_such_page(client: JudgingClient, ann: Enrolment, by: Person) -> None:
    withdrawals.withdraw(ann, reason=Leaving.OTHER, by=by)
    client.sign_in(ann.user)
    client.see("attendance.what_helps", status=404)


def test_a_register_costs_the_same_queries_however_many_need_something(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    def one_more() -> None:
        adjustments.agree(make_enrolment(cohort), needs=[Need.INTERPRETER], words="", by=by)
        db.session.commit()

    assert_flat(one_more, lambda: register(client, cohort))
