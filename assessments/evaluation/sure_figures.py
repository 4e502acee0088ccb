"""How well the statements do their work: finished figures for a page. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assessments.evaluation import item_analysis, words
from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.estimates import Estimate
from assessments.evaluation.figures import NO_IMPACT, Counts, Table, people, whole
from assessments.evaluation.pieces import Counted, enough
from assessments.evaluation.policy import Policy
from assessments.evaluation.reliability_disclosure import DECIMALS, may_tell_correlations
from assessments.evaluation.responses import Responses

RELIABLE = 0.7
"""From this alpha on a set of statements may be read as one scale (J. C. Nunnally, Psychometric Theory, 1978)."""
CROWDED = 15
"""From this per cent on at one end, the scale has no room (C. B. Terwee, J. Clinical Epidemiology 60, 2007)."""
TITLES = {Kind.PRE: "Before the course", Kind.POST: "After the course", Kind.SUPPORT: "Support back at work"}
HEADS = (
    "Statement",
    "Lowest answer, %",
    "Highest answer, %",
    "No impact, %",
    "Left out, %",
    "With the others",
    "Alpha without it",
)


@dataclass(frozen=True)
class SureScale:
    """One set of statements.

    Attributes:
        title: When it was asked.
        reliability: What alpha says, in words.
        room: What floor and ceiling say, in words.
        table: Each statement.
    """

    title: str
    reliability: str
    room: str
    table: Table


@dataclass(frozen=True)
class Reliability:
    """How well one set of statements goes together, to the two decimals that are shown.

    Attributes:
        people: How many placed themselves on every statement, to the nearest five.
        alpha: Cronbach's alpha.
        item_rest, alpha_without: For each statement, nan where undefined; empty where that would tell a small count.
    """

    people: int
    alpha: Estimate
    item_rest: tuple[float, ...]
    alpha_without: tuple[float, ...]


def tables_of(cohorts: Mapping[int, Responses], policy: Policy) -> tuple[Counted, ...]:
    """How many of each cohort placed themselves on every statement of a set, by the set."""
    return tuple(
        Counted(
            kind.value,
            {
                cohort_id: np.array([item_analysis.is_complete(each, kind).sum()])
                for cohort_id, each in cohorts.items()
            },
            enough(policy),
        )
        for kind in TITLES
        if all(each.codebook.of_kind(kind) for each in cohorts.values())
    )


def reliability(responses: Responses, kind: Kind, policy: Policy) -> Reliability:
    """How well the statements of a kind go together, as far as it may be told."""
    statements = responses.codebook.of_kind(kind)
    names = [variable.name for variable in statements]
    scores = item_analysis.scores_of(responses, statements)
    items = item_analysis.analyse(names, scores)
    alpha = (items.alpha.value, items.alpha.low, items.alpha.high)
    each = (items.item_rest, items.alpha_without)
    is_told = may_tell_correlations(scores, policy)
    return Reliability(
        people(items.complete),
        Estimate(*(round(figure, DECIMALS) for figure in alpha)),
        *(tuple(np.round(figures, DECIMALS).tolist()) if is_told else () for figures in each),
    )


def reliabilities(responses: Responses, policy: Policy) -> dict[Kind, Reliability]:
    """The same for every set of statements that enough people answered, for one set of respondents by itself."""
    return {
        kind: reliability(responses, kind, policy)
        for kind in TITLES
        if responses.codebook.of_kind(kind)
        and item_analysis.is_complete(responses, kind).sum() >= policy.percent_base
    }


def scales(protected: Protected, told: Mapping[Kind, Reliability]) -> tuple[SureScale, ...]:
    """Every set of statements that has any.

    Args:
        protected: Protected tables, which say what may be shown of single answers.
        told: The sets of which it may be told whether the statements go together.
    """
    found = []
    for kind, title in TITLES.items():
        statements = protected.tables.codebook.of_kind(kind)
        if statements:
            table = _table(protected, statements, told.get(kind), title)
            found.append(SureScale(title, _reliability(told.get(kind)), _room(table), table))
    return tuple(found)


def _reliability(items: Reliability | None) -> str:
    if items is None or not items.alpha.has_interval:
        return (
            "Too few people answered every statement to say whether the statements go together, or they could be told by the "
            "difference to other figures."
        )
    said = (
        f"Cronbach’s alpha is {words.decimal(items.alpha.value)} (likely {words.decimal(items.alpha.low)} to {words.decimal(items.alpha.high)}), "
        f"from about {items.people} people who placed themselves on every statement."
    )
    if items.alpha.low >= RELIABLE:
        return f"These statements go together. {said} They may be read as one scale."
    if items.alpha.high < RELIABLE:
        return f"These statements ask about different things. {said} Read each on its own; we make no score of them."
    return f"We cannot tell whether these statements go together. {said} Read each on its own."


def _room(table: Table) -> str:
    told = [row[2] for row in table.rows if isinstance(row[2], int)]
    crowded = sum(percent >= CROWDED for percent in told)
    if not told:
        return "Too few gave the highest answer to say whether there was room to agree more."
    if not crowded:
        return (
            f"On no statement did {CROWDED}% or more give the highest answer, so there is room to agree more."
        )
    return (
        f"On {crowded} of {len(table.rows)} statements {CROWDED}% or more gave the highest answer. "
        "They could not agree more if they wished to, so these statements do not tell them apart."
    )


def _table(
    protected: Protected, statements: Sequence[Variable], items: Reliability | None, title: str
) -> Table:
    counts, pairs = Counts(protected), protected.tables.codebook.pairs
    rows: list[tuple[str | int, ...]] = []
    for place, variable in enumerate(statements):
        rows.append(
            (
                words.topic(variable.name, variable.label, pairs),
                _percent(counts, variable, "SD"),
                _percent(counts, variable, "SA"),
                _percent(counts, variable, NO_IMPACT) if NO_IMPACT in variable.codes else "not asked",
                _left_out(counts, variable, protected.tables.respondents),
                _two(items.item_rest[place] if items and items.item_rest else None),
                _two(items.alpha_without[place] if items and items.alpha_without else None),
            )
        )
    caption = (
        f"{title}. “With the others” is the correlation of a statement with the sum of the others in the set; below 0.2 "
        "it goes its own way."
    )
    return Table(caption, HEADS, tuple(rows))


def _percent(counts: Counts, variable: Variable, code: str) -> str | int:
    share = counts.share(variable.name, code)
    return words.NOT_SHOWN if share is None else share.percent


def _left_out(counts: Counts, variable: Variable, respondents: int) -> str | int:
    base = counts.base(variable.name, variable.codes[0])
    if base is None or counts.is_few(respondents):
        return words.NOT_SHOWN
    return whole(100 * (respondents - base) / respondents) if respondents else 0


def _two(value: float | None) -> str:
    if value is None:
        return words.NOT_SHOWN
    return "none" if math.isnan(value) else words.decimal(value)
