"""What the first course promises to those who teach it."""

import re

import pytest

from courses.content import loader, readability
from courses.content.knowledge_checks import Check
from courses.content.scenarios import Scenario
from courses.content.schema import Reading
from courses.content.worksheets import Worksheet

CRITERIA = {
    f"{outcome}.{n}" for outcome, count in enumerate([4, 4, 3, 6, 3, 4], 1) for n in range(1, count + 1)
}


DOCUMENT = loader.load(loader.LIBRARY / "families-going-forward").document


@pytest.fixture
def document():
    return DOCUMENT


def test_ten_sessions_of_three_hours_and_five_hours_before(document):
    assert [module.minutes for module in document.course.modules] == [300] + [180] * 10
    assert (document.course.taught_minutes, document.course.reading_minutes) == (30 * 60, 5 * 60)


def test_each_of_the_24_criteria_is_prepared_by_an_aim(document):
    assert {
        ref for module in document.course.modules for aim in module.aims for ref in aim.criteria
    } == CRITERIA


def test_every_principle_and_every_c_is_drawn_on_and_the_principles_are_called_a_draft(document):
    for framework in document.course.frameworks:
        used = {
            term
            for module in document.course.modules
            for aim in module.aims
            for term in aim.draws_on.get(framework.id, ())
        }
        assert used == {term.id for term in framework.terms}
        assert len(framework.terms) == 9
    assert "draft" in document.course.frameworks[0].title
    assert "never finished" in document.course.frameworks[0].status


@pytest.mark.parametrize("number", range(1, 11))
def test_a_written_module_has_enough_to_teach_from(document, number):
    module = document.course.modules[number]
    kinds = [activity.kind for activity in module.activities]
    pages = [activity.page for activity in module.activities if isinstance(activity, Reading)]
    assert sum(len(readability.words(document.pages[page])) for page in pages) >= 1200
    assert kinds.count("scenario") >= 2
    assert kinds.count("reflection") >= 1
    assert kinds.count("worksheet") >= 1
    assert (kinds.count("check"), kinds.count("session-plan")) == (1, 1)


@pytest.mark.parametrize("number", range(1, 11))
def test_a_full_module_branches_asks_in_four_ways_and_has_a_handout(document, number):
    module = document.course.modules[number]
    scenarios = [activity for activity in module.activities if isinstance(activity, Scenario)]
    questions = [
        question for each in module.activities if isinstance(each, Check) for question in each.questions
    ]
    pages = [activity.page for activity in module.activities if isinstance(activity, Reading)]
    assert len(pages) >= 3
    assert sum(len(readability.words(document.pages[page])) for page in pages) >= 2000
    assert sum(bool(scenario.scenes and scenario.discuss) for scenario in scenarios) >= 2
    assert any(isinstance(activity, Worksheet) and activity.tables for activity in module.activities)
    assert len(questions) >= 6
    assert len({question.choose for question in questions}) >= 4
    assert module.handout in document.pages


def test_the_reading_before_the_course_is_checked_thought_over_and_used(document):
    kinds = [activity.kind for activity in document.course.modules[0].activities]
    assert kinds.count("reading") == 5
    assert kinds.count("check") >= 1
    assert kinds.count("reflection") >= 2
    assert kinds.count("worksheet") >= 3


def test_the_last_module_names_two_models_of_reflection_with_their_sources(document):
    page = document.pages["pages/two-ways-of-looking-back.md"]
    for words in ("Gibbs", "1988", "Borton", "1970", "Rolfe", "2001", "What? So what? Now what?"):
        assert words in page


@pytest.mark.parametrize("worksheet", ["reflective-cycle", "personal-development-plan"])
def test_looking_back_and_planning_on_are_evidence_for_6_4(document, worksheet):
    module = document.course.modules[10]
    sheet = next(activity for activity in module.activities if activity.id == worksheet)
    assert isinstance(sheet, Worksheet)
    assert sheet.criteria == ("6.4",)
    assert sheet.tables


def test_a_development_plan_has_goals_steps_a_day_a_helper_and_a_sign(document):
    module = document.course.modules[10]
    plan = next(activity for activity in module.activities if activity.id == "personal-development-plan")
    goals = next(table for table in plan.tables if table.id == "goals")
    assert {"goal", "steps", "by", "helps", "know"} <= {column.id for column in goals.columns}


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (1, ["While you are there", "Curtains shut at noon", "The phone call", "my three ways", "handout"]),
        (2, ["Too soon for a plan", "Nice visits", "The new one", "nine C’s plan", "handout"]),
        (3, ["You want my wife", "Only the cousin speaks", "Four missed visits", "worksheet", "handout"]),
    ],
)
def test_a_session_plan_names_what_it_uses(document, number, named):
    plan = document.course.modules[number].session_plan
    words = " ".join([*plan.bring, *(f"{row.title} {row.run}" for row in plan.rows)])
    assert [each for each in named if each not in words] == []


def test_families_are_codes_and_titles_of_people_never_appear():
    folder = loader.LIBRARY / "families-going-forward"
    for path in [*folder.rglob("*.md"), *folder.rglob("*.yaml")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(Mr|Mrs|Miss|Ms) [A-Z]", text), path
        assert not re.search(r"\b[Ff]amily [A-Z][a-z]", text.replace("Family Action", "")), path


def test_prose_is_easy_enough_to_read_on_a_phone_between_visits(document):
    ages = {page: readability.reading_age(text) for page, text in document.pages.items()}
    assert max(ages.values()) <= document.course.reading_age
