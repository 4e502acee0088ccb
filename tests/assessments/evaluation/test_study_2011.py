"""Where the study of 2011 contradicts itself: found again from its printed figures, each beside our own."""

import yaml

from assessments.evaluation import study_2011
from assessments.evaluation.study_2011 import ADDS_UP, BASE, COLUMNS, RANGE, ROUNDED, TEXT, WHOLE
from tests.assessments.evaluation.test_published_figures import CONTRADICTIONS


def by_id():
    return {each.id: each for each in study_2011.inconsistencies()}


def test_every_figure_that_fails_a_check_belongs_to_one_contradiction() -> None:
    links = yaml.safe_load((study_2011.FOLDER / "ours.yaml").read_text(encoding="utf-8"))
    claimed = [where for each in links.values() for where in each.get("found", ())]
    assert sorted(claimed) == sorted(found.where for found in study_2011.find())


def test_the_row_that_sums_to_114_and_the_column_copied_over_another() -> None:
    found = by_id()
    assert found["I01"].found_by == (ADDS_UP, BASE, ROUNDED)
    assert found["I01"].printed == "60.0 / 27.6 / 0.5 / 0.0 / 25.9"
    assert found["I01"].ours == ("11.9% (22 of 185)",)
    assert found["I17"].found_by == (COLUMNS, TEXT)
    assert found["I17"].ours == (
        "78.1% (121 of 155)",
        "85.5% (136 of 159)",
        "79.2% (122 of 154)",
        "81.0% (128 of 158)",
    )


def test_each_check_finds_something() -> None:
    assert {found.check for found in study_2011.find()} == {
        ADDS_UP,
        BASE,
        TEXT,
        COLUMNS,
        RANGE,
        ROUNDED,
        WHOLE,
    }


def test_all_54_are_listed_and_every_figure_that_differs_from_ours_has_ours_beside_it() -> None:
    found = by_id()
    assert list(found) == [f"I{number:02}" for number in range(1, 55)]
    assert all(found[name].ours for name in CONTRADICTIONS.values())
