"""The evaluation's tables and tests against the usual ways of making them, and how answers come from the database.

From answers already in memory all make the same figures: every frequency, every transition table, how many of every group agree with every item, and
for each of the 492 items by groupings Pearson's chi-square without correction (and Fisher's test for 2 x 2).

* *Bare counts* are the counts alone: one `numpy.bincount` for each question, pair, and question by grouping, in blocks,
  with nothing sorted out, named or tested.
* *pandas and SciPy* make one table and one test after the other. With a million respondents they are given one item in
  SAMPLED, and the time of its tables and tests is multiplied accordingly.
* *One read* is the largest code of the matrix: nothing can be counted without looking at each answer once.

From a database of a million responses, of 500,000 practitioners in 20,000 cohorts before and after the course, on SQLite:
the joined matrix from the copy by column, and from the responses themselves.

Processor time throughout, each beside the other in turns.
"""

from __future__ import annotations

import math
import statistics
import sys
import tracemalloc
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from assessments.evaluation import study_2011, tables
from assessments.evaluation.codebook import Kind, study_codebook
from assessments.evaluation.responses import Responses, from_matrix, read_responses
from assessments.evaluation.statistics import Floats
from assessments.questionnaires import columns
from assessments.questionnaires.queries import Paired, paired_answers
from bench.figure import Figure, cpu_seconds
from bench.stand.answers import fill
from bench.stand.databases import application, close, copied, empty, place
from lms.core.database import writing
from lms.core.extensions import db

STUDY = study_2011.RESPONDENTS
ROUNDS = {547: 40, 50_000: 15, 1_000_000: 5, 5_000_000: 3}
AGAINST_PANDAS = {547: 200.0, 1_000_000: 90.0}
"""By how many respondents, how many times as fast as pandas and SciPy."""
AGAINST_BARE = 1 / 1.5
SAMPLED = 10
MEGABYTE = 1_000_000
RESPONSES = 1_000_000
READINGS = 5
SECONDS = 0.5
"""For a million responses from database to matrix."""
MEMORY = 50.0
"""Megabytes that counting a million may take beside the answers."""
BLOCK = 65_536
GROUPINGS = (
    "hours", "nqf_group", "length", "home_visits", "multi_agency", "bme", "deprivation", "location", "region",
)  # fmt: skip


@dataclass(frozen=True)
class Times:
    """Seconds of the processor for the same respondents: the middle of some rounds, and of the rounds' ratios."""

    people: int
    ours: float
    against_bare: float
    against_read: float


def figures() -> list[Figure]:
    """Each size against bare counts and one read; two of them against pandas; growth and memory."""
    study = read_responses(STUDY, study_codebook())
    times: dict[int, Times] = {}
    made: list[Figure] = []
    for people, rounds in ROUNDS.items():
        _say(f"{people:,} respondents")
        responses = _respondents(study, people)
        times[people] = _in_turns(responses, rounds)
        made += _of_size(times[people])
        if people in AGAINST_PANDAS:
            made.append(_against_pandas(responses, times[people]))
        if people == MEGABYTE:
            made.append(_memory(responses))
    return [*made, _growth(times[50_000], times[5_000_000]), *_reading()]


def _say(doing: str) -> None:
    print(f"evaluation: {doing}", file=sys.stderr, flush=True)


def _respondents(study: Responses, people: int) -> Responses:
    """The study's respondents, or so many drawn from them."""
    if people == len(study):
        return study
    chosen = np.random.default_rng(2011).integers(0, len(study), people)
    codes = np.empty((people, study.codes.shape[1]), np.uint8, order="F")
    for column in range(codes.shape[1]):
        codes[:, column] = study.codes[chosen, column]
    return from_matrix(study.codebook, codes)


def _in_turns(responses: Responses, rounds: int) -> Times:
    tables.build(responses)
    ours, bare, read = [], [], []
    for _ in range(rounds):
        bare.append(cpu_seconds(lambda: _count_bare(responses)))
        ours.append(cpu_seconds(lambda: tables.build(responses)))
        read.append(cpu_seconds(responses.codes.max))
    return Times(
        len(responses),
        statistics.median(ours),
        statistics.median(floor / own for floor, own in zip(bare, ours, strict=True)),
        statistics.median(ours) / statistics.median(read),
    )


def _of_size(times: Times) -> list[Figure]:
    name = f"all tables and tests, {times.people:,} respondents"
    milliseconds = 1000 * times.ours
    return [
        Figure(name, milliseconds, "ms CPU", times.against_bare, "bare counts' speed", AGAINST_BARE),
        Figure(name, times.against_read, "reads of all answers"),
    ]


def _count_bare(responses: Responses) -> None:
    """Every table as counts of codes, in blocks; a code of a grouping and a code of an item make one number."""
    codebook = responses.codebook
    items = [*(variable.name for variable in codebook.statements), tables.MOTIVATION]
    counted = [responses.names.index(variable.name) for variable in codebook.of_kind(*tables.COUNTED)]
    crossed = [tuple(map(responses.names.index, pair)) for pair in codebook.pairs]
    crossed += [
        (responses.names.index(one), responses.names.index(each)) for one in GROUPINGS for each in items
    ]
    alone = np.zeros((len(counted), 16), np.int64)
    together = np.zeros((len(crossed), 128), np.int64)
    for start in range(0, len(responses), BLOCK):
        codes = responses.codes[start : start + BLOCK]
        for row, column in enumerate(counted):
            alone[row] += np.bincount(codes[:, column], minlength=16)
        for row, (one, other) in enumerate(crossed):
            together[row] += np.bincount(codes[:, one] * np.uint8(8) + codes[:, other], minlength=128)


def _against_pandas(responses: Responses, times: Times) -> Figure:
    """One run of the loop; the p-values are compared too.

    Raises:
        AssertionError: the two ways do not give the same.
    """
    counted = tables.build(responses)
    frame = _frame(responses)
    chosen = counted.groups.items[:: 1 if times.people < BLOCK else SAMPLED]
    once = cpu_seconds(lambda: _count_by_pandas(frame, counted))
    p: list[Floats] = []
    each = cpu_seconds(lambda: p.append(_test_by_pandas(frame, counted, chosen)))
    rows = [counted.groups.items.index(item) for item in chosen]
    if not np.allclose(p[0], counted.tests.p[rows], rtol=1e-9, atol=1e-300, equal_nan=True):
        raise AssertionError("the two ways do not give the same p-values")
    items = len(counted.groups.items)
    sample = "" if len(chosen) == items else f", from {len(chosen)} of {items} items"
    return Figure(
        f"all tables and tests, {times.people:,} respondents",
        1000 * times.ours,
        "ms CPU",
        (once + each * items / len(chosen)) / times.ours,
        f"pandas.crosstab and SciPy, one table at a time{sample}",
        AGAINST_PANDAS[times.people],
    )


def _frame(responses: Responses) -> pd.DataFrame:
    """The answers as an analyst would hold them: one category column a variable, missing where there is no answer."""
    columns: dict[str, object] = {}
    for variable in responses.codebook.of_kind(*tables.COUNTED):
        values = responses.column(variable.name).astype(np.int16)
        if variable.kind is Kind.MULTIPLE:
            for bit, code in enumerate(variable.codes):
                ticked = np.where(values == 0, -1, 1 - (values >> bit & 1))
                columns[code] = pd.Categorical.from_codes(ticked, categories=pd.Index(tables.YES_NO))
        else:
            columns[variable.name] = pd.Categorical.from_codes(
                values - 1, categories=pd.Index(variable.codes)
            )
    return pd.DataFrame(columns)


def _count_by_pandas(frame: pd.DataFrame, counted: tables.Tables) -> None:
    for variable in frame:
        frame[variable].value_counts(sort=False)
    for pre, post in counted.transitions.pairs:
        pd.crosstab(frame[pre], frame[post])


def _test_by_pandas(frame: pd.DataFrame, counted: tables.Tables, items: tuple[str, ...]) -> Floats:
    """One `crosstab` and one test for each item and grouping; gives the p-values of chi-square."""
    p: Floats = np.full((len(items), len(counted.groups.groupings)), np.nan)
    for i, item in enumerate(items):
        if item in frame:
            outcome = frame[item].isin(["SA", "A"]).where(frame[item].notna())
        else:
            single = frame[tables.MOTIVATION].where(frame[tables.MOTIVATION] != "multiple")
            outcome = (single == item.removeprefix(tables.MOTIVATION_ITEM)).where(single.notna())
        for g, grouping in enumerate(counted.groups.groupings):
            member = frame[grouping.name]
            crossed = pd.crosstab(member.where(member.isin(grouping.groups)), outcome)
            crossed = crossed[crossed.sum(axis=1) > 0]
            if min(crossed.shape) > 1:
                p[i, g] = stats.chi2_contingency(crossed, correction=False).pvalue
                if crossed.shape == (2, 2):
                    stats.fisher_exact(crossed)
    return p


def _memory(responses: Responses) -> Figure:
    """What counting takes at its most, beside the answers themselves."""
    tracemalloc.start()
    tables.build(responses)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    megabytes = most / MEGABYTE
    name = f"memory for all tables and tests, {len(responses):,} respondents"
    return Figure(name, megabytes, "MB", MEMORY / megabytes, f"{MEMORY:g} MB", 1)


def _growth(few: Times, many: Times) -> Figure:
    exponent = math.log(many.ours / few.ours) / math.log(many.people / few.people)
    name = f"growth from {few.people:,} to {many.people:,} respondents"
    return Figure(name, exponent, "exponent", 1 / exponent, "growing as respondents do", 1)


def _reading() -> list[Figure]:
    """From the database to the matrix, by the copy and without it; both must give the same.

    Raises:
        AssertionError: they do not.
    """
    with application(copied(empty(), place("answers"))).app_context():
        _say(f"putting {RESPONSES:,} responses into a database")
        with writing():
            cohort_ids = fill(RESPONSES)
        _say("reading them as they are stored")
        stored: list[Paired] = []
        directly = cpu_seconds(lambda: stored.append(paired_answers(cohort_ids)))
        _say("copying them by column")
        copying = cpu_seconds(_copy_all)
        again: list[Paired] = []
        ours = statistics.median(
            cpu_seconds(lambda: again.append(paired_answers(cohort_ids))) for _ in range(READINGS)
        )
        close()
    if not all(np.array_equal(each.codes, stored[0].codes) for each in again):
        raise AssertionError("the copy does not say what the responses say")
    name = f"{RESPONSES:,} responses from database to matrix"
    return [
        Figure(f"{name}, by column", ours, "s CPU", SECONDS / ours, f"{SECONDS:g} s", 1),
        Figure(f"{name}, by column", ours, "s CPU", directly / ours, "the same from the responses"),
        Figure(f"{RESPONSES:,} responses copied by column", copying, "s CPU"),
    ]


def _copy_all() -> None:
    for waves in list(columns.list_to_copy()):
        with writing():
            columns.copy(waves)
            db.session.commit()
