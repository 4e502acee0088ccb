"""Joins the rare answers to a question in every part of a whole, so that more parts can show the others. Pure.

The same answers are joined in all parts. Each part, and the rest of the whole, must then be fit to show: every answer that
is not joined is given by nobody or by enough people, and so is the sum of those that are. What is hidden in the whole is
among those joined, and sums that were known before are all that becomes known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.disclosure import Protected
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Integers
from assessments.evaluation.sums import Figures, Sums, rests
from assessments.evaluation.tables import AGREE, AGREEING, DISAGREE, Tables

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Joined:
    """The parts that show a question with some answers joined, and the rows that none of them shows alone."""

    parts: set[int]
    rows: Rows

    def without(self, protected: Protected) -> Protected:
        """Figures without the answers that are joined."""
        count = protected.count.copy()
        count[self.rows] = True
        return replace(protected, count=count)


def joined(
    whole: Figures, parts: Mapping[int, Figures], rows: Sequence[int], policy: Policy, *, special: bool
) -> Joined | None:
    """Which parts can show a question so, taking out the smallest first; None where none can.

    Args:
        whole: The figures of everybody.
        parts: The figures of parts.
        rows: The rows of the question in the frequency tables.
        policy: The thresholds.
        special: Whether it is about special categories, of which nothing is joined.
    """
    tables = whole.protected.tables
    if special or len({tables.frequencies.keys[row][0] for row in rows}) > 1:
        return None
    question = _Question(tables, rows, policy)
    shown = sorted(parts, key=lambda part: (parts[part].now.people, part), reverse=True)
    shown = [part for part in shown if not parts[part].is_piece and not question.is_silent(parts[part])]
    while shown:
        found = question.join(whole, [parts[part] for part in shown])
        if found is not None:
            return Joined(set(shown), found)
        shown.pop()
    return None


class _Question:
    """The answers to one question: those that add up to its base, and the sums that are shown besides."""

    def __init__(self, tables: Tables, rows: Sequence[int], policy: Policy) -> None:
        self.policy = policy
        by_code = {tables.frequencies.keys[row][1]: row for row in rows}
        self.is_statement = AGREE in by_code
        self.sums = np.array([by_code[code] for code in (AGREE, DISAGREE) if code in by_code], np.intp)
        self.codes = np.array([row for row in rows if row not in set(self.sums.tolist())], np.intp)
        self.always = np.array(
            [row for code, row in by_code.items() if self.is_statement and code not in (*AGREEING, AGREE)],
            np.intp,
        )

    def is_silent(self, figures: Figures) -> bool:
        """Whether the figures do not even show how many answered."""
        return bool(figures.protected.base[self.codes].any())

    def join(self, whole: Figures, shown: Sequence[Figures]) -> Rows | None:
        """The rows to join so that the parts and the rest are fit to show; None where that is not enough."""
        again = [part for part in shown if part.before is not None and not part.before.base[self.codes].any()]
        views = [each.protected for each in (whole, *shown)]
        views += [each.before for each in (whole, *again) if each.before is not None]
        is_stirred = whole.stirred or any(part.stirred for part in shown)
        if self.is_silent(whole) or is_stirred or any(view.base[self.codes].any() for view in views):
            return None
        regions = [part.now for part in shown]
        regions += [rest for rest in rests(whole, shown, again) if rest.people]
        if not all(self._is_peopled(region) for region in regions):
            return None
        kept = np.setdiff1d(self.codes, self.always)
        hidden = np.any([view.count for view in views], axis=0)
        rare = hidden | np.any([self._is_small(region.count) for region in regions], axis=0)
        if self.is_statement:
            return self.always if not rare[kept].any() and self._are_sums_safe(regions, self.always) else None
        chosen = self.codes[rare[self.codes]]
        others = sorted(set(self.codes.tolist()) - set(chosen.tolist()), key=lambda row: whole.now.count[row])
        while len(chosen) < 2 or not self._are_sums_safe(regions, chosen):  # noqa: PLR2004 -- one is not hidden by itself
            if not others:
                return None
            chosen = np.append(chosen, others.pop(0))
        return chosen if others else None

    def _is_peopled(self, region: Sums) -> bool:
        base = int(region.base[self.codes[0]])
        return region.people >= self.policy.percent_base and (base == 0 or base >= self.policy.percent_base)

    def _is_small(self, counts: Integers) -> NDArray[np.bool_]:
        return np.asarray((counts > 0) & (counts < self.policy.smallest_count))

    def _are_sums_safe(self, regions: Sequence[Sums], chosen: Rows) -> bool:
        alone = np.intersect1d(chosen, self.codes)
        return not any(self._is_small(region.count[alone].sum()) for region in regions)
