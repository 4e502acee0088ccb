"""What must be true of a report before it is set: sums, bases, sentences and charts agree with tables, nothing is told on.

Pure. The checks look at the finished report and at the exact tables, by other ways than those by which it was written:
each printed cell is compared with the evaluators' export, each number in words with the cells of the tables it speaks of.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from assessments.evaluation import export, words
from assessments.evaluation.charts import Label
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import people, whole
from assessments.evaluation.tables import AGREE, DISAGREE
from assessments.reporting.document import (
    Cell,
    Figure,
    Note,
    Part,
    Points,
    Report,
    Strip,
    Table,
    Text,
)
from assessments.reporting.known import people_text, percent_text

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
AGREE_IN_ALL = "Agree in all"


class ReportRefused(Exception):
    """The report would contradict itself. Carries every failure found."""

    def __init__(self, failures: Sequence[str]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(failures))


def check(report: Report, protected: Protected) -> None:
    """Check a report against its own tables and against the exact figures.

    Raises:
        ReportRefused: With every failure.
    """
    failures = [
        *sums(protected),
        *bases(protected),
        *cells(report, protected),
        *rows_of_percentages(report),
        *sentences(report),
        *drawings(report),
    ]
    if failures:
        raise ReportRefused(failures)


def _told(protected: Protected) -> frozenset[str]:
    """The variables of which every count and base is shown: only these can be added up."""
    hidden = (protected.count | protected.base).tolist()
    keys = protected.tables.frequencies.keys
    silent = {variable for (variable, _), is_hidden in zip(keys, hidden, strict=True) if is_hidden}
    return frozenset(variable for variable, _ in keys) - silent


def sums(protected: Protected) -> Iterator[str]:
    """Answers to a question add up to those who answered it."""
    table, told = protected.tables.frequencies, _told(protected)
    totals: dict[str, int] = {}
    bases: dict[str, int] = {}
    for (variable, code), count, base in zip(
        table.keys, table.count.tolist(), table.base.tolist(), strict=True
    ):
        if code not in {AGREE, DISAGREE}:
            totals[variable] = totals.get(variable, 0) + count
        if bases.setdefault(variable, base) != base:
            yield f"{variable}: the base is {bases[variable]} in one row and {base} in another"
    for variable, total in totals.items():
        if variable in told and total != bases[variable]:
            yield f"{variable}: the answers add up to {total}, the base is {bases[variable]}"


def bases(protected: Protected) -> Iterator[str]:
    """Whoever answered both of a pair answered each; the groups of a grouping hold no more people than answered the item."""
    tables, told = protected.tables, _told(protected)
    answered = {
        variable: base
        for (variable, _), base in zip(tables.frequencies.keys, tables.frequencies.base.tolist(), strict=True)
        if variable in told
    }
    for place, (pre, post) in enumerate(tables.transitions.pairs):
        both = int(tables.transitions.counts[place].sum())
        for name, only in (
            (pre, tables.transitions.before_only[place]),
            (post, tables.transitions.after_only[place]),
        ):
            if protected.cells[place].any() or protected.row_bases[place].any() or name not in answered:
                continue
            if both + int(only.sum()) != answered[name]:
                yield f"{pre} and {post}: {both} answered both and {int(only.sum())} only {name}, but {answered[name]} answered it"
    groups = tables.groups
    if ((groups.agree > groups.base) & ~protected.agree & ~protected.group_base).any():
        yield "groups: more people agree than answered"
    for grouping in groups.groupings:
        for row, item in enumerate(groups.items):
            members = int(groups.base[row, grouping.span].sum())
            if item in answered and members > answered[item]:
                yield f"{item} by {grouping.name}: {members} people in groups, {answered[item]} answered"


def cells(report: Report, protected: Protected) -> Iterator[str]:
    """Each printed cell equals the evaluators' export, and is hidden where that is empty."""
    exported = _exported(protected)
    for table, head, cell in _keyed(report):
        *row, column = cell.key
        values = exported.get(tuple(row))
        if values is None:
            yield f"table {table.name}, {head}: the export has no row {' '.join(row)}"
            continue
        expected = _printed(values, column, exact=report.exact)
        if cell.text != expected:
            yield f"table {table.name}, {head}: prints {cell.text!r} for {column}, the export gives {expected!r}"


def _keyed(report: Report) -> Iterator[tuple[Table, str, Cell]]:
    for table in report.tables:
        for row in table.rows:
            yield from ((table, row.heads[0], cell) for cell in row.cells if cell.key)


def _exported(protected: Protected) -> Mapping[tuple[str, ...], Mapping[str, export.Cell]]:
    """The export's rows by their table and the columns that name them."""
    found: dict[tuple[str, ...], Mapping[str, export.Cell]] = {}
    for name, heads, width, rows in (
        ("frequencies", export.FREQUENCIES, 2, export.frequency_rows(protected)),
        ("transitions", export.TRANSITIONS, 4, export.transition_rows(protected)),
        ("groups", export.GROUPS, 3, export.group_rows(protected)),
        ("tests", export.TESTS, 2, export.test_rows(protected)),
    ):
        for row in rows:
            found[name, *map(str, row[:width])] = dict(zip(heads, row, strict=True))
    return found


def _printed(row: Mapping[str, export.Cell], column: str, *, exact: bool) -> str:
    """A figure of the export as the report prints it."""
    if column in {"p_adjusted", "cramers_v"}:
        value = row[column]
        if value is None or np.isnan(float(value)):
            return "–" if row["suppressed"] == "yes" else ""
        return words.p_value(float(value)) if column == "p_adjusted" else f"{float(value):.2f}"
    count, base, percent = (
        row.get("count", row.get("agree")),
        row.get("base", row.get("row_base")),
        row.get("percent", row.get("row_percent")),
    )
    if column in {"count", "base"}:
        number = count if column == "count" else base
        return "–" if number is None else people_text(int(number), exact=exact)
    if percent is None or np.isnan(float(percent)):
        return "" if base == 0 else "–"
    if column == "percent":
        return percent_text(float(percent), exact=exact)
    low, high = (percent_text(float(row[end] or 0), exact=exact) for end in ("low", "high"))
    return f"{low} to {high}"


def rows_of_percentages(report: Report) -> Iterator[str]:
    """The shares of all answers in a row add up to a hundred, as far as rounding lets them."""
    for table in report.tables:
        places = [n - 1 for n, head in enumerate(table.heads) if head in _ANSWERS]
        for row in table.rows if places else ():
            shares = [row.cells[place] for place in places]
            if all(cell.values for cell in shares):
                total = sum(float(cell.text) for cell in shares)
                rounding = 0.05 if any("." in cell.text for cell in shares) else 0.5
                if abs(total - 100) > rounding * len(shares) + 1e-9:
                    yield f"table {table.name}, {row.heads[0]}: the shares add up to {total:.1f}"


_ANSWERS = frozenset(
    {"Strongly agree", "Agree", "Disagree", "Strongly disagree", "No impact", "No impact, or disagree"}
)


def sentences(report: Report) -> Iterator[str]:
    """Each number in a sentence stands in a table: a finding's in its own, a paragraph's in its chapter's or any for the summary."""
    by_name = {table.name: table for table in report.tables}
    everywhere = _numbers_of(report.tables)
    for chapter in (each for each in report.chapters if not each.is_about_method):
        here = _numbers_of(tuple(part for part in chapter.parts if isinstance(part, Table)))
        for part in chapter.parts:
            known = everywhere if chapter is report.chapters[0] or not here else here
            if isinstance(part, Figure):
                known = _numbers_of(tuple(by_name[name] for name in part.tables))
            for sentence in _sentences_of(part):
                for found in NUMBER.findall(sentence):
                    if found not in known and found not in report.constants:
                        yield f"{chapter.title}: {found} in “{sentence}” stands in no table"


def _sentences_of(part: Part) -> tuple[str, ...]:
    match part:
        case Text() | Note():
            return (part.text,)
        case Points():
            return part.items
        case Strip():
            return tuple(text for figure in part.figures for text in figure)
        case Figure():
            return (part.finding, *(group.title for group in part.groups))
        case _:
            return ()


def _numbers_of(tables: Sequence[Table]) -> frozenset[str]:
    """Every number that some tables print, and each figure, or what it leaves of a hundred, as a sentence rounds it."""
    found: set[str] = set()
    for table in tables:
        agree = [place - 1 for place, head in enumerate(table.heads) if head == AGREE_IN_ALL]
        for row in table.rows:
            found.update(number for words in (*row.heads, *table.heads) for number in NUMBER.findall(words))
            found.update(
                str(whole(100 - row.cells[place].values[0])) for place in agree if row.cells[place].values
            )
            for cell in row.cells:
                found.update(NUMBER.findall(cell.text))
                found.update(str(whole(value)) for value in cell.values)
    return frozenset(found)


def drawings(report: Report) -> Iterator[str]:
    """Each number in a chart stands in its table: rounded to a whole per cent, or to the nearest five people."""
    by_name = {table.name: table for table in report.tables}
    for figure in report.figures:
        tables = tuple(by_name[name] for name in figure.tables)
        known = set(_numbers_of(tables))
        for table in tables:
            known.update(
                str(people(int(value))) for row in table.rows for cell in row.cells for value in cell.values
            )
        for group in figure.groups:
            for row in group.rows:
                said = [row.strong, row.value, row.drawing.said if row.drawing is not None else ""]
                if row.drawing is not None and figure.key != "flow":
                    said += [mark.text for mark in row.drawing.marks if isinstance(mark, Label)]
                for found in (number for text in said for number in NUMBER.findall(text)):
                    if found not in known:
                        yield f"{figure.caption}, {row.label}: {found} stands in no table"
