"""Three sides: managers and focus groups beside practitioners where they were asked, and said so where they were not."""

from dataclasses import replace

import numpy as np
import pytest

from assessments.evaluation import waves
from assessments.evaluation.responses import Responses, from_matrix
from assessments.questionnaires.schema import WaveKind
from assessments.reporting import chapters_sides
from assessments.reporting.document import Table, Text
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
    focus = answers(WaveKind.FOCUS_GROUP, 12, fg_skills_before=[4, 5, 6], fg_skills_after=[8, 8, 9])
    return replace(material, managers=managers, focus=focus)


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


def test_marks_of_a_group_are_means_of_the_same_people(asked: Material) -> None:
    skills = rows(asked, "focus_groups")["fg_skills_before"]
    assert skills[:3] == ["about 10", "5.0", "8.3"]
    assert skills[3].startswith("+3.3 (")
    assert rows(asked, "focus_groups")["fg_partners_before"] == ["–"] * 5


def test_who_was_not_asked_is_said(material: Material) -> None:
    said = " ".join(part.text for part in chapters_sides.sides(material).parts if isinstance(part, Text))
    assert "**Managers:** not asked." in said
    assert "**Focus groups:** not asked." in said
