"""What a thoughtful practitioner answers: the strong way through a scenario, and the right answers of a check."""

from __future__ import annotations

from courses.content.knowledge_checks import Check, ChoiceQuestion, MatchQuestion, OrderQuestion, Question
from courses.content.scenarios import Scenario
from courses.content.schema import Activity
from courses.progress import branching, judging
from courses.progress.drafts import Values


def answers_to(activity: Activity) -> Values:
    """Answers by form field; empty for an activity that asks nothing with an answer of its own."""
    if isinstance(activity, Scenario):
        return _strong_way(activity)
    if isinstance(activity, Check):
        return {name: value for question in activity.questions for name, value in _right(question).items()}
    return {}


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
