"""What a thoughtful practitioner answers: the strong way through a scenario, a check's right answers, two worksheets in full."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from courses.content.knowledge_checks import Check, ChoiceQuestion, MatchQuestion, OrderQuestion, Question
from courses.content.scenarios import Scenario
from courses.content.schema import Activity
from courses.content.worksheets import Worksheet
from courses.progress import branching, judging, worksheet_text
from courses.progress.drafts import Values

WORKSHEETS = Path(__file__).parent / "data" / "worksheets.yaml"


def answers_to(activity: Activity) -> Values:
    """Answers by form field; empty for an activity that asks nothing with an answer of its own."""
    if isinstance(activity, Scenario):
        return _strong_way(activity)
    if isinstance(activity, Check):
        return {name: value for question in activity.questions for name, value in _right(question).items()}
    if isinstance(activity, Worksheet):
        return _filled_in(activity)
    return {}


@cache
def _worksheets() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(WORKSHEETS.read_text(encoding="utf-8"))
    return found


def _filled_in(sheet: Worksheet) -> Values:
    """What is written in a worksheet: boxes by their ids, tables by theirs, a list of rows each."""
    written = _worksheets().get(sheet.id, {})
    tables = {table.id for table in sheet.tables}
    values: Values = {
        worksheet_text.field_name(box): words for box, words in written.items() if box not in tables
    }
    for table in tables & written.keys():
        for number, row in enumerate(written[table], start=1):
            values |= {
                worksheet_text.cell_name(table, number, column): words for column, words in row.items()
            }
    return values


def _strong_way(scenario: Scenario) -> Values:
    values: Values = {}
    while not branching.is_at_its_end(way := branching.way_through(scenario, values)):
        scene = way[-1].scene
        best = next((choice for choice in scene.choices if choice.fit == "strong"), scene.choices[0])
        values[branching.field_name(scene.id)] = best.id
    return values


def _right(question: Question) -> Values:
    name = judging.field_name(question.id)
    if isinstance(question, ChoiceQuestion):
        right = [option.id for option in question.options if option.right]
        return {name: right if question.choose == "many" else right[0]}
    if isinstance(question, OrderQuestion):
        return {
            judging.field_name(question.id, step.id): str(place)
            for place, step in enumerate(question.steps, start=1)
        }
    if isinstance(question, MatchQuestion):
        return {judging.field_name(question.id, pair.id): pair.match for pair in question.pairs}
    return {name: question.model}
