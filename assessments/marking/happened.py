"""The things that can happen to a portfolio, as `outcomes` folds them. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Submitted:
    """The practitioner sent some criteria: the first time, or again after a referral."""

    number: int
    criteria: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """The assessor decided one criterion; one in training proposes it."""

    criterion: str
    met: bool
    in_training: bool = False


@dataclass(frozen=True, slots=True)
class Countersigned:
    """A qualified assessor signed what one in training decided: from now it counts."""

    criterion: str


@dataclass(frozen=True, slots=True)
class Questioned:
    """A qualified assessor did not sign what one in training decided: it is decided once more."""

    criterion: str


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


@dataclass(frozen=True, slots=True)
class Reversed:
    """A decision that had reached the practitioner was replaced by its opposite."""

    criterion: str
    met: bool


@dataclass(frozen=True, slots=True)
class Reopened:
    """A criterion that was met is decided once more, even after the unit was accepted."""

    criterion: str


OfOneCriterion = Decided | Countersigned | Questioned | Returned | Agreed | Reversed | Reopened
Entry = Submitted | Referred | Accepted | OfOneCriterion
