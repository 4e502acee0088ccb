"""Which cells of one frequency table to hide. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assessments.evaluation.policy import Policy
from assessments.evaluation.tables import AGREE, AGREEING, DISAGREE, DISAGREEING


@dataclass
class FrequencyTable:
    """The counts of one variable and what is hidden of them.

    Attributes:
        name: The variable.
        counts: By code.
        base: How many answered.
        respondents: How many were asked; whoever compares it with the base knows how many did not answer.
        special: Whether it holds special-category data.
        hidden: Codes whose count is hidden.
        telling: Codes whose count would give a small one away beside earlier figures.
        base_hidden: Whether the base, and with it every percentage, is hidden.
    """

    name: str
    counts: Mapping[str, int]
    base: int
    respondents: int
    special: bool = False
    hidden: set[str] = field(default_factory=set)
    base_hidden: bool = False
    telling: frozenset[str] = frozenset()

    def must_be_hidden(self, code: str, policy: Policy) -> bool:
        """Whether a count is small, or would give a small one away."""
        return code in self.telling or policy.is_small(self.counts[code], special=self.special)

    @property
    def anything_hidden(self) -> bool:
        """Whether a count or the base is hidden."""
        return bool(self.hidden) or self.base_hidden

    def hide_counts(self) -> None:
        """Hide every count."""
        self.hidden |= set(self.counts)


def _too_few(table: FrequencyTable, policy: Policy) -> bool:
    """Hide the whole table if fewer people answered than a percentage needs."""
    if table.base >= policy.percent_base:
        return False
    if table.base:
        table.hide_counts()
        table.base_hidden = policy.is_small(table.base, special=table.special)
    return True


def protect_flat(table: FrequencyTable, policy: Policy, *, keep_counts: bool) -> None:
    """Hide cells of a question with one answer each.

    Args:
        table: Changed in place.
        policy: The thresholds.
        keep_counts: When one hidden count could be had from the base, hide the base (and all percentages) rather
            than a second count. For groupings, whose groups' sizes must be known to read the tables by group.
    """
    if _too_few(table, policy):
        return
    table.hidden = {code for code in table.counts if table.must_be_hidden(code, policy)}
    if not table.hidden:
        return
    threshold = policy.threshold(special=table.special)
    if keep_counts:
        if len(table.hidden) == 1 or sum(table.counts[code] for code in table.hidden) < threshold:
            table.base_hidden = True
            shown = sum(count for code, count in table.counts.items() if code not in table.hidden)
            if table.respondents - shown < threshold - 1:
                others = [(count, code) for code, count in table.counts.items() if code not in table.hidden]
                table.hidden |= _join(table.counts, table.hidden, sorted(others), threshold)
        return
    others = sorted(
        (count, code) for code, count in table.counts.items() if code not in table.hidden and count
    )
    table.hidden |= _join(table.counts, table.hidden, others, threshold)


def protect_statement(table: FrequencyTable, policy: Policy) -> None:
    """Hide cells of a statement: first among agree, disagree and no impact, then within the first two.

    A half whose two ratings are hidden keeps its sum, so that "disagree" can be shown when "strongly disagree" cannot.
    That nobody gave a rating is shown.
    """
    if _too_few(table, policy):
        return
    halves = {AGREE: AGREEING, DISAGREE: DISAGREEING}
    parted = {code for codes in halves.values() for code in codes}
    tops = [code for code in table.counts if code not in parted]
    hidden = {code for code in tops if table.must_be_hidden(code, policy)}
    if hidden:
        others = sorted(
            (table.counts[code], code) for code in tops if code not in hidden and table.counts[code]
        )
        hidden |= _join(table.counts, hidden, others, policy.threshold(special=table.special))
    table.hidden = set(hidden)
    for half, codes in halves.items():
        if half in hidden or any(table.must_be_hidden(code, policy) for code in codes):
            table.hidden |= {code for code in codes if table.counts[code]}


def _join(
    counts: Mapping[str, int], hidden: set[str], others: list[tuple[int, str]], threshold: int
) -> set[str]:
    """The smallest further cells to hide so that what is hidden is two cells or more and not itself a small number."""
    chosen: set[str] = set()
    total = sum(counts[code] for code in hidden)
    for count, code in others:
        if len(hidden) + len(chosen) > 1 and total >= threshold:
            break
        chosen.add(code)
        total += count
    return chosen
