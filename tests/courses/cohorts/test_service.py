"""What can be done with cohorts, on a real database: the rules, and that each leaves an audit entry."""

from __future__ import annotations

from datetime import date, time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from courses.attendance import hours_queries, register_queries, registers
from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark
from courses.attendance.registers import Entry
from courses.cohorts import queries, service
from courses.cohorts.calendar import Pattern, Wishes
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Enrolment, EnrolmentStatus, Session
from courses.places import service as places
from courses.places import withdrawals
from lms.core.audit import AuditRecord
from lms.core.clock import LONDON
from lms.core.errors import Conflict, NotFound, Refused
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.people import service as people
from lms.people.models import Membership, OrganisationKind
from lms.people.roles import Role
from tests.factories.cohorts import make_cohort, make_course_version, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_organisation, make_user

pytestmark = pytest.mark.usefixtures("app")


def acts() -> list[str]:
    db.session.commit()
    return list(db.session.scalars(sa.select(AuditRecord.act).order_by(AuditRecord.sequence)))


def count(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_cohort_has_thirty_hours_on_its_days() -> None:
    cohort = make_cohort(first_day=date(2026, 3, 10), name="Harehills Tuesdays")
    sessions = queries.list_sessions(cohort.id)
    assert [line.number for line in sessions] == list(range(1, 11))
    assert sum(line.minutes for line in sessions) == 1_800
    assert (cohort.starts_on, cohort.ends_on) == (date(2026, 3, 10), date(2026, 5, 12))
    assert cohort.code == "HARE-2603"
    assert {line.starts_at.astimezone(LONDON).time() for line in sessions} == {time(9, 30)}
    assert "cohorts:cohort:created" in acts()


def test_codes_made_from_one_name_do_not_collide() -> None:
    provider = make_organisation()
    codes = [make_cohort(provider, name="Harehills", first_day=date(2026, 3, 10)).code for _ in range(3)]
    assert codes == ["HARE-2603", "HARE-2603B", "HARE-2603C"]
    assert make_cohort(make_organisation(), name="Harehills", first_day=date(2026, 3, 10)).code == "HARE-2603"


@pytest.mark.parametrize(
    ("change", "words", "field"),
    [
        ({"region": "atlantis"}, "Choose one of the nine regions.", "region"),
        ({"wishes": Wishes(Pattern.WEEKLY, date(2026, 4, 6), time(9))}, "is a bank holiday", "first_day"),
        ({"wishes": Wishes(Pattern.WEEKLY, date(2026, 3, 10), time(22))}, "7am or later", "first_day"),
    ],
)
def test_a_cohort_that_cannot_be_is_refused_with_the_field(
    change: dict[str, object], words: str, field: str
) -> None:
    asked = {
        "provider": make_organisation(),
        "course_version": make_course_version(),
        "name": "X",
        "wishes": Wishes(Pattern.WEEKLY, first_day=date(2026, 3, 10), starts=time(9)),
        "region": "london",
        "by": None,
    }
    with pytest.raises(Refused, match=words) as caught:
        service.create_cohort(**(asked | change))
    assert caught.value.field == field
    assert count(Session) == 0


def test_only_the_providers_own_facilitators_may_teach() -> None:
    stranger = make_user(Role.FACILITATOR, make_organisation())
    with pytest.raises(Refused, match="is not a facilitator here"):
        make_cohort(facilitators=(stranger,))


def test_places_are_commissioned_by_commissioners() -> None:
    with pytest.raises(Refused, match="does not commission places"):
        service.create_programme(commissioner=make_organisation(), name="2027", by=None)
    programme = service.create_programme(
        commissioner=make_organisation(OrganisationKind.COMMISSIONER), name="2027", by=None
    )
    assert programme.ref


def test_enrolling_gives_the_practitioners_role_and_never_assumes_agreement() -> None:
    cohort = make_cohort()
    user = people.create_user(name="Bo Ek", email="bo@leeds.example")
    enrolment = places.give(cohort, user=user, by=None)
    assert not enrolment.shares_progress
    held = db.session.scalar(sa.select(Membership.role).where(Membership.user_id == user.id))
    assert held is Role.PRACTITIONER
    with pytest.raises(Conflict, match="Bo Ek already has a place"):
        places.give(cohort, user=user, by=None)


def test_the_database_itself_refuses_leaving_without_a_reason() -> None:
    enrolment = make_enrolment()
    enrolment.status = EnrolmentStatus.WITHDRAWN
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_register_appends_only_what_differs() -> None:
    cohort = make_cohort()
    ann, bo = make_enrolment(cohort, name="Ann"), make_enrolment(cohort, name="Bo")
    by = as_actor(make_user(Role.FACILITATOR, cohort.provider))
    first = session_of(cohort, 1)
    marks = registers.take_register(first, {ann.ref: Entry(Mark.CAME), bo.ref: Entry(Mark.MISSED)}, by=by)
    assert [(mark.mark, mark.minutes) for mark in marks] == [(Mark.CAME, 180), (Mark.MISSED, 0)]
    again = registers.take_register(
        first, {ann.ref: Entry(Mark.CAME), bo.ref: Entry(Mark.PART, 100)}, by=by, reason="came at eleven"
    )
    assert [(mark.enrolment_id, mark.mark, mark.minutes) for mark in again] == [(bo.id, Mark.PART, 100)]
    assert count(AttendanceMark) == 3
    assert hours_queries.hours_of(bo).had == 100
    assert acts().count("cohorts:register:taken") == 2


def test_a_correction_is_another_mark_and_the_first_one_stays() -> None:
    enrolment = make_enrolment()
    by = as_actor(make_user(Role.FACILITATOR, enrolment.cohort.provider))
    first = session_of(enrolment.cohort, 1)
    registers.take_register(first, {enrolment.ref: Entry(Mark.MISSED)}, by=by)
    assert (
        registers.correct_mark(first, enrolment, mark=Mark.MADE_UP, reason="with Wakefield", by=by)
        is not None
    )
    assert registers.correct_mark(first, enrolment, mark=Mark.MADE_UP, reason="with Wakefield", by=by) is None
    assert [line.mark for line in register_queries.list_marks_of(enrolment)] == [Mark.MADE_UP, Mark.MISSED]
    hours = hours_queries.hours_of(enrolment)
    assert (hours.attended, hours.made_up) == (0, 180)


@pytest.mark.parametrize(
    "statement", ["UPDATE attendance_mark SET minutes = 180, mark = 'came'", "DELETE FROM attendance_mark"]
)
def test_the_database_refuses_to_change_a_register(statement: str) -> None:
    enrolment = make_enrolment()
    by = as_actor(make_user(Role.FACILITATOR, enrolment.cohort.provider))
    registers.take_register(session_of(enrolment.cohort, 1), {enrolment.ref: Entry(Mark.MISSED)}, by=by)
    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(sa.text(statement))


def test_a_register_opens_on_the_day_of_its_session() -> None:
    enrolment = make_enrolment()
    by = as_actor(make_user(Role.FACILITATOR, enrolment.cohort.provider))
    with pytest.raises(Refused, match=r"Session 10 is on \w+ \d+ \w+\. Its register opens on that day\."):
        registers.take_register(session_of(enrolment.cohort, 10), {enrolment.ref: Entry(Mark.CAME)}, by=by)
    today = make_cohort(enrolment.cohort.provider, first_day=weeks_ago(0))
    enrolled = make_enrolment(today)
    assert registers.take_register(session_of(today, 1), {enrolled.ref: Entry(Mark.CAME)}, by=by)


def test_somebody_from_another_cohort_cannot_be_marked() -> None:
    enrolment, stranger = make_enrolment(), make_enrolment()
    by = as_actor(make_user(Role.FACILITATOR, enrolment.cohort.provider))
    with pytest.raises(Refused, match="somebody who is not in this cohort"):
        registers.take_register(session_of(enrolment.cohort, 1), {stranger.ref: Entry(Mark.CAME)}, by=by)
    assert count(AttendanceMark) == 0


def test_part_of_a_session_is_less_than_all_of_it() -> None:
    enrolment = make_enrolment(name="Bo Ek")
    by = as_actor(make_user(Role.FACILITATOR, enrolment.cohort.provider))
    with pytest.raises(Refused, match="Bo Ek: part of a session is 1 to 179 minutes"):
        registers.take_register(
            session_of(enrolment.cohort, 1), {enrolment.ref: Entry(Mark.PART, 180)}, by=by
        )


def test_two_people_do_not_overwrite_each_others_register_unknowingly() -> None:
    enrolment = make_enrolment()
    by = as_actor(make_user(Role.FACILITATOR, enrolment.cohort.provider))
    first = session_of(enrolment.cohort, 1)
    registers.take_register(first, {enrolment.ref: Entry(Mark.CAME)}, by=by, seen=0)
    with pytest.raises(Conflict, match="Somebody saved this register"):
        registers.take_register(first, {enrolment.ref: Entry(Mark.MISSED)}, by=by, seen=0)
    assert hours_queries.hours_of(enrolment).had == 180


def test_hours_of_everybody_are_those_of_each() -> None:
    cohort = make_cohort()
    enrolments = [make_enrolment(cohort) for _ in range(3)]
    by = as_actor(make_user(Role.FACILITATOR, cohort.provider))
    for number, mark in ((1, Mark.CAME), (2, Mark.MISSED), (3, Mark.PART)):
        registers.take_register(session_of(cohort, number), {enrolments[number - 1].ref: Entry(mark)}, by=by)
    everybody = hours_queries.hours_by_enrolment(cohort.id)
    assert everybody == {one.id: hours_queries.hours_of(one) for one in enrolments}
    assert [everybody[one.id].had for one in enrolments] == [180, 0, 90]


def test_who_may_open_which_cohort() -> None:
    provider, other = make_organisation(), make_organisation()
    teacher = make_user(Role.FACILITATOR, provider)
    mine, theirs, foreign = (
        make_cohort(provider, facilitators=(teacher,)),
        make_cohort(provider),
        make_cohort(other),
    )
    make_enrolment(mine), make_enrolment(foreign)

    def seen_by(user: object) -> set[str]:
        reach = as_actor(user).reach(Permission.COHORTS_COHORT_READ)
        assert reach is not None
        listed = {line.ref for line in queries.list_cohorts(within=reach)}
        for cohort in (mine, theirs, foreign):
            if cohort.ref in listed:
                assert queries.get_cohort(cohort.ref, within=reach) is cohort
                assert queries.get_session(session_of(cohort, 1).ref, within=reach).cohort is cohort
            else:
                with pytest.raises(NotFound):
                    queries.get_cohort(cohort.ref, within=reach)
                with pytest.raises(NotFound):
                    queries.get_session(session_of(cohort, 1).ref, within=reach)
        return listed

    assert seen_by(make_user(Role.PROVIDER_ADMINISTRATOR, provider)) == {mine.ref, theirs.ref}
    assert seen_by(teacher) == {mine.ref}
    assert seen_by(make_user(Role.FACILITATOR, provider)) == set()
    people.add_member(teacher, other, Role.PROVIDER_ADMINISTRATOR)
    assert seen_by(teacher) == {mine.ref, foreign.ref}


def test_a_facilitator_whose_role_ended_sees_nothing() -> None:
    provider = make_organisation()
    teacher = make_user(Role.FACILITATOR, provider)
    make_cohort(provider, facilitators=(teacher,))
    membership = db.session.scalar(sa.select(Membership).where(Membership.user_id == teacher.id))
    assert membership is not None
    people.end_membership(membership, by=as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, provider)))
    db.session.flush()
    assert as_actor(teacher).reach(Permission.COHORTS_COHORT_READ) is None


def test_the_list_of_cohorts_says_how_many_are_enrolled_and_what_is_next() -> None:
    provider = make_organisation()
    cohort = make_cohort(provider)
    left = make_enrolment(cohort)
    make_enrolment(cohort)
    by = as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, provider))
    withdrawals.withdraw(left, reason=Leaving.OTHER, note="moved away", by=by)
    over = make_cohort(provider, first_day=date(2025, 1, 14))
    reach = by.reach(Permission.COHORTS_COHORT_READ)
    assert reach is not None
    lines = queries.list_cohorts(within=reach)
    assert [(line.ref, line.enrolled, line.next_number is None) for line in lines] == [
        (cohort.ref, 1, False),
        (over.ref, 0, True),
    ]
    assert count(Enrolment) == 2


def test_people_are_listed_as_a_reader_looks_for_them() -> None:
    cohort = make_cohort()
    for name in ("Ṣadé", "Tevita", "łucja", "Đặng", "Dilnoza", "Zoe", "Maya", "தமிழ்"):
        make_enrolment(cohort, name=name)
    order = ["Đặng", "Dilnoza", "łucja", "Maya", "Ṣadé", "Tevita", "Zoe", "தமிழ்"]
    assert [line.name for line in queries.list_people(cohort.id)] == order
    assert [line.name for line in register_queries.list_register(session_of(cohort, 1))] == order
