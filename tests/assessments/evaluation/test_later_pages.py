"""What lasted: the same statement later, and focus groups' marks; of enough people only."""

import numpy as np
import pytest

from assessments.evaluation import chapters, later_figures, waves
from assessments.evaluation.chapters import Document
from assessments.evaluation.codebook import study_codebook
from assessments.evaluation.later_figures import Later
from assessments.evaluation.models import Chapter
from assessments.evaluation.pieces import may_come_out
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Answers
from assessments.evaluation.responses import Codes, Responses, from_matrix
from assessments.questionnaires.schema import WaveKind
from lms.people.roles import Role
from tests.assessments.evaluation.test_linked import part as some_part
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


def test_where_all_answered_again_nothing_is_told_that_the_end_of_the_course_hides() -> None:
    """All sixty are on the scale both times, so the two that did not agree would follow from those that did."""
    before = np.full(60, 2, np.uint8)
    before[:2] = 3
    after = before.copy()
    after[10:30], after[30:40] = 1, 4
    topics = [
        {line.topic for line in told(followed(post_reflect=before, m3_reflect=later)).lines}
        for later in (after, np.where(np.arange(60) < 55, after, 0).astype(np.uint8))
    ]
    assert ["Reflecting on my own work" in each for each in topics] == [False, True]


@pytest.mark.parametrize("people", [0, 1, 22])
def test_too_few_people_show_nothing(people: int) -> None:
    responses = followed()
    few = from_matrix(responses.codebook, responses.codes[:people])
    found = told(few)
    assert (found.lines, found.table) == ((), None)


def test_where_few_moved_further_every_move_counts_as_one_step() -> None:
    before, after = np.full(60, 2, np.uint8), np.full(60, 2, np.uint8)
    after[:20], after[20:26], after[50:] = 1, 3, 0
    found = [told(followed(post_reflect=before, m3_reflect=after)).table]
    before[0] = 3
    found.append(told(followed(post_reflect=before, m3_reflect=after)).table)
    near, far = (
        next(row for row in table.rows if row[0] == "Reflecting on my own work") for table in found if table
    )
    assert near[5] == far[5]
    assert str(near[4]).split()[0] == str(far[4]).split()[0]


MARKS_BEFORE, MARKS_NOW = [4, 5, 6, 6, 7, 8, 5, 6], [6, 7, 7, 8, 9, 9, 7, 8]


def marked(before: list[int], now: list[int]) -> tuple[list[str], Document]:
    """The tables that may come out of a group's marks of one thing, and what they say."""
    book, people = waves.codebook_of([WaveKind.FOCUS_GROUP]), len(before)
    names = [variable.name for variable in book.coded]
    codes = np.zeros((people, len(book.coded)), np.uint8)
    codes[:, names.index("fg_skills_before")] = before
    codes[:, names.index("fg_skills_after")] = now
    part = some_part(1, provider=1, programme=1)
    answers = Answers(from_matrix(book, codes), np.ones(people, np.int64))
    made = chapters.of_later(Chapter.FOCUS_GROUPS, answers, [part], study_codebook(), POLICY)
    shown = [table.name for table in made.tables if may_come_out(table, {1: people}, [])]
    return shown, made.finish([1], shown)


def test_of_seven_no_mean_is_shown_and_of_eight_nothing_but_means() -> None:
    shown, found = marked(MARKS_BEFORE[:7], MARKS_NOW[:7])
    assert shown == []
    assert found["finding"] == "Too few gave marks to show a mean."
    _, found = marked(MARKS_BEFORE, MARKS_NOW)
    assert [line["topic"] for line in found["lines"]] == ["Overall skills and knowledge"]
    assert found["lines"][0]["said"] == "from 5.9 to 7.6 (+1.8)."
    assert found["table"]["rows"][0][1:] == ("5.9", "7.6", "+1.8", "not shown", "not shown", "", "about 10")


def test_of_enough_who_differ_it_is_shown_how_far_they_are_apart() -> None:
    rng = np.random.default_rng(4)
    before = np.tile(MARKS_BEFORE, 4)
    now = np.clip(before + rng.integers(-1, 5, 32), 1, 10)
    _, found = marked(before.tolist(), now.tolist())
    assert "likely" in found["lines"][0]["said"]
    assert found["table"]["rows"][0][1] == "5.9 (1.2)"
    _, alike = marked([6] * 30 + [7] * 2, [8] * 30 + [6] * 2)
    assert alike["table"]["rows"][0][1] == "6.1"


def test_a_mean_near_the_end_of_the_scale_tells_who_is_not_there() -> None:
    assert marked(MARKS_BEFORE, [10] * 7 + [9])[0] == []
    assert marked(MARKS_BEFORE, [10] * 8)[0] == ["fg_skills_before"]


def test_a_provider_and_a_programme_have_the_page_and_a_cohort_has_not(app, client) -> None:
    house = House("SURREY")
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.providers["SURREY"]))
    page = client.see("evaluation.provider", provider_ref=house.providers["SURREY"].ref, section="later")
    assert page.text.count(later_figures.NOT_YET) == 3
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    client.see("evaluation.programme", programme_ref=house.programme.ref, section="later")
