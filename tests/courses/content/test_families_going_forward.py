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


@pytest.fixture(scope="module")
def document():
    return loader.load(loader.LIBRARY / "families-going-forward").document


def test_ten_sessions_of_three_hours_and_five_hours_before(document):
    assert [module.minutes for module in document.course.modules] == [300] + [180] * 10
    assert (document.course.taught_minutes, document.course.reading_minutes) == (30 * 60, 5 * 60)


def test_it_says_which_material_is_not_written_yet(document):
    assert [module.number for module in document.course.modules if module.material == "to-come"] == [10]


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


@pytest.mark.parametrize("number", range(1, 10))
def test_a_written_module_has_enough_to_teach_from(document, number):
    module = document.course.modules[number]
    kinds = [activity.kind for activity in module.activities]
    pages = [activity.page for activity in module.activities if isinstance(activity, Reading)]
    assert sum(len(readability.words(document.pages[page])) for page in pages) >= 1200
    assert kinds.count("scenario") >= 2
    assert kinds.count("reflection") >= 1
    assert kinds.count("worksheet") >= 1
    assert (kinds.count("check"), kinds.count("session-plan")) == (1, 1)


@pytest.mark.parametrize("number", range(4, 10))
def test_a_module_from_the_fourth_on_branches_asks_in_three_ways_and_has_a_handout(document, number):
    module = document.course.modules[number]
    checks = [activity for activity in module.activities if isinstance(activity, Check)]
    assert any(isinstance(activity, Scenario) and activity.scenes for activity in module.activities)
    assert any(isinstance(activity, Worksheet) and activity.tables for activity in module.activities)
    assert len({question.choose for check in checks for question in check.questions}) >= 3
    assert module.handout in document.pages


def test_families_are_codes_and_titles_of_people_never_appear():
    folder = loader.LIBRARY / "families-going-forward"
    for path in [*folder.rglob("*.md"), *folder.rglob("*.yaml")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(Mr|Mrs|Miss|Ms) [A-Z]", text), path
        assert not re.search(r"\b[Ff]amily [A-Z][a-z]", text.replace("Family Action", "")), path


def test_prose_is_easy_enough_to_read_on_a_phone_between_visits(document):
    ages = {page: readability.reading_age(text) for page, text in document.pages.items()}
    assert max(ages.values()) <= document.course.reading_age
