"""What lasted: the same statement later, and focus groups' marks; of enough people only."""

import numpy as np
import pytest

from assessments.evaluation import later_figures, marks, sections, waves
from assessments.evaluation.codebook import study_codebook
from assessments.evaluation.later_figures import Later
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Codes, Responses, from_matrix
from assessments.questionnaires.schema import WaveKind
from lms.people.roles import Role
from tests.assessments.evaluation.test_pages import House
from tests.factories.people import make_user

POLICY = Policy()
FOLLOWED = (WaveKind.POST, WaveKind.THREE_MONTHS)


def followed(**changed: Codes) -> Responses:
    """Sixty people who give every statement the same answer both times, but for what is changed."""
    book = waves.codebook_of(FOLLOWED)
    rng = np.random.default_rng(2)
    codes = np.zeros((60, len(book.coded)), np.uint8)
    names = [variable.name for variable in book.coded]
    for first, second in later_figures.repeated_pairs(book):
        codes[:, names.index(first.name)] = codes[:, names.index(second.name)] = rng.integers(1, 4, 60)
    for name, values in changed.items():
        codes[:, names.index(name)] = values
    return from_matrix(book, codes)


def told(responses: Responses) -> Later:
    return later_figures.asked_again(responses, "Three months on", study_codebook(), POLICY)


def test_twelve_statements_are_asked_again_in_the_same_words() -> None:
    pairs = later_figures.repeated_pairs(waves.codebook_of(FOLLOWED))
    assert len(pairs) == 12
    assert ("post_reflect", "m3_reflect") in [(first.name, second.name) for first, second in pairs]


def test_a_rise_and_a_fall_are_named_and_the_rest_is_not_called_unchanged() -> None:
    agree, strongly = np.full(60, 2, np.uint8), np.full(60, 1, np.uint8)
    risen, mixed = agree.copy(), agree.copy()
    risen[:30], risen[30:36], mixed[:6], mixed[6:12] = 1, 3, 1, 3
    found = told(
        followed(
            post_reflect=agree,
            m3_reflect=risen,
            post_challenge=risen,
            m3_challenge=strongly + (np.arange(60) >= 6).astype(np.uint8),
            post_involve=agree,
            m3_involve=mixed,
        )
    )
    assert "People agree more than at the end of the course about reflecting on my own work." in found.finding
    assert "People agree less than at the end of the course about challenging practice" in found.finding
    assert "does not prove that there is none" in found.finding
    assert found.table is not None
    rows = {row[0]: row for row in found.table.rows}
    assert rows["Reflecting on my own work"][1:3] == (50, 10)
    assert rows["When to involve others"][1:4] == (10, 10, "50 (44 to 56)")
    assert rows["What my role is"][5] == "too few moved"
    assert rows["Reflecting on my own work"][7] == "about 60"


@pytest.mark.parametrize("moved", [1, 4])
def test_a_few_who_moved_are_not_told(moved: int) -> None:
    later = np.full(60, 2, np.uint8)
    later[:moved] = 1
    found = told(followed(post_reflect=np.full(60, 2, np.uint8), m3_reflect=later))
    assert "Reflecting on my own work" not in {line.topic for line in found.lines}


@pytest.mark.parametrize("people", [0, 1, 22])
def test_too_few_people_show_nothing(people: int) -> None:
    responses = followed()
    few = from_matrix(responses.codebook, responses.codes[:people])
    found = told(few)
    assert (found.lines, found.table) == ((), None)


def test_marks_are_shown_of_eight_and_not_of_seven() -> None:
    book = waves.codebook_of([WaveKind.FOCUS_GROUP])
    names = [variable.name for variable in book.coded]
    for people in (7, 8):
        codes = np.zeros((people, len(book.coded)), np.uint8)
        codes[:, names.index("fg_skills_before")] = [4, 5, 6, 6, 7, 8, 5, 6][:people]
        codes[:, names.index("fg_skills_after")] = [6, 7, 7, 8, 9, 9, 7, 8][:people]
        sheets = from_matrix(book, codes)
        numbers = {pair: tuple(waves.numbers_of(sheets, name) for name in pair) for pair in book.pairs}
        page = sections.later({}, sheets, numbers, study_codebook(), POLICY)
        (found,) = page.show["later"]
        if people == 7:
            assert found.finding == "Too few gave marks to show a mean."
            assert page.tables == ()
            continue
        assert [line.topic for line in found.lines] == ["Overall skills and knowledge"]
        assert "from 5.9 to 7.6 (+1.8, likely 1.4 to 2.1)" in found.lines[0].said
        assert page.tables[0].rows[0][1] == "5.9 (1.2)"


def test_no_sheet_is_said() -> None:
    book = waves.codebook_of([WaveKind.FOCUS_GROUP])
    none = from_matrix(book, np.zeros((0, len(book.coded)), np.uint8))
    compared = marks.compare_marks(*(waves.numbers_of(none, name) for name in book.pairs[0]), POLICY)
    assert later_figures.marked(none, [("Skills", compared)]).finding == later_figures.NOT_YET


def test_a_provider_and_a_programme_have_the_page_and_a_cohort_has_not(app, client) -> None:
    house = House("SURREY")
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.providers["SURREY"]))
    page = client.see("evaluation.provider", provider_ref=house.providers["SURREY"].ref, section="later")
    assert page.text.count(later_figures.NOT_YET) == 3
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    client.see("evaluation.programme", programme_ref=house.programme.ref, section="later")
