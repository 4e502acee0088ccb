"""Three sides: managers and focus groups beside practitioners where they were asked, and said so where they were not."""

from dataclasses import replace

import numpy as np
import pytest

from assessments.evaluation import sections, waves
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses, from_matrix
from assessments.questionnaires.schema import WaveKind
from assessments.reporting import chapters_frame, chapters_sides
from assessments.reporting.document import Chapter, Points, Table
from assessments.reporting.material import Material


def answers(kind: WaveKind, people: int, **codes: list[int]) -> Responses:
    """So many people, with these codes in turn for the questions named."""
    book = waves.codebook_of([kind])
    matrix = np.zeros((people, len(book.coded)), np.uint8)
    for column, variable in enumerate(book.coded):
        if variable.name in codes:
            matrix[:, column] = np.resize(codes[variable.name], people)
    return from_matrix(book, matrix)


@pytest.fixture
def asked(material: Material) -> Material:
    managers = answers(WaveKind.MANAGER, 40, mgr_challenge=[1, 2, 2, 5], mgr_reflect=[1] * 39 + [5])
    sheets = answers(WaveKind.FOCUS_GROUP, 12, fg_skills_before=[4, 5, 6], fg_skills_after=[8, 8, 9])
    given = {
        pair: (waves.numbers_of(sheets, pair[0]), waves.numbers_of(sheets, pair[1]))
        for pair in sheets.codebook.pairs
    }
    page = sections.later({}, sheets, given, material.known.codebook, Policy())
    return replace(material, managers=managers, later=tuple(page.show["later"]))


def rows(material: Material, name: str) -> dict[str, list[str]]:
    chapter = chapters_sides.sides(material)
    table = next(part for part in chapter.parts if isinstance(part, Table) and part.name == name)
    return {row.codes[-1]: [cell.text for cell in row.cells] for row in table.rows}


def test_managers_stand_beside_practitioners(asked: Material) -> None:
    challenge = rows(asked, "managers")["mgr_challenge"]
    assert challenge[:2] == ["489", "86.5"]
    assert challenge[3:5] == ["40", "75.0"]


def test_a_single_manager_who_sees_it_otherwise_is_not_told_on(asked: Material) -> None:
    assert rows(asked, "managers")["mgr_reflect"][3:] == ["40", "–", "–"]


def test_marks_of_focus_groups_are_told(asked: Material) -> None:
    chapter = chapters_sides.sides(asked)
    table = next(part for part in chapter.parts if isinstance(part, Table) and part.name == "focus_groups")
    assert table.rows[0].heads == ("Overall skills and knowledge",)
    assert "Focus groups" not in _points(chapters_frame.trust(asked))


def test_who_was_not_asked_is_said_and_gets_no_empty_chapter(material: Material, asked: Material) -> None:
    assert chapters_sides.sides(material) is None
    assert chapters_sides.lasted(material) is None
    said = _points(chapters_frame.trust(material))
    for whom in ("Later questionnaires", "Managers", "Focus groups"):
        assert f"**{whom}" in said
    assert "**Managers" not in _points(chapters_frame.trust(asked))


def _points(chapter: Chapter) -> str:
    return " ".join(item for part in chapter.parts if isinstance(part, Points) for item in part.items)
