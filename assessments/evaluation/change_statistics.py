"""Change in answers on a scale by the same people, asked the same thing twice. Pure.

Meant for a statement that is repeated in the same words on the same scale, for example at the end of the course and
three months later, and for marks out of ten before and after. Not for the study's pairs of statements, whose second
asks about being *more* confident (see `Comparison`).

Everything is computed from how many moved how far, so the cost does not grow with the number of people. Rules: who did
not answer both is left out; "no impact" has no place on the scale of agreement and is left out here and counted
(`Change.left_out`); moves of no steps are ranked and then dropped (Pratt). Agreement is scored strongly agree 4,
agree 3, disagree 2, strongly disagree 1; of the scores only their order counts between people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import special

from assessments.evaluation.codebook import Variable
from assessments.evaluation.estimates import UNKNOWN, Estimate
from assessments.evaluation.paired_agreement import net_change, refusal, sign_test
from assessments.evaluation.statistics import CONFIDENCE, REPLICATES, SEED, Floats, Integers

SCORES: Mapping[str, int] = MappingProxyType({"SA": 4, "A": 3, "D": 2, "SD": 1})
"""Agreement as a number; an answer that is not here ("no impact") has no place on the scale."""
EXACT_UP_TO = 50
"""How many moves at most are tested by the exact distribution of signed ranks, and from how many by the normal."""


class Comparison(StrEnum):
    """What two statements answered by the same people allow."""

    CHANGE = "change"
    """The same words on the same scale: their difference is change."""
    TRANSITION = "transition"
    """Different statements: how answers go together, not whether anything rose or fell."""


@dataclass(frozen=True)
class Moves:
    """How far answers moved: `steps[i]`, second answer less first, was seen `count[i]` times. Steps ascend."""

    steps: Floats
    count: Integers
    left_out: int = 0

    @property
    def people(self) -> int:
        """How many gave both answers."""
        return int(self.count.sum())

    @property
    def up(self) -> int:
        """How many moved up."""
        return int(self.count[self.steps > 0].sum())

    @property
    def down(self) -> int:
        """How many moved down."""
        return int(self.count[self.steps < 0].sum())

    @property
    def by_direction(self) -> "Moves":
        """The same with every move as one step, which says no more than how many moved which way."""
        count = np.array([self.down, self.people - self.up - self.down, self.up], np.int64)
        return Moves(np.array([-1.0, 0.0, 1.0]), count, self.left_out)


@dataclass(frozen=True)
class SignedRank:
    """Wilcoxon's signed-rank test: sums of the ranks of moves up and of moves down, and the two-sided p-value."""

    plus: float
    minus: float
    p: float
    is_exact: bool


@dataclass(frozen=True)
class Change:
    """What became of one answer.

    Attributes:
        people: How many gave both answers.
        up, down, same: How many moved which way.
        left_out: How many answered both but not on the scale ("no impact").
        signed_rank: Whether moves up outweigh moves down, by their size.
        sign_p: The same by their number alone.
        net: Share that moved up less share that moved down.
        improvement: How likely the second answer is the higher, a tie counting half.
        rank_biserial: Share of the ranks of moves up less that of moves down, -1 to 1.
        refusal: Why nothing can be concluded, in words; empty when something can.
    """

    people: int
    up: int
    down: int
    same: int
    left_out: int
    signed_rank: SignedRank
    sign_p: float
    net: Estimate
    improvement: Estimate
    rank_biserial: Estimate
    refusal: str


def comparison_of(before: Variable, after: Variable) -> Comparison:
    """What a pair of statements allows: change only when the words and the scale are the same.

    An answer that stands apart from the scale ("no impact") may be offered the second time only.
    """
    same = before.label == after.label and _scale(before) == _scale(after)
    return Comparison.CHANGE if same else Comparison.TRANSITION


def _scale(variable: Variable) -> tuple[str, ...]:
    return tuple(code for code in variable.codes if code in SCORES)


def moves_of_counts(counts: Integers, before: Sequence[str], after: Sequence[str]) -> Moves:
    """The moves in a table of answers.

    Args:
        counts: Answers before (rows) by answers after (columns).
        before: The codes of the rows; who gave one that has no score is left out and counted.
        after: The codes of the columns, likewise.
    """
    rows = [place for place, code in enumerate(before) if code in SCORES]
    columns = [place for place, code in enumerate(after) if code in SCORES]
    kept = counts[np.ix_(rows, columns)]
    first = np.array([SCORES[before[place]] for place in rows], np.int64)
    second = np.array([SCORES[after[place]] for place in columns], np.int64)
    steps = second[None, :] - first[:, None]
    found, place = np.unique(steps, return_inverse=True)
    summed = np.zeros(len(found), np.int64)
    np.add.at(summed, place.ravel(), kept.ravel())
    return Moves(found.astype(np.float64), summed, int(counts.sum() - kept.sum()))


def moves_of_marks(before: Floats, after: Floats) -> Moves:
    """The moves between two marks of each person, shape (people,); nan is no answer and leaves the person out."""
    steps = after - before
    found, count = np.unique(steps[~np.isnan(steps)], return_counts=True)
    return Moves(found, count.astype(np.int64))


def change(moves: Moves, *, seed: int = SEED, replicates: int = REPLICATES) -> Change:
    """Everything about one answer given twice.

    Args:
        moves: How far answers moved.
        seed: Of the bootstrap's random numbers.
        replicates: How many samples the bootstrap draws.
    """
    net = net_change(moves.up, moves.down, moves.people)
    return Change(
        moves.people,
        moves.up,
        moves.down,
        moves.people - moves.up - moves.down,
        moves.left_out,
        signed_rank(moves),
        float(sign_test(np.array(moves.up), np.array(moves.down))),
        net,
        improvement(net),
        rank_biserial(moves, seed=seed, replicates=replicates),
        refusal(moves.people, moves.up + moves.down),
    )


def improvement(net: Estimate) -> Estimate:
    """How likely somebody's second answer is the higher of their two, a tie counting half: 0.5 is no change.

    Source: N. Cliff, Psychological Bulletin 114 (1993), the within-subject dominance; the probability is
    (1 + net change) / 2, so its interval is that of the net change moved onto its scale.

    Args:
        net: Share that moved up less share that moved down.
    """
    return net.scaled(0.5, plus=0.5)


def signed_rank(moves: Moves) -> SignedRank:
    """Wilcoxon's signed-rank test with ties and with answers that did not change.

    Moves are ranked by size, equal sizes sharing the mean of their ranks; moves of no steps are ranked with the rest
    and then dropped, so that many who did not move make the test more careful. Exact where at most `EXACT_UP_TO`
    moved: the distribution of the sum of ranks when each move is as likely up as down, given the ranks. Otherwise
    the normal distribution with the mean and variance of that distribution and no continuity correction.

    Source: F. Wilcoxon, Biometrics Bulletin 1 (1945); zeros after J. W. Pratt, JASA 54 (1959); agrees with
    `scipy.stats.wilcoxon(..., zero_method="pratt")`, whose exact mode does not allow for ties.

    Args:
        moves: How far answers moved.

    Returns:
        Sums of ranks and p; p is nan where nobody moved.
    """
    doubled, up, size = _doubled_ranks(moves)
    plus, whole = int((doubled * up).sum()), int((doubled * size).sum())
    minus, moved = whole - plus, int(size.sum())
    if not moved:
        return SignedRank(0.0, 0.0, np.nan, is_exact=True)
    is_exact = moved <= EXACT_UP_TO
    if is_exact:
        p = _exact(doubled, size, min(plus, minus))
    else:
        deviation = np.sqrt(float((doubled.astype(np.float64) ** 2 * size).sum())) / 2
        p = 2 * float(special.ndtr(-abs(plus - whole / 2) / deviation))
    return SignedRank(plus / 2, minus / 2, min(1.0, p), is_exact)


def _doubled_ranks(moves: Moves) -> tuple[Integers, Integers, Integers]:
    """For each size of move that is not nothing: twice its mean rank, how many went up by it, how many had it."""
    sizes, place = np.unique(np.abs(moves.steps), return_inverse=True)
    count = np.bincount(place, weights=moves.count, minlength=len(sizes)).astype(np.int64)
    up = np.bincount(place, weights=moves.count * (moves.steps > 0), minlength=len(sizes)).astype(np.int64)
    doubled = 2 * np.cumsum(count) - count + 1
    some = (sizes > 0) & (count > 0)
    return doubled[some], up[some], count[some]


def _exact(doubled: Integers, size: Integers, least: int) -> float:
    """Twice the probability of a sum of ranks as small as the smaller one, over all directions of the moves."""
    sums: Integers = np.zeros(1, np.int64)
    chance: Floats = np.ones(1)
    for rank, many in zip(doubled.tolist(), size.tolist(), strict=True):
        ups = np.arange(many + 1)
        of_ups = special.binom(many, ups) * 0.5**many
        reached = np.add.outer(sums, rank * ups).ravel()
        sums, place = np.unique(reached, return_inverse=True)
        weights = np.multiply.outer(chance, of_ups).ravel()
        chance = np.bincount(place, weights=weights, minlength=len(sums)).astype(np.float64)
    return 2 * float(chance[sums <= least].sum())


def rank_biserial(
    moves: Moves, confidence: float = CONFIDENCE, *, seed: int = SEED, replicates: int = REPLICATES
) -> Estimate:
    """Matched-pairs rank-biserial correlation: share of the ranks of moves up less that of moves down.

    1 when every move is up, -1 when every one is down, 0 when their ranks balance. The ranks are those of the test.
    No closed form of its interval holds with ties, so it is the percentile interval of a seeded bootstrap over
    people. When all who moved went the same way every sample says the same, and no interval is given.

    Source: D. S. Kerby, Comprehensive Psychology 3 (2014); B. Efron, Annals of Statistics 7 (1979).

    Args:
        moves: How far answers moved.
        confidence: Two-sided coverage.
        seed: Of the random numbers.
        replicates: How many samples to draw.
    """
    doubled, up, size = _doubled_ranks(moves)
    if not len(size):
        return UNKNOWN
    ranks = doubled * size
    value = float((2 * (doubled * up).sum() - ranks.sum()) / ranks.sum())
    if abs(value) == 1.0:
        return Estimate(value, np.nan, np.nan)
    drawn = np.random.default_rng(seed).multinomial(moves.people, moves.count / moves.people, size=replicates)
    return Estimate(value, *_percentiles(_of_samples(moves.steps, drawn), confidence))


def _of_samples(steps: Floats, drawn: NDArray[np.int64]) -> Floats:
    """The correlation in each sample, shape (samples,); nan where nobody in it moved."""
    sizes, place = np.unique(np.abs(steps), return_inverse=True)
    of_size = (place[:, None] == np.arange(len(sizes))).astype(np.int64)
    count, net = drawn @ of_size, (drawn * np.sign(steps).astype(np.int64)) @ of_size
    doubled = np.where(sizes > 0, 2 * np.cumsum(count, axis=1) - count + 1, 0)
    with np.errstate(invalid="ignore"):
        return np.asarray((doubled * net).sum(axis=1) / (doubled * count).sum(axis=1), np.float64)


def _percentiles(samples: Floats, confidence: float) -> tuple[float, float]:
    low, high = np.nanquantile(samples, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
