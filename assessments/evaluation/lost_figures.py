"""Who answered twice, who was lost, and whether those were different: finished figures for a page. Pure."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assessments.evaluation import matched, words
from assessments.evaluation.codebook import Codebook, Kind
from assessments.evaluation.figures import Table, people
from assessments.evaluation.group_figures import CLEAR, METHODS
from assessments.evaluation.matched import Lost
from assessments.evaluation.pieces import Counted, IsFit, enough, may_come_out
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.tables import AGREE

PEOPLE = "people"
"""The table of how many answered when, among those of the questions."""
FEW = "Too few were lost, or too few gave each answer, to say whether those who were lost were different."


@dataclass(frozen=True)
class Dropout:
    """Those who answered twice beside those who were lost.

    Attributes:
        counts: Whom, and how many to the nearest five, in words; none where that would tell on a few.
        finding: Whether losing them matters, in a sentence or two.
        table: Every comparison that may be shown; None when there is none.
    """

    counts: tuple[tuple[str, str], ...]
    finding: str
    table: Table | None


def tables_of(cohorts: Mapping[int, Responses], policy: Policy) -> tuple[Counted, ...]:
    """What the chapter counts, by cohort: who answered when, and each question among those who stayed and who were lost."""
    waves = {cohort_id: matched.count_waves(each) for cohort_id, each in cohorts.items()}
    by_cohort = {cohort_id: matched.count_lost(each) for cohort_id, each in cohorts.items()}
    codebook = next((each.codebook for each in cohorts.values()), None)
    columns = () if codebook is None else matched.columns_compared(codebook)
    people = {
        cohort_id: np.array([each.both, each.before_only, each.after_only])
        for cohort_id, each in waves.items()
    }
    return (
        Counted(PEOPLE, people, enough(policy)),
        *(
            Counted(
                column.name,
                {cohort_id: counts[column.name] for cohort_id, counts in by_cohort.items()},
                _halves(enough(policy, special=column.name in policy.special)),
            )
            for column in columns
        ),
    )


def _halves(is_fit: IsFit) -> IsFit:
    """Whether those who stayed and those who were lost are both fit to show."""
    return lambda counts: all(is_fit(half) for half in counts)


def dropout(responses: Responses, policy: Policy, shown: Collection[str] | None = None) -> Dropout:
    """Compare those who answered before and after with those who answered before only.

    Args:
        responses: Everybody's answers.
        policy: The thresholds.
        shown: The tables of `tables_of` that may be shown; those fit by themselves when left out.
    """
    if shown is None:
        shown = {table.name for table in tables_of({0: responses}, policy) if may_come_out(table, {0: 0}, [])}
    waves = matched.count_waves(responses)
    counts = (
        (
            ("Before and after", _about(waves.both, policy)),
            ("Before only", _about(waves.before_only, policy)),
            ("After only", _about(waves.after_only, policy)),
        )
        if PEOPLE in shown
        else ()
    )
    if PEOPLE in shown and not waves.before_only:
        return Dropout(counts, "Everybody who answered before the course answered after it too.", None)
    told = [each for each in matched.compare_lost(responses, shown) if each.is_told]
    return Dropout(
        counts, _finding(told, responses.codebook), _table(told, responses.codebook) if told else None
    )


def _about(count: int, policy: Policy) -> str:
    if not count:
        return "nobody"
    return "few" if policy.is_small(count, special=False) else f"about {people(count)}"


def _finding(told: Sequence[Lost], codebook: Codebook) -> str:
    if not told:
        return FEW
    clear = [each for each in told if each.p_adjusted < CLEAR]
    if clear:
        named = words.listed([f"“{_topic(each, codebook)}”" for each in clear])
        return (
            f"It may matter: those who did not answer after the course were different in {named}. "
            "Figures of change speak for those who stayed."
        )
    largest = max(told, key=lambda each: abs(each.distance.value))
    size = abs(largest.distance.value)
    sentence = "We see no clear difference between those who answered twice and those who were lost."
    if size < matched.NEGLIGIBLE:
        return f"{sentence} No standardised difference reaches {matched.NEGLIGIBLE}, so losing them hardly matters."
    caution = (
        f"The largest standardised difference is {size:.2f} (“{_topic(largest, codebook)}”)"
        f"{'; with so few lost it may be chance, or a difference we cannot see' if size >= matched.LARGE else ', which is small'}."
    )
    return f"{sentence} {caution}{_moved(told)}"


def _moved(told: Sequence[Lost]) -> str:
    moved = [abs(matched.moved_by_loss(each)) for each in told if each.codes[0] == AGREE]
    if not moved:
        return ""
    most = math.ceil(10 * max(moved)) / 10
    return f" Leaving them out moves agreement before the course by at most {most:.1f} points where it may be shown."


def _topic(each: Lost, codebook: Codebook) -> str:
    if each.name in codebook.variables:
        label = words.topic(each.name, codebook.variables[each.name].label, codebook.pairs)
        return words.GROUPINGS.get(each.name, label)
    ticks = next(variable for variable in codebook.of_kind(Kind.MULTIPLE) if each.name in variable.codes)
    return words.GROUPINGS.get(each.name, ticks.code_labels[ticks.codes.index(each.name)])


def _table(told: Sequence[Lost], codebook: Codebook) -> Table:
    rows = tuple(
        (
            _topic(each, codebook),
            words.figure(each.distance) or "none",
            words.figure(each.test.cramers_v),
            words.p_value(each.test.p),
            "" if math.isnan(each.p_adjusted) else words.p_value(each.p_adjusted),
            METHODS[each.test.method],
        )
        for each in told
    )
    heads = ("Question", "Standardised difference", "Cramér's V", "p", "p adjusted", "Test")
    caption = (
        f"Those who answered twice beside those who answered before only. Adjusted over {matched.FAMILY}. "
        "Left out: questions with an answer that too few gave."
    )
    return Table(caption, heads, rows)
