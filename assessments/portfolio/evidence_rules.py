"""What a whole portfolio still lacks by the unit's evidence rules. Pure; advice, never a refusal.

The rules are the unit's, not the code's. They are shown to the practitioner before she sends and to the assessor while
deciding; a decision stays the assessor's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assessments.portfolio.unit_schema import EvidenceKind, Unit
from lms.core.text import day_year


@dataclass(frozen=True, slots=True)
class Item:
    """What the rules need to know of one piece of evidence. No word of it: what is not sent yet may still name somebody."""

    kind: EvidenceKind
    family_code: str
    happened_on: date
    criteria: frozenset[str]
    by_expert: bool = False
    """Whether an expert witness said it: that counts as an observation."""


def shortfalls(unit: Unit, items: Iterable[Item], *, today: date) -> list[str]:
    """What the evidence lacks, as sentences to the practitioner.

    Args:
        unit: the unit, with its rules.
        items: the evidence of the whole portfolio.
        today: the day on which age is counted.
    """
    kept = list(items)
    return [
        *_families(unit, kept),
        *_observations(unit, kept),
        *_witnesses(unit, kept),
        *_old(unit, kept, today),
    ]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _families(unit: Unit, items: list[Item]) -> list[str]:
    asked = unit.evidence_rules.families_at_least
    named = {item.family_code for item in items if item.family_code}
    if len(named) >= asked:
        return []
    so_far = _count(len(named), "family", "families") if named else "no family"
    return [
        f"Work with at least {_count(asked, 'family', 'families')}, each by its own code. Yours names {so_far} so far."
    ]


def _observations(unit: Unit, items: list[Item]) -> list[str]:
    rule = unit.evidence_rules.observation
    if rule is None:
        return []
    seen = [
        item
        for item in items
        if (item.kind is EvidenceKind.OBSERVATION or item.by_expert)
        and any(unit.criteria[ref].outcome in rule.outcomes for ref in item.criteria if ref in unit.criteria)
    ]
    if len(seen) >= rule.at_least:
        return []
    where = " or ".join(str(number) for number in rule.outcomes)
    return [
        f"Somebody watches you work: {_count(rule.at_least, 'observation', 'observations')} for outcome {where}."
    ]


def _witnesses(unit: Unit, items: list[Item]) -> list[str]:
    if not unit.evidence_rules.witness_never_alone:
        return []
    said = []
    for outcome in unit.outcomes:
        refs = {criterion.ref for criterion in outcome.criteria}
        kinds = {(item.kind, item.by_expert) for item in items if item.criteria & refs}
        if kinds == {(EvidenceKind.WITNESS_TESTIMONY, False)}:
            said.append(
                f"More than a witness statement for outcome {outcome.number}: add another kind of evidence."
            )
    return said


def _old(unit: Unit, items: list[Item], today: date) -> list[str]:
    rules = unit.evidence_rules
    said = []
    for item in items:
        is_prior = item.kind is EvidenceKind.PRIOR_LEARNING
        years = rules.prior_learning_years if is_prior else rules.current_years
        if item.happened_on < date(today.year - years, today.month, min(today.day, 28)):
            said.append(
                f"Recent work: “{item.kind.words}” of {day_year(item.happened_on)} is more than "
                f"{_count(years, 'year', 'years')} old. Say why it still shows what you do."
            )
    return said
