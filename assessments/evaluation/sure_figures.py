"""How well the statements do their work: finished figures for a page. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assessments.evaluation import item_analysis, words
from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import NO_IMPACT, Counts, Table, people, whole
from assessments.evaluation.item_analysis import Items
from assessments.evaluation.policy import Policy
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


def scales(responses: Responses, protected: Protected, policy: Policy) -> tuple[SureScale, ...]:
    """Every set of statements that has any.

    Args:
        responses: Everybody's answers.
        protected: Their protected tables, which say what may be shown of single answers.
        policy: The thresholds.
    """
    found = []
    for kind, title in TITLES.items():
        statements = responses.codebook.of_kind(kind)
        if not statements:
            continue
        names = [variable.name for variable in statements]
        items = item_analysis.analyse(names, item_analysis.scores_of(responses, statements))
        is_enough = items.complete >= policy.percent_base
        table = _table(protected, statements, items, title, policy)
        found.append(SureScale(title, _reliability(items, is_enough=is_enough), _room(table), table))
    return tuple(found)


def _reliability(items: Items, *, is_enough: bool) -> str:
    if not (is_enough and items.alpha.has_interval):
        return "Too few people answered every statement to say whether the statements go together."
    said = (
        f"Cronbach’s alpha is {words.decimal(items.alpha.value)} (likely {words.decimal(items.alpha.low)} to {words.decimal(items.alpha.high)}), "
        f"from about {people(items.complete)} people who placed themselves on every statement."
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
    protected: Protected, statements: Sequence[Variable], items: Items, title: str, policy: Policy
) -> Table:
    counts, pairs = Counts(protected), protected.tables.codebook.pairs
    is_enough, some = items.complete >= policy.percent_base, items.people >= policy.percent_base
    rows: list[tuple[str | int, ...]] = []
    for place, variable in enumerate(statements):
        base = counts.base(variable.name, variable.codes[0])
        rows.append(
            (
                words.topic(variable.name, variable.label, pairs),
                _percent(counts, variable, "SD"),
                _percent(counts, variable, "SA"),
                _percent(counts, variable, NO_IMPACT) if NO_IMPACT in variable.codes else "not asked",
                whole(float(items.missing[place])) if some and base is not None else "few",
                _two(float(items.item_rest[place]), is_enough=is_enough),
                _two(float(items.alpha_without[place]), is_enough=is_enough),
            )
        )
    caption = (
        f"{title}. “With the others” is the correlation of a statement with the sum of the others in the set; below 0.2 "
        "it goes its own way."
    )
    return Table(caption, HEADS, tuple(rows))


def _percent(counts: Counts, variable: Variable, code: str) -> str | int:
    share = counts.share(variable.name, code)
    return "few" if share is None else share.percent


def _two(value: float, *, is_enough: bool) -> str:
    if not is_enough:
        return "too few"
    return "none" if math.isnan(value) else words.decimal(value)
