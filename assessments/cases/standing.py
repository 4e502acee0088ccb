"""Where a case stands: a pure fold over its steps, in the order in which they happened.

Nothing here is stored. Steps are appended (`cases.models.CaseStep`) and never changed; an order of steps that cannot be is
refused. A case goes this way, each stage answered by somebody further from the decision than the one before:

    opened -> answered -> taken further -> answered -> ... -> closed

Where no answer comes in time (`cases.limits` says by when), a case is taken further unanswered. Malpractice and
maladministration first put what is alleged to the person, who may respond, and only then is it decided.
`fold` is built from `step` alone, so folding a history and folding its continuation can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce


class ImpossibleStep(ValueError):
    """A step cannot have happened at this point. The message says which, and why not."""


class Kind(StrEnum):
    """What a case is about. Each kind has its own stages, people and time limits."""

    APPEAL = "appeal"
    COMPLAINT = "complaint"
    ADJUSTMENT = "adjustment"
    CONSIDERATION = "consideration"
    MALPRACTICE = "malpractice"
    MALADMINISTRATION = "maladministration"


class Stage(StrEnum):
    """Who answers."""

    ASSESSOR = "assessor"
    IQA = "iqa"
    PROVIDER = "provider"
    INDEPENDENT = "independent"
    AWARDING_BODY = "awarding-body"


class StepKind(StrEnum):
    """One thing that happens to a case."""

    OPENED = "opened"
    PUT = "put"
    RESPONDED = "responded"
    LAPSED = "lapsed"
    NAMED = "named"
    ANSWERED = "answered"
    TAKEN_FURTHER = "taken-further"
    TOLD = "told"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What an answer says."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly-upheld"
    NOT_UPHELD = "not-upheld"
    AGREED = "agreed"
    DECLINED = "declined"
    FOUND = "found"
    NOT_FOUND = "not-found"


class Phase(StrEnum):
    """What the case waits for."""

    TO_PUT = "to-put"
    RESPONSE = "response"
    ANSWER = "answer"
    ANSWERED = "answered"
    CLOSED = "closed"


WRONGS = frozenset({Kind.MALPRACTICE, Kind.MALADMINISTRATION})
"""What is alleged of somebody, and looked into to the end."""
OUTCOMES: dict[Kind, tuple[Outcome, ...]] = {
    Kind.APPEAL: (Outcome.UPHELD, Outcome.NOT_UPHELD),
    Kind.COMPLAINT: (Outcome.UPHELD, Outcome.PARTLY_UPHELD, Outcome.NOT_UPHELD),
    Kind.ADJUSTMENT: (Outcome.AGREED, Outcome.DECLINED),
    Kind.CONSIDERATION: (Outcome.AGREED, Outcome.DECLINED),
    Kind.MALPRACTICE: (Outcome.FOUND, Outcome.NOT_FOUND),
    Kind.MALADMINISTRATION: (Outcome.FOUND, Outcome.NOT_FOUND),
}
"""What a case of each kind can be answered with."""
_GRANTED = frozenset({Outcome.UPHELD, Outcome.AGREED, Outcome.NOT_FOUND})


def stages_of(kind: Kind, *, about_decision: bool) -> tuple[Stage, ...]:
    """Who answers a case, in turn. An appeal against the answer to another case begins with an independent person.

    Args:
        kind: what it is about.
        about_decision: for an appeal, whether it is against an assessor's decision.
    """
    match kind:
        case Kind.APPEAL if about_decision:
            return (Stage.ASSESSOR, Stage.IQA, Stage.INDEPENDENT, Stage.AWARDING_BODY)
        case Kind.APPEAL:
            return (Stage.INDEPENDENT, Stage.AWARDING_BODY)
        case Kind.COMPLAINT:
            return (Stage.PROVIDER, Stage.INDEPENDENT, Stage.AWARDING_BODY)
        case _:
            return (Stage.PROVIDER,)


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `outcome` is given for an answer, `person_id` for a person who is named."""

    kind: StepKind
    outcome: Outcome | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands after everything that has happened so far.

    Attributes:
        kind: what it is about.
        stages: who answers, in turn.
        phase: what it waits for; None before it is opened.
        at: the place of the present stage among the stages.
        outcome: the last answer.
        named_id: the independent person, once somebody is named.
        is_told: whether the awarding body has been told.
    """

    kind: Kind
    stages: tuple[Stage, ...]
    phase: Phase | None = None
    at: int = 0
    outcome: Outcome | None = None
    named_id: int | None = None
    is_told: bool = False

    @property
    def stage(self) -> Stage:
        """Who answers now, or answered last."""
        return self.stages[self.at]

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen."""
        return self.phase is not Phase.CLOSED

    @property
    def is_granted(self) -> bool:
        """Whether the last answer gives the person what they asked for; nothing is then left to take further."""
        return self.outcome in _GRANTED

    @property
    def is_last_word(self) -> bool:
        """Whether the awarding body has answered: nothing is taken further from there, so nothing is due."""
        return self.phase is Phase.ANSWERED and self.stage is Stage.AWARDING_BODY

    @property
    def may_go_further(self) -> bool:
        """Whether there is somebody else who can answer."""
        waits = self.phase is Phase.ANSWERED and not self.is_granted
        return (waits or self.phase is Phase.ANSWER) and self.at + 1 < len(self.stages)

    @property
    def needs_a_name(self) -> bool:
        """Whether an independent person is to be named before the case can be answered."""
        return self.phase is Phase.ANSWER and self.stage is Stage.INDEPENDENT and self.named_id is None


def fold(kind: Kind, stages: tuple[Stage, ...], history: Iterable[Step]) -> Standing:
    """Where a case stands after a history.

    Args:
        kind: what it is about.
        stages: who answers, in turn.
        history: its steps, oldest first.

    Raises:
        ImpossibleStep: the steps cannot have happened in this order.
    """
    return reduce(step, history, Standing(kind, stages))


def step(now: Standing, one: Step) -> Standing:
    """Where a case stands after one more step.

    Raises:
        ImpossibleStep: it cannot happen now.
    """
    if (now.phase is None) != (one.kind is StepKind.OPENED):
        raise ImpossibleStep(f"{one.kind.value}: a case is opened once, before anything else")
    handle = _HANDLED.get(one.kind)
    return handle(now, one) if handle else _moved(now, one)


def _opened(now: Standing, _one: Step) -> Standing:
    return replace(now, phase=Phase.TO_PUT if now.kind in WRONGS else Phase.ANSWER)


def _named(now: Standing, one: Step) -> Standing:
    if now.phase is not Phase.ANSWER or now.stage is not Stage.INDEPENDENT:
        raise ImpossibleStep(f"named: nobody is to be named at {_where(now)}")
    if one.person_id is None:
        raise ImpossibleStep("named: nobody is named")
    return replace(now, named_id=one.person_id)


def _answered(now: Standing, one: Step) -> Standing:
    if one.outcome not in OUTCOMES[now.kind]:
        raise ImpossibleStep(f"answered: {one.outcome} is no answer to {now.kind.value}")
    if now.needs_a_name:
        raise ImpossibleStep("answered: no independent person has been named")
    return replace(_moved(now, one), outcome=one.outcome)


def _taken_further(now: Standing, _one: Step) -> Standing:
    if not now.may_go_further:
        raise ImpossibleStep(f"taken further: nobody else answers at {_where(now)}")
    return replace(now, phase=Phase.ANSWER, at=now.at + 1, outcome=None)


def _told(now: Standing, _one: Step) -> Standing:
    if not now.is_open:
        raise ImpossibleStep("told: the case is closed")
    return replace(now, is_told=True)


def _withdrawn(now: Standing, one: Step) -> Standing:
    if now.kind in WRONGS:
        raise ImpossibleStep("withdrawn: what is alleged is looked into to the end")
    return _moved(now, one)


def _closed(now: Standing, one: Step) -> Standing:
    if now.outcome is Outcome.FOUND and not now.is_told:
        raise ImpossibleStep("closed: the awarding body has not been told")
    return _moved(now, one)


def _moved(now: Standing, one: Step) -> Standing:
    allowed, to = _MOVES[one.kind]
    if now.phase not in allowed:
        raise ImpossibleStep(f"{one.kind.value}: it cannot happen at {_where(now)}")
    return replace(now, phase=to)


_MOVES: dict[StepKind, tuple[frozenset[Phase], Phase]] = {
    StepKind.PUT: (frozenset({Phase.TO_PUT}), Phase.RESPONSE),
    StepKind.RESPONDED: (frozenset({Phase.RESPONSE}), Phase.ANSWER),
    StepKind.LAPSED: (frozenset({Phase.RESPONSE}), Phase.ANSWER),
    StepKind.ANSWERED: (frozenset({Phase.ANSWER}), Phase.ANSWERED),
    StepKind.WITHDRAWN: (frozenset({Phase.ANSWER, Phase.ANSWERED}), Phase.CLOSED),
    StepKind.CLOSED: (frozenset({Phase.ANSWERED}), Phase.CLOSED),
}
"""From which phases a step can be taken, and to which it leads."""
_HANDLED: dict[StepKind, Callable[[Standing, Step], Standing]] = {
    StepKind.OPENED: _opened,
    StepKind.NAMED: _named,
    StepKind.ANSWERED: _answered,
    StepKind.TAKEN_FURTHER: _taken_further,
    StepKind.TOLD: _told,
    StepKind.WITHDRAWN: _withdrawn,
    StepKind.CLOSED: _closed,
}


def _where(now: Standing) -> str:
    return f"{now.phase.value if now.phase else 'the beginning'}, {now.stage.value}"
