"""The pages: a practitioner answers without JavaScript, a provider counts and takes files in, nobody else sees anything."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from assessments.questionnaires import provider_queries, queries, service
from assessments.questionnaires.models import Response, Wave
from assessments.questionnaires.schema import WaveKind
from lms.core.extensions import db
from lms.people.models import OrganisationKind
from lms.people.roles import Role
from tests.assessments.questionnaires.conftest import DATA, answer, asked, enrol, make_cohort
from tests.assessments.questionnaires.test_importing import STUDY, as_csv
from tests.budget import assert_flat
from tests.factories.people import HOME_OF_ROLE, make_user

PARTS = 9


def count(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def somebody(role, cohort):
    """Somebody with a role, at the cohort's own provider where the role is held at one."""
    at_a_provider = HOME_OF_ROLE[role] is OrganisationKind.PROVIDER
    return make_user(role, cohort.provider if at_a_provider else None)


@pytest.fixture
def mine(enrolment):
    """The reference of the practitioner's open wave."""
    return asked(enrolment).wave.ref


@pytest.fixture
def amina(client, enrolment, mine):
    """A browser in which Amina is signed in."""
    client.sign_in(enrolment.user)
    return client


def chosen(page):
    """Names and values of everything that is ticked or chosen on a page."""
    ticked = {
        (field.get("name"), field.get("value"))
        for field in page.all("input")
        if field.get("checked") is not None
    }
    return ticked | {
        (select.get("name"), option.get("value"))
        for select in page.all("select")
        for option in select
        if option.get("selected") is not None
    }


def test_a_practitioner_goes_all_the_way_without_javascript(amina, mine, enrolment):
    start = amina.see("questionnaires.show", wave_ref=mine)
    assert "Start" in start.text
    for number in range(1, PARTS + 1):
        page = amina.see("questionnaires.part", wave_ref=mine, number=number)
        data = {
            field.get("name"): field.get("value")
            for field in page.all("input")
            if field.get("type") == "radio"
        } | {select.get("name"): select[1].get("value") for select in page.all("select")}
        onward = amina.send(
            "questionnaires.save_part", wave_ref=mine, number=number, data={**data, "go": "next"}
        )
        last = number == PARTS
        assert onward.location.endswith("/review" if last else f"/parts/{number + 1}")
    review = amina.see("questionnaires.review", wave_ref=mine)
    assert "Questions without an answer: 1." in review.text  # the ticks
    done = amina.send("questionnaires.finish", wave_ref=mine)
    assert done.location.endswith("/thanks")
    thanks = amina.see("questionnaires.thanks", wave_ref=mine)
    assert "Thank you, Amina" in thanks.text
    db.session.expire_all()
    assert len(queries.own_answers(asked(enrolment))) == 26


def test_each_answer_is_saved_as_it_is_given_and_the_page_is_told_when(amina, mine, enrolment):
    told = amina.send(
        "questionnaires.autosave",
        wave_ref=mine,
        number=1,
        status=200,
        data={"answer-length": "lt1", "version": "3"},
    )
    assert told.json["version"] == 4
    assert told.json["saved_at"]
    assert queries.own_answers(asked(enrolment)) == {"length": "lt1"}
    page = amina.see("questionnaires.part", wave_ref=mine, number=1)
    assert f"Saved at {told.json['saved_at']}" in page.text
    assert ("answer-length", "lt1") in chosen(page)


def test_a_page_that_was_open_before_does_not_wipe_what_another_device_saved(amina, mine, enrolment):
    answer(enrolment, {"length": "lt1", "hours": "part_time"})
    amina.send(
        "questionnaires.save_part",
        wave_ref=mine,
        number=1,
        data={"answer-employment": "employed", "go": "next"},
    )
    assert queries.own_answers(asked(enrolment)) == {
        "length": "lt1",
        "employment": "employed",
        "hours": "part_time",
    }


def test_ticks_can_be_given_changed_taken_back_and_declined(amina, mine, enrolment):
    def send(*ticks):
        data = {"answer-deprivation": ["", *ticks], "go": "next"}
        amina.send("questionnaires.save_part", wave_ref=mine, number=3, data=data)
        return queries.own_answers(asked(enrolment)).get("deprivation")

    assert send("some_deprived", "most_affluent") == {"some_deprived", "most_affluent"}
    assert send("some_deprived") == {"some_deprived"}
    assert send("some_deprived", "rather-not-say") == "rather-not-say"
    assert send() is None


@pytest.mark.parametrize(
    ("go", "number", "ends"), [("back", 2, "/parts/1"), ("next", 2, "/parts/3"), ("next", 9, "/review")]
)
def test_buttons_go_where_they_say(amina, mine, go, number, ends):
    sent = amina.send("questionnaires.save_part", wave_ref=mine, number=number, data={"go": go})
    assert sent.location.endswith(ends)


def test_finish_later_and_carry_on_where_it_was_left(amina, mine, enrolment):
    amina.send(
        "questionnaires.save_part",
        wave_ref=mine,
        number=1,
        data={
            "answer-length": "lt1",
            "answer-employment": "employed",
            "answer-hours": "part_time",
            "go": "later",
        },
    )
    page = amina.see("questionnaires.show", wave_ref=mine)
    assert "Your answers so far are saved." in page.text
    assert "Carry on from part 2" in page.text
    assert "Begun." in amina.see("questionnaires.index").text


def test_an_answer_that_is_none_is_told_and_nothing_is_lost(amina, mine, enrolment):
    answer(enrolment, {"length": "lt1"})
    page = amina.send(
        "questionnaires.save_part",
        wave_ref=mine,
        number=1,
        status=422,
        data={"answer-hours": "all day", "go": "next"},
    )
    assert "“Do you work full-time or part-time?” has no such answer." in page.text
    assert ("answer-length", "lt1") in chosen(page)
    told = amina.send(
        "questionnaires.autosave", wave_ref=mine, number=1, status=422, data={"answer-hours": "all day"}
    )
    assert "no such answer" in told.json["message"]


def test_special_category_questions_say_that_they_may_be_left(amina, mine):
    page = amina.see("questionnaires.part", wave_ref=mine, number=PARTS)
    assert "You may pass over either" in page.text
    assert page.text.count("I would rather not say") == 2


def test_no_impact_is_offered_after_the_course_and_stands_apart(client, app):
    enrolment = enrol(make_cohort(days_ago=71, lasts=70))
    ref = asked(enrolment, WaveKind.POST).wave.ref
    client.sign_in(enrolment.user)
    page = client.see("questionnaires.part", wave_ref=ref, number=1)
    rows = [label for label in page.all("label") if "gf-choice" in label.get("class", "")]
    first = ["".join(label.itertext()).strip() for label in rows[:6]]
    assert first == [
        "Strongly disagree", "Disagree", "Agree", "Strongly agree", "No impact", "I would rather not say",
    ]  # fmt: skip
    assert ["is-apart" in label.get("class") for label in rows[:6]] == [False] * 4 + [True] * 2


def test_a_closed_questionnaire_shows_ones_answers_and_takes_no_more(client, app):
    enrolment = enrol(make_cohort(days_ago=30))
    answer(enrolment, {"length": "lt1"}, finish=True)
    ref = asked(enrolment).wave.ref
    client.sign_in(enrolment.user)
    assert client.see("questionnaires.part", wave_ref=ref, number=1, status=303).location.endswith(ref)
    assert "Your answers are kept" in client.see("questionnaires.show", wave_ref=ref).text
    review = client.see("questionnaires.review", wave_ref=ref)
    assert "Under 12 months" in review.text
    assert "I have finished" not in review.text
    page = client.send(
        "questionnaires.save_part", wave_ref=ref, number=1, status=422, data={"answer-length": "gt10"}
    )
    assert "This questionnaire closed on" in page.text
    client.send("questionnaires.withdraw", wave_ref=ref)
    assert count(Response) == 0


def test_taking_answers_back_asks_first_and_then_deletes(amina, mine, enrolment):
    answer(enrolment, {"length": "lt1", "bme": "yes"}, finish=True)
    assert "We delete all your answers" in amina.see("questionnaires.take_back", wave_ref=mine).text
    assert count(Response) == 1
    amina.send("questionnaires.withdraw", wave_ref=mine)
    assert count(Response) == 0
    assert "Your answers are deleted." in amina.see("questionnaires.index").text


@pytest.mark.parametrize("endpoint", ["show", "review", "take_back", "thanks"])
def test_another_cohorts_questionnaire_is_not_found(client, enrolment, mine, endpoint):
    client.sign_in(enrol(make_cohort()).user)
    client.see(f"questionnaires.{endpoint}", wave_ref=mine, status=404)


def test_one_practitioner_never_sees_anothers_answers(client, cohort, enrolment, mine):
    answer(enrolment, {"length": "gt10"}, finish=True)
    client.sign_in(enrol(cohort).user)
    page = client.see("questionnaires.review", wave_ref=mine)
    assert "More than 10 years" not in page.text
    assert "Questions without an answer: 27." in page.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PRACTITIONER])
def test_no_other_role_opens_a_page_with_answers(client, cohort, enrolment, mine, role):
    answer(enrolment, {"length": "gt10"}, finish=True)
    client.sign_in(somebody(role, cohort))
    for endpoint in ("show", "review", "take_back", "thanks"):
        client.see(f"questionnaires.{endpoint}", wave_ref=mine, status=403)
    client.see("questionnaires.part", wave_ref=mine, number=1, status=403)
    client.send(
        "questionnaires.save_part", wave_ref=mine, number=1, status=403, data={"answer-length": "lt1"}
    )


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROVIDER_ADMINISTRATOR])
def test_only_a_provider_administrator_counts_and_takes_files_in(client, cohort, enrolment, mine, role):
    cohort_ref = cohort.ref
    client.sign_in(somebody(role, cohort))
    client.see("questionnaires.cohort", cohort_ref=cohort_ref, status=403)
    client.see("questionnaires.imports", status=403)
    client.send("questionnaires.open_waves", cohort_ref=cohort_ref, status=403)


def test_a_neighbouring_provider_finds_neither_cohort_nor_file(client, cohort, administrator):
    code = cohort.code
    row = {**STUDY[0], "cohort": code}
    client.sign_in(administrator)
    offered = send_file(client, as_csv([row]))
    ref = offered.location.rsplit("/", 1)[1]
    cohort_ref = cohort.ref
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("questionnaires.cohort", cohort_ref=cohort_ref, status=404)
    client.see("questionnaires.show_import", offered_ref=ref, status=404)
    client.send("questionnaires.confirm_import", offered_ref=ref, status=404)
    assert count(Response) == 0


def send_file(client, data, *, name="answers.csv", status=303):
    provider = client.see("questionnaires.imports").field("provider")
    return client.send(
        "questionnaires.offer_import",
        status=status,
        data={"provider": provider, "file": (io.BytesIO(data), name)},
    )


def test_a_provider_asks_a_cohort_and_sees_how_many_have_answered_but_not_who(client, cohort, administrator):
    people = [enrol(cohort, f"Practitioner Number{n}") for n in range(3)]
    client.sign_in(administrator)
    assert (
        "has not been asked anything yet" in client.see("questionnaires.cohort", cohort_ref=cohort.ref).text
    )
    client.send("questionnaires.open_waves", cohort_ref=cohort.ref)
    answer(people[0], {"length": "lt1"}, finish=True)
    answer(people[1], {"length": "lt1"})
    page = client.see("questionnaires.cohort", cohort_ref=cohort.ref)
    assert "1 of 3 have answered" in page.text
    assert "Number" not in page.body
    enrol(cohort)
    assert "1 person enrolled since" in client.see("questionnaires.cohort", cohort_ref=cohort.ref).text
    client.send("questionnaires.open_waves", cohort_ref=cohort.ref)
    assert "1 of 4 have answered" in client.see("questionnaires.cohort", cohort_ref=cohort.ref).text
    assert count(Wave) == 2


def test_a_file_is_checked_shown_and_taken_in(client, cohort, administrator):
    rows = [{**row, "cohort": cohort.code} for row in STUDY[:20] if row["provider"] == STUDY[0]["provider"]]
    client.sign_in(administrator)
    sent = send_file(client, as_csv(rows))
    ref = sent.location.rsplit("/", 1)[1]
    preview = client.see("questionnaires.show_import", offered_ref=ref)
    assert f"Take in {len(rows)} respondents?" in preview.text
    assert count(Response) == 0
    client.send("questionnaires.confirm_import", offered_ref=ref)
    assert (
        f"{len(rows)} respondents taken in" in client.see("questionnaires.show_import", offered_ref=ref).text
    )
    assert (
        "without a name on the list, from files, paper or cards"
        in client.see("questionnaires.cohort", cohort_ref=cohort.ref).text
    )
    again = send_file(client, as_csv(rows), status=409)
    assert "Nothing has been added a second time" in again.text
    client.send("questionnaires.discard_import", offered_ref=ref, status=409)


def test_a_discarded_file_is_gone(client, cohort, administrator):
    client.sign_in(administrator)
    ref = send_file(client, as_csv([{**STUDY[0], "cohort": cohort.code}])).location.rsplit("/", 1)[1]
    client.send("questionnaires.discard_import", offered_ref=ref)
    client.see("questionnaires.show_import", offered_ref=ref, status=404)


FILES = {
    "nothing chosen": (b"", "", "Choose the file first."),
    "an empty file": (b"", "answers.csv", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "answers.csv", "picture"),
    "another file altogether": (b"colour,shape\nred,round\n", "answers.csv", "column"),
    "an unknown answer": (as_csv([{**STUDY[0], "bme": "perhaps"}]), "answers.csv", "Row 2, bme:"),
    "a Latin-1 letter": (
        as_csv([{**STUDY[0], "cohort": "Zoë"}]).decode().encode("latin-1"),
        "answers.csv",
        "Zoë",
    ),
    "a cohort that is not yours": (as_csv([STUDY[0]]), "answers.csv", "you have no cohort C39"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_used_says_why_and_adds_nothing(client, cohort, administrator, case):
    data, name, told = FILES[case]
    client.sign_in(administrator)
    page = send_file(client, data, name=name, status=422)
    assert told in page.text
    assert "Put right: " in page.body
    assert count(Response) == 0


def test_the_whole_study_file_asks_for_one_provider_at_a_time(client, cohort, administrator):
    client.sign_in(administrator)
    page = send_file(client, (DATA / "cohort_2010_11.csv").read_bytes(), status=422)
    assert "more than one provider" in page.text


def test_anybody_may_read_how_answers_are_kept(client):
    page = client.see("questionnaires.how_kept")
    assert "We do not call them anonymous" in page.text


def test_lists_cost_the_same_whatever_there_is(app, enrolment):
    reach = queries.Reach(enrolment.user_id)
    others = iter(range(9))

    def one_more():
        cohort = make_cohort(days_ago=next(others))
        another = enrol(cohort)
        another.user_id = enrolment.user_id
        service.open_waves(cohort, by=None)
        db.session.commit()

    assert_flat(one_more, lambda: queries.list_own_waves(within=reach))


def test_counts_cost_the_same_whatever_the_size_of_the_cohort(app, cohort):
    def one_more():
        answer(enrol(cohort), {"length": "lt1"}, finish=True)
        db.session.commit()
        db.session.refresh(cohort)

    assert_flat(one_more, lambda: provider_queries.list_wave_counts(cohort))
