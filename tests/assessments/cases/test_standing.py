"""The fold of a case: whatever the order of steps, only what can have happened is taken."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.cases import limits
from assessments.cases.standing import (
    OUTCOMES,
    ImpossibleStep,
    Kind,
    Outcome,
    Phase,
    Stage,
    Standing,
    Step,
    StepKind,
    fold,
    stages_of,
    step,
)

steps = st.builds(
    Step,
    st.sampled_from(StepKind),
    outcome=st.none() | st.sampled_from(Outcome),
    person_id=st.none() | st.integers(1, 3),
)
kinds = st.tuples(st.sampled_from(Kind), st.booleans())


def _taken(kind, about_decision, tried):
    """Take each of some steps if it can be taken; the history that results."""
    now, history = Standing(kind, stages_of(kind, about_decision=about_decision)), []
    for one in tried:
        try:
            now = step(now, one)
        except ImpossibleStep:
            continue
        history.append(one)
    return now, history


@given(kinds, st.lists(steps, max_size=40))
def test_every_history_that_is_taken_is_a_possible_one(about, tried):
    kind, about_decision = about
    now, history = _taken(kind, about_decision, [Step(StepKind.OPENED), *tried])
    assert fold(kind, stages_of(kind, about_decision=about_decision), history) == now
    said = [one.kind for one in history]
    answers = [one for one in history if one.kind is StepKind.ANSWERED]
    assert said.count(StepKind.OPENED) == 1
    assert all(one.outcome in OUTCOMES[kind] for one in answers)
    assert len(answers) <= len(now.stages), "nobody answers twice at one stage"
    assert said.count(StepKind.TAKEN_FURTHER) == now.at
    if kind in (Kind.MALPRACTICE, Kind.MALADMINISTRATION):
        assert StepKind.WITHDRAWN not in said
        if answers:
            first = said.index(StepKind.ANSWERED)
            assert said.index(StepKind.PUT) < first, "it is put to the person before it is decided"
            assert {StepKind.RESPONDED, StepKind.LAPSED} & set(said[:first])
        if now.phase is Phase.CLOSED and now.outcome is Outcome.FOUND:
            assert StepKind.TOLD in said
    else:
        assert not {StepKind.PUT, StepKind.RESPONDED, StepKind.LAPSED} & set(said)
    for place, one in enumerate(history):
        before = fold(kind, now.stages, history[:place])
        if one.kind is StepKind.ANSWERED and before.stage is Stage.INDEPENDENT:
            assert StepKind.NAMED in said[:place], "an independent person is named before they answer"
    ends = [place for place, one in enumerate(said) if one in (StepKind.CLOSED, StepKind.WITHDRAWN)]
    assert not ends or ends == [len(said) - 1], "nothing happens to a closed case"


@given(kinds, steps.filter(lambda one: one.kind is not StepKind.OPENED))
def test_nothing_comes_before_the_opening(about, one):
    kind, about_decision = about
    with pytest.raises(ImpossibleStep):
        step(Standing(kind, stages_of(kind, about_decision=about_decision)), one)


def test_what_is_granted_goes_no_further():
    now, _ = _taken(
        Kind.APPEAL, "about a decision", [Step(StepKind.OPENED), Step(StepKind.ANSWERED, Outcome.UPHELD)]
    )
    assert now.is_granted
    assert not now.may_go_further
    with pytest.raises(ImpossibleStep, match="nobody else"):
        step(now, Step(StepKind.TAKEN_FURTHER))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("about_decision", [True, False])
def test_every_stage_of_every_kind_has_a_time_limit(kind, about_decision):
    for version in limits.versions():
        of_kind = version.of(kind)
        assert set(stages_of(kind, about_decision=about_decision)) <= of_kind.answer.keys() or (
            kind is not Kind.APPEAL and not about_decision
        )
    opened, _ = _taken(kind, about_decision, [Step(StepKind.OPENED)])
    due = limits.due_on(opened, today=date(2026, 3, 2))
    assert due is not None
    assert due > date(2026, 3, 2)
