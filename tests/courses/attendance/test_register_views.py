"""A register's pages: reasons, guests, the code on the screen, the sheet to sign."""

from __future__ import annotations

import io

import pypdf
import pytest

from courses.attendance import check_in, hours_queries, registers
from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark, CheckInWindow
from courses.attendance.sign_in_sheet import Sheet, document
from courses.cohorts.models import Cohort, CohortFacilitator
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import Organisation, User
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.courses.places.test_views import lines
from tests.factories.cohorts import make_cohort, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_organisation


@pytest.fixture
def bronwen(client: JudgingClient, bronwen: User) -> User:
    """A facilitator who is signed in."""
    client.sign_in(bronwen)
    return bronwen


@pytest.fixture
def cohort(bronwen: User, provider: Organisation) -> Cohort:
    """Her cohort, in its fifth week."""
    return make_cohort(provider, name="Harehills Tuesdays", facilitators=(bronwen,))


def test_one_link_and_one_button_take_a_register_of_sixteen(client: JudgingClient, cohort: Cohort) -> None:
    people = [make_enrolment(cohort) for _ in range(16)]
    ref = session_of(cohort, 1).ref
    page = client.see("cohorts.register", session_ref=ref)
    assert "Start with “came” for everybody" in page.text
    page = client.see("cohorts.register", session_ref=ref, rest="came")
    chosen = [box.get("value") for box in page.all("input") if "checked" in box.attrib]
    assert chosen == ["came"] * 16
    assert db.session.query(AttendanceMark).count() == 0
    everybody = lines(*((one, "came", "") for one in people[:-1]), (people[-1], "late", "20"))
    client.send("cohorts.take_register", session_ref=ref, data=everybody)
    hours = hours_queries.hours_by_enrolment(cohort.id)
    assert [hours[one.id].had for one in people] == [180] * 15 + [160]


def test_late_asks_for_minutes_on_its_own_field(client: JudgingClient, cohort: Cohort) -> None:
    ann = make_enrolment(cohort, name="Ann")
    ref = session_of(cohort, 1).ref
    page = client.send("cohorts.take_register", session_ref=ref, data=lines((ann, "late", "")), status=422)
    assert page.text.count("Write how many minutes late, such as 20.") == 2
    page = client.send(
        "cohorts.take_register", session_ref=ref, data=lines((ann, "left-early", "180")), status=422
    )
    assert "Ann: early is 1 to 179 minutes." in page.text
    client.send("cohorts.take_register", session_ref=ref, data=lines((ann, "came", "what")))
    assert hours_queries.hours_of(ann).had == 180


def test_a_correction_asks_why_and_shows_who_when_and_why(client: JudgingClient, cohort: Cohort) -> None:
    ann = make_enrolment(cohort, name="Ann")
    ref = session_of(cohort, 1).ref
    assert "Why a saved mark changes" not in client.see("cohorts.register", session_ref=ref).text
    client.send("cohorts.take_register", session_ref=ref, data=lines((ann, "missed", "")))
    seen = int(client.see("cohorts.register", session_ref=ref).field("seen"))
    data = lines((ann, "online", ""), seen=seen)
    page = client.send("cohorts.take_register", session_ref=ref, data=data, status=422)
    assert page.text.count("Ann already had a mark: missed. Write in a few words why you change it.") == 2
    client.send("cohorts.take_register", session_ref=ref, data=data | {"reason": "was on the call"})
    text = client.see("cohorts.register", session_ref=ref).text
    assert "Changed by Bronwen Pryce" in text
    assert "was on the call" in text
    text = client.see("cohorts.person", enrolment_ref=ann.ref).text
    assert "Session 1: came online, by Bronwen Pryce on" in text
    assert "Why: was on the call" in text


def test_who_sent_apologies_and_cannot_miss_another_is_to_be_rung(
    client: JudgingClient, cohort: Cohort
) -> None:
    ann = make_enrolment(cohort, name="Ann")
    client.send(
        "cohorts.take_register", session_ref=session_of(cohort, 1).ref, data=lines((ann, "apologies", ""))
    )
    page = client.see("cohorts.show", cohort_ref=cohort.ref)
    assert "One more miss puts 27 hours out of reach." in page.text
    assert "sent apologies" in page.text
    assert "came online" not in page.text


# ---- guests


def test_a_guest_is_found_added_and_marked_like_the_others(client: JudgingClient, cohort: Cohort) -> None:
    other = make_cohort(cohort.provider, name="Thursdays", version=cohort.course_version)
    sade = make_enrolment(other, name="Ṣadé Adéyẹmí")
    session = session_of(cohort, 2)
    text = client.see("cohorts.guests", session_ref=session.ref, name="sade").text
    assert "1 person found" in text
    assert "Thursdays" in text
    client.send("cohorts.add_guest", session_ref=session.ref, data={"enrolment": sade.ref})
    page = client.see("cohorts.register", session_ref=session.ref)
    assert "It counts towards Thursdays." in page.text
    assert "Guest from Thursdays" in page.text
    assert hours_queries.hours_of(sade).made_up == 180
    page = client.send("cohorts.add_guest", session_ref=session.ref, data={"enrolment": sade.ref}, status=422)
    assert "is already in this register" in page.text
    client.send("cohorts.add_guest", session_ref=session.ref, data={"enrolment": ""}, status=422)
    assert "Nobody of that name" in client.see("cohorts.guests", session_ref=session.ref, name="zz").text


def test_a_persons_page_names_the_sessions_that_make_up_what_was_missed(
    client: JudgingClient, cohort: Cohort
) -> None:
    ann = make_enrolment(cohort, name="Ann")
    make_cohort(cohort.provider, name="Fridays", version=cohort.course_version, first_day=weeks_ago(-1))
    assert "can be made up" not in client.see("cohorts.person", enrolment_ref=ann.ref).text
    client.send(
        "cohorts.take_register", session_ref=session_of(cohort, 1).ref, data=lines((ann, "missed", ""))
    )
    text = client.see("cohorts.person", enrolment_ref=ann.ref).text
    assert "What was missed can be made up in session 1 of Fridays on " in text


def test_people_of_another_provider_are_no_guests(client: JudgingClient, cohort: Cohort) -> None:
    far = make_enrolment(make_cohort(make_organisation(), version=cohort.course_version), name="Far Away")
    ref = session_of(cohort, 2).ref
    assert "Far Away" not in client.see("cohorts.guests", session_ref=ref, name="far").text
    client.send("cohorts.add_guest", session_ref=ref, data={"enrolment": far.ref}, status=422)
    assert db.session.query(AttendanceMark).count() == 0


# ---- the code on the screen


def test_a_code_is_shown_large_with_its_address_and_can_be_closed(
    client: JudgingClient, cohort: Cohort
) -> None:
    tomorrow = make_cohort(cohort.provider, first_day=weeks_ago(-1), facilitators=(_teacher(cohort),))
    session = session_of(tomorrow, 1)
    ann = make_enrolment(tomorrow, name="Ann")
    page = client.see("cohorts.check_in_window", session_ref=session.ref)
    assert (page.field("opens"), page.field("closes")) == ("09:15", "09:50")
    client.send("cohorts.open_check_in", session_ref=session.ref, data={"opens": "09:15", "closes": "09:50"})
    window = db.session.query(CheckInWindow).one()
    page = client.see("cohorts.check_in_window", session_ref=session.ref)
    assert f"{window.code[:3]} {window.code[3:]}" in page.text
    assert "/check-in and type" in page.text
    assert "Opens at 9.15am" in page.text
    assert "0 of 1 have checked in" in page.text
    assert [svg for svg in page.all("div") if svg.get("role") == "img"]
    with clock.set_to(session_of(tomorrow, 1).starts_at):
        check_in.check_in(window.code, by=as_actor(ann.user))
    assert (
        "1 of 1 have checked in: Ann." in client.see("cohorts.check_in_window", session_ref=session.ref).text
    )
    assert "Checked in at" in client.see("cohorts.register", session_ref=session.ref).text
    client.send("cohorts.close_check_in", session_ref=session.ref)
    assert "Check-in closed at" in client.see("cohorts.check_in_window", session_ref=session.ref).text
    client.send("cohorts.close_check_in", session_ref=session.ref, status=422)


def _teacher(cohort: Cohort) -> User:
    return db.session.query(CohortFacilitator).filter_by(cohort_id=cohort.id).one().user


def test_a_window_that_cannot_be_says_why_on_its_field(client: JudgingClient, cohort: Cohort) -> None:
    ref = session_of(cohort, 1).ref
    for data, words in (
        ({"opens": "09:15", "closes": "09:50"}, "9.50am is past. Choose a later time"),
        ({"opens": "09:50", "closes": "09:15"}, "It closes before it opens."),
        ({"opens": "", "closes": "09:15"}, "Choose a time, such as 09:15."),
    ):
        page = client.send("cohorts.open_check_in", session_ref=ref, data=data, status=422)
        assert page.text.count(words) == 2


# ---- on paper


NAMES = ["Ṣadé Adéyẹmí", "தமிழ்ச்செல்வி முருகன்", "محمد عبد الله", "Đặng Thùy Linh", "አበበ ቢቂላ", "Zoë " * 20]


def test_the_sheet_to_sign_has_every_name_in_full_and_room_for_more(
    client: JudgingClient, cohort: Cohort
) -> None:
    for name in NAMES:
        make_enrolment(cohort, name=name.strip())
    for _ in range(10):
        make_enrolment(cohort)
    page = client.see("cohorts.sign_in_sheet_pdf", session_ref=session_of(cohort, 1).ref)
    assert page.response.mimetype == "application/pdf"
    assert f"{cohort.code}-session-1-sheet.pdf" in page.response.headers["Content-Disposition"]
    pdf = pypdf.PdfReader(io.BytesIO(page.response.get_data()))
    assert len(pdf.pages) == 2
    assert {
        (round(float(each.mediabox.width)), round(float(each.mediabox.height))) for each in pdf.pages
    } == {(842, 595)}
    text = " ".join(each.extract_text() for each in pdf.pages)
    for words in ("Session 1 of Harehills Tuesdays", "Signature", "Arrived", "page 1 of 2", "page 2 of 2"):
        assert words in text
    for name in ("Ṣadé Adéyẹmí", "Đặng Thùy Linh"):
        assert name in text
    assert "Please write your name here:" in text
    assert text.count("Zoë") == 20
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    elements = root["/StructTreeRoot"]["/K"][0]["/K"]
    assert sum(element.get_object()["/S"] == "/H1" for element in elements) == 2


def test_a_sheet_is_the_same_bytes_for_the_same_words(cohort: Cohort) -> None:
    sheet = Sheet("Session 1", "Tuesday", "Leeds", tuple(NAMES), clock.now())
    assert document(sheet) == document(sheet)


# ---- neighbours and numbers


def test_a_neighbours_register_is_not_found(client: JudgingClient, bronwen: User) -> None:
    ref = session_of(make_cohort(make_organisation()), 1).ref
    for endpoint in ("guests", "check_in_window", "sign_in_sheet_pdf"):
        client.see(f"cohorts.{endpoint}", session_ref=ref, status=404)
    for endpoint in ("add_guest", "open_check_in", "close_check_in"):
        client.send(f"cohorts.{endpoint}", session_ref=ref, status=404)


@pytest.mark.parametrize("endpoint", ["register", "check_in_window", "sign_in_sheet_pdf"])
def test_pages_of_a_register_cost_the_same_queries(
    client: JudgingClient, cohort: Cohort, endpoint: str
) -> None:
    other = make_cohort(cohort.provider, version=cohort.course_version)
    session = session_of(cohort, 1)
    by = as_actor(_teacher(cohort))

    def add() -> None:
        registers.add_guest(session_of(cohort, 1), make_enrolment(other), by=by)
        one = make_enrolment(cohort)
        registers.take_register(session_of(cohort, 1), {one.ref: registers.Entry(Mark.CAME)}, by=by)
        db.session.commit()

    assert_flat(add, lambda: client.see(f"cohorts.{endpoint}", session_ref=session.ref))
