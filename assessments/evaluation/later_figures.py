"""What lasted: statements asked again in the same words, and marks out of ten from focus groups, for a page. Pure."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assessments.evaluation import change_statistics, words
from assessments.evaluation.change_statistics import SCORES, Change, Comparison, Moves
from assessments.evaluation.codebook import Codebook, Variable
from assessments.evaluation.estimates import Estimate
from assessments.evaluation.figures import Table, people, whole
from assessments.evaluation.group_figures import CLEAR
from assessments.evaluation.marks import TOO_ALIKE, Marks, Mean
from assessments.evaluation.pieces import Counted, IsFit, enough, leaves_room, may_come_out
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.statistics import Integers, benjamini_hochberg

FAMILY = "the statements, or the marks, that one later questionnaire asks again"
"""What these p-values are adjusted over."""
NOT_YET = (
    "Nothing has come out yet. Figures come out when the questionnaire has closed and enough people have answered, and only "
    "where nobody could be told by the difference to other figures."
)
MARKS_TITLE = "Focus groups’ marks out of ten"
STEPS = " steps"
"""After the name of a statement: the table of how far its answers moved."""
HIGHEST, LOWEST = max(SCORES.values()), min(SCORES.values())
WAYS, DISTANCES = 4, 2 * (HIGHEST - LOWEST) + 1
"""Counts of which something is told: up, down, not at all, off the scale; and one for each distance."""
REPEATED_HEADS = (
    "Statement",
    "Agree more, %",
    "Agree less, %",
    "Chance of the later answer being higher, %",
    "Rank-biserial correlation",
    "p",
    "p adjusted",
    "People",
)
MARK_HEADS = (
    "Mark out of ten",
    "Before, mean (sd)",
    "Now, mean (sd)",
    "Difference (range)",
    "p by t",
    "p by ranks",
    "p by ranks, adjusted",
    "People",
)


@dataclass(frozen=True)
class Line:
    """One statement or mark in words."""

    topic: str
    said: str


@dataclass(frozen=True)
class Later:
    """What one later questionnaire says.

    Attributes:
        title: When, or of whom, it was asked.
        finding: What it says in all.
        lines: Each statement or mark that may be shown.
        table: The same with tests; None when nothing may be shown.
    """

    title: str
    finding: str
    lines: tuple[Line, ...]
    table: Table | None


def repeated_pairs(codebook: Codebook) -> tuple[tuple[Variable, Variable], ...]:
    """Statements that are asked twice in the same words on the same scale, the earlier first."""
    statements = codebook.statements
    return tuple(
        (first, second)
        for place, first in enumerate(statements)
        for second in statements[place + 1 :]
        if change_statistics.comparison_of(first, second) is Comparison.CHANGE
    )


def tables_of(cohorts: Mapping[int, Responses], policy: Policy) -> tuple[Counted, ...]:
    """What is counted of each repeated statement, by cohort: which way answers moved, and how far."""
    codebook = next((each.codebook for each in cohorts.values()), None)
    found = []
    for first, second in () if codebook is None else repeated_pairs(codebook):
        moved = {cohort_id: _moves(each, first, second) for cohort_id, each in cohorts.items()}
        given = {cohort_id: _given(each, first) for cohort_id, each in cohorts.items()}
        ways = {cohort_id: _ways(each, given[cohort_id]) for cohort_id, each in moved.items()}
        steps = {cohort_id: _steps(each, given[cohort_id]) for cohort_id, each in moved.items()}
        found += [
            Counted(first.name, ways, _on_the_scale(policy), told=WAYS),
            Counted(first.name + STEPS, steps, _far_enough(policy), told=DISTANCES),
        ]
    return tuple(found)


def _given(responses: Responses, first: Variable) -> Mapping[str, int]:
    """How many gave each answer at the end of the course, whether they answered later or not."""
    counts = np.bincount(responses.column(first.name), minlength=len(first.codes) + 1)[1:]
    return dict(zip(first.codes, counts.tolist(), strict=False))


def _ways(moved: Moves, given: Mapping[str, int]) -> Integers:
    """Up, down, not at all, off the scale; then, beside the answers at the end of the course, who they are drawn from."""
    base, placed = sum(given.values()), sum(given.get(code, 0) for code in SCORES)
    answered = moved.people + moved.left_out
    drawn = [
        _drawn(moved, given, 1),
        _drawn(moved, given, -1),
        (moved.people, placed - moved.people),
        (answered, base - answered),
    ]
    counts = (moved.up, moved.down, moved.people - moved.up - moved.down, moved.left_out)
    return _beside(counts, drawn, given)


def _steps(moved: Moves, given: Mapping[str, int]) -> Integers:
    """How many moved by each distance; then who those that moved further than one step are drawn from."""
    drawn = [_drawn(moved, given, step) for step in moved.steps.tolist() if abs(step) > 1]
    return _beside(moved.count.tolist(), drawn, given)


def _beside(counts: Iterable[int], drawn: Iterable[tuple[int, int]], given: Mapping[str, int]) -> Integers:
    return np.array([*counts, *(count for pair in drawn for count in pair), *given.values()])


def _drawn(moved: Moves, given: Mapping[str, int], step: float) -> tuple[int, int]:
    """How many moved so far or further, and how many others gave an answer from which they could have."""
    is_so_far = moved.steps >= step if step > 0 else moved.steps <= step
    count = int(moved.count[is_so_far].sum())
    able = [code for code, score in SCORES.items() if LOWEST <= score + step <= HIGHEST]
    return count, sum(given.get(code, 0) for code in able) - count


def _on_the_scale(policy: Policy) -> IsFit:
    """Whether enough people placed themselves on the scale, and none of the four counts is small."""
    is_enough, is_clear, is_safe = enough(policy), enough(policy, least=0), _is_safe_beside(policy, WAYS, 4)
    return lambda counts: is_enough(counts[: WAYS - 1]) and is_clear(counts[:WAYS]) and is_safe(counts)


def _far_enough(policy: Policy) -> IsFit:
    is_enough, is_safe = enough(policy), _is_safe_beside(policy, DISTANCES, DISTANCES - 3)
    return lambda counts: is_enough(counts[:DISTANCES]) and is_safe(counts)


def _is_safe_beside(policy: Policy, told: int, pairs: int) -> IsFit:
    """Whether counts tell nothing more of the answers at the end of the course: none of these is small, or others could have moved."""
    is_clear, is_free, start = enough(policy, least=0), leaves_room(policy), told + 2 * pairs
    return lambda counts: is_clear(counts[start:]) or is_free(counts[told:start])


def asked_again(
    responses: Responses, title: str, topics: Codebook, policy: Policy, shown: Collection[str] | None = None
) -> Later:
    """What became of agreement since the end of the course.

    Args:
        responses: Answers at the end of the course and in one later wave, one row a respondent.
        title: When the later wave was.
        topics: The codebook whose statements have short names.
        policy: The thresholds.
        shown: The tables of `tables_of` that may be shown; those fit by themselves when left out.
    """
    if not len(responses):
        return Later(title, NOT_YET, (), None)
    if shown is None:
        shown = {table.name for table in tables_of({0: responses}, policy) if may_come_out(table, {0: 0}, [])}
    told = []
    for first, second in repeated_pairs(responses.codebook):
        if first.name in shown:
            moves = _moves(responses, first, second)
            found = change_statistics.change(
                moves if first.name + STEPS in shown else moves.by_direction,
            )
            told.append((words.topic(first.name, first.label, topics.pairs), found))
    if not told:
        return Later(title, "Too few people answered both times to show what lasted.", (), None)
    adjusted = benjamini_hochberg(np.array([_p(found) for _, found in told])).tolist()
    lines = tuple(Line(topic, _said(found, p)) for (topic, found), p in zip(told, adjusted, strict=True))
    rows = tuple(_repeated_row(topic, found, p) for (topic, found), p in zip(told, adjusted, strict=True))
    caption = (
        f"{title}: the same people’s answers beside theirs at the end of the course. Adjusted over {FAMILY}. Where few moved "
        "further than others, every move counts as one step."
    )
    return Later(title, _finding(told, adjusted), lines, Table(caption, REPEATED_HEADS, rows))


def _moves(responses: Responses, first: Variable, second: Variable) -> Moves:
    height, width = len(first.codes) + 1, len(second.codes) + 1
    cells = responses.column(first.name) * np.uint8(width) + responses.column(second.name)
    counts = np.bincount(cells, minlength=height * width).reshape(height, width)[1:, 1:]
    return change_statistics.moves_of_counts(counts, first.codes, second.codes)


def _p(found: Change) -> float:
    return math.nan if found.refusal else found.signed_rank.p


def _direction(found: Change, adjusted: float) -> int:
    if math.isnan(adjusted) or adjusted >= CLEAR:
        return 0
    return 1 if found.rank_biserial.value > 0 else -1


def _finding(told: Sequence[tuple[str, Change]], adjusted: Sequence[float]) -> str:
    by_direction: dict[int, list[str]] = {1: [], -1: [], 0: []}
    for (topic, found), p in zip(told, adjusted, strict=True):
        by_direction[_direction(found, p)].append(words.lower_first(topic))
    said = [
        f"{verb} than at the end of the course about {words.listed(by_direction[direction])}."
        for direction, verb in ((-1, "People agree less"), (1, "People agree more"))
        if by_direction[direction]
    ]
    if by_direction[0]:
        rest = "the rest" if said else "any statement"
        said.append(f"We see no clear change in {rest}, which does not prove that there is none.")
    return " ".join(said)


def _said(found: Change, adjusted: float) -> str:
    if found.refusal:
        return found.refusal
    up, down = (whole(100 * n / found.people) for n in (found.up, found.down))
    verdict = {1: "a clear rise", -1: "a clear fall", 0: "no clear change"}[_direction(found, adjusted)]
    return f"{up}% agree more than before and {down}% less: {verdict}."


def _repeated_row(topic: str, found: Change, adjusted: float) -> tuple[str | int, ...]:
    up, down = (whole(100 * n / found.people) for n in (found.up, found.down))
    chance = found.improvement.scaled(100)
    range_ = f"{whole(chance.value)} ({whole(chance.low)} to {whole(chance.high)})"
    tested = (
        ("too few moved", "")
        if found.refusal
        else (words.p_value(found.signed_rank.p), words.p_value(adjusted))
    )
    return (
        topic,
        up,
        down,
        range_,
        words.figure(found.rank_biserial),
        *tested,
        f"about {people(found.people)}",
    )


def marked(numbers: Sequence[tuple[str, Marks | None]]) -> Later:
    """What focus groups gave out of ten, before and now.

    Args:
        numbers: Each thing that was marked, and the comparison of its marks; None when too few gave both.
    """
    told = [(topic, found) for topic, found in numbers if found is not None]
    if not told:
        return Later(MARKS_TITLE, "Too few gave marks to show a mean.", (), None)
    adjusted = benjamini_hochberg(np.array([_p(found.change) for _, found in told])).tolist()
    rows = tuple(_mark_row(topic, found, p) for (topic, found), p in zip(told, adjusted, strict=True))
    lines = tuple(
        Line(
            topic,
            f"from {found.before.mean:.1f} to {found.after.mean:.1f} ({_marks_apart(found.difference)}).",
        )
        for topic, found in told
    )
    most = max(told, key=lambda pair: abs(pair[1].difference.value))
    finding = (
        f"The same people’s marks moved most for {words.lower_first(most[0])}: {_marks_apart(most[1].difference)}. They gave "
        "both marks on one day, looking back, so part of it may be how memory works."
    )
    caption = f"{MARKS_TITLE}, means and standard deviations. Adjusted over {FAMILY}."
    return Later(MARKS_TITLE, finding, lines, Table(caption, MARK_HEADS, rows))


def _marks_apart(difference: Estimate) -> str:
    said = f"{'+' if difference.value > 0 else ''}{words.decimal(difference.value, 1)}"
    if not difference.has_interval:
        return said
    return f"{said}, likely {words.decimal(difference.low, 1)} to {words.decimal(difference.high, 1)}"


def _mark_row(topic: str, found: Marks, adjusted: float) -> tuple[str | int, ...]:
    is_alike = found.change.refusal == TOO_ALIKE
    t_p = "none" if math.isnan(found.t_p) else words.p_value(found.t_p)
    tested = (
        (TOO_ALIKE if is_alike else "too few moved", "")
        if found.change.refusal
        else (words.p_value(found.change.signed_rank.p), words.p_value(adjusted))
    )
    return (
        topic,
        _mean(found.before),
        _mean(found.after),
        _marks_apart(found.difference),
        TOO_ALIKE if is_alike else t_p,
        *tested,
        f"about {people(found.people)}",
    )


def _mean(found: Mean) -> str:
    return f"{found.mean:.1f}" + ("" if math.isnan(found.deviation) else f" ({found.deviation:.1f})")
