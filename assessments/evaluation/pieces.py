"""What may come out of figures that are shown whole or not at all. Pure.

Whoever has figures about several sets of cohorts, at whatever level and of whatever day, can add and subtract them. So all
sets about which a table has come out, and the one about which it is to come out, are cut along each other's borders, and
every piece must be fit to be shown by itself. Fit counts stay fit when they are added, so every sum or difference of the
figures that is about people at all is fit as well, over any number of rounds.

Answers that were withdrawn, or came late, between two figures are pieces that are never fit. They must not be left bare: no
sum or difference of the figures may be about them alone, which is a question of rank. Source: F. Y. Chin and G. Ozsoyoglu,
"Auditing and inference control in statistical databases", IEEE Transactions on Software Engineering 8 (1982).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Integers

Responses = Mapping[int, int]
"""How many responses each of some cohorts held when figures about them came out."""
IsFit = Callable[[Integers], bool]


@dataclass(frozen=True)
class Counted:
    """One table by cohort.

    Attributes:
        name: What it is called among those of its chapter; the same at every level and time.
        counts: Counts of people for each cohort.
        is_fit: Whether such counts may be shown; must hold of sums of counts of which it holds.
        told: Of how many of the counts something is told, the first; others only decide. All when None.
    """

    name: str
    counts: Mapping[int, Integers]
    is_fit: IsFit
    told: int | None = None

    def of(self, cohort_ids: Sequence[int]) -> Integers:
        """The counts of some cohorts together."""
        return np.asarray(np.sum([self.counts[cohort_id] for cohort_id in cohort_ids], axis=0), np.int64)

    def tells_of(self, cohort_ids: Sequence[int]) -> bool:
        """Whether there is anybody in what is told of some cohorts."""
        return bool(self.of(cohort_ids)[: self.told].any())


def enough(policy: Policy, *, least: int | None = None, special: bool = False) -> IsFit:
    """Counts that add up to nobody or to a percentage's base, and of which none is small.

    Args:
        policy: The thresholds.
        least: How many people are enough, if not as many as a percentage needs.
        special: Whether they are about special categories, where none tells on everyone.
    """
    wanted = policy.percent_base if least is None else least

    def is_fit(counts: Integers) -> bool:
        people = int(counts.sum())
        small = any(policy.is_small(count, special=special) for count in counts.tolist())
        return people == 0 or (people >= wanted and not small)

    return is_fit


def leaves_room(policy: Policy) -> IsFit:
    """Whether counts are drawn from counts that other tables show without telling more of those.

    Of each pair (counted, others), `others` are the further people who could have been counted. Where all who could have been
    were, the count would be theirs, and what the other tables hide of them would follow.
    """
    return lambda pairs: all(
        counted == 0 or others >= policy.smallest_count for counted, others in pairs.reshape(-1, 2).tolist()
    )


def may_come_out(table: Counted, now: Responses, before: Sequence[Responses]) -> bool:
    """Whether a table about some cohorts leaves nothing bare beside those that have come out.

    Args:
        table: The table as the answers are now.
        now: The cohorts that it is to be about, and how many responses each holds.
        before: The same of each time that it has come out, at any level.
    """
    if not table.tells_of(sorted(now)):
        return False
    earlier = _linked(now, before)
    new = _pieces([*earlier, now]) - _pieces(earlier)
    return all(table.is_fit(table.of(sorted(piece))) for piece in new) and _hides_what_moved([*earlier, now])


def _linked(now: Responses, before: Sequence[Responses]) -> list[Responses]:
    """Those that share cohorts with the new figures, or with others that do."""
    reached, linked = set(now), list[Responses]()
    while added := [each for each in before if each not in linked and reached & each.keys()]:
        linked += added
        reached.update(*added)
    return linked


def _pieces(published: Sequence[Responses]) -> set[frozenset[int]]:
    """The cohorts, cut along the borders of all that is published. A piece that was there before was judged then."""
    pieces: dict[tuple[bool, ...], set[int]] = {}
    for cohort_id in set[int]().union(*published):
        pieces.setdefault(tuple(cohort_id in each for each in published), set()).add(cohort_id)
    return {frozenset(piece) for piece in pieces.values()}


def _hides_what_moved(published: Sequence[Responses]) -> bool:
    """Whether no sum or difference is only about answers that came or went between figures about the same cohort."""
    last: dict[int, int] = {}
    for each in published:
        last |= each
    moved = {
        (cohort_id, then): [float(each.get(cohort_id) == then) for each in published]
        for figures in published
        for cohort_id, then in figures.items()
        if then != last[cohort_id]
    }
    if not moved:
        return True
    standing = np.array([[float(cohort_id in each) for cohort_id in last] for each in published])
    both = np.column_stack([standing, np.array(list(moved.values())).T])
    return bool(np.linalg.matrix_rank(both) == np.linalg.matrix_rank(standing))
