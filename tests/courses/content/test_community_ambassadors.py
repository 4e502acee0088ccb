"""What the second course promises to those who teach it."""

import re

import pytest

from courses.content import loader, readability
from courses.content.knowledge_checks import Check
from courses.content.scenarios import Scenario
from courses.content.schema import Reading
from courses.content.worksheets import Worksheet

FOLDER = loader.LIBRARY / "community-ambassadors"
WORKSHEETS = {"resource-audit", "service-blueprint", "listening-interview", "my-development-plan"}


@pytest.fixture(scope="module")
def document():
    return loader.load(FOLDER).document


def test_five_sessions_of_two_hours_an_hour_before_and_no_unit(document):
    course = document.course
    assert [module.minutes for module in course.modules] == [60] + [120] * 5
    assert (course.taught_minutes, course.completion.taught_minutes) == (600, 480)
    assert course.unit is None
    assert not [ref for module in course.modules for aim in module.aims for ref in aim.criteria]


@pytest.mark.parametrize("number", range(1, 6))
def test_each_session_has_enough_to_teach_from(document, number):
    module = document.course.modules[number]
    activities = module.activities
    kinds = [activity.kind for activity in activities]
    pages = [activity.page for activity in activities if isinstance(activity, Reading)]
    questions = [
        question for activity in activities if isinstance(activity, Check) for question in activity.questions
    ]
    assert len(pages) == 2
    assert sum(len(readability.words(document.pages[page])) for page in pages) >= 1000
    assert [kinds.count(kind) for kind in ("scenario", "reflection", "worksheet")] == [2, 1, 1]
    assert any(isinstance(each, Scenario) and each.scenes and each.discuss for each in activities)
    assert any(isinstance(each, Worksheet) and each.tables for each in activities)
    assert len(questions) >= 4
    assert len({question.choose for question in questions}) >= 3
    assert module.handout in document.pages


def test_it_has_the_tools_that_its_people_use_and_draws_on_each_of_its_promises(document):
    sheets = {activity.id for _, activity in document.course.activities() if isinstance(activity, Worksheet)}
    (promises,) = document.course.frameworks
    drawn_on = {
        term
        for module in document.course.modules
        for aim in module.aims
        for term in aim.draws_on.get(promises.id, ())
    }  # fmt: skip
    assert sheets >= WORKSHEETS
    assert drawn_on == {term.id for term in promises.terms}


def test_a_reader_of_ten_can_read_every_page_and_every_handout_fits_two_sides(document):
    assert max(readability.reading_age(text) for text in document.pages.values()) <= 10
    handouts = [document.pages[module.handout] for module in document.course.modules if module.handout]
    assert max(len(readability.words(text)) for text in handouts) <= 450


def test_families_are_codes_and_every_handout_says_what_to_do_about_danger(document):
    for path in [*FOLDER.rglob("*.md"), *FOLDER.rglob("*.yaml")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(Mr|Mrs|Miss|Ms) [A-Z]", text), path
        assert not re.search(r"\b[Ff]amily [A-Z][a-z]", text), path
    for module in document.course.modules:
        if module.handout:
            assert "lead" in document.pages[module.handout]
            assert "today" in document.pages[module.handout].lower()
