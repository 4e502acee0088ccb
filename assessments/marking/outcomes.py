"""Where each criterion and the whole unit stand: a pure fold over what has happened, in the order it happened.

Nothing here is stored. What happened is appended (`marking.models.Entry`) and never changed; where things stand is
worked out from it, and an order of events that cannot be is refused. One criterion goes this way:

    not sent -> with the assessor -> met -> agreed by the IQA
                     ^   |            |
                     |   v            | returned by the IQA: with the assessor again
                  sent again <- not yet met, referred

`fold` is built from `step` alone, so folding a history and folding its continuation can never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce


class ImpossibleOrder(ValueError):
    """Something cannot have happened at this point. The message says what, to which criterion, and why not."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The practitioner sent some criteria: the first time, or again after a referral."""

    number: int
    criteria: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """The assessor decided one criterion."""

    criterion: str
    met: bool


@dataclass(frozen=True, slots=True)
class Referred:
    """The assessor sent a submission back for more: the criteria not yet met may now be sent again."""

    number: int


@dataclass(frozen=True, slots=True)
class Returned:
    """The IQA did not agree that a criterion is met: the assessor decides it once more."""

    criterion: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """The IQA agreed that a criterion is met."""

    criterion: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The IQA accepted the unit: its sample is closed, or the plan did not draw it."""


Entry = Submitted | Decided | Referred | Returned | Agreed | Accepted


class CriterionState(StrEnum):
    """Where one criterion stands. The values are the codes that pages draw (LOOKS section 3)."""

    NONE = "none"
    READY = "ready"
    WITH = "with"
    NOT_YET = "notyet"
    MET = "met"
    AGREED = "agreed"


class UnitState(StrEnum):
    """Where the whole unit stands."""

    IN_PROGRESS = "in-progress"
    SUBMITTED = "submitted"
    REFERRED = "referred"
    MET = "met-awaiting-iqa"
    ACCEPTED = "accepted"


class _Phase(StrEnum):
    """Where a criterion that was sent stands; a decision of not yet met is held until the referral."""

    WITH = "with the assessor"
    HELD = "decided as not yet met, and not referred yet"
    REFERRED = "referred"
    MET = "met"
    AGREED = "agreed by the IQA"


@dataclass(frozen=True, slots=True)
class Sent:
    """One criterion that has been sent: where it stands, and the submission that carried it last."""

    phase: _Phase
    submission: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a portfolio stands after everything that has happened so far.

    Attributes:
        criteria: every criterion of the unit, in its order.
        sent: those that have been sent at least once.
        submissions: how many submissions there have been.
        accepted: whether the IQA has accepted the unit.
    """

    criteria: tuple[str, ...]
    sent: Mapping[str, Sent] = field(default_factory=dict)
    submissions: int = 0
    accepted: bool = False

    def state(self, criterion: str, *, has_new_evidence: bool = False) -> CriterionState:
        """Where one criterion stands.

        Args:
            criterion: its reference, such as 3.1.
            has_new_evidence: whether evidence that has not been sent is mapped to it.

        Raises:
            KeyError: the unit has no such criterion.
        """
        if criterion not in self.criteria:
            raise KeyError(criterion)
        if has_new_evidence and self.may_send(criterion):
            return CriterionState.READY
        if criterion not in self.sent:
            return CriterionState.NONE
        return _SHOWN[self.sent[criterion].phase]

    def states(self, with_new_evidence: Iterable[str] = ()) -> dict[str, CriterionState]:
        """Where every criterion stands, in the unit's order; given the criteria with evidence not yet sent."""
        fresh = frozenset(with_new_evidence)
        return {ref: self.state(ref, has_new_evidence=ref in fresh) for ref in self.criteria}

    def may_send(self, criterion: str) -> bool:
        """Whether the practitioner may send a criterion now: never sent, or referred."""
        if self.accepted:
            return False
        sent = self.sent.get(criterion)
        return sent is None or sent.phase is _Phase.REFERRED

    def to_decide(self, number: int) -> tuple[str, ...]:
        """The criteria of a submission that wait for the assessor, in the unit's order."""
        return tuple(
            ref
            for ref in self.criteria
            if ref in self.sent
            and self.sent[ref].submission == number
            and self.sent[ref].phase is _Phase.WITH
        )

    def may_reconsider(self, criterion: str) -> bool:
        """Whether a criterion has been decided and has reached the practitioner, so that an appeal can reopen it."""
        sent = self.sent.get(criterion)
        return not self.accepted and sent is not None and sent.phase in _RECONSIDERED

    @property
    def referred(self) -> tuple[str, ...]:
        """The criteria that went back to the practitioner for more, in the unit's order."""
        return tuple(
            ref for ref in self.criteria if ref in self.sent and self.sent[ref].phase is _Phase.REFERRED
        )

    @property
    def met(self) -> int:
        """How many criteria are met, double-checked ones included."""
        return sum(sent.phase in _DONE for sent in self.sent.values())

    @property
    def unit(self) -> UnitState:
        """Where the unit stands. A referral comes first: it is the practitioner who is waited for."""
        if self.accepted:
            return UnitState.ACCEPTED
        phases = {sent.phase for sent in self.sent.values()}
        if _Phase.REFERRED in phases:
            return UnitState.REFERRED
        if phases & {_Phase.WITH, _Phase.HELD}:
            return UnitState.SUBMITTED
        return UnitState.MET if self.met == len(self.criteria) else UnitState.IN_PROGRESS


_SHOWN = {
    _Phase.WITH: CriterionState.WITH,
    # what an assessor has decided reaches the practitioner with the referral, not before
    _Phase.HELD: CriterionState.WITH,
    _Phase.REFERRED: CriterionState.NOT_YET,
    _Phase.MET: CriterionState.MET,
    _Phase.AGREED: CriterionState.AGREED,
}
_RECONSIDERED = frozenset({_Phase.MET, _Phase.REFERRED})
_DONE = frozenset({_Phase.MET, _Phase.AGREED})


def fold(criteria: Iterable[str], history: Iterable[Entry]) -> Standing:
    """Where a portfolio stands after a history.

    Args:
        criteria: the references of the unit's criteria, in its order.
        history: what happened, oldest first.

    Raises:
        ImpossibleOrder: the history cannot have happened in this order.
    """
    return reduce(step, history, Standing(tuple(criteria)))


def step(standing: Standing, entry: Entry) -> Standing:
    """Where a portfolio stands after one more thing has happened.

    Raises:
        ImpossibleOrder: it cannot happen now.
    """
    if standing.accepted:
        raise ImpossibleOrder("the unit has been accepted: nothing more can happen to it")
    match entry:
        case Submitted(number, criteria):
            return _submitted(standing, number, criteria)
        case Decided(criterion, met):
            _require(standing, criterion, _Phase.WITH, "decided")
            return _moved(standing, criterion, _Phase.MET if met else _Phase.HELD)
        case Referred(number):
            return _referred(standing, number)
        case Returned(criterion):
            if not standing.may_reconsider(criterion):
                raise ImpossibleOrder(f"{criterion} cannot be returned: it is {_phase(standing, criterion)}")
            return _moved(standing, criterion, _Phase.WITH)
        case Agreed(criterion):
            _require(standing, criterion, _Phase.MET, "agreed")
            return _moved(standing, criterion, _Phase.AGREED)
        case Accepted():
            missing = [ref for ref in standing.criteria if _phase(standing, ref) not in _DONE]
            if missing:
                raise ImpossibleOrder(f"the unit cannot be accepted: {', '.join(missing)} not met")
            return replace(standing, accepted=True)


def _submitted(standing: Standing, number: int, criteria: frozenset[str]) -> Standing:
    if number != standing.submissions + 1:
        raise ImpossibleOrder(f"submission {number} cannot follow submission {standing.submissions}")
    if not criteria:
        raise ImpossibleOrder(f"submission {number} holds no criterion")
    unknown = sorted(criteria.difference(standing.criteria))
    if unknown:
        raise ImpossibleOrder(f"submission {number}: the unit has no criterion {', '.join(unknown)}")
    for ref in sorted(criteria):
        if not standing.may_send(ref):
            raise ImpossibleOrder(f"{ref} cannot be sent: it is {_phase(standing, ref)}")
    sent = {**standing.sent, **{ref: Sent(_Phase.WITH, number) for ref in criteria}}
    return replace(standing, sent=sent, submissions=number)


def _referred(standing: Standing, number: int) -> Standing:
    waiting = standing.to_decide(number)
    if waiting:
        raise ImpossibleOrder(f"submission {number} cannot be referred: {', '.join(waiting)} not decided")
    held = [ref for ref, s in standing.sent.items() if s.submission == number and s.phase is _Phase.HELD]
    if not held:
        raise ImpossibleOrder(f"submission {number} cannot be referred: nothing in it is not yet met")
    return replace(standing, sent={**standing.sent, **{ref: Sent(_Phase.REFERRED, number) for ref in held}})


def _phase(standing: Standing, criterion: str) -> str:
    sent = standing.sent.get(criterion)
    return sent.phase if sent else "not sent"


def _require(standing: Standing, criterion: str, phase: _Phase, what: str) -> None:
    if criterion not in standing.criteria:
        raise ImpossibleOrder(f"the unit has no criterion {criterion}")
    if _phase(standing, criterion) != phase:
        raise ImpossibleOrder(f"{criterion} cannot be {what}: it is {_phase(standing, criterion)}")


def _moved(standing: Standing, criterion: str, phase: _Phase) -> Standing:
    sent = replace(standing.sent[criterion], phase=phase)
    return replace(standing, sent={**standing.sent, criterion: sent})
