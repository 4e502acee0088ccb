"""What a test says of the same people's two answers, and what it cannot say: finished figures for a page. Pure."""

from dataclasses import dataclass

import numpy as np

from assessments.evaluation import change_figures, change_statistics, paired_agreement, words
from assessments.evaluation.association import associate
from assessments.evaluation.change_statistics import Change, Comparison
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import people, whole
from assessments.evaluation.group_figures import CLEAR, METHODS
from assessments.evaluation.paired_agreement import Agreement
from assessments.evaluation.policy import Policy

HIDDEN = "Some of these answers were given by too few to test them safely."
TRANSITION = (
    "The second statement is another one: it asks whether people feel more confident now, and somebody who was "
    "confident before may rightly see no change. So the two shares are not to be subtracted as a rise or a fall. "
    "What can be said is how answers after go with answers before. A rise can be tested where the same statement is asked "
    "again in a later questionnaire."
)
CHANGE = (
    "The same statement was asked twice, so the difference is change in the people who answered both times."
)


@dataclass(frozen=True)
class Tested:
    """Tests of one pair.

    Attributes:
        finding: What was found, or why nothing can be said.
        meaning: What may be concluded from it and what may not.
        in_full: The tests, for a statistician; empty when nothing can be said.
    """

    finding: str
    meaning: str
    in_full: str = ""


def tested(protected: Protected, pre: str) -> Tested:
    """What the two answers of the same people say, from the figures that are shown of them.

    Args:
        protected: Protected tables.
        pre: The first statement of the pair.

    Raises:
        KeyError: If no pair begins with it.
    """
    shown = change_figures.change(protected, pre)
    variables, transitions = protected.tables.codebook.variables, protected.tables.transitions
    index = next(i for i, pair in enumerate(transitions.pairs) if pair[0] == pre)
    kind = change_statistics.comparison_of(*(variables[name] for name in transitions.pairs[index]))
    meaning = CHANGE if kind is Comparison.CHANGE else TRANSITION
    if any(row.cells is None for row in shown.rows):
        return Tested(HIDDEN, meaning)
    counts = np.where(protected.row_bases[index][:, None], 0, transitions.counts[index])
    found = paired_agreement.agreement(counts)
    if kind is Comparison.CHANGE:
        finding = found.refusal or _mcnemar(found)
        if protected.cells[index].any():
            return Tested(finding, meaning)
        moves = change_statistics.moves_of_counts(counts, *transitions.ratings[index])
        return Tested(
            repeated(change_statistics.change(moves), protected.policy or Policy()), meaning, finding
        )
    finding, test = _together(found)
    return Tested(finding, meaning, f"{test} {found.refusal or _mcnemar(found)}")


def _together(found: Agreement) -> tuple[str, str]:
    """Whether those who disagreed with the first statement agree with the second as often as the others."""
    agree = np.array([found.gained, found.both])
    base = np.array([found.gained + found.neither, found.both + found.lost])
    test = associate(agree, base)
    if not test.method:
        return "Everybody who answered both agrees with the second statement.", ""
    others, disagreed = (whole(100 * float(agree[place] / base[place])) for place in (1, 0))
    shares = (
        f"{disagreed}% of those who disagreed before agree after, and {others}% of those who agreed before"
    )
    finding = (
        f"What people said after goes with what they said before: {shares}."
        if test.p < CLEAR
        else f"Those who disagreed before took as much from the course, as far as we can tell: {shares}."
    )
    method = f"{METHODS[test.method]}, p {words.p_value(test.p)}; Cramér’s V {words.figure(test.cramers_v)}"
    return finding, f"Before with after, agree against not: {method}."


def _mcnemar(found: Agreement) -> str:
    first = whole(100 * (found.both + found.lost) / found.people)
    second = whole(100 * (found.both + found.gained) / found.people)
    points = found.difference.scaled(100)
    return (
        f"Of about {people(found.people)} people who answered both, {first}% agree with the first statement and "
        f"{second}% with the second, a difference of {_points(points.value)} percentage points (likely {_points(points.low)} to "
        f"{_points(points.high)}; McNemar’s exact test, p {words.p_value(found.p)})."
    )


def _points(value: float) -> str:
    text = words.decimal(value, 0)
    return f"+{text}" if float(f"{value:.0f}") > 0 else text


def repeated(found: Change, policy: Policy) -> str:
    """What became of one statement that was asked twice in the same words, in a sentence.

    Args:
        found: The change.
        policy: The thresholds; nothing is said of too few people, or when few moved one way.
    """
    if found.people < policy.percent_base:
        return words.FEW_PEOPLE
    parts = (found.up, found.down, found.same, found.left_out)
    if any(policy.is_small(part, special=False) for part in parts):
        return HIDDEN
    if found.refusal:
        return found.refusal
    up, down = (whole(100 * part / found.people) for part in (found.up, found.down))
    chance = found.improvement.scaled(100)
    return (
        f"Of about {people(found.people)} people who answered both times, {up}% agree more than before and {down}% less. "
        f"Somebody’s second answer is the higher with a chance of {chance.value:.0f}% (likely {chance.low:.0f} to "
        f"{chance.high:.0f}; 50 is no change; signed-rank test, p {words.p_value(found.signed_rank.p)}; rank-biserial "
        f"correlation {words.figure(found.rank_biserial)})."
    )
