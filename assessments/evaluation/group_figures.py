"""Was it the same for everyone: one item by group, with what a test says of the groups that are shown. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessments.evaluation import statistics, words
from assessments.evaluation.association import Association, associate
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import Counts, Share, Table, people, share
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
    """One group: its share, or none when it may not be shown."""

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
        return Group(label, None, None)
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
            told: tuple[str | int, ...] = (words.NOT_SHOWN, "")
            if group.share is not None:
                told = (group.share.percent, f"{group.share.low} to {group.share.high}")
            number = words.NOT_SHOWN if group.people is None else f"about {group.people}"
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


def of_provider(name: str, own: Protected | None, item: str) -> Group:
    """One statement's figure of a provider, from the provider's own figures.

    Args:
        name: The provider.
        own: Its figures; None where there are none to show.
        item: The statement.
    """
    if own is None:
        return Group(name, None, None)
    counts = Counts(own)
    base = counts.base(item, AGREE)
    return Group(name, None if base is None else people(base), counts.share(item, AGREE))
