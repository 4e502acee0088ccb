"""The course player, as a browser without JavaScript sees it, and as autosave.js sees it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from courses.content import loader
from courses.progress.models import ActivityEvent, DraftCopy, JournalEntry
from lms.core import clock
from lms.core.extensions import db
from lms.people.roles import Role
from tests import budget
from tests.factories import learning
from tests.factories.people import make_user

SHEET = "plan-a-first-contact"
REFLECTION = "what-i-heard"


@pytest.fixture
def learner(app):
    return learning.make_learner()


@pytest.fixture
def signed_in(client, learner):
    client.sign_in(learner.user)
    return client


def see(client, activity):
    return client.see("progress.activity", activity_id=activity)


def do(client, activity, status=303, audited=True, **data):
    return client.send(
        "progress.save_activity", activity_id=activity, data=data, status=status, audited=audited
    )


def autosave(client, activity, status=200, **data):
    headers = {"X-Requested-With": "fetch", "Accept": "application/json"}
    return client.send(
        "progress.save_draft", activity_id=activity, data=data, status=status, headers=headers
    ).json


def test_a_page_is_read_ticked_and_leads_on(signed_in):
    page = see(signed_in, "first-contact")
    assert "Before you meet a family, they have met you." in page.text
    assert "Reading, 12 minutes. Part 1 of 8" in page.text
    assert do(signed_in, "first-contact").location.endswith("/my-course/activities/only-the-cousin-speaks")
    page = see(signed_in, "first-contact")
    assert "Done on" in page.text
    assert "I have read this" not in page.text


def test_links_between_pages_lead_to_pages(signed_in):
    page = see(signed_in, "listening")
    assert "/my-course/activities/what-i-heard" in page.links()
    assert not [link for link in page.links() if link.startswith("activity:")]


def test_ticking_twice_is_the_same_as_once_and_it_can_be_opened_again(signed_in, learner):
    do(signed_in, "first-contact")
    do(signed_in, "first-contact", audited=False)
    assert count(ActivityEvent) == 1
    signed_in.send("progress.reopen", activity_id="first-contact")
    assert "I have read this" in see(signed_in, "first-contact").text
    assert [event.kind.value for event in db.session.scalars(select(ActivityEvent))] == [
        "completed",
        "reopened",
    ]


def test_a_scenario_gives_feedback_on_the_choice_and_shows_the_others(signed_in):
    page = see(signed_in, "four-missed-visits")
    assert "proves her right" not in page.text
    do(signed_in, "four-missed-visits", choice="explain")
    page = see(signed_in, "four-missed-visits")
    assert "You chose: “I’m only here to help. I have come four times, you know.”" in page.text
    assert "Think again" in page.text
    assert "proves her right" in page.text
    assert "What to take from it" in page.text


def test_a_scenario_without_a_choice_asks_for_one(signed_in):
    page = do(signed_in, "four-missed-visits", status=422)
    assert "Choose what you would do. There is no mark for it." in page.text
    assert page.all("title")[0].text.startswith("Put right:")


def test_a_scenario_takes_no_choice_of_ones_own(signed_in):
    assert do(signed_in, "four-missed-visits", status=422, choice="run-away").status == 422


def test_a_check_says_what_was_right_and_what_was_not(signed_in):
    answers = {"q_interpreter": "trained", "q_open_question": "routine", "q_upr": ["worth", "agree"],
               "q_when_share": "early", "q_first_aim": "again"}  # fmt: skip
    do(signed_in, "check-connect", **answers)
    text = see(signed_in, "check-connect").text
    assert "A trained interpreter that she is happy with. (you chose this)" in text
    assert "Does she have a bedtime routine? (you chose this; think again)" in text
    assert "What is bedtime like? (this is right too)" in text
    assert "You can still pass on a worry, and say so to them. (this is right too)" in text
    assert "You like everyone you work with." not in text


def test_a_check_left_half_done_keeps_its_answers_and_names_what_is_missing(signed_in):
    page = do(signed_in, "check-connect", status=422, q_interpreter="trained")
    assert "Choose one: Which question opens a door?" in page.text
    assert (
        'value="trained" checked' in page.body
        or 'checked class="form-check-input" id="q_interpreter-2"' in page.body
    )


def test_a_reflection_is_kept_in_the_journal_and_can_be_changed(signed_in, learner):
    do(signed_in, REFLECTION, text="Family A surprised me.", version="0")
    assert db.session.scalar(select(JournalEntry.text)) == "Family A surprised me."
    page = see(signed_in, REFLECTION)
    assert page.field("text").strip() == "Family A surprised me."
    do(signed_in, REFLECTION, text="Family A surprised me twice.", version=page.field("version"))
    assert db.session.scalars(select(JournalEntry.text)).all() == ["Family A surprised me twice."]
    assert "Family A surprised me twice." in signed_in.see("progress.journal").text


def test_an_empty_reflection_is_not_kept(signed_in):
    page = do(signed_in, REFLECTION, status=422, text="   ", version="0")
    assert "There is nothing here yet" in page.text
    assert count(ActivityEvent) == 0


def test_a_worksheet_is_saved_without_javascript_and_finished_when_its_author_says(signed_in):
    do(signed_in, SHEET, q_who="Family C", q_message="Hello", version="0")
    page = see(signed_in, SHEET)
    assert (page.field("q_who"), page.field("q_message").strip()) == ("Family C", "Hello")
    assert "Saved at" in page.text
    assert "Done on" not in page.text
    do(signed_in, SHEET, q_who="Family C", q_message="Hello", version=page.field("version"), finish="yes")
    assert "Done on" in see(signed_in, SHEET).text


def test_a_line_too_long_is_refused_and_stays_in_its_box(signed_in):
    page = do(signed_in, SHEET, status=422, q_who="x" * 301)
    assert "This box holds 300 letters" in page.text
    assert page.field("q_who") == "x" * 301


def test_each_pause_is_saved_and_says_when(signed_in):
    first = autosave(signed_in, SHEET, q_who="Fam", version="0")
    second = autosave(signed_in, SHEET, q_who="Family C", version=str(first["version"]))
    assert (first["version"], second["version"]) == (1, 2)
    assert second["saved_at"].endswith(("am", "pm"))
    page = see(signed_in, SHEET)
    assert page.field("q_who") == "Family C"
    assert f'data-autosave-version="{second["version"]}"' in page.body
    assert f"Saved at {second['saved_at']}" in page.text


def test_two_tabs_keep_both_versions_and_say_so(signed_in):
    autosave(signed_in, SHEET, q_who="From the phone", version="0")
    answer = autosave(signed_in, SHEET, status=202, q_who="From the computer", version="0")
    assert answer["values"] == {"q_who": "From the phone"}
    page = see(signed_in, SHEET)
    assert "Two versions of your words" in page.text
    assert "From the computer" in page.text
    assert page.field("q_who") == "From the phone"
    copies = db.session.scalars(select(DraftCopy)).all()
    assert {copy.values["q_who"] for copy in copies} == {"From the phone", "From the computer"}
    other = next(copy for copy in copies if copy.values["q_who"] == "From the computer")
    signed_in.send("progress.settle_draft", activity_id=SHEET, copy_ref=other.ref)
    page = see(signed_in, SHEET)
    assert page.field("q_who") == "From the computer"
    assert "Two versions of your words" not in page.text


def test_two_tabs_without_javascript_keep_both_versions_too(signed_in):
    do(signed_in, SHEET, q_who="First tab", version="0")
    do(signed_in, SHEET, q_who="Second tab", version="0", finish="yes")
    page = see(signed_in, SHEET)
    assert "You wrote here in two places. We kept both." in page.text
    assert page.field("q_who") == "First tab"
    assert "Second tab" in page.text
    assert "Done on" not in page.text


def test_a_retry_of_the_same_words_is_not_another_version(signed_in):
    first = autosave(signed_in, SHEET, q_who="Family C", version="0")
    again = autosave(signed_in, SHEET, q_who="Family C", version="0")
    assert again["version"] == first["version"]
    assert count(DraftCopy) == 0


def test_too_many_words_for_a_form_are_refused_with_the_reason(signed_in):
    answer = autosave(signed_in, SHEET, status=422, q_who="x" * 100_001, version="0")
    assert "longer than 100,000 letters" in answer["message"]


def test_nobody_elses_version_can_be_fetched(client, signed_in, learner):
    autosave(signed_in, SHEET, q_who="Mine", version="0")
    autosave(signed_in, SHEET, status=202, q_who="Mine too", version="0")
    copy = db.session.scalars(select(DraftCopy)).first()
    other = learning.make_learner(learner.cohort, name="Đặng Thùy Linh")
    client.sign_in(other.user)
    client.send("progress.settle_draft", activity_id=SHEET, copy_ref=copy.ref, status=404)
    assert see(client, SHEET).field("q_who") == ""


def test_words_sent_after_the_sign_in_ended_are_there_after_the_next(client, learner):
    client.sign_in(learner.user)
    see(client, REFLECTION)
    with client.session_transaction() as cookie:
        cookie["seen"] = (clock.now() - timedelta(days=2)).timestamp()
    answer = do(client, REFLECTION, status=302, audited=False, text="Typed on the bus.", version="0")
    assert "sign-in" in answer.location
    client.sign_in(learner.user)
    assert see(client, REFLECTION).field("text").strip() == "Typed on the bus."


@pytest.mark.parametrize("activity", ["session-3-plan", "no-such-part"])
def test_a_session_plan_or_nothing_is_not_found(signed_in, activity):
    signed_in.see("progress.activity", activity_id=activity, status=404)
    do(signed_in, activity, status=404)


def test_every_part_of_the_course_makes_a_good_page(signed_in, learner):
    course = learner.learning.document.course
    for module in course.modules:
        signed_in.see("progress.module", module_id=module.id)
        for step in module.steps:
            assert step.title in see(signed_in, step.id).text


def test_who_is_on_no_course_is_told_whom_to_ring(client, app):
    client.sign_in(make_user(Role.PRACTITIONER))
    assert "You are not on a course yet" in client.see("progress.home").text
    assert (
        "ring your training provider" in client.see("progress.activity", activity_id=SHEET, status=404).text
    )


def test_a_part_costs_the_same_however_much_was_done(signed_in):
    readings = iter(["first-contact", "listening", "why-outreach-matters"])
    budget.assert_flat(lambda: do(signed_in, next(readings)), lambda: see(signed_in, SHEET))


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_scenario_that_branches_asks_one_question_at_a_time_and_ends_with_what_to_take(signed_in, learner):
    page = see(signed_in, "the-ceiling")
    assert "Why is it so low?" not in page.text
    do(signed_in, "the-ceiling", choice="instead")
    page = see(signed_in, "the-ceiling")
    assert "You chose: “That is a monster." in page.text
    assert "Why is it so low?" in page.text
    assert "What to take from it" not in page.text
    assert page.field("asked") == "the-line"
    do(signed_in, "the-ceiling", version="1", asked="the-line", choice="instead", choice_the_line="so-low")
    text = see(signed_in, "the-ceiling").text
    assert "You chose: “Why is it so low?”" in text
    assert "What to take from it" in text
    assert "Talk it over" in text
    kinds = [event.kind.value for event in db.session.scalars(select(ActivityEvent))]
    assert kinds == ["started", "completed"]


def test_a_second_question_sent_back_empty_asks_again_and_keeps_the_way(signed_in):
    do(signed_in, "the-ceiling", choice="instead")
    page = do(signed_in, "the-ceiling", status=422, choice="instead", asked="the-line")
    assert "Choose what you would do. There is no mark for it." in page.text
    assert "You chose: “That is a monster." in page.text


def test_doing_a_scenario_again_begins_at_its_beginning(signed_in):
    do(signed_in, "the-ceiling", choice="instead", choice_the_line="so-low")
    signed_in.send("progress.reopen", activity_id="the-ceiling")
    assert "You chose" not in see(signed_in, "the-ceiling").text


def test_a_stale_press_of_do_this_again_wipes_nothing_that_was_begun_since(signed_in):
    do(signed_in, "the-ceiling", choice="instead", choice_the_line="so-low")
    signed_in.send("progress.reopen", activity_id="the-ceiling")
    do(signed_in, "the-ceiling", version="2", choice="instead")
    signed_in.send("progress.reopen", activity_id="the-ceiling", audited=False)
    assert "You chose: “That is a monster." in see(signed_in, "the-ceiling").text


def test_an_answer_in_ones_own_words_is_kept_when_a_check_is_done_again(signed_in):
    do(signed_in, "check-clarify", **_all_answers())
    signed_in.send("progress.reopen", activity_id="check-clarify")
    assert "Make it smaller" not in see(signed_in, "check-clarify").text
    assert "Make it smaller" in db.session.scalar(select(DraftCopy.values))["q_four_out_of_ten"]


def test_a_worksheets_table_grows_as_it_fills_and_keeps_every_cell(signed_in):
    page = see(signed_in, "goals-and-small-steps")
    assert page.text.count("By when?") == 3
    rows = {
        "q_steps__3__what": "When the kettle goes on",
        "q_steps__3__by": "2026-05-25",
        "q_steps__3__who": "Me",
    }
    do(
        signed_in,
        "goals-and-small-steps",
        version="0",
        q_goal="A quiet tea.",
        q_reason=["It was too big"],
        **rows,
    )
    page = see(signed_in, "goals-and-small-steps")
    assert page.text.count("By when?") == 5
    assert 'value="When the kettle goes on"' in page.body
    assert 'value="2026-05-25"' in page.body


def test_a_day_that_is_not_in_the_calendar_is_named_and_nothing_is_lost(signed_in):
    page = do(
        signed_in, "goals-and-small-steps", status=422, q_goal="A quiet tea.", q_steps__1__by="31/02/2011"
    )
    assert "31/02/2011 is not a day in the calendar. Write it as 25/05/2026." in page.text
    assert "A quiet tea." in page.body


def test_steps_in_one_place_twice_are_sent_back(signed_in):
    order = {f"q_make_a_plan__{step}": "1" for step in ("want", "same", "number", "step", "sure", "look")}
    page = do(signed_in, "check-clarify", status=422, **order)
    assert "Two steps are in place 1. Give each a place of its own." in page.text


def test_a_check_of_four_kinds_says_how_each_went(signed_in):
    do(signed_in, "check-clarify", **_all_answers())
    text = see(signed_in, "check-clarify").text
    assert "of 7 as we would answer them. This counts for nothing: it is for you." in text
    assert "Make it smaller (you wrote this)" in text
    assert "(you matched these)" in text
    assert "(you put this here)" in text
    assert "“Why didn’t you do it?” (you chose this; think again)" in text


def _all_answers():
    return {
        "q_which_goal": "ask-instead",
        "q_scale": ["not-two"],
        "q_four_out_of_ten": "Make it smaller",
        "q_not_done": "why-not",
        "q_shrinking": "tell-lead",
        **{f"q_make_a_plan__{step}": str(place) for place, step in enumerate(
            ("want", "same", "number", "step", "sure", "look"), start=1)},
        **{f"q_three_lists__{pair.id}": pair.match for pair in _question("check-clarify", "three-lists").pairs},
    }  # fmt: skip


def _question(activity_id, question_id):
    course = loader.load(loader.LIBRARY / "families-going-forward").document.course
    check = next(activity for _, activity in course.activities() if activity.id == activity_id)
    return next(question for question in check.questions if question.id == question_id)


def test_a_module_leads_to_its_handout_and_one_without_leads_nowhere(signed_in, learner):
    page = signed_in.see("progress.module", module_id="clarify-and-construct")
    assert "/my-course/modules/clarify-and-construct/handout" in page.links()
    page = signed_in.see("progress.handout", module_id="clarify-and-construct")
    assert "Handout" in page.text
    signed_in.see("progress.handout", module_id="reflect-and-carry-on", status=404)
    signed_in.see("progress.handout", module_id="no-such", status=404)
    signed_in.sign_in(learning.facilitator_of(learner.cohort))
    ref = learner.cohort.ref
    plan = signed_in.see("progress.session_plan", cohort_ref=ref, module_id="convey-and-coach")
    assert f"/cohorts/{ref}/session-plans/convey-and-coach/handout" in plan.links()
    signed_in.see("progress.handout_to_print", cohort_ref=ref, module_id="convey-and-coach")
