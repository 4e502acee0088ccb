"""What the figures before and the figures now, together, would tell about those who came between. Pure.

Whoever has both has their difference. Where that is a small number, the number now is hidden like a small one. And what was
hidden before, because nobody could know how many had left a question out, stays hidden when that would become known.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.tables import Tables

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Telling:
    """What would tell a small number of newcomers; the shapes are those of the tables."""

    count: Flags
    base: Flags
    cells: tuple[Flags, ...]
    row_bases: tuple[Flags, ...]
    agree: Flags
    group_base: Flags

    def __or__(self, other: "Telling") -> "Telling":
        """What would tell beside the one or the other figures."""
        return Telling(
            self.count | other.count,
            self.base | other.base,
            tuple(mine | theirs for mine, theirs in zip(self.cells, other.cells, strict=True)),
            tuple(mine | theirs for mine, theirs in zip(self.row_bases, other.row_bases, strict=True)),
            self.agree | other.agree,
            self.group_base | other.group_base,
        )


def nothing(tables: Tables) -> Telling:
    """Where there are no figures before."""
    return Telling(
        np.zeros(len(tables.frequencies.keys), bool),
        np.zeros(len(tables.frequencies.keys), bool),
        tuple(np.zeros(each.shape, bool) for each in tables.transitions.counts),
        tuple(np.zeros(each.shape[0], bool) for each in tables.transitions.counts),
        np.zeros(tables.groups.agree.shape, bool),
        np.zeros(tables.groups.base.shape, bool),
    )
