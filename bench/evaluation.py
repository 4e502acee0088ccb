"""The evaluation's tables and tests, against the usual way of making them: pandas.crosstab and SciPy, one by one.

Both make the same figures from answers already in memory: every frequency, every transition table, every group and,
for each of the 492 items by groupings, Pearson's chi-square without correction (and Fisher's test for 2 x 2).
"""

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from assessments.evaluation import study_2011, tables
from assessments.evaluation.codebook import Kind, study_codebook
from assessments.evaluation.responses import Responses, from_matrix, read_responses
from assessments.evaluation.statistics import Floats
from bench.figure import Figure

STUDY = study_2011.RESPONDENTS
LARGE = 100_000
GOAL = 50.0
Result = TypeVar("Result")


def figures() -> list[Figure]:
    """Seconds for 547 and for 100,000 respondents, each with its ratio to the pandas loop of the same run."""
    study = read_responses(STUDY, study_codebook())
    chosen = np.random.default_rng(2011).integers(0, len(study), LARGE)
    large = from_matrix(study.codebook, study.codes[chosen])
    return [_compare(study, rounds=20), _compare(large, rounds=5)]


def _compare(responses: Responses, *, rounds: int) -> Figure:
    frame = _frame(responses)
    counted = tables.build(responses)
    theirs, p = _timed(lambda: _by_pandas(frame, counted), 1)
    ours, again = _timed(lambda: tables.build(responses), rounds)
    if not np.allclose(p, again.tests.p, rtol=1e-9, atol=1e-300, equal_nan=True):
        raise AssertionError("the two ways do not give the same p-values")
    return Figure(
        name=f"evaluation: all tables and tests, {len(responses):,} respondents",
        value=1000 * ours,
        unit="ms",
        ratio=theirs / ours,
        against="pandas.crosstab + scipy, one table at a time",
        goal=GOAL,
    )


def _timed(work: Callable[[], Result], rounds: int) -> tuple[float, Result]:
    """The middle of some rounds, in seconds, and the last result."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds)), result


def _frame(responses: Responses) -> pd.DataFrame:
    """The answers as an analyst would hold them: one category column a variable, missing where there is no answer."""
    columns: dict[str, object] = {}
    for column in tables.columns_of(responses):
        columns[column.name] = pd.Categorical.from_codes(
            np.asarray(column.answers, np.int16) - 1, categories=pd.Index(column.codes)
        )
    return pd.DataFrame(columns)


def _by_pandas(frame: pd.DataFrame, counted: tables.Tables) -> Floats:
    """The same tables and tests, one `value_counts` or `crosstab` each; gives the p-values."""
    for variable in dict.fromkeys(variable for variable, _ in counted.frequencies.keys):
        frame[variable].value_counts(sort=False)
    for pre, post in counted.transitions.pairs:
        pd.crosstab(frame[pre], frame[post])
    statements = {variable.name for variable in counted.codebook.of_kind(Kind.PRE, Kind.POST, Kind.SUPPORT)}
    p: Floats = np.full(counted.tests.p.shape, np.nan)
    for i, item in enumerate(counted.groups.items):
        source = frame[item] if item in statements else frame["motivation_single"]
        chosen = ["SA", "A"] if item in statements else [item.removeprefix(tables.MOTIVATION_ITEM)]
        outcome = source.isin(chosen).where(source.notna())
        for g, grouping in enumerate(counted.groups.groupings):
            own = grouping.name + tables.SINGLE
            member = frame[own if own in frame else grouping.name]
            crossed = pd.crosstab(member.where(member.isin(grouping.groups)), outcome)
            crossed = crossed[crossed.sum(axis=1) > 0]
            if min(crossed.shape) > 1:
                p[i, g] = stats.chi2_contingency(crossed, correction=False).pvalue
                if crossed.shape == (2, 2):
                    stats.fisher_exact(crossed)
    return p
