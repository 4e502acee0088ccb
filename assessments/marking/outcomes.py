"""Where each criterion and the whole unit stand: a pure fold over what has happened, in the order it happened.

Nothing here is stored. What happened is appended (`marking.models.Entry`) and never changed; where things stand is
worked out from it, and an order of events that cannot be is refused. One criterion goes this way:

    not sent -> with the assessor -> met -> agreed by the IQA
                     ^   |            |
                     |   v            | returned by the IQA: with the assessor again
                  sent again <- not yet met, referred

What an assessor in training decides is proposed until a qualified one countersigns it; one that is questioned is with
the assessor again. A decision that has reached the practitioner is changed by another one after it: reversed (met becomes
not yet met, or the other way round) or reopened, which takes back the acceptance of the unit as well.

`fold` is built from `step` alone, so folding a history and folding its continuation can never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce

from assessments.marking.happened import (
    Accepted,
    Agreed,
    Countersigned,
    Decided,
    Entry,
    OfOneCriterion,
    Questioned,
    Referred,
    Reopened,
    Returned,
    Reversed,
    Submitted,
)


class ImpossibleOrder(ValueError):
    """Something cannot have happened at this point. The message says what, to which criterion, and why not."""


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

    @property
    def is_met(self) -> bool:
        """Whether every criterion is met."""
        return self in {UnitState.MET, UnitState.ACCEPTED}


class _Phase(StrEnum):
    """Where a criterion that was sent stands; a decision of not yet met is held until the referral."""

    WITH = "with the assessor"
    PROPOSED_MET = "decided as met, and not countersigned yet"
    PROPOSED_NOT_YET = "decided as not yet met, and not countersigned yet"
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
        return self._in_phase(number, {_Phase.WITH})

    def to_countersign(self, number: int) -> tuple[str, ...]:
        """The criteria of a submission that wait for a countersignature, in the unit's order."""
        return self._in_phase(number, _PROPOSED)

    def held(self, number: int) -> tuple[str, ...]:
        """The criteria of a submission that were decided as not yet met and wait to be referred."""
        return self._in_phase(number, {_Phase.HELD})

    def may_reverse(self, criterion: str) -> bool:
        """Whether a decision has reached the practitioner and no IQA has agreed with it."""
        sent = self.sent.get(criterion)
        return not self.accepted and sent is not None and sent.phase in {_Phase.MET, _Phase.REFERRED}

    def may_reopen(self, criterion: str) -> bool:
        """Whether a criterion is met, agreed or not, so that it can be decided once more."""
        sent = self.sent.get(criterion)
        return sent is not None and sent.phase in _DONE

    def may_reconsider(self, criterion: str) -> bool:
        """Whether a decision has reached the practitioner, met or not yet met, so that an appeal can reopen it."""
        sent = self.sent.get(criterion)
        return sent is not None and sent.phase in _DONE | _REFERRED

    def _in_phase(self, number: int, phases: AbstractSet[_Phase]) -> tuple[str, ...]:
        return tuple(
            ref
            for ref in self.criteria
            if ref in self.sent and self.sent[ref].submission == number and self.sent[ref].phase in phases
        )

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
        if phases & {_Phase.WITH, _Phase.HELD, *_PROPOSED}:
            return UnitState.SUBMITTED
        return UnitState.MET if self.met == len(self.criteria) else UnitState.IN_PROGRESS


_SHOWN = {
    _Phase.WITH: CriterionState.WITH,
    _Phase.PROPOSED_MET: CriterionState.WITH,
    _Phase.PROPOSED_NOT_YET: CriterionState.WITH,
    # what an assessor has decided reaches the practitioner with the referral, not before
    _Phase.HELD: CriterionState.WITH,
    _Phase.REFERRED: CriterionState.NOT_YET,
    _Phase.MET: CriterionState.MET,
    _Phase.AGREED: CriterionState.AGREED,
}
_DONE = frozenset({_Phase.MET, _Phase.AGREED})
_WITH = frozenset({_Phase.WITH})
_MET = frozenset({_Phase.MET})
_REFERRED = frozenset({_Phase.REFERRED})
_PROPOSED = frozenset({_Phase.PROPOSED_MET, _Phase.PROPOSED_NOT_YET})


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
    if standing.accepted and not isinstance(entry, Reopened):
        raise ImpossibleOrder("the unit has been accepted: nothing more can happen to it")
    match entry:
        case Submitted(number, criteria):
            return _submitted(standing, number, criteria)
        case Referred(number):
            return _referred(standing, number)
        case Accepted():
            return _accepted(standing)
        case Reopened(criterion):
            return replace(_one_moved(standing, criterion, entry), accepted=False)
        case _:
            return _one_moved(standing, entry.criterion, entry)


def _one_moved(standing: Standing, criterion: str, entry: OfOneCriterion) -> Standing:
    match entry:
        case Decided(_, met, in_training):
            what, allowed, to = "decided", _WITH, _DECIDED[met, in_training]
        case Countersigned():
            met = _phase(standing, criterion) == _Phase.PROPOSED_MET
            what, allowed, to = "countersigned", _PROPOSED, _DECIDED[met, False]
        case Questioned():
            what, allowed, to = "questioned", _PROPOSED, _Phase.WITH
        case Returned():
            what, allowed, to = "returned", _MET, _Phase.WITH
        case Agreed():
            what, allowed, to = "agreed", _MET, _Phase.AGREED
        case Reversed(_, met):
            what, allowed = "reversed", _REFERRED if met else _MET
            to = _Phase.MET if met else _Phase.REFERRED
        case Reopened():
            what, allowed, to = "reopened", _DONE | _REFERRED, _Phase.WITH
    _require(standing, criterion, allowed, what)
    return _moved(standing, criterion, to)


def _accepted(standing: Standing) -> Standing:
    missing = [ref for ref in standing.criteria if _phase(standing, ref) not in _DONE]
    if missing:
        raise ImpossibleOrder(f"the unit cannot be accepted: {', '.join(missing)} not met")
    return replace(standing, accepted=True)


_DECIDED = {
    (True, False): _Phase.MET,
    (False, False): _Phase.HELD,
    (True, True): _Phase.PROPOSED_MET,
    (False, True): _Phase.PROPOSED_NOT_YET,
}
"""Where a decision puts a criterion, by whether it is met and whether the assessor is in training."""


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
    unsigned = standing.to_countersign(number)
    if unsigned:
        raise ImpossibleOrder(
            f"submission {number} cannot be referred: {', '.join(unsigned)} not countersigned"
        )
    held = standing.held(number)
    if not held:
        raise ImpossibleOrder(f"submission {number} cannot be referred: nothing in it is not yet met")
    return replace(standing, sent={**standing.sent, **{ref: Sent(_Phase.REFERRED, number) for ref in held}})


def _phase(standing: Standing, criterion: str) -> str:
    sent = standing.sent.get(criterion)
    return sent.phase if sent else "not sent"


def _require(standing: Standing, criterion: str, phases: AbstractSet[_Phase], what: str) -> None:
    if criterion not in standing.criteria:
        raise ImpossibleOrder(f"the unit has no criterion {criterion}")
    if _phase(standing, criterion) not in phases:
        raise ImpossibleOrder(f"{criterion} cannot be {what}: it is {_phase(standing, criterion)}")


def _moved(standing: Standing, criterion: str, phase: _Phase) -> Standing:
    sent = replace(standing.sent[criterion], phase=phase)
    return replace(standing, sent={**standing.sent, criterion: sent})
