"""The pages of the course to print, in large print and as plain text."""

import pytest

from courses.content import loader
from courses.content.schema import Reading
from courses.progress.plain_form import as_plain_text
from courses.progress.written_out import write_out
from lms.people.roles import Role
from tests.budget import queries
from tests.factories import learning
from tests.factories.people import make_user

READING, SCENARIO, CHECK, SHEET = (
    "whose-goal-is-it",
    "two-mornings-a-week",
    "check-clarify",
    "goals-and-small-steps",
)
COURSE = loader.load(loader.LIBRARY / "families-going-forward").document
STEPS = {step.id: step for module in COURSE.course.modules for step in module.steps}


@pytest.fixture
def learner(app):
    return learning.make_learner()


@pytest.fixture
def signed_in(client, learner):
    client.sign_in(learner.user)
    return client


def plain(client, activity_id, **values):
    answer = client.see("progress.plain_text", activity_id=activity_id, **values).response
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{activity_id}.txt"'
    return answer.get_data(as_text=True)


def paper(client, activity_id, **values):
    return client.see("progress.on_paper", activity_id=activity_id, **values)


def do(client, activity_id, **data):
    client.send("progress.save_activity", activity_id=activity_id, data=data)


ONE_OF_EACH = {step.kind: step for step in STEPS.values()}


@pytest.mark.parametrize("step", ONE_OF_EACH.values(), ids=lambda step: step.kind)
def test_each_kind_has_one_line_of_links_to_its_other_forms(signed_in, step):
    links = signed_in.see("progress.activity", activity_id=step.id).links()
    root = f"/my-course/activities/{step.id}"
    assert {f"{root}/on-paper?print=large", f"{root}/plain.txt", f"{root}/on-paper"} <= set(links)
    assert step.title in plain(signed_in, step.id)
    assert step.title in paper(signed_in, step.id).text


def test_no_part_of_the_course_keeps_its_marks_as_plain_text():
    for step in STEPS.values():
        said = as_plain_text(step.title, "Somewhere", write_out(step, COURSE, {}, is_done=False))
        assert not any(sign in said for sign in ("**", "](", "## ", "| ---")), step.id
        assert "\n\n\n\n" not in said, step.id


def test_a_reading_is_all_there_without_a_mark(signed_in):
    step = next(
        step for step in STEPS.values() if isinstance(step, Reading) and "[" in COURSE.pages[step.page]
    )
    said = plain(signed_in, step.id)
    assert not any(sign in said for sign in ("**", "](", "## ", "<p>"))
    assert said.startswith(f"{step.title}\nFamilies Going Forward. ")
    assert said.endswith("\n")


def test_a_scenario_says_what_was_chosen_and_tells_nothing_before(signed_in):
    scenario = next(step for step in STEPS.values() if step.kind == "scenario" and not step.scenes)
    first, second = scenario.choices[:2]
    before = plain(signed_in, scenario.id)
    assert f"{scenario.question}\nChoose on its page, and what follows is added here." in before
    assert f"- {first.text}\n- {second.text}" in before
    assert "What to take from it" not in before
    do(signed_in, scenario.id, choice=first.id)
    after = plain(signed_in, scenario.id)
    assert f"You chose: {first.text}" in after
    assert f"{second.text} ({second.verdict})" in after
    assert "What to take from it" in after
    assert "You chose" not in plain(signed_in, scenario.id, blank="yes")


def test_a_worksheet_comes_with_ones_own_words_or_empty(signed_in):
    sheet = next(step for step in STEPS.values() if step.kind == "worksheet" and step.tables and step.fields)
    field = next(each for each in sheet.fields if each.size == "text")
    name = f"q_{field.id.replace('-', '_')}"
    do(signed_in, sheet.id, **{name: "To *walk* to school.\n<b>Twice</b>"})
    said = plain(signed_in, sheet.id)
    assert f"{field.label}\n" in said
    assert "Your answer:\nTo *walk* to school.\n<b>Twice</b>\n" in said
    assert f"{sheet.tables[0].row} 1\n" in said
    assert "walk" not in plain(signed_in, sheet.id, blank="yes")
    page = paper(signed_in, sheet.id)
    assert (
        "To *walk* to school.\n<b>Twice</b>" in page.text or "To *walk* to school. <b>Twice</b>" in page.text
    )
    assert "<b>Twice" not in page.body
    blank = paper(signed_in, sheet.id, blank="yes")
    assert "walk" not in blank.text
    assert "gf-rule" in blank.body
    root = f"/my-course/activities/{sheet.id}/on-paper"
    assert f"{root}?blank=yes" in page.links()
    assert {root, f"{root}?print=large&blank=yes"} <= set(blank.links())


def test_ticks_of_a_worksheet_are_said_and_not_only_drawn(signed_in):
    sheet = next(
        step for step in STEPS.values()
        if step.kind == "worksheet" and any(field.size == "light" for field in step.fields)
    )  # fmt: skip
    light = next(field for field in sheet.fields if field.size == "light")
    do(signed_in, sheet.id, **{f"q_{light.id.replace('-', '_')}": "watch"})
    assert "- Something to watch (you chose this)" in plain(signed_in, sheet.id)
    assert "Something to watch (you chose this)" in paper(signed_in, sheet.id, print="large").text


def test_a_check_asks_first_and_tells_why_afterwards(signed_in):
    said = plain(signed_in, CHECK)
    check = STEPS[CHECK]
    for question in check.questions:
        assert question.text in said
    assert not any(option.feedback in said for option in check.questions[0].options)
    right = next(option for option in check.questions[0].options if option.right)
    answers = {"q_which_goal": right.id, "q_scale": ["five"], "q_not_done": "why-not", "q_shrinking": "close"}
    answers |= {f"q_three_lists__{pair.id}": pair.match for pair in check.questions[1].pairs}
    answers |= {f"q_make_a_plan__{step.id}": str(n) for n, step in enumerate(check.questions[3].steps, 1)}
    do(signed_in, CHECK, q_four_out_of_ten="make it smaller", **answers)
    after = plain(signed_in, CHECK)
    assert f"{right.text} (you chose this)\n{right.feedback}" in after
    assert "(you chose this; think again)" in after


def test_a_journal_page_holds_what_was_kept(signed_in):
    do(signed_in, "what-i-heard", text="She laughed.")
    assert "She laughed." in plain(signed_in, "what-i-heard")
    assert "She laughed." not in plain(signed_in, "what-i-heard", blank="yes")


def test_large_print_says_so_and_has_no_menu(signed_in):
    page = paper(signed_in, READING, print="large")
    assert "gf-large" in page.body
    assert "large print" in str(page.all("title")[0].text)
    assert "gf-nav" not in page.body
    assert "gf-large" not in paper(signed_in, READING).body
    assert f"/my-course/activities/{READING}" in page.links()


def test_nobody_reads_anothers_and_plans_have_no_other_form(signed_in, client):
    paper(signed_in, "session-6-plan", status=404)
    signed_in.see("progress.plain_text", activity_id="session-6-plan", status=404)
    client.sign_in(make_user(Role.FACILITATOR))
    client.see("progress.plain_text", activity_id=READING, status=403)
    client.see("progress.on_paper", activity_id=READING, status=403)


@pytest.mark.parametrize("endpoint", ["progress.plain_text", "progress.on_paper"])
def test_other_forms_take_few_queries(signed_in, endpoint):
    signed_in.see(endpoint, activity_id=SHEET)
    with queries() as asked:
        signed_in.see(endpoint, activity_id=SHEET)
    assert len(asked) <= 6, "\n".join(asked)
