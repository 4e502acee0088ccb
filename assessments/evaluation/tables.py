"""The tables of the evaluation: how often, from what to what, in which group, and whether groups differ.

Pure. `build` counts everything that the evaluators' export holds, from one matrix of codes and in one pass over it,
by the bitmaps of `bitmaps.py`.

Rules: an empty answer leaves the base of its own table only. *Agree* is strongly agree or agree; *disagree* the
other two; "no impact" counts in the base and is neither. More than one answer to a single-answer question
(`multiple`) is a category of its own in that question's table and is left out of `<question>_single`, of groupings
and of tests. A question with several answers becomes one yes/no variable for each of its codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from assessments.evaluation import bitmaps
from assessments.evaluation.bitmaps import Layout, Rows
from assessments.evaluation.codebook import MULTIPLE, Codebook, Kind
from assessments.evaluation.group_tests import Tests, test_groups
from assessments.evaluation.responses import Responses
from assessments.evaluation.statistics import Integers

AGREE, DISAGREE = "agree", "disagree"
AGREEING, DISAGREEING = ("SA", "A"), ("D", "SD")
YES_NO = ("yes", "no")
SINGLE = "_single"
MOTIVATION = "motivation"
MOTIVATION_ITEM = "mot_"
COUNTED = (Kind.SINGLE, Kind.DERIVED, Kind.MULTIPLE, Kind.PRE, Kind.POST, Kind.SUPPORT)
"""Kinds of variables that have bitmaps."""

GROUPS: Mapping[str, tuple[str, ...] | None] = MappingProxyType(
    {
        "hours": ("full_time", "part_time"),
        "nqf_group": ("le3", "ge4"),
        "length": ("lt1", "y1_5", "y5_10"),
        "home_visits": YES_NO,
        "multi_agency": YES_NO,
        "bme": YES_NO,
        "deprivation": None,
        "location": ("urban", "suburban", "rural"),
        "region": None,
    }
)
"""The study's groupings and their groups; None: all codes of the question (or one grouping a tick)."""


@dataclass(frozen=True)
class Column:
    """One variable as it is counted: what its codes are called, and which bitmap each of them has."""

    name: str
    codes: tuple[str, ...]
    bitmaps: tuple[int, ...]
    is_statement: bool = False

    def bitmaps_of(self, codes: Sequence[str]) -> list[int]:
        """The bitmaps of some of its codes."""
        return [self.bitmaps[self.codes.index(code)] for code in codes]


@dataclass(frozen=True)
class Grouping:
    """A variable that divides respondents, its groups, and their places among the columns of `Groups`."""

    name: str
    groups: tuple[str, ...]
    start: int

    @property
    def span(self) -> slice:
        """Its columns in `Groups.agree` and `Groups.base`."""
        return slice(self.start, self.start + len(self.groups))


@dataclass(frozen=True)
class Frequencies:
    """One row a variable and a code: count and base, shape (rows,)."""

    keys: tuple[tuple[str, str], ...]
    count: Integers
    base: Integers


@dataclass(frozen=True)
class Transitions:
    """Answers before by answers after, over respondents who answered both. `counts[i]` has shape (before, after).

    `before_only[i]` and `after_only[i]` count, by rating, those who answered one of the two statements alone. They
    are never shown; disclosure control needs them, because margins that are shown elsewhere contain them.
    """

    pairs: tuple[tuple[str, str], ...]
    ratings: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    counts: tuple[Integers, ...]
    before_only: tuple[Integers, ...]
    after_only: tuple[Integers, ...]


@dataclass(frozen=True)
class Groups:
    """How many of each group agree: `agree` and `base` have shape (items, groups of all groupings)."""

    items: tuple[str, ...]
    groupings: tuple[Grouping, ...]
    agree: Integers
    base: Integers


@dataclass(frozen=True)
class Tables:
    """Everything counted about one set of respondents. Not protected: only `disclosure` may hand it on."""

    codebook: Codebook
    respondents: int
    frequencies: Frequencies
    transitions: Transitions
    groups: Groups
    tests: Tests


@dataclass(frozen=True)
class Sums:
    """Some sums of counts: the counts of each sum side by side, and where each sum starts among them."""

    rows: Rows
    starts: Rows

    @classmethod
    def over(cls, of_rows: Sequence[Sequence[int]]) -> "Sums":
        """One sum for each of the sequences, of which none is empty."""
        starts = np.cumsum([0, *map(len, of_rows)])[:-1]
        return cls(np.array([row for rows in of_rows for row in rows], np.intp), starts)

    def of(self, counts: Integers) -> Integers:
        """The sums, of counts of shape (rows,)."""
        return np.add.reduceat(counts[self.rows], self.starts)


@dataclass(frozen=True)
class Plan:
    """What is counted for a codebook: everything about its tables but the numbers.

    Attributes:
        layout: The bitmaps.
        keys, count, base: Of `Frequencies`; the last two as sums over bitmaps.
        ratings: Of `Transitions`.
        before, after: The bitmaps of each pair's ratings, shape (pairs, ratings).
        items, groupings: Of `Groups`.
        outcomes: For every item two choices of bitmaps: of those who agree with it (or chose it), and of those who
            answered.
        members: The bitmap of each group, grouping after grouping.
    """

    layout: Layout
    keys: tuple[tuple[str, str], ...]
    count: Sums
    base: Sums
    ratings: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    before: Rows
    after: Rows
    items: tuple[str, ...]
    groupings: tuple[Grouping, ...]
    outcomes: Rows
    members: Rows


def build(responses: Responses) -> Tables:
    """Count all tables and test all differences."""
    codebook = responses.codebook
    plan = plan_of(codebook)
    alone: Integers = np.zeros(len(plan.layout.source), np.int64)
    crossed: Integers = np.zeros((*plan.before.shape, plan.after.shape[1]), np.int64)
    grouped: Integers = np.zeros((len(plan.outcomes), len(plan.members)), np.int64)
    for block in bitmaps.blocks(responses.codes, plan.layout):
        alone += bitmaps.ones(block)
        crossed += bitmaps.ones(block[plan.before][:, :, None] & block[plan.after][:, None])
        grouped += bitmaps.together(bitmaps.any_of(block, plan.outcomes), block[plan.members])
    groups = Groups(plan.items, plan.groupings, grouped[0::2], grouped[1::2])
    return Tables(
        codebook,
        len(responses),
        Frequencies(plan.keys, plan.count.of(alone), plan.base.of(alone)),
        Transitions(
            codebook.pairs,
            plan.ratings,
            tuple(crossed),
            tuple(alone[plan.before] - crossed.sum(axis=2)),
            tuple(alone[plan.after] - crossed.sum(axis=1)),
        ),
        groups,
        test_groups(groups.agree, groups.base, [each.span for each in groups.groupings]),
    )


def count_frequencies(responses: Responses) -> Frequencies:
    """How often each answer was given, and nothing else; the same rows as in `build`."""
    plan = plan_of(responses.codebook)
    alone: Integers = np.zeros(len(plan.layout.source), np.int64)
    for block in bitmaps.blocks(responses.codes, plan.layout):
        alone += bitmaps.ones(block)
    return Frequencies(plan.keys, plan.count.of(alone), plan.base.of(alone))


@lru_cache(maxsize=8)
def plan_of(codebook: Codebook) -> Plan:
    """What is counted for a codebook. Kept, because for a few hundred respondents it costs as much as the counting."""
    variables = codebook.of_kind(*COUNTED)
    names = [variable.name for variable in codebook.coded]
    columns = {column.name: column for column in columns_of(codebook)}
    pairs = [(columns[before], columns[after]) for before, after in codebook.pairs]
    groupings = groupings_of(columns, codebook)
    frequencies = [row for column in columns.values() for row in _frequencies_of(column)]
    return Plan(
        layout=bitmaps.lay_out(variables, [names.index(variable.name) for variable in variables]),
        keys=tuple(key for key, _, _ in frequencies),
        count=Sums.over([chosen for _, chosen, _ in frequencies]),
        base=Sums.over([answered for _, _, answered in frequencies]),
        ratings=tuple((before.codes, after.codes) for before, after in pairs),
        before=bitmaps.choices([before.bitmaps for before, _ in pairs]),
        after=bitmaps.choices([after.bitmaps for _, after in pairs]),
        items=items_of(codebook),
        groupings=groupings,
        outcomes=bitmaps.choices(
            [rows for item in items_of(codebook) for rows in _outcomes_of(columns, item)]
        ),
        members=np.array(
            [
                row
                for grouping in groupings
                for row in _single(columns, grouping.name).bitmaps_of(grouping.groups)
            ],
            np.intp,
        ),
    )


def columns_of(codebook: Codebook) -> tuple[Column, ...]:
    """The variables that are counted, derived ones beside those they come from, in the order of the codebook."""
    columns: list[Column] = []
    start = 0
    for variable in codebook.of_kind(*COUNTED):
        own = tuple(range(start, start + bitmaps.rows_of(variable)))
        start += len(own)
        if variable.kind is Kind.MULTIPLE:
            columns += [
                Column(code, YES_NO, own[2 * place : 2 * place + 2])
                for place, code in enumerate(variable.codes)
            ]
            continue
        whole = Column(variable.name, variable.codes, own, variable.is_statement)
        columns.append(whole)
        if MULTIPLE in variable.codes:
            kept = tuple(code for code in variable.codes if code != MULTIPLE)
            columns.append(Column(variable.name + SINGLE, kept, tuple(whole.bitmaps_of(kept))))
    return tuple(columns)


def _frequencies_of(column: Column) -> Iterator[tuple[tuple[str, str], Sequence[int], Sequence[int]]]:
    """For each code, and for a statement also for agree and disagree: key, bitmaps of the count and of the base."""
    for code, row in zip(column.codes, column.bitmaps, strict=True):
        yield (column.name, code), (row,), column.bitmaps
    if column.is_statement:
        yield (column.name, AGREE), column.bitmaps_of(AGREEING), column.bitmaps
        yield (column.name, DISAGREE), column.bitmaps_of(DISAGREEING), column.bitmaps


def _outcomes_of(columns: Mapping[str, Column], item: str) -> tuple[Sequence[int], Sequence[int]]:
    """The bitmaps of who agrees with an item, or chose it, and of who answered."""
    if item in columns:
        return columns[item].bitmaps_of(AGREEING), columns[item].bitmaps
    motivation = _single(columns, MOTIVATION)
    return motivation.bitmaps_of([item.removeprefix(MOTIVATION_ITEM)]), motivation.bitmaps


def _single(columns: Mapping[str, Column], name: str) -> Column:
    """A question without those who gave more than one answer to it."""
    return columns.get(name + SINGLE) or columns[name]


def groupings_of(columns: Mapping[str, Column], codebook: Codebook) -> tuple[Grouping, ...]:
    """The study's groupings that this codebook has the questions for, in the study's order."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, groups in GROUPS.items():
        variable = codebook.variables.get(name)
        if variable is None:
            continue
        if variable.kind is Kind.MULTIPLE:
            found += [(code, YES_NO) for code in variable.codes]
        else:
            codes = _single(columns, name).codes
            found.append((name, codes if groups is None else tuple(code for code in groups if code in codes)))
    starts = np.cumsum([0, *(len(groups) for _, groups in found)]).tolist()
    return tuple(Grouping(name, groups, start) for (name, groups), start in zip(found, starts, strict=False))


def items_of(codebook: Codebook) -> tuple[str, ...]:
    """What is compared between groups: every statement, then each single motivation."""
    motivation = codebook.variables.get(MOTIVATION)
    chosen = () if motivation is None else (code for code in motivation.codes if code != MULTIPLE)
    return (
        *(variable.name for variable in codebook.statements),
        *(MOTIVATION_ITEM + code for code in chosen),
    )
