"""A report between its figures and its forms: chapters of paragraphs, charts and tables. Pure.

Everything in it is already protected and formatted; the PDF, the page and the workbook are three ways to set it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from assessments.evaluation.charts import Drawing

HIDDEN = "–"
"""Stands in a table for what may not be shown."""

Key: TypeAlias = tuple[str, ...]
"""Which figure of the evaluators' export a cell prints: its table, the columns that name the row, and the column."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: What is printed.
        values: The numbers behind it: one, or two for a range; none where there is no figure.
        key: Where in the export the same figure stands; empty for a cell that holds none of it.
    """

    text: str
    values: tuple[float, ...] = ()
    key: Key = ()

    @property
    def is_hidden(self) -> bool:
        """Whether it may not be shown."""
        return self.text == HIDDEN


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its heads (words), its cells, and the codes that a workbook prints beside them."""

    heads: tuple[str, ...]
    cells: tuple[Cell, ...]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures.

    Attributes:
        name: What cross-references and the workbook call it; unique in the report.
        caption: What it shows.
        heads: Names of the columns; the first `len(row.heads)` are those of words.
        rows: From top to bottom.
        code_heads: Names of the columns of codes in the workbook.
        source: Where its figures come from.
        note: What must be known to read it.
        groups: Rows before which a line of words stands, by the place of the row.
        is_wide: Set in smaller type, as it has many columns, on a page of its own where it can be.
    """

    name: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    source: str
    code_heads: tuple[str, ...] = ()
    note: str = ""
    groups: tuple[tuple[int, str], ...] = ()
    is_wide: bool = False

    @property
    def has_hidden(self) -> bool:
        """Whether anything in it may not be shown."""
        return any(cell.is_hidden for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One row of a chart: a name, the drawing or why there is none, and the figure in words."""

    label: str
    drawing: Drawing | None
    value: str = ""
    why_not: str = ""
    strong: str = ""


@dataclass(frozen=True, slots=True)
class ChartGroup:
    """Rows of a chart under a heading of their own."""

    title: str
    rows: tuple[ChartRow, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart.

    Attributes:
        caption: What it shows.
        groups: Its rows, under their headings.
        finding: The sentence that says what it shows.
        tables: Names of the tables that hold its figures.
        source: Where they come from.
        key: Which explanation of shapes and colours stands above it.
        scale: The scale under it.
    """

    caption: str
    groups: tuple[ChartGroup, ...]
    finding: str
    tables: tuple[str, ...]
    source: str
    key: Literal["agreement", "agreement-plain", "flow", "range", "whole", "forest"]
    scale: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a chapter: 2 or 3."""

    level: Literal[2, 3]
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; what stands between ** and ** is strong."""

    text: str
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A thing worth knowing, set apart."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Two to four figures in a line: the figure, what it is, and its range."""

    figures: tuple[tuple[str, str, str], ...]


Part: TypeAlias = Heading | Text | Points | Note | Strip | Figure | Table


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter, or an appendix when it has a letter.

    One that `is_about_method` speaks of settings and sources and not of answers: its numbers stand in no table.
    """

    title: str
    parts: tuple[Part, ...]
    letter: str = ""
    is_about_method: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Attributes:
        title, subtitle: On the cover.
        about: Whom it is about: a programme, a provider, a cohort, or a file.
        under: Who runs or commissions it; empty where nobody is named.
        made_on: When.
        chapters: In order; appendices last.
        exact: Whether its tables print exact counts and a decimal, or figures rounded as on pages.
        constants: Numbers that prose may use although no table prints them: thresholds, levels of confidence, years.
    """

    title: str
    subtitle: str
    about: str
    under: str
    made_on: date
    chapters: tuple[Chapter, ...]
    exact: bool
    constants: frozenset[str] = field(default=frozenset())

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in order."""
        return tuple(part for part in self._parts() if isinstance(part, Table))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every chart, in order."""
        return tuple(part for part in self._parts() if isinstance(part, Figure))

    def _parts(self) -> Iterator[Part]:
        for chapter in self.chapters:
            yield from chapter.parts
