r"""Writes the evaluators' four files from protected tables. Pure but for the files it writes.

UTF-8, commas, a header row, "\n" at the end of each line. Numbers are not rounded: each is the shortest text that
reads back to the same double. An undefined number is empty; so is a suppressed one, and its row says so.
"""

import csv
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from assessments.evaluation import statistics
from assessments.evaluation.disclosure import Protected

Cell = str | int | float | None
Row = tuple[Cell, ...]

FREQUENCIES = ("variable", "code", "count", "base", "percent", "low", "high", "suppressed")
TRANSITIONS = ("pre", "post", "pre_rating", "post_rating", "count", "row_base", "row_percent", "suppressed")
GROUPS = ("item", "grouping", "group", "agree", "base", "percent", "low", "high", "suppressed")
TESTS = (
    "item",
    "grouping",
    "rows",
    "base",
    "chi_square",
    "df",
    "p",
    "min_expected",
    "fisher_p",
    "cramers_v",
    "p_adjusted",
    "method",
    "suppressed",
)

FAMILY = "every test of a file or report that is shown"
"""What p-values are adjusted over."""


def write(protected: Protected, out: Path) -> tuple[Path, ...]:
    """Write `frequencies.csv`, `transitions.csv`, `groups.csv` and `tests.csv`.

    All four are written beside their place and then moved into it, so that a reader never sees half a file.

    Args:
        protected: What may be shown.
        out: The folder; made if it is not there.

    Returns:
        The four paths.

    Raises:
        OSError: If the folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    files: tuple[tuple[str, Sequence[str], Iterable[Row]], ...] = (
        ("frequencies.csv", FREQUENCIES, frequency_rows(protected)),
        ("transitions.csv", TRANSITIONS, transition_rows(protected)),
        ("groups.csv", GROUPS, group_rows(protected)),
        ("tests.csv", TESTS, test_rows(protected)),
    )
    with tempfile.TemporaryDirectory(dir=out, prefix=".evaluation-") as folder:
        for name, header, rows in files:
            with (Path(folder) / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows([_text(cell) for cell in row] for row in rows)
        for name, _, _ in files:
            (Path(folder) / name).replace(out / name)
    return tuple(out / name for name, _, _ in files)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return "" if math.isnan(cell) else repr(cell)
    return str(cell)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def frequency_rows(protected: Protected) -> Iterator[Row]:
    """One row a variable and a code; statements also have agree and disagree."""
    table = protected.tables.frequencies
    percent = statistics.percent(table.count, table.base).tolist()
    low, high = (limits.tolist() for limits in statistics.wilson(table.count, table.base))
    percent_hidden = protected.percent.tolist()
    for row, (variable, code) in enumerate(table.keys):
        count_hidden, base_hidden = bool(protected.count[row]), bool(protected.base[row])
        base = int(table.base[row])
        hidden = percent_hidden[row]
        figures: Row = (None, None, None) if hidden else (percent[row], low[row], high[row])
        yield (
            variable,
            code,
            None if count_hidden else int(table.count[row]),
            None if base_hidden else base,
            *figures,
            _yes(hidden),
        )


def transition_rows(protected: Protected) -> Iterator[Row]:
    """One row a pair, a rating before and a rating after."""
    table = protected.tables.transitions
    for index, (pre, post) in enumerate(table.pairs):
        before, after = table.ratings[index]
        percent_hidden = protected.row_percent(index).tolist()
        for r, pre_rating in enumerate(before):
            base = int(table.counts[index][r].sum())
            base_hidden = bool(protected.row_bases[index][r])
            for s, post_rating in enumerate(after):
                count_hidden = bool(protected.cells[index][r, s])
                hidden = percent_hidden[r][s]
                count = int(table.counts[index][r, s])
                yield (
                    pre,
                    post,
                    pre_rating,
                    post_rating,
                    None if count_hidden else count,
                    None if base_hidden else base,
                    None if hidden or not base else 100 * count / base,
                    _yes(hidden),
                )


def group_rows(protected: Protected) -> Iterator[Row]:
    """One row an item, a grouping and a group."""
    table = protected.tables.groups
    percent = statistics.percent(table.agree, table.base)
    low, high = statistics.wilson(table.agree, table.base)
    percent_hidden = protected.group_percent.tolist()
    for i, item in enumerate(table.items):
        for grouping in table.groupings:
            for g, group in enumerate(grouping.groups, start=grouping.start):
                agree_hidden, base_hidden = bool(protected.agree[i, g]), bool(protected.group_base[i, g])
                hidden = percent_hidden[i][g]
                yield (
                    item,
                    grouping.name,
                    group,
                    None if agree_hidden else int(table.agree[i, g]),
                    None if base_hidden else int(table.base[i, g]),
                    *(
                        (None, None, None)
                        if hidden
                        else (float(percent[i, g]), float(low[i, g]), float(high[i, g]))
                    ),
                    _yes(hidden),
                )


def test_rows(protected: Protected) -> Iterator[Row]:
    """One row an item and a grouping."""
    tests, groups = protected.tables.tests, protected.tables.groups
    for i, item in enumerate(groups.items):
        for g, grouping in enumerate(groups.groupings):
            if protected.tests[i, g]:
                yield (item, grouping.name, *([None] * (len(TESTS) - 3)), "yes")
                continue
            defined = not math.isnan(tests.p[i, g])
            yield (
                item,
                grouping.name,
                int(tests.rows[i, g]),
                int(tests.base[i, g]),
                float(tests.chi_square[i, g]),
                int(tests.df[i, g]) if defined else None,
                float(tests.p[i, g]),
                float(tests.min_expected[i, g]),
                float(tests.fisher_p[i, g]),
                float(tests.cramers_v[i, g]),
                float(protected.p_adjusted[i, g]),
                str(tests.method[i, g]),
                "no",
            )
