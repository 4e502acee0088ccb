"""The tables of the evaluation: how often, from what to what, in which group, and whether groups differ.

Pure. `build` counts everything that the evaluators' export holds, from one matrix of codes and without a loop over
respondents: frequencies and transitions by `bincount`, all groups of all items by one product of 0/1 matrices.

Rules: an empty answer leaves the base of its own table only. *Agree* is strongly agree or agree; *disagree* the
other two; "no impact" counts in the base and is neither. More than one answer to a single-answer question
(`multiple`) is a category of its own in that question's table and is left out of `<question>_single`, of groupings
and of tests. A question with several answers becomes one yes/no variable for each of its codes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation import statistics
from assessments.evaluation.codebook import MULTIPLE, Codebook, Kind, Variable
from assessments.evaluation.responses import Codes, Responses
from assessments.evaluation.statistics import Floats, Integers

AGREE, DISAGREE = "agree", "disagree"
AGREEING, DISAGREEING = ("SA", "A"), ("D", "SD")
YES_NO = ("yes", "no")
SINGLE = "_single"
MOTIVATION = "motivation"
MOTIVATION_ITEM = "mot_"
BLOCK = 65_536
"""Respondents counted at a time: a 32-bit float holds every whole number up to 16 million exactly."""

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
    """One variable as it is counted: where its codes are and what they are called."""

    name: str
    codes: tuple[str, ...]
    answers: Codes
    is_statement: bool = False


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
class Tests:
    """Whether groups differ: arrays of shape (items, groupings); nan where there is nothing to test."""

    rows: Integers
    base: Integers
    chi_square: Floats
    df: Integers
    p: Floats
    min_expected: Floats
    fisher_p: Floats
    cramers_v: Floats
    method: NDArray[np.str_]


@dataclass(frozen=True)
class Tables:
    """Everything counted about one set of respondents. Not protected: only `disclosure` may hand it on."""

    codebook: Codebook
    respondents: int
    frequencies: Frequencies
    transitions: Transitions
    groups: Groups
    tests: Tests


def build(responses: Responses) -> Tables:
    """Count all tables and test all differences."""
    columns = columns_of(responses)
    groups = count_groups(responses, columns)
    return Tables(
        responses.codebook,
        len(responses),
        count_frequencies(columns),
        count_transitions(responses),
        groups,
        test_groups(groups),
    )


def columns_of(responses: Responses) -> tuple[Column, ...]:
    """The variables that are counted, derived ones beside those they come from, in the order of the codebook."""
    columns: list[Column] = []
    for variable in responses.codebook.of_kind(
        Kind.SINGLE, Kind.DERIVED, Kind.MULTIPLE, Kind.PRE, Kind.POST, Kind.SUPPORT
    ):
        values = responses.column(variable.name)
        if variable.kind is Kind.MULTIPLE:
            columns += [
                Column(
                    code, YES_NO, np.where(values == 0, 0, np.where(values >> bit & 1, 1, 2)).astype(np.uint8)
                )
                for bit, code in enumerate(variable.codes)
            ]
            continue
        columns.append(Column(variable.name, variable.codes, values, variable.is_statement))
        if MULTIPLE in variable.codes:
            columns.append(_without_multiple(variable, values))
    return tuple(columns)


def _without_multiple(variable: Variable, values: Codes) -> Column:
    place = variable.codes.index(MULTIPLE) + 1
    kept = tuple(code for code in variable.codes if code != MULTIPLE)
    renumbered = np.where(values == place, 0, np.where(values > place, values - 1, values)).astype(np.uint8)
    return Column(variable.name + SINGLE, kept, renumbered)


def count_frequencies(columns: Sequence[Column]) -> Frequencies:
    """How often each code was chosen; for statements also agree and disagree."""
    keys: list[tuple[str, str]] = []
    counts: list[int] = []
    bases: list[int] = []
    for column in columns:
        found = np.bincount(column.answers, minlength=len(column.codes) + 1)[1:].tolist()
        names = list(column.codes)
        base = sum(found)
        if column.is_statement:
            by_code = dict(zip(names, found, strict=True))
            names += [AGREE, DISAGREE]
            found += [sum(by_code[code] for code in AGREEING), sum(by_code[code] for code in DISAGREEING)]
        keys += [(column.name, name) for name in names]
        counts += found
        bases += [base] * len(names)
    return Frequencies(tuple(keys), np.array(counts, np.int64), np.array(bases, np.int64))


def count_transitions(responses: Responses) -> Transitions:
    """Each pair of statements as a table of ratings before by ratings after."""
    variables = responses.codebook.variables
    pairs = responses.codebook.pairs
    whole = []
    for pre, post in pairs:
        height, width = len(variables[pre].codes) + 1, len(variables[post].codes) + 1
        cells = responses.column(pre) * np.uint8(width) + responses.column(post)
        whole.append(np.bincount(cells, minlength=height * width).reshape(height, width))
    return Transitions(
        pairs,
        tuple((variables[pre].codes, variables[post].codes) for pre, post in pairs),
        tuple(table[1:, 1:] for table in whole),
        tuple(table[1:, 0] for table in whole),
        tuple(table[0, 1:] for table in whole),
    )


def groupings_of(columns: Sequence[Column], codebook: Codebook) -> tuple[Grouping, ...]:
    """The study's groupings that this codebook has the questions for, in the study's order."""
    by_name = {column.name: column for column in columns}
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, groups in GROUPS.items():
        variable = codebook.variables.get(name)
        if variable is None:
            continue
        if variable.kind is Kind.MULTIPLE:
            found += [(code, YES_NO) for code in variable.codes]
        else:
            codes = (by_name.get(name + SINGLE) or by_name[name]).codes
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


def count_groups(responses: Responses, columns: Sequence[Column]) -> Groups:
    """For every item and every group at once: how many answered, and how many of them agree (or chose it)."""
    by_name = {column.name: column for column in columns}
    groupings = groupings_of(columns, responses.codebook)
    items = items_of(responses.codebook)
    statements = [variable.name for variable in responses.codebook.statements]
    chosen = [item.removeprefix(MOTIVATION_ITEM) for item in items[len(statements) :]]
    width = sum(len(grouping.groups) for grouping in groupings)
    totals = np.zeros((2 * len(items), width))
    for start in range(0, len(responses), BLOCK):
        rows = slice(start, start + BLOCK)
        size = len(responses.codes[rows])
        outcomes = np.empty((2 * len(items), size), np.float32)
        for index, name in enumerate(statements):
            values = by_name[name].answers[rows]
            np.logical_and(values >= 1, values <= len(AGREEING), out=outcomes[2 * index], casting="unsafe")
            np.not_equal(values, 0, out=outcomes[2 * index + 1], casting="unsafe")
        for index, code in enumerate(chosen, start=len(statements)):
            motivation = by_name.get(MOTIVATION + SINGLE) or by_name[MOTIVATION]
            values = motivation.answers[rows]
            place = motivation.codes.index(code) + 1
            np.equal(values, place, out=outcomes[2 * index], casting="unsafe")
            np.not_equal(values, 0, out=outcomes[2 * index + 1], casting="unsafe")
        members = np.empty((width, size), np.float32)
        for grouping in groupings:
            column = by_name.get(grouping.name + SINGLE) or by_name[grouping.name]
            for offset, group in enumerate(grouping.groups):
                place = column.codes.index(group) + 1
                np.equal(column.answers[rows], place, out=members[grouping.start + offset], casting="unsafe")
        totals += outcomes @ members.T
    whole = totals.astype(np.int64)
    return Groups(items, groupings, whole[0::2], whole[1::2])


def test_groups(groups: Groups) -> Tests:
    """Chi-square for every item and grouping, Fisher's test where exactly two groups have members."""
    shape = (len(groups.items), len(groups.groupings))
    results = [
        statistics.chi_square(groups.agree[:, grouping.span], groups.base[:, grouping.span])
        for grouping in groups.groupings
    ]

    def side_by_side(values: Sequence[NDArray[np.generic]]) -> NDArray[np.generic]:
        return np.stack(values, axis=1) if values else np.empty(shape)

    rows = side_by_side([result.rows for result in results]).astype(np.int64)
    min_expected = side_by_side([result.min_expected for result in results]).astype(np.float64)
    return Tests(
        rows=rows,
        base=side_by_side([result.base for result in results]).astype(np.int64),
        chi_square=side_by_side([result.statistic for result in results]).astype(np.float64),
        df=side_by_side([result.df for result in results]).astype(np.int64),
        p=side_by_side([result.p for result in results]).astype(np.float64),
        min_expected=min_expected,
        fisher_p=_fisher(groups, rows, min_expected),
        cramers_v=side_by_side([result.cramers_v for result in results]).astype(np.float64),
        method=_methods(rows, min_expected),
    )


def _fisher(groups: Groups, rows: Integers, min_expected: Floats) -> Floats:
    """Fisher's p for each 2 x 2 table, whichever two of a grouping's groups have members."""
    p = np.full(rows.shape, np.nan)
    item, grouping = np.nonzero((rows == 2) & ~np.isnan(min_expected))  # noqa: PLR2004 -- two groups
    agree, base = np.empty((len(item), 2), np.int64), np.empty((len(item), 2), np.int64)
    for row, (i, g) in enumerate(zip(item.tolist(), grouping.tolist(), strict=True)):
        span = groups.groupings[g].span
        members = groups.base[i, span] > 0
        agree[row], base[row] = groups.agree[i, span][members], groups.base[i, span][members]
    p[item, grouping] = statistics.fisher_exact(agree, base)
    return p


def _methods(rows: Integers, min_expected: Floats) -> NDArray[np.str_]:
    """`statistics.choose_method` for a whole array."""
    small = np.where(rows == 2, statistics.FISHER, statistics.MONTE_CARLO)  # noqa: PLR2004 -- two groups
    with np.errstate(invalid="ignore"):
        method = np.where(min_expected >= statistics.SMALLEST_EXPECTED, statistics.PEARSON, small)
    return np.where(np.isnan(min_expected), "", method)
