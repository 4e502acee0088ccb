"""Was it the same for everyone: one item by group, with what a test says of the groups that are shown. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assessments.evaluation import statistics, words
from assessments.evaluation.association import Association, associate
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import Counts, Share, Table, people, share
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Integers
from assessments.evaluation.tables import AGREE, MOTIVATION, MOTIVATION_ITEM, SINGLE, Grouping

CLEAR = 0.05
METHODS = {
    statistics.PEARSON: "chi-square",
    statistics.FISHER: "Fisher's exact test",
    statistics.MONTE_CARLO: "chi-square by simulation",
}
FAMILY = "the groupings that are compared for one statement on one page"
"""What p-values on a page are adjusted over."""


@dataclass(frozen=True)
class Group:
    """One group: its share, or none when too few."""

    label: str
    people: int | None
    share: Share | None
    why_not: str = words.FEW_OTHERS


@dataclass(frozen=True)
class Compared:
    """One grouping: its groups, and the test over those that are shown."""

    title: str
    groups: tuple[Group, ...]
    test: Association
    p_adjusted: float

    @property
    def p(self) -> float:
        """The p-value before adjusting."""
        return self.test.p

    @property
    def shown(self) -> tuple[Group, ...]:
        """Groups with a figure."""
        return tuple(group for group in self.groups if group.share is not None)

    @property
    def is_clear(self) -> bool:
        """Whether groups differ by more than chance and the number of comparisons explain."""
        return not math.isnan(self.p_adjusted) and self.p_adjusted < CLEAR

    @property
    def verdict(self) -> str:
        """What the test says, in a sentence."""
        if math.isnan(self.p):
            return ""
        seen = f"(p {words.p_value(self.p)}; adjusted, {words.p_value(self.p_adjusted)})"
        if self.is_clear:
            return f"These groups differ by more than chance would explain {seen}."
        if self.p < CLEAR:
            return f"Worth watching {seen}, but with so many comparisons it may be chance."
        return f"No clear difference {seen}."


def compare(protected: Protected, item: str) -> tuple[Compared, ...]:
    """Every grouping of one item. Tests use only groups that are shown, so they tell no more than the figures do.

    Args:
        protected: Protected tables in which this item's groups are protected.
        item: A statement or a motivation.
    """
    groups = protected.tables.groups
    row = groups.items.index(item)
    found = []
    for grouping in groups.groupings:
        hidden = protected.group_percent[row, grouping.span]
        agree, base = groups.agree[row, grouping.span], groups.base[row, grouping.span]
        test = associate(np.where(hidden, 0, agree), np.where(hidden, 0, base))
        labels = _labels(protected, grouping)
        found.append(
            (
                words.GROUPINGS.get(grouping.name, grouping.name),
                tuple(_group(protected, row, grouping, g, label) for g, label in enumerate(labels)),
                test,
            )
        )
    adjusted = statistics.benjamini_hochberg(np.array([test.p for _, _, test in found]))
    return tuple(
        Compared(title, members, test, float(corrected))
        for (title, members, test), corrected in zip(found, adjusted, strict=True)
    )


def _labels(protected: Protected, grouping: Grouping) -> tuple[str, ...]:
    variable = protected.tables.codebook.variables.get(grouping.name)
    if variable is None:
        return tuple(group.capitalize() for group in grouping.groups)
    plain = dict(zip(variable.codes, variable.code_labels, strict=True))
    return tuple(words.GROUP_LABELS.get((grouping.name, group), plain[group]) for group in grouping.groups)


def _group(protected: Protected, row: int, grouping: Grouping, g: int, label: str) -> Group:
    groups = protected.tables.groups
    column = grouping.start + g
    base = int(groups.base[row, column])
    if protected.group_base[row, column]:
        return Group(label, None, None, words.FEW_PEOPLE)
    if protected.group_percent[row, column] or not base:
        few = protected.policy is not None and base < protected.policy.percent_base
        return Group(label, people(base), None, words.FEW_PEOPLE if few else words.FEW_OTHERS)
    return Group(label, people(base), share(int(groups.agree[row, column]), base))


def everyone(protected: Protected, item: str) -> Share | None:
    """The same figure for everyone."""
    counts = Counts(protected)
    if item.startswith(MOTIVATION_ITEM):
        code = item.removeprefix(MOTIVATION_ITEM)
        own = MOTIVATION + SINGLE if counts.has(MOTIVATION + SINGLE, code) else MOTIVATION
        return counts.share(own, code)
    return counts.share(item, AGREE)


def scale(compared: Sequence[Compared], whole: Share | None) -> tuple[int, int]:
    """The ends of the axis, in per cent, so that every range fits and nothing is stretched further than need be."""
    lows = [group.share.low for each in compared for group in each.shown if group.share is not None]
    lows += [] if whole is None else [whole.low]
    return (min(lows, default=0) // 20 * 20, 100)


def finding(compared: Sequence[Compared]) -> str:
    """One sentence over all groupings."""
    clear = [words.lower_first(each.title) for each in compared if each.is_clear]
    if clear:
        return f"Groups differ by more than chance would explain by {words.listed(clear)}. No other clear difference."
    watch = [words.lower_first(each.title) for each in compared if each.p < CLEAR]
    if watch:
        return f"We see no clear difference between groups. Worth watching: {words.listed(watch)}."
    if any(each.shown for each in compared):
        return "We see no clear difference between groups. The ranges overlap."
    return "Too few people to compare groups."


def groups_table(compared: Sequence[Compared], caption: str) -> Table:
    """All groupings as one table."""
    rows: list[tuple[str | int, ...]] = []
    for each in compared:
        p = "" if math.isnan(each.p) else words.p_value(each.p)
        adjusted = "" if math.isnan(each.p_adjusted) else words.p_value(each.p_adjusted)
        strength = words.figure(each.test.cramers_v)
        for group in each.groups:
            told: tuple[str | int, ...] = ("too few", "")
            if group.share is not None:
                told = (group.share.percent, f"{group.share.low} to {group.share.high}")
            number = "few" if group.people is None else f"about {group.people}"
            rows.append(
                (
                    each.title,
                    group.label,
                    *told,
                    number,
                    p,
                    adjusted,
                    strength,
                    METHODS.get(each.test.method, ""),
                )
            )
    heads = (
        "Grouping",
        "Group",
        "Agree, %",
        "Likely range",
        "People",
        "p",
        "p adjusted",
        "Cramér's V",
        "Test",
    )
    return Table(caption, heads, tuple(rows))


def parts_of_whole(sizes: Mapping[int, int], policy: Policy) -> frozenset[int]:
    """Which parts of a whole (cohorts of a provider, providers of a programme) may have figures of their own.

    A part needs enough people for a percentage; and so do those parts together that are not shown, for their figures
    are what is left when the parts that are shown are taken from the whole.

    Args:
        sizes: How many people answered, by part.
        policy: The thresholds.
    """
    shown = sorted((size, part) for part, size in sizes.items() if size >= policy.percent_base)
    left = sum(size for size in sizes.values() if size < policy.percent_base)
    while shown and 0 < left < policy.percent_base:
        size, _ = shown.pop(0)
        left += size
    return frozenset(part for _, part in shown)


def compare_parts(names: Sequence[str], agree: Integers, base: Integers, policy: Policy) -> tuple[Group, ...]:
    """One figure by provider, in the order given, never ranked.

    Args:
        names: The parts.
        agree: How many agree, shape (parts,).
        base: Of how many, shape (parts,).
        policy: The thresholds.
    """
    rest = base - agree
    small = policy.smallest_count
    hidden = (base < policy.percent_base) | ((agree > 0) & (agree < small)) | ((rest > 0) & (rest < small))
    while hidden.any() and not hidden.all():
        left = base[hidden].sum(), agree[hidden].sum(), rest[hidden].sum()
        if hidden.sum() > 1 and left[0] >= policy.percent_base and min(left[1:]) >= small:
            break
        hidden[np.argmin(np.where(hidden, np.iinfo(np.int64).max, base))] = True
    return tuple(
        Group(name, people(int(size)) if size >= small else None, None, words.FEW_PEOPLE)
        if size < policy.percent_base
        else Group(name, people(int(size)), None if kept_back else share(int(count), int(size)))
        for name, count, size, kept_back in zip(names, agree, base, hidden, strict=True)
    )
