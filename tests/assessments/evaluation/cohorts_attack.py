"""Does the comparison of cohorts tell what few of one cohort said? Every way in which it could have come about is tried.

The attacker knows how many of each cohort answered, and how many of each provider did not agree. He shares these out among the
cohorts in every possible way, and keeps those ways of which the same would be said, to the last word and digit.
"""

from itertools import permutations, product

import numpy as np
from scipy import special

from assessments.evaluation import clusters, cohort_figures
from assessments.evaluation.cohort_figures import Divided, compare_cohorts
from assessments.evaluation.statistics import CONFIDENCE

LEAST_NUMBERS = 3


def possible(agree, base, divided, policy):
    """For each cohort, the numbers not agreeing that nothing excludes."""
    said = compare_cohorts(agree, base, divided, policy)
    provider, rest = divided[0].group, base - agree
    shared = [
        list(_shared_out(int(rest[provider == each].sum()), base[provider == each].tolist()))
        for each in range(provider.max() + 1)
    ]
    numbers = [set() for _ in base]
    for ways in product(*shared):
        tried = np.array([number for way in ways for number in way])
        if compare_cohorts(base - tried, base, divided, policy) == said:
            for cohort, number in zip(numbers, tried.tolist(), strict=True):
                cohort.add(number)
    return numbers


def _shared_out(total, most):
    """Every way to share people out among cohorts of some sizes, which are in the order of their providers."""
    first, *others = most
    if not others:
        if total <= first:
            yield (total,)
        return
    for number in range(min(total, first) + 1):
        for way in _shared_out(total - number, others):
            yield (number, *way)


def many(count, seed):
    """Some cohorts of three providers, taught in three regions and two patterns: agreeing, of how many, and how they are sorted."""
    rng = np.random.default_rng(seed)
    provider = np.sort(np.concatenate([np.arange(12) % 3, rng.integers(0, 3, count - 12)]))
    base = rng.integers(9, 21, count)
    rest = rng.binomial(base, rng.beta(2, 18, count))
    divided = (
        Divided("By provider", provider),
        Divided("By region where taught", rng.integers(0, 3, count)),
        Divided("By pattern of delivery", rng.integers(0, 2, count)),
    )
    return base - rest, base, divided


CHAINS, STEPS, FIRST_HEAT, LAST_HEAT = 200, 3000, 30.0, 2.0
MOST_READ = 5
"""How many ways whose figures come out as they should are compared to the last word."""


def narrowed(agree, base, divided, policy, *, seed=0):
    """Of many cohorts: the small counts of those who do not agree for which no three numbers were found, with what was found.

    There are too many ways to try. For each number that a count could be, he starts from ways at random and moves people between
    cohorts of a provider, so that figures come nearer to what is said, until all is said to the last digit. What he does not
    find so may still be possible: a count that is not in the answer is surely open, one that is may be.
    """
    said, provider, rest = compare_cohorts(agree, base, divided, policy), divided[0].group, base - agree
    goal = _Goal(agree, base, divided, policy)
    random, found = np.random.default_rng(seed), []
    for cohort in np.flatnonzero((rest >= 1) & (rest < policy.smallest_count)):
        left = {int(rest[cohort])}
        most = min(base[cohort], rest[provider == provider[cohort]].sum())
        for number in sorted(range(most + 1), key=lambda each: abs(each - rest[cohort])):
            if (
                len(left) < LEAST_NUMBERS
                and number not in left
                and abs(number - rest[cohort]) <= LEAST_NUMBERS
            ):
                ways = goal.reach(rest, cohort, number, random)
                if any(compare_cohorts(base - way, base, divided, policy) == said for way in ways):
                    left.add(number)
        if len(left) < LEAST_NUMBERS:
            found.append((int(cohort), int(rest[cohort]), sorted(left)))
    return found


class _Goal:
    """How far the figures of some ways to share out those who do not agree are from the figures that are said."""

    def __init__(self, agree, base, divided, policy):
        self.base, self.provider = base, divided[0].group
        self.groupings = []
        for each in divided:
            kept = cohort_figures._shown(agree, base, each.group, policy)[each.group]
            sizes = np.bincount(each.group[kept], minlength=each.group.max() + 1)
            kept &= sizes[each.group] >= clusters.LEAST_COHORTS
            self.groupings.append((kept, np.unique(each.group[kept], return_inverse=True)[1]))
        self.groupings = [each for each in self.groupings if each[0].any() and each[1].max() > 0]
        exact = self._figures((base - agree)[None, :])[0]
        self.low, self.high = np.array([*map(_as_f, self.groupings, exact), self._as_ratio(exact[-1])]).T

    def _figures(self, rest):
        """F of each way of sorting, and the F behind the intraclass correlation; shape (ways, figures)."""
        share = 1 - rest / self.base
        found = []
        for kept, group in self.groupings:
            member = np.eye(group.max() + 1)[group]
            ratio, usual = _ratio(share[:, kept], self.base[kept], member)
            correlation = (ratio - 1) / (ratio + usual - 1)
            weight = self.base[kept] / (1 + (self.base[kept] - 1) * np.clip(correlation, 0, 1)[:, None])
            whole = weight @ member
            mean = (weight * share[:, kept]) @ member / whole
            apart = (weight * (share[:, kept] - mean @ member.T) ** 2).sum(axis=1) / (
                len(group) - member.shape[1]
            )
            middle = (whole * mean).sum(axis=1) / whole.sum(axis=1)
            between = (whole * (mean - middle[:, None]) ** 2).sum(axis=1) / (member.shape[1] - 1)
            found.append(between / np.maximum(apart, 1e-12))
        found.append(_ratio(share, self.base, np.ones((len(self.base), 1)))[0])
        return np.column_stack(found)

    def _as_ratio(self, ratio):
        """Between which numbers the F lies of which the correlation and its limits round so."""
        usual = _ratio(np.zeros((1, len(self.base))), self.base, np.ones((len(self.base), 1)))[1]
        df, tail = (len(self.base) - 1, int(self.base.sum()) - len(self.base)), (1 - CONFIDENCE) / 2
        ends = []
        for by in (1.0, special.fdtri(*df, 1 - tail), special.fdtri(*df, tail)):
            told = np.round((ratio / by - 1) / (ratio / by + usual - 1), 2)
            ends.append([by * (1 + end * (usual - 1)) / (1 - end) for end in (told - 0.005, told + 0.005)])
        return max(low for low, _ in ends), min(high for _, high in ends)

    def reach(self, rest, cohort, number, random):
        """Ways in which one cohort has so many, whose figures round about as they should."""
        ways = np.repeat(rest[None, :], CHAINS, axis=0)
        others = np.flatnonzero(self.provider == self.provider[cohort])
        others = others[others != cohort]
        for way in ways:
            while way[cohort] != number:
                step = int(np.sign(number - way[cohort]))
                other = random.choice(others)
                if 0 <= way[other] - step <= self.base[other]:
                    way[cohort] += step
                    way[other] -= step
        pairs = np.array(
            [
                (one, other)
                for one, other in permutations(range(len(rest)), 2)
                if cohort not in (one, other) and self.provider[one] == self.provider[other]
            ]
        )
        far, rows, found = self._far(ways), np.arange(CHAINS), []
        for heat in np.geomspace(FIRST_HEAT, LAST_HEAT, STEPS):
            one, other = pairs[random.integers(len(pairs), size=CHAINS)].T
            tried = ways.copy()
            tried[rows, one] -= 1
            tried[rows, other] += 1
            may = (tried[rows, one] >= 0) & (tried[rows, other] <= self.base[other])
            tried[~may] = ways[~may]
            then = self._far(tried)
            moves = random.random(CHAINS) < np.exp(np.minimum((far - then) / heat, 0))
            ways[moves], far[moves] = tried[moves], then[moves]
            found += [way.copy() for way in ways[moves & (far == 0)][:1]]
            if len(found) == MOST_READ:
                break
        return found

    def _far(self, ways):
        """Nought where every figure rounds as it is said; else how far they are off, in widths of what rounds so."""
        found = self._figures(ways)
        off = np.maximum(np.maximum(self.low - found, found - self.high), 0)
        return (off / (self.high - self.low)).sum(axis=1)


def _as_f(grouping, exact):
    """Between which numbers F lies that rounds so, and of which p does."""
    df = int(grouping[1].max()), len(grouping[1]) - int(grouping[1].max()) - 1
    p = special.fdtrc(*df, exact)
    digits = 3 if p < 0.1 else 2
    low, high = np.round(exact, 1) - 0.05, np.round(exact, 1) + 0.05
    if p < 0.001:
        return low, high
    least, most = (
        special.fdtri(*df, 1 - end)
        for end in (np.round(p, digits) + 0.5 * 10**-digits, np.round(p, digits) - 0.5 * 10**-digits)
    )
    return max(low, least), min(high, most)


def _ratio(share, base, member):
    """F of cohorts within groups, and their usual size; shape (ways,)."""
    people, groups = base.sum(), member.shape[1]
    of_group = base @ member
    mean = ((base * share) @ member) / of_group
    between = (base * (share - mean @ member.T) ** 2).sum(axis=1) / (len(base) - groups)
    within = (base * share * (1 - share)).sum(axis=1) / (people - len(base))
    usual = (people - (base**2 / (of_group @ member.T)).sum()) / (len(base) - groups)
    return between / np.maximum(within, 1e-12), usual
