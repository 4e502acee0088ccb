"""What an assessor says of one criterion, and what it must hold before it counts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The five rules of evidence."""

    VALID = "valid"
    AUTHENTIC = "authentic"
    CURRENT = "current"
    SUFFICIENT = "sufficient"
    RELIABLE = "reliable"

    @property
    def words(self) -> str:
        """The rule as people read it."""
        return "enough" if self is Rule.SUFFICIENT else self.value


@dataclass(frozen=True, slots=True)
class Judgement:
    """One criterion judged.

    Attributes:
        met: whether it is met; None while the assessor has not said.
        rules: the rules of evidence that hold.
        reason: why a rule does not hold; not shown to the practitioner.
        feedback: what the practitioner reads.
        is_spoken: whether feedback was recorded besides, which not everybody can hear.
    """

    met: bool | None
    rules: frozenset[Rule]
    reason: str = ""
    feedback: str = ""
    is_spoken: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a judgement still lacks: the field and what to do."""

    field: str
    words: str


def lacks(judgement: Judgement) -> list[Lack]:
    """What a judgement lacks before it can be sent; nothing when it is whole."""
    missing = [rule for rule in Rule if rule not in judgement.rules]
    found: list[Lack] = []
    if judgement.met is None:
        found.append(Lack("outcome", "Choose met or not yet met."))
    if judgement.met and missing:
        failed = " and ".join(rule.words for rule in missing)
        found.append(
            Lack(
                "rules",
                f"Evidence that is not {failed} cannot meet a criterion. Tick it, or ask for one more thing.",
            )
        )
    if judgement.met is False and not judgement.feedback:
        found.append(Lack("feedback", "Say what is there, what is missing and what would show it."))
    elif judgement.is_spoken and not judgement.feedback:
        found.append(Lack("feedback", "Write the main point too: not everybody can hear what you say."))
    if judgement.met is False and missing and not judgement.reason:
        found.append(Lack("reason", "Say why a rule you left unticked does not hold. Your IQA reads this."))
    return found
