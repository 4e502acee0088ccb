"""Moving to another cohort: hours and work come along, each session counts once, both cohorts show it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from courses.attendance import hours_queries, registers
from courses.attendance.hours import Mark
from courses.attendance.registers import Entry
from courses.cohorts import moved, queries
from courses.cohorts.bank_holidays import bank_holidays
from courses.cohorts.calendar import Pattern
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.content.models import CourseVersion
from courses.places import imports, transfers, withdrawals
from courses.places import queries as place_queries
from courses.places import service as places
from courses.progress import queries as progress
from courses.progress import service as progress_service
from lms.core import clock
from lms.core.access import Reach
from lms.core.audit import AuditRecord
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.models import Organisation, User
from lms.people.person import Person
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_course_version, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_user


@pytest.fixture
def version(joy: User) -> CourseVersion:
    return make_course_version()


@pytest.fixture
def cohort(joy: User, version: CourseVersion) -> Cohort:
    """Where they come from: weekly, begun four weeks ago."""
    return another(joy, version, name="Harehills Tuesdays")


@pytest.fixture
def to(joy: User, version: CourseVersion) -> Cohort:
    """Where they go: weekly, begun three weeks ago."""
    return another(joy, version, name="Seacroft Thursdays", first_day=weeks_ago(3))


def another(joy: User, version: CourseVersion, **asked: Any) -> Cohort:
    provider = db.session.get_one(Organisation, as_actor(joy).hats[0].organisation_id)
    return make_cohort(provider, version=version, **asked)


def mark(cohort: Cohort, number: int, who: dict[Enrolment, Mark], by: Person, **more: Any) -> None:
    entries = {enrolment.ref: Entry(each) for enrolment, each in who.items()}
    registers.take_register(session_of(cohort, number), entries, by=by, **more)


def had(enrolment: Enrolment) -> float:
    return hours_queries.hours_of(enrolment).had / 60


def marks(enrolment: Enrolment) -> list[Mark | None]:
    return list(hours_queries.hours_of(enrolment).marks[:4])


def test_hours_come_along_and_a_session_counts_once(by: Person, cohort: Cohort, to: Cohort) -> None:
    ann, stays = make_enrolment(cohort, name="Ann"), make_enrolment(to, name="Stays")
    mark(cohort, 1, {ann: Mark.CAME}, by)
    mark(cohort, 2, {ann: Mark.CAME}, by)
    mark(cohort, 3, {ann: Mark.MISSED}, by)
    for number in (1, 2, 3):
        mark(to, number, {stays: Mark.CAME}, by)
    assert transfers.transfer(ann, to, by=by) == []
    assert ann.cohort_id == to.id
    assert marks(ann) == [Mark.MADE_UP, Mark.MADE_UP, Mark.MISSED, None]
    assert had(ann) == 6
    mark(to, 2, {ann: Mark.CAME}, by, reason="came again")
    assert had(ann) == 6, "the same session with the new cohort adds nothing"
    mark(to, 3, {ann: Mark.CAME}, by, reason="was there")
    assert had(ann) == 9


def test_hours_come_along_to_a_cohort_of_another_shape(
    by: Person, joy: User, cohort: Cohort, version: CourseVersion
) -> None:
    monday = clock.today() + timedelta(days=56 - clock.today().weekday())
    first_day = next(
        day for count in range(7) if (day := monday + timedelta(days=count)) not in bank_holidays(day.year)
    )
    block = another(joy, version, pattern=Pattern.BLOCK, name="Beeston block", first_day=first_day)
    ann = make_enrolment(cohort)
    for number in (1, 2, 3):
        mark(cohort, number, {ann: Mark.CAME}, by)
    transfers.transfer(ann, block, by=by)
    assert had(ann) == 9
    assert hours_queries.hours_of(ann).worths[:2] == (360, 180)


def test_a_later_correction_in_the_old_register_reaches_the_new_one(
    by: Person, cohort: Cohort, to: Cohort
) -> None:
    ann = make_enrolment(cohort)
    mark(cohort, 1, {ann: Mark.CAME}, by)
    transfers.transfer(ann, to, by=by)
    mark(cohort, 1, {ann: Mark.MISSED}, by, reason="it was Anne")
    assert had(ann) == 0


def test_what_was_made_up_with_a_third_cohort_counts_once_and_goes_when_it_is_taken_back(
    by: Person, joy: User, cohort: Cohort, to: Cohort, version: CourseVersion
) -> None:
    third = another(joy, version, name="Armley")
    ann = make_enrolment(cohort)
    mark(cohort, 1, {ann: Mark.MISSED}, by)
    registers.add_guest(session_of(third, 1), ann, by=by)
    transfers.transfer(ann, to, by=by)
    assert had(ann) == 3
    mark(third, 1, {ann: Mark.MISSED}, by, reason="was not there after all")
    assert had(ann) == 0


def test_there_and_back_again_nothing_is_lost_or_doubled(by: Person, cohort: Cohort, to: Cohort) -> None:
    ann, stays = make_enrolment(cohort), make_enrolment(cohort)
    mark(cohort, 1, {ann: Mark.CAME}, by)
    transfers.transfer(ann, to, by=by)
    mark(to, 2, {ann: Mark.CAME}, by)
    mark(cohort, 2, {stays: Mark.CAME}, by)
    mark(cohort, 3, {stays: Mark.CAME}, by)
    transfers.transfer(ann, cohort, by=by)
    assert marks(ann) == [Mark.CAME, Mark.MADE_UP, Mark.MISSED, None]
    assert had(ann) == 6
    assert [move.other for move in moved.list_moves_of(ann.id)] == [to.name, cohort.name]
    assert moved.list_moved_away(cohort.id) == []


def test_work_stays_with_the_person(by: Person, cohort: Cohort, to: Cohort) -> None:
    ann = make_enrolment(cohort)
    me = as_actor(ann.user)
    progress_service.complete(ann.id, "worksheet", by=me)
    progress_service.keep_entry(ann.id, "What I want to remember", by=me)
    transfers.transfer(ann, to, by=by)
    learning = progress.get_learning(within=Reach(person_id=ann.user_id))
    assert learning.cohort_name == to.name
    assert progress.standings(learning.enrolment_id)["worksheet"].is_done
    assert [line.text for line in progress.list_entries(learning.enrolment_id)] == ["What I want to remember"]


def test_the_person_is_told_and_the_trail_holds_both_cohorts(by: Person, cohort: Cohort, to: Cohort) -> None:
    ann = make_enrolment(cohort)
    transfers.transfer(ann, to, by=by, why="works on Tuesdays now")
    message = db.session.scalars(sa.select(Message).where(Message.template == "courses/mail/moved")).one()
    assert message.to == ann.user.email
    assert "from Harehills Tuesdays to Seacroft Thursdays" in message.text
    db.session.commit()
    facts = db.session.scalars(
        sa.select(AuditRecord.facts).where(AuditRecord.act == "cohorts:enrolment:moved")
    ).one()
    assert facts == {"from_cohort": cohort.code, "to_cohort": to.code}


def test_who_postponed_is_taken_up_again_where_they_move_to(by: Person, cohort: Cohort, to: Cohort) -> None:
    ann = make_enrolment(cohort)
    mark(cohort, 1, {ann: Mark.CAME}, by)
    withdrawals.withdraw(ann, reason=Leaving.POSTPONED, by=by)
    transfers.transfer(ann, to, by=by)
    assert (ann.status, ann.left_reason, had(ann)) == (EnrolmentStatus.ACTIVE, None, 3)


def test_a_file_gives_nobody_who_moved_away_a_second_place(
    client: JudgingClient, by: Person, cohort: Cohort, to: Cohort
) -> None:
    ann = make_enrolment(cohort, name="Ann Oak")
    transfers.transfer(ann, to, by=by)
    rows = f"Name,Email,Seeks accreditation\nAnn Oak,{ann.user.email},yes\nBo Ek,bo@leeds.example,yes\n"
    kept = imports.offer_import(cohort, rows.encode(), filename="p.csv", by=by)
    page = client.see("cohorts.preview", learner_import_ref=kept.ref)
    assert "Ann Oak moved from this cohort to another; nothing happens to them." in page.text
    client.send("cohorts.confirm", learner_import_ref=kept.ref, data={"expected": page.field("expected")})
    assert [line.name for line in queries.list_people(cohort.id)] == ["Bo Ek"]


# ---- what is refused


def test_a_full_cohort_is_refused_and_its_list_is_offered(by: Person, cohort: Cohort, to: Cohort) -> None:
    ann, bo = make_enrolment(cohort, name="Ann"), make_enrolment(to, name="Bo")
    places.set_capacity(to, 1, by=by)
    with pytest.raises(Refused, match=r"Every place of Seacroft Thursdays is taken\. Tick"):
        transfers.transfer(ann, to, by=by)
    transfers.wait_for(ann, to, by=by)
    assert ann.cohort_id == cohort.id
    assert [(line.name, line.gives_up) for line in place_queries.list_waiting(to.id)] == [
        ("Ann", cohort.name)
    ]
    with pytest.raises(Conflict, match="already waits"):
        transfers.wait_for(ann, to, by=by)
    promoted = withdrawals.withdraw(bo, reason=Leaving.OTHER, by=by)
    assert promoted == [ann]
    assert ann.cohort_id == to.id
    told = db.session.scalars(sa.select(Message.template).where(Message.to == ann.user.email)).all()
    assert told == ["courses/mail/waiting", "courses/mail/moved"]


def test_a_move_frees_the_place_for_whoever_waits_here(by: Person, cohort: Cohort, to: Cohort) -> None:
    ann, bo = make_enrolment(cohort, name="Ann"), make_enrolment(to, name="Bo")
    places.set_capacity(cohort, 1, by=by)
    places.set_capacity(to, 1, by=by)
    transfers.wait_for(bo, cohort, by=by)
    places.set_capacity(to, 2, by=by)
    assert transfers.transfer(ann, to, by=by) == [bo]
    assert (ann.cohort_id, bo.cohort_id) == (to.id, cohort.id)


def test_two_who_want_each_others_places_move_round_when_one_falls_free(
    by: Person, cohort: Cohort, to: Cohort
) -> None:
    ann, bo = make_enrolment(cohort, name="Ann"), make_enrolment(to, name="Bo")
    places.set_capacity(cohort, 1, by=by)
    places.set_capacity(to, 1, by=by)
    transfers.wait_for(ann, to, by=by)
    transfers.wait_for(bo, cohort, by=by)
    assert set(places.set_capacity(to, 2, by=by)) == {ann, bo}
    assert (ann.cohort_id, bo.cohort_id) == (to.id, cohort.id)


def test_who_leaves_or_moves_waits_no_longer(by: Person, joy: User, cohort: Cohort, to: Cohort) -> None:
    ann = make_enrolment(cohort)
    make_enrolment(to)
    places.set_capacity(to, 1, by=by)
    transfers.wait_for(ann, to, by=by)
    withdrawals.withdraw(ann, reason=Leaving.DISCONTINUED, by=by)
    assert place_queries.list_waiting(to.id) == []


def test_another_course_another_provider_and_a_cohort_that_is_over_are_refused(
    by: Person, joy: User, cohort: Cohort, version: CourseVersion
) -> None:
    ann = make_enrolment(cohort)
    with pytest.raises(Refused, match="another course"):
        transfers.transfer(ann, another(joy, make_course_version()), by=by)
    with pytest.raises(Refused, match="another course"):
        transfers.transfer(ann, make_cohort(version=version), by=by)
    with pytest.raises(Refused, match="is over"):
        transfers.transfer(ann, another(joy, version, first_day=weeks_ago(40)), by=by)
    with pytest.raises(Refused, match="already"):
        transfers.transfer(ann, cohort, by=by)
    assert ann.cohort_id == cohort.id


def test_who_has_a_place_there_of_their_own_cannot_move_onto_it(
    by: Person, cohort: Cohort, to: Cohort
) -> None:
    ann = make_enrolment(cohort)
    places.give(to, user=ann.user, by=by)
    with pytest.raises(Conflict, match="already has a place"):
        transfers.transfer(ann, to, by=by)


# ---- the pages


def test_both_cohorts_show_the_move(client: JudgingClient, by: Person, cohort: Cohort, to: Cohort) -> None:
    ann = make_enrolment(cohort, name="Ann")
    make_enrolment(cohort)
    mark(cohort, 1, {ann: Mark.CAME}, by)
    page = client.see("cohorts.moving", enrolment_ref=ann.ref)
    assert "Seacroft Thursdays," in page.text
    assert "let them wait" not in page.text
    page = client.send("cohorts.transfer", enrolment_ref=ann.ref, data={}, status=422)
    assert "Choose the cohort." in page.text
    data = {"cohort": to.ref, "why": "works on Tuesdays now"}
    client.send("cohorts.transfer", enrolment_ref=ann.ref, data=data)
    assert "Ann went to Seacroft Thursdays" in client.see("cohorts.show", cohort_ref=cohort.ref).text
    here = client.see("cohorts.show", cohort_ref=to.ref).text
    assert "Ann came from Harehills Tuesdays" in here
    assert "works on Tuesdays now" in here
    own = client.see("cohorts.person", enrolment_ref=ann.ref).text
    assert "Came from Harehills Tuesdays" in own
    assert "Moved by Joy Mensah." in own
    old = client.see("cohorts.register", session_ref=session_of(cohort, 1).ref).text
    assert "Has moved to Seacroft Thursdays" in old


def test_the_page_offers_the_list_of_a_full_cohort(
    client: JudgingClient, by: Person, cohort: Cohort, to: Cohort
) -> None:
    ann = make_enrolment(cohort, name="Ann")
    make_enrolment(to)
    places.set_capacity(to, 1, by=by)
    assert "no places free" in client.see("cohorts.moving", enrolment_ref=ann.ref).text
    page = client.send("cohorts.transfer", enrolment_ref=ann.ref, data={"cohort": to.ref}, status=422)
    assert "Every place of Seacroft Thursdays is taken." in page.text
    client.send("cohorts.transfer", enrolment_ref=ann.ref, data={"cohort": to.ref, "wait": "y"})
    text = client.see("cohorts.people", cohort_ref=to.ref).text
    assert "has a place in Harehills Tuesdays until then" in text


def test_nobody_moves_another_providers_people_or_moves_people_there(
    client: JudgingClient, by: Person, cohort: Cohort, to: Cohort, version: CourseVersion
) -> None:
    ann = make_enrolment(cohort)
    theirs = make_cohort(version=version)
    page = client.send("cohorts.transfer", enrolment_ref=ann.ref, data={"cohort": theirs.ref}, status=422)
    assert "Choose one of these." in page.text
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("cohorts.moving", enrolment_ref=ann.ref, status=404)
    client.send("cohorts.transfer", enrolment_ref=ann.ref, data={"cohort": to.ref}, status=404)
    assert db.session.get_one(Enrolment, ann.id).cohort_id == cohort.id


def test_moves_cost_the_same_queries_however_many(
    client: JudgingClient, by: Person, cohort: Cohort, to: Cohort
) -> None:
    make_enrolment(to)

    def one_moves() -> None:
        transfers.transfer(make_enrolment(cohort), to, by=by)
        db.session.commit()

    assert_flat(one_moves, lambda: client.see("cohorts.show", cohort_ref=to.ref))
    assert len(queries.list_people(to.id)) == 4
