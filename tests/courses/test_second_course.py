"""A second course, which is shorter and has no unit, is delivered from start to end by the code as it stands."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask

from assessments.portfolio import service as portfolios
from assessments.portfolio.models import Portfolio
from assessments.portfolio.unit_files import read_units
from assessments.questionnaires import service as questionnaires
from certificates.models import Certificate
from courses.cohorts.models import Cohort, Enrolment, Session
from courses.content import loader, service
from courses.content.models import CourseVersion
from courses.content.schema import Course
from courses.progress.branching import field_name as choice_name
from courses.progress.judging import field_name as answer_name
from courses.progress.worksheet_text import cell_name
from lms.core import clock
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.client import JudgingClient, Page
from tests.courses.places.test_views import lines
from tests.factories import learning
from tests.factories.cohorts import make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_organisation, make_user

SECTIONS = ("results", "people", "change", "support", "groups")


@pytest.fixture
def provider(app: Flask) -> Organisation:
    """A provider to whom both courses and the first one's unit are published."""
    service.publish(loader.load(loader.LIBRARY / "families-going-forward").document, by=None)
    for unit in read_units():
        portfolios.publish_unit(unit, by=None)
    questionnaires.publish_instruments(by=None)
    return make_organisation(name="Leeds Family Learning")


@pytest.fixture
def version(provider: Organisation) -> CourseVersion:
    return service.publish(loader.load(loader.LIBRARY / "community-ambassadors").document, by=None)


@pytest.fixture
def joy(provider: Organisation) -> User:
    return make_user(Role.PROVIDER_ADMINISTRATOR, provider, name="Joy Mensah")


@pytest.fixture
def bronwen(provider: Organisation) -> User:
    return make_user(Role.FACILITATOR, provider, name="Bronwen Pryce")


@pytest.fixture
def cohort(
    client: JudgingClient, provider: Organisation, joy: User, bronwen: User, version: CourseVersion
) -> Cohort:
    """A weekly cohort of the course, made on the pages by its provider; its five sessions are over."""
    client.sign_in(joy)
    days = {"course": version.ref, "pattern": "weekly", "first_day": f"{weeks_ago(8)}", "starts": "10:00"}
    assert "5 sessions, 10 taught hours" in client.see("cohorts.new", **days).text
    more = {"name": "Seacroft parents", "region": "yorkshire_humber", "venue": "Seacroft Community Centre"}
    people = {"provider": provider.ref, "programme": "", "facilitators": [bronwen.ref]}
    client.send("cohorts.create", data=days | more | people)
    return db.session.scalars(sa.select(Cohort)).one()


@pytest.fixture
def ann(cohort: Cohort) -> Enrolment:
    """A parent who volunteers."""
    return make_enrolment(cohort, name="Ann Okafor")


def course_of(version: CourseVersion) -> Course:
    return service.Document.model_validate(version.document, strict=False).course


def take_registers(client: JudgingClient, bronwen: User, ann: Enrolment, *marks: str) -> None:
    """The marks of the first sessions, as their facilitator sends the registers."""
    client.sign_in(bronwen)
    for number, mark in enumerate(marks, start=1):
        client.send(
            "cohorts.take_register",
            session_ref=session_of(ann.cohort, number).ref,
            data=lines((ann, mark, "")),
        )


def do(client: JudgingClient, activity: str, **data: object) -> None:
    client.send("progress.save_activity", activity_id=activity, data={"version": "0", **data})


def menu_of(page: Page) -> set[str]:
    return set(page.links())


# ---- the course, from its first day to the certificate


def test_the_provider_lays_out_five_sessions_of_two_hours_over_the_calendar(
    client: JudgingClient, cohort: Cohort
) -> None:
    sessions = db.session.scalars(sa.select(Session).order_by(Session.number)).all()
    days = [session.starts_at.astimezone(clock.LONDON).date() for session in sessions]
    assert [session.minutes for session in sessions] == [120] * 5
    assert all(timedelta(weeks=1) <= later - day for day, later in pairwise(days))
    assert (cohort.starts_on, cohort.ends_on) == (days[0], days[-1])
    assert cohort.course_version.title.startswith("Community Ambassadors")


def test_four_sessions_of_five_complete_it_and_the_certificate_is_verified_by_a_stranger(
    client: JudgingClient, joy: User, bronwen: User, ann: Enrolment
) -> None:
    take_registers(client, bronwen, ann, "came", "came", "missed", "came")
    client.sign_in(ann.user)
    text = client.see("progress.hours").text
    assert "6 of 10 hours taught; 8 complete the course" in text
    assert "To complete the course you need one more session." in text
    assert "You have completed the course" not in text
    client.sign_in(joy)
    page = client.see("certificates.cohort", cohort_ref=ann.cohort.ref)
    assert "Has 6 of 10 taught hours. A certificate asks for 8." in page.text

    client.sign_in(bronwen)
    client.send(
        "cohorts.take_register", session_ref=session_of(ann.cohort, 5).ref, data=lines((ann, "came", ""))
    )
    client.sign_in(ann.user)
    text = client.see("progress.hours").text
    assert "You have completed the course" in text
    assert "You have the 8 taught hours that complete the course." in text

    client.sign_in(joy)
    assert (
        "1 of 1have completed the course" in client.see("progress.completion", cohort_ref=ann.cohort.ref).text
    )
    data = {"signatory_role": "Programme manager", "only": f"{ann.ref} attendance"}
    client.send("certificates.issue", cohort_ref=ann.cohort.ref, data=data)
    certificate = db.session.scalars(sa.select(Certificate)).one()
    client.sign_in(ann.user)
    assert certificate.serial in client.see("certificates.mine").text
    paper = client.see("certificates.download", certificate_ref=certificate.ref).response
    assert paper.mimetype == "application/pdf"
    client.sign_out()
    text = client.see("verify.show", code=certificate.code).text
    assert "Ann Okafor" in text
    assert "Community Ambassadors" in text
    assert "came to the course" in text


def test_a_parent_does_a_part_of_each_kind(
    client: JudgingClient, ann: Enrolment, version: CourseVersion
) -> None:
    client.sign_in(ann.user)
    do(client, "what-an-ambassador-is")
    do(client, "why-you-said-yes", text="My neighbour carried the pram up.")
    do(client, "can-you-keep-a-secret", choice="say-first", asked="")
    way = {"choice": "say-first", choice_name("by-the-bins"): "believe-and-tell"}
    do(client, "can-you-keep-a-secret", **way | {"asked": "by-the-bins", "version": "1"})
    way |= {choice_name("the-bell"): "ring-now"}
    do(client, "can-you-keep-a-secret", **way | {"asked": "the-bell", "version": "2"})
    sheet = {cell_name("resources", 1, "what"): "Chapel toddlers, Tuesdays at ten", "finish": "1"}
    do(client, "resource-audit", **sheet)
    do(client, "check-keeping-going", **right_answers(course_of(version), "check-keeping-going"))
    assert "the friend among the dads" in see(client, "can-you-keep-a-secret").text
    assert "Chapel toddlers" in see(client, "resource-audit").text
    assert "Leave out the “only”." in see(client, "check-keeping-going").text
    assert "My neighbour carried the pram up." in client.see("progress.journal").text
    assert "5 of" in client.see("progress.course").text


def right_answers(course: Course, check_id: str) -> dict[str, object]:
    """What a form sends when every answer is right."""
    check = next(activity for _, activity in course.activities() if activity.id == check_id)
    assert check.kind == "check"
    sent: dict[str, object] = {}
    for question in check.questions:
        if question.choose == "order":
            sent |= {answer_name(question.id, step.id): n for n, step in enumerate(question.steps, start=1)}
        elif question.choose == "match":
            sent |= {answer_name(question.id, pair.id): pair.match for pair in question.pairs}
        elif question.choose == "short":
            sent[answer_name(question.id)] = question.model
        else:
            sent[answer_name(question.id)] = [option.id for option in question.options if option.right]
    return sent


def see(client: JudgingClient, activity: str) -> Page:
    return client.see("progress.activity", activity_id=activity)


# ---- every page that there is


def test_every_page_of_the_learner_opens(
    client: JudgingClient, bronwen: User, ann: Enrolment, version: CourseVersion
) -> None:
    take_registers(client, bronwen, ann, "came", "missed")
    questionnaires.open_waves(ann.cohort, by=as_actor(bronwen))
    client.sign_in(ann.user)
    for place in ("home", "course", "hours", "journal"):
        client.see(f"progress.{place}")
    for endpoint in ("certificates.mine", "cohorts.my_calendar", "people.account", "questionnaires.index"):
        client.see(endpoint)
    client.see("attendance.check_in")
    for module in course_of(version).modules:
        page = client.see("progress.module", module_id=module.id)
        assert "criteria of your portfolio" not in page.text
        if module.handout:
            client.see("progress.handout", module_id=module.id)
        for activity in module.steps:
            assert "Copy to my portfolio" not in see(client, activity.id).text


def test_a_learner_whose_course_has_no_unit_is_never_led_to_a_portfolio(
    client: JudgingClient, ann: Enrolment
) -> None:
    assert not ann.seeks_accreditation
    client.sign_in(ann.user)
    assert client.address("portfolio.index") not in menu_of(client.see("progress.home"))
    assert "You do not need one" in client.see("portfolio.index").text
    client.send("portfolio.start", status=404)
    for endpoint in ("portfolio.review", "evidence.write", "evidence.upload"):
        client.see(endpoint, status=404)
    with pytest.raises(Refused):
        portfolios.open_portfolio(ann, by=as_actor(ann.user))
    assert db.session.query(Portfolio).count() == 0
    assert "record of achievement" not in client.see("certificates.mine").text.lower()


def test_who_is_on_the_first_course_too_begins_the_portfolio_of_that_course(
    client: JudgingClient, ann: Enrolment
) -> None:
    first = learning.make_cohort(ann.cohort.provider)
    both = learning.enrol(first, ann.user)
    client.sign_in(ann.user)
    assert client.address("portfolio.index") in menu_of(client.see("progress.home"))
    page = client.see("portfolio.index")
    assert "Start my portfolio" in page.text
    current = [link.get("href") for link in page.all("a") if link.get("aria-current") == "page"]
    assert current == [client.address("portfolio.index")]
    client.send("portfolio.start")
    begun = db.session.scalars(sa.select(Portfolio)).one()
    assert begun.enrolment_id == both.id
    assert begun.unit_version.slug == "build-and-maintain-relationships"


def test_every_page_of_the_provider_opens_and_says_nothing_of_a_unit(
    client: JudgingClient, joy: User, bronwen: User, ann: Enrolment, version: CourseVersion
) -> None:
    take_registers(client, bronwen, ann, "came")
    client.sign_in(joy)
    ref = ann.cohort.ref
    pages = [
        client.see(f"cohorts.{place}", cohort_ref=ref)
        for place in ("show", "people", "sessions", "import_learners", "cohort_calendar", "clone")
    ]
    pages += [client.see("cohorts.person", enrolment_ref=ann.ref), client.see("cohorts.index")]
    pages += [
        client.see(endpoint, cohort_ref=ref)
        for endpoint in ("progress.completion", "progress.session_plans", "certificates.cohort")
    ]
    for page in pages:
        for words in ("Wants the unit", "want the unit", "Record of achievement", "Seek accreditation"):
            assert words not in page.text
    assert "Portfolios" not in pages[0].text
    assert "This course has no unit" in client.see("allocation.show", cohort_ref=ref).text
    client.see("questionnaires.cohort", cohort_ref=ref)
    for module in course_of(version).modules[1:]:
        client.see("progress.session_plan", cohort_ref=ref, module_id=module.id)
        client.see("progress.handout_to_print", cohort_ref=ref, module_id=module.id)
    for section in SECTIONS:
        client.see("evaluation.cohort", cohort_ref=ref, section=section)
        client.see("evaluation.provider", provider_ref=ann.cohort.provider.ref, section=section)


def test_assessors_and_quality_assurers_have_nothing_to_do_with_it(
    client: JudgingClient, provider: Organisation, ann: Enrolment
) -> None:
    client.sign_in(make_user(Role.ASSESSOR, provider))
    for endpoint in ("marking.queue", "marking.learners"):
        assert "Ann Okafor" not in client.see(endpoint).text
    client.sign_in(make_user(Role.IQA, provider))
    assert "Ann Okafor" not in client.see("verification.index").text


# ---- people from a spreadsheet


@pytest.mark.parametrize(("wish", "words"), [("yes", "this course has no unit"), ("no", "")])
def test_a_file_that_asks_for_accreditation_is_told_that_the_course_has_no_unit(
    client: JudgingClient, joy: User, cohort: Cohort, wish: str, words: str
) -> None:
    client.sign_in(joy)
    text = f"Name,Email,Seeks accreditation\nDele Coker,dele@leeds.example,{wish}\n"
    upload = {"file": (io.BytesIO(text.encode()), "parents.csv")}
    status = 422 if words else 303
    page = client.send("cohorts.check_learners", cohort_ref=cohort.ref, data=upload, status=status)
    assert words in page.text
    if not words:
        preview = Page(client.get(page.location))
        assert "Dele Coker" in preview.text
        assert "Wants the unit" not in preview.text
