"""What is different between two versions of a unit: of the unit as a whole, and criterion by criterion. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.portfolio.unit_schema import Criterion, Unit, criterion_order
from courses.content.lines import TextLine
from courses.content.text_changes import Fate, TextChange, text_changes


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """One criterion in both versions.

    Attributes:
        ref: its number.
        wording: what it asks in plain words, in the later version that has it.
        fate: what became of it.
        texts: the lines that are different.
    """

    ref: str
    wording: str
    fate: Fate
    texts: tuple[TextChange, ...]

    @property
    def moved(self) -> str:
        """Where it was before: nowhere else, since a number names it."""
        return ""


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that is different between two versions of a unit."""

    texts: tuple[TextChange, ...]
    criteria: tuple[CriterionChange, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether both say the same."""
        return not (self.texts or self.criteria)


def compare(before: Unit, after: Unit) -> Differences:
    """What is different between two versions of a unit. Criteria are laid side by side by their numbers."""
    refs = sorted({*before.criteria, *after.criteria}, key=criterion_order)
    changes = (_change(ref, before.criteria.get(ref), after.criteria.get(ref)) for ref in refs)
    return Differences(
        texts=text_changes([*_unit_lines(before)], [*_unit_lines(after)]),
        criteria=tuple(change for change in changes if change.fate is not Fate.SAME),
    )


def _change(ref: str, before: Criterion | None, after: Criterion | None) -> CriterionChange:
    texts = text_changes([*_criterion_lines(before)], [*_criterion_lines(after)])
    if before is None or after is None:
        fate = Fate.ADDED if before is None else Fate.REMOVED
    else:
        fate = Fate.CHANGED if texts else Fate.SAME
    shown = after or before
    return CriterionChange(ref, shown.plain if shown else "", fate, texts)


def _criterion_lines(criterion: Criterion | None) -> Iterator[TextLine]:
    if criterion is None:
        return
    for key, text in (
        ("What it asks", criterion.wording),
        ("In plain words", criterion.plain),
        ("What would show it", criterion.shows),
        ("Kind", criterion.kind.value),
        ("Nine C’s", ", ".join(criterion.nine_cs) or "none"),
        ("Principles", ", ".join(criterion.principles) or "none"),
        ("Works well", ", ".join(kind.words for kind in criterion.best_evidence)),
    ):
        yield TextLine(key, text, key)


def _unit_lines(unit: Unit) -> Iterator[TextLine]:
    rules = unit.evidence_rules
    observed = rules.observation
    seen = ", ".join(map(str, observed.outcomes)) if observed else ""
    for key, text in (
        ("Title", unit.title),
        ("Level", str(unit.level)),
        ("Credits", str(unit.credits)),
        ("Whose words", unit.label),
        ("Reference number", unit.reference_number or "none yet"),
        ("Part of", unit.belongs_to),
        *((f"Outcome {outcome.number}", outcome.wording) for outcome in unit.outcomes),
        ("Families, each by a code", f"at least {rules.families_at_least}"),
        ("Outcomes from real work", ", ".join(map(str, rules.real_work_outcomes)) or "none"),
        ("A made-up case is accepted for", ", ".join(rules.simulation_accepted) or "none"),
        ("Observations", f"at least {observed.at_least}, for outcomes {seen}" if observed else "none"),
        ("Witness statements alone", "not enough" if rules.witness_never_alone else "enough"),
        ("Evidence counts as recent for", f"{rules.current_years} years"),
        ("The assessor answers within", f"{rules.answer_within_working_days} working days"),
    ):
        yield TextLine(key, text, key)
