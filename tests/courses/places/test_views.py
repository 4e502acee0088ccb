"""Pages about cohorts as each role meets them."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa

from courses.attendance import hours_queries, registers
from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark
from courses.attendance.registers import Entry
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.places import withdrawals
from lms.core.clock import LONDON
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_course_version, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_organisation, make_setting, make_user


def cohort_for(user: User, **wishes: object) -> Cohort:
    provider = db.session.get_one(Organisation, as_actor(user).hats[0].organisation_id)
    return make_cohort(provider, **wishes)


def mark(cohort: Cohort, number: int, marks: dict[Enrolment, Mark], by: User) -> None:
    registers.take_register(
        session_of(cohort, number), {one.ref: Entry(chosen) for one, chosen in marks.items()}, by=as_actor(by)
    )


# ---- the list


def test_an_empty_list_says_what_to_do(client: JudgingClient, joy: User) -> None:
    page = client.see("cohorts.index")
    assert "Your cohorts will be here." in page.text
    assert "/cohorts/new" in page.links()


def test_the_list_is_in_three_groups(client: JudgingClient, joy: User) -> None:
    running = cohort_for(joy, name="Harehills Tuesdays")
    cohort_for(joy, name="Beeston later", first_day=weeks_ago(-5))
    cohort_for(joy, name="Long ago", first_day=weeks_ago(60))
    make_enrolment(running)
    text = client.see("cohorts.index").text
    order = [
        text.index(words)
        for words in ("Running now", "Harehills Tuesdays", "To come", "Beeston later", "Over", "Long ago")
    ]
    assert order == sorted(order)
    assert "1 enrolled" in text


def test_the_list_costs_the_same_queries_with_three_cohorts(client: JudgingClient, joy: User) -> None:
    def add() -> None:
        make_enrolment(cohort_for(joy))
        db.session.commit()

    assert_flat(add, lambda: client.see("cohorts.index"))


# ---- a new cohort


def new_cohort(day: str, **changes: str) -> dict[str, str]:
    return {"pattern": "weekly", "first_day": day, "starts": "09:30", "without": ""} | changes


def test_looking_at_the_dates_creates_nothing_and_creating_lays_them_out(
    client: JudgingClient, joy: User
) -> None:
    version = make_course_version()
    days = new_cohort("2027-03-09", without="25/05/2027")
    page = client.see("cohorts.new", **days)
    assert "10 sessions, 30 taught hours" in page.text
    assert "Tuesday 9 March 2027" in page.text
    assert "9.30am to 12.30pm" in page.text
    assert db.session.scalar(sa.select(sa.func.count(Cohort.id))) == 0
    assert page.field("course") == version.ref
    form = days | {"name": "Harehills Tuesdays", "region": "yorkshire_humber", "venue": "Compton Centre"}
    form |= {"provider": page.field("provider"), "course": version.ref, "programme": ""}
    made = client.send("cohorts.create", data=form)
    cohort = db.session.scalars(sa.select(Cohort)).one()
    assert made.location == client.address("cohorts.show", cohort_ref=cohort.ref)
    assert (cohort.name, cohort.pattern.value, cohort.provider.name) == (
        "Harehills Tuesdays",
        "weekly",
        "Leeds Family Learning",
    )
    assert "Next: add its people." in client.see("cohorts.show", cohort_ref=cohort.ref).text


def test_bank_holidays_and_days_left_out_are_shown(client: JudgingClient, joy: User) -> None:
    make_course_version()
    text = client.see("cohorts.new", **new_cohort("2027-03-15", without="22/03/2027")).text
    assert (
        "Left out. Monday 22 March, Monday 29 March (Easter Monday), Monday 3 May (the early May bank holiday), Monday 31 May (the spring bank holiday)."
        in text
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"first_day": "2027-03-29"},
            "Monday 29 March 2027 is a bank holiday (Easter Monday). Choose another first day.",
        ),
        ({"first_day": "2027-02-31"}, "Give a day that is in the calendar, such as 12 03 2026."),
        ({"first_day": ""}, "Choose the first day, such as 12/01/2027."),
        ({"pattern": ""}, "Choose how it is taught."),
        ({"starts": ""}, "Choose a time, such as 09:30."),
        ({"starts": "23:00"}, "Sessions start at 7am or later and end by 9.30pm. Choose another time."),
        (
            {"without": "31/02/2027"},
            "31/02/2027 is not a date in the calendar. Write days as 25/05/2026, one a line.",
        ),
        ({"without": "01/02/2027 " * 41}, "These are more than 40 days. Leave fewer out."),
    ],
)
def test_days_that_cannot_be_are_answered_on_their_field(
    client: JudgingClient, joy: User, changes: dict[str, str], words: str
) -> None:
    make_course_version()
    page = client.see("cohorts.new", status=422, **new_cohort("2027-03-09", **changes))
    assert page.text.count(words) == 2
    assert "sessions, 30 taught hours" not in page.text


def test_a_refused_cohort_keeps_what_was_typed(client: JudgingClient, joy: User) -> None:
    make_course_version()
    page = client.send(
        "cohorts.create", data=new_cohort("2027-03-09") | {"name": "", "venue": "Compton"}, status=422
    )
    assert "Give it a name" in page.text
    assert "Choose the region it is taught in." in page.text
    assert page.field("venue") == "Compton"
    assert db.session.scalar(sa.select(sa.func.count(Cohort.id))) == 0


def test_another_providers_name_cannot_be_used(client: JudgingClient, joy: User) -> None:
    version, other = make_course_version(), make_organisation()
    form = new_cohort("2027-03-09") | {
        "name": "X",
        "region": "london",
        "provider": other.ref,
        "course": version.ref,
    }
    client.send("cohorts.create", data=form, status=422)
    assert db.session.scalar(sa.select(sa.func.count(Cohort.id))) == 0


# ---- one cohort


def test_the_cohort_page_tells_hours_and_whom_to_ring(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy, first_day=weeks_ago(3))
    sade = make_enrolment(cohort, name="Ṣadé Adéyẹmí", setting=make_setting(name="Rowan Tree"))
    tevita, callum = (
        make_enrolment(cohort, name="Tevita Faleafa"),
        make_enrolment(cohort, name="Callum Fraser"),
    )
    gone = make_enrolment(cohort, name="Ana Gone")
    mark(cohort, 1, {sade: Mark.CAME, tevita: Mark.CAME, callum: Mark.MISSED}, joy)
    mark(cohort, 2, {sade: Mark.PART, tevita: Mark.CAME, callum: Mark.CAME}, joy)
    mark(cohort, 3, {sade: Mark.CAME, tevita: Mark.MISSED, callum: Mark.MISSED}, joy)
    withdrawals.withdraw(gone, reason=Leaving.OTHER, note="moved away", by=as_actor(joy))
    page = client.see("cohorts.show", cohort_ref=cohort.ref)
    assert "3enrolled1 left: another reason 1" in page.text
    assert "2 of 3can still reach 27 hours" in page.text
    assert "Two people to ring this week" in page.text
    day = session_of(cohort, 3).starts_at.astimezone(LONDON).strftime("%A")
    assert f"Tevita Faleafa missed {day}. One more miss puts 27 hours out of reach." in page.text
    assert (
        "Callum Fraser can reach 24 hours at most. Talk about joining another cohort for one session."
        in page.text
    )
    assert "Rowan Tree" in page.text
    assert "1 person has left" in page.text
    assert "session 1 came; session 2 came for part; session 3 came; session 4 to come" in page.body
    assert "7.5 of 30 hours" in page.body


def test_the_button_leads_to_the_register_that_is_due(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy, first_day=weeks_ago(1))
    one = make_enrolment(cohort)
    assert "Take the register for session 1" in client.see("cohorts.show", cohort_ref=cohort.ref).text
    mark(cohort, 1, {one: Mark.CAME}, joy)
    mark(cohort, 2, {one: Mark.CAME}, joy)
    assert "Get the register for session 3" in client.see("cohorts.show", cohort_ref=cohort.ref).text


def test_an_empty_cohort_asks_for_people(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    page = client.see("cohorts.show", cohort_ref=cohort.ref)
    assert "Nobody has a place in this cohort yet." in page.text
    assert client.address("cohorts.import_learners", cohort_ref=cohort.ref) in page.links()


@pytest.mark.parametrize("endpoint", ["cohorts.show", "cohorts.people", "cohorts.export"])
def test_pages_of_a_cohort_cost_the_same_queries_for_three_people(
    client: JudgingClient, joy: User, endpoint: str
) -> None:
    cohort = cohort_for(joy)

    def add() -> None:
        one = make_enrolment(cohort, setting=make_setting())
        mark(cohort, 1, {one: Mark.CAME}, joy)
        mark(cohort, 2, {one: Mark.MISSED}, joy)
        db.session.commit()

    assert_flat(add, lambda: client.see(endpoint, cohort_ref=cohort.ref))


def test_a_register_costs_the_same_queries_for_three_people(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    ref = session_of(cohort, 1).ref

    def add() -> None:
        make_enrolment(cohort)
        db.session.commit()

    assert_flat(add, lambda: client.see("cohorts.register", session_ref=ref))


def test_people_are_shown_with_what_they_agreed_to(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    one = make_enrolment(cohort, name="Bo Ek")
    text = client.see("cohorts.people", cohort_ref=cohort.ref).text
    assert one.user.email in text
    assert "Has not signed in yet" in text


def test_the_export_holds_everybody_and_no_formula(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    bo, evil = make_enrolment(cohort, name="Bo Ek"), make_enrolment(cohort, name="=HYPERLINK(1)")
    mark(cohort, 1, {bo: Mark.PART, evil: Mark.MADE_UP}, joy)
    page = client.see("cohorts.export", cohort_ref=cohort.ref)
    assert page.response.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(page.response.get_data().decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["'=HYPERLINK(1)", "Bo Ek"]
    assert [(row["Session 1"], row["Hours in all"], row["Hours made up"]) for row in rows] == [
        ("made up elsewhere", "3.0", "3.0"),
        ("came for part", "1.5", "0.0"),
    ]
    assert f"{cohort.code}-people-and-hours.csv" in page.response.headers["Content-Disposition"]


# ---- one person


def test_a_persons_page_says_what_is_possible_and_keeps_every_mark(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    callum = make_enrolment(cohort, name="Callum Fraser")
    mark(cohort, 1, {callum: Mark.MISSED}, joy)
    mark(cohort, 2, {callum: Mark.MISSED}, joy)
    text = client.see("cohorts.person", enrolment_ref=callum.ref).text
    assert "Callum Fraser can reach 24 hours here. One session with another cohort brings it to 27." in text
    assert "Every mark that was made" not in text
    registers.correct_mark(
        session_of(cohort, 2), callum, mark=Mark.MADE_UP, reason="with Wakefield", by=as_actor(joy)
    )
    text = client.see("cohorts.person", enrolment_ref=callum.ref).text
    assert "3 of 30hours so far3 of them made up elsewhere" in text
    assert "Every mark that was made" in text
    assert "by Joy Mensah" in text


# ---- registers


def lines(*choices: tuple[Enrolment, str, str], seen: int = 0) -> dict[str, str]:
    data = {"seen": str(seen)}
    for place, (one, chosen, minutes) in enumerate(choices):
        data |= {f"lines-{place}-enrolment": one.ref, f"lines-{place}-minutes": minutes}
        data |= {f"lines-{place}-mark": chosen} if chosen else {}
    return data


def test_a_facilitator_takes_a_register_with_one_tap_a_person(client: JudgingClient) -> None:
    provider = make_organisation()
    bronwen = make_user(Role.FACILITATOR, provider, name="Bronwen Pryce")
    cohort = make_cohort(provider, facilitators=(bronwen,))
    ann, bo, cy = (make_enrolment(cohort, name=name) for name in ("Ann", "Bo", "Cy"))
    client.sign_in(bronwen)
    ref = session_of(cohort, 1).ref
    page = client.see("cohorts.register", session_ref=ref)
    assert [legend.text.strip() for legend in page.all("legend")] == ["Ann", "Bo", "Cy"]
    client.send(
        "cohorts.take_register",
        session_ref=ref,
        data=lines((ann, "came", ""), (bo, "part", "100"), (cy, "", "")),
    )
    hours = hours_queries.hours_by_enrolment(cohort.id)
    assert [hours[one.id].had for one in (ann, bo, cy)] == [180, 100, 0]
    assert hours[cy.id].marks[0] is None
    assert "Register of session 1: 2 marks saved." in client.see("cohorts.show", cohort_ref=cohort.ref).text
    page = client.see("cohorts.register", session_ref=ref)
    checked = [
        box.get("value")
        for box in page.all("input")
        if box.get("type") == "radio" and "checked" in box.attrib
    ]
    assert checked == ["came", "part"]
    assert page.field("lines-1-minutes") == "100"
    assert "Last saved by Bronwen Pryce" in page.text


def test_a_register_that_somebody_else_saved_meanwhile_is_shown_again(
    client: JudgingClient, joy: User
) -> None:
    cohort = cohort_for(joy)
    ann = make_enrolment(cohort, name="Ann")
    mark(cohort, 1, {ann: Mark.CAME}, joy)
    ref = session_of(cohort, 1).ref
    page = client.send("cohorts.take_register", session_ref=ref, data=lines((ann, "missed", "")), status=409)
    assert "Somebody saved this register while you had it open." in page.text
    assert "Joy Mensah saved it at" in page.text
    seen = int(page.field("seen"))
    assert db.session.scalar(sa.select(sa.func.count(AttendanceMark.id))) == 1
    client.send(
        "cohorts.take_register",
        session_ref=ref,
        data=lines((ann, "missed", ""), seen=seen) | {"reason": "it was Anne"},
    )
    assert hours_queries.hours_of(db.session.get_one(Enrolment, ann.id)).had == 0


@pytest.mark.parametrize(
    ("choice", "minutes", "words"),
    [
        ("part", "180", "Ann: part of a session is 1 to 179 minutes."),
        ("part", "many", "Write a whole number, such as 90."),
        ("part", "-5", "Write a number from 1 to 1440."),
        ("asleep", "", "Choose one of these."),
    ],
)
def test_a_register_that_cannot_be_read_writes_nothing(
    client: JudgingClient, joy: User, choice: str, minutes: str, words: str
) -> None:
    cohort = cohort_for(joy)
    ann, bo = make_enrolment(cohort, name="Ann"), make_enrolment(cohort, name="Bo")
    data = lines((ann, choice, minutes), (bo, "came", ""))
    page = client.send("cohorts.take_register", session_ref=session_of(cohort, 1).ref, data=data, status=422)
    assert words in page.text
    assert db.session.scalar(sa.select(sa.func.count(AttendanceMark.id))) == 0


def test_a_register_of_a_session_to_come_only_lists_who_is_expected(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    ann = make_enrolment(cohort, name="Ann")
    ref = session_of(cohort, 10).ref
    page = client.see("cohorts.register", session_ref=ref)
    assert "The register opens on" in page.text
    assert not page.all("fieldset")
    page = client.send("cohorts.take_register", session_ref=ref, data=lines((ann, "came", "")), status=422)
    assert "Its register opens on that day." in page.text
    assert db.session.scalar(sa.select(sa.func.count(AttendanceMark.id))) == 0


# ---- neighbours


PAGES = ("show", "people", "export", "import_learners")


def test_a_neighbours_cohort_is_not_found(client: JudgingClient, joy: User) -> None:
    foreign = make_cohort(make_organisation())
    one = make_enrolment(foreign, name="Nobody To See")
    session = session_of(foreign, 1)
    for name in PAGES:
        page = client.see(f"cohorts.{name}", cohort_ref=foreign.ref, status=404)
        assert foreign.name not in page.text
    client.see("cohorts.person", enrolment_ref=one.ref, status=404)
    client.see("cohorts.register", session_ref=session.ref, status=404)
    client.send("cohorts.take_register", session_ref=session.ref, data=lines((one, "missed", "")), status=404)
    client.send(
        "cohorts.withdraw", enrolment_ref=one.ref, data={"reason": "other", "on": "2026-01-01"}, status=404
    )
    client.send("cohorts.bring_back", enrolment_ref=one.ref, status=404)
    client.send("cohorts.check_learners", cohort_ref=foreign.ref, status=404)
    assert db.session.scalar(sa.select(sa.func.count(AttendanceMark.id))) == 0
    assert db.session.get_one(Enrolment, one.id).status is EnrolmentStatus.ACTIVE


def test_a_facilitator_sees_the_own_cohort_and_none_of_the_others(client: JudgingClient) -> None:
    provider = make_organisation()
    bronwen = make_user(Role.FACILITATOR, provider)
    mine, other = make_cohort(provider, facilitators=(bronwen,)), make_cohort(provider)
    one = make_enrolment(other)
    client.sign_in(bronwen)
    text = client.see("cohorts.index").text
    assert mine.name in text
    assert other.name not in text
    client.see("cohorts.show", cohort_ref=mine.ref)
    client.see("cohorts.show", cohort_ref=other.ref, status=404)
    client.see("cohorts.person", enrolment_ref=one.ref, status=404)
    client.see("cohorts.register", session_ref=session_of(other, 1).ref, status=404)
    client.see("cohorts.export", cohort_ref=mine.ref, status=403)
    client.see("cohorts.new", status=403)
    client.see("cohorts.import_learners", cohort_ref=mine.ref, status=403)


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.FACILITATOR, Role.PROVIDER_ADMINISTRATOR}]
)
def test_nobody_else_sees_cohorts(client: JudgingClient, role: Role) -> None:
    client.sign_in(make_user(role))
    client.see("cohorts.index", status=403)


def test_an_unknown_reference_is_not_found(client: JudgingClient, joy: User) -> None:
    client.see("cohorts.show", cohort_ref="x" * 22, status=404)
