"""Tables on paper: widths of columns, heads that are drawn again on each page, rows. Lengths are in millimetres."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assessments.reporting import paper_look as look
from assessments.reporting.document import HIDDEN, Row, Table
from assessments.reporting.paper_units import Art, Branches, Unit, repeated, right_aligned, rule, together
from lms.core.pdf import Block, Words
from lms.core.pdf_looks import Style
from lms.core.pdf_shapes import Shape, rectangle
from lms.core.pdf_structure import Branch, Part, Tag
from lms.core.pdf_words import broken, longest_word, set_lines, width_of_line
from lms.core.prose import Span

FIGURE = re.compile(r"(about |under )?[+\N{MINUS SIGN}]?[\d,.]+( to [\d.]+)?|few|not asked|" + HIDDEN + "|")
"""What is set to the right: figures, and the words that stand in the place of one."""
ROOM, WIDE_ROOM = 0.9, 0.62
"""Room above and below the words of a row."""
PAD = 1.3
NARROWEST = 26.0


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: left edges and widths, and which of them hold figures, set to the right."""

    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    is_figure: tuple[bool, ...]
    body: Style
    head: Style
    left: float
    right: float
    room: float


def table(each: Table, branches: Branches, continued: Unit) -> Iterator[Unit]:
    """The heads, and the rows under them.

    Args:
        each: The table.
        branches: Numbers the document's structure.
        continued: Stands above the heads where the table goes on overleaf.
    """
    columns = _columns(each)
    branch = branches.new(Branch.TABLE)
    head = _head(each, columns, (branch, branches.new(Branch.ROW)))
    again = repeated([continued, head])
    starts = dict(each.groups)
    groups: list[list[Unit]] = [[head]]
    for place, row in enumerate(each.rows):
        if place in starts:
            within = (branch, branches.new(Branch.ROW))
            groups.append([replace(_group(starts[place], columns, within), head=again)])
        unit = replace(_row(row, columns, (branch, branches.new(Branch.ROW))), head=again)
        if starts:
            groups[-1].append(unit)
        else:
            groups.append([unit])
    *rest, last = together(groups)
    yield from rest
    yield replace(last, is_tied=True)


def _columns(each: Table) -> Columns:
    """Columns of figures are as wide as they need; those of words share what is left as they would like to."""
    body, head = (look.WIDE, look.WIDE_HEAD) if each.is_wide else (look.TABLE, look.TABLE_HEAD)
    left, right = (look.WIDE_LEFT, look.WIDE_RIGHT) if each.is_wide else (look.LEFT, look.RIGHT)
    texts = list(zip(*([*row.heads, *(cell.text for cell in row.cells)] for row in each.rows), strict=True))
    words = len(each.rows[0].heads)
    is_figure = tuple(
        place >= words and all(FIGURE.fullmatch(text) for text in column)
        for place, column in enumerate(texts)
    )
    needs = [
        _natural(column, heading, body, head) if figures else 0.0
        for column, heading, figures in zip(texts, each.heads, is_figure, strict=True)
    ]
    rest = right - left - sum(needs) - 2 * PAD * len(texts)
    wishes = [
        0.0 if figures else max(_natural(column, heading, body, head), NARROWEST)
        for column, heading, figures in zip(texts, each.heads, is_figure, strict=True)
    ]
    share = rest / sum(wishes)
    if share > 1 and not each.is_wide:
        share = min(share, 1.6)
    widths = [wish * share if wish else need for wish, need in zip(wishes, needs, strict=True)]
    spare = right - left - sum(widths) - 2 * PAD * len(texts)
    figures_count = sum(is_figure)
    if spare > 0 and figures_count:
        widths = [w + spare / figures_count if f else w for w, f in zip(widths, is_figure, strict=True)]
    lefts, x = [], left
    for width in widths:
        lefts.append(x + PAD)
        x += width + 2 * PAD
    room = WIDE_ROOM if each.is_wide else ROOM
    return Columns(tuple(lefts), tuple(widths), is_figure, body, head, left, right, room)


def _natural(column: Sequence[str], heading: str, body: Style, head: Style) -> float:
    """The longest cell, or the longest word of the heading."""
    cells = max(width_of_line(line, body) for text in column for line in broken((Span(text),), body, 90))
    return max(cells, longest_word((Span(heading),), head))


def _head(each: Table, columns: Columns, within: tuple[Part, ...]) -> Unit:
    blocks: list[Block] = []
    wrapped = [
        broken((Span(heading),), columns.head, width)
        for heading, width in zip(each.heads, columns.widths, strict=True)
    ]
    tallest = max(map(len, wrapped))
    for place, lines in enumerate(wrapped):
        down = (tallest - len(lines)) * columns.head.step + PAD
        marks: list[Words] = []
        if columns.is_figure[place]:
            right = columns.lefts[place] + columns.widths[place]
            for number, words in enumerate(lines):
                said = "".join(text for _, text in words)
                marks += right_aligned(said, columns.head, right, number)
        else:
            marks += set_lines(lines, columns.head, columns.lefts[place])
        shown = tuple(replace(mark, y=mark.y + down) for mark in marks)
        blocks.append(Block(Tag.COLUMN_HEADING, shown, within=within))
    height = tallest * columns.head.step + 2 * PAD
    ground = Shape(rectangle(columns.right - columns.left, height), columns.left, 0, fill=look.TEAL_SOFT)
    edge = rule(height, columns.left, columns.right, colour=look.TEAL, width=0.35)
    return Unit(tuple(blocks), height, 2.2, (ground, edge))


def _group(title: str, columns: Columns, within: tuple[Part, ...]) -> Unit:
    """A line of words across, above the rows it names."""
    style = replace(columns.head, colour=look.TEAL)
    lines = broken((Span(title),), style, columns.right - columns.left - 2 * PAD)
    marks = tuple(replace(mark, y=mark.y + 1.6) for mark in set_lines(lines, style, columns.left + PAD))
    height = len(lines) * style.step + 2.2
    edge = rule(height, columns.left, columns.right)
    return Unit((Block(Tag.CELL, marks, within=within),), height, 0, (edge,), is_tied=True)


def _row(row: Row, columns: Columns, within: tuple[Part, ...]) -> Unit:
    texts = [*row.heads, *(cell.text for cell in row.cells)]
    blocks: list[Block] = []
    tallest = 1
    for place, text in enumerate(texts):
        if columns.is_figure[place]:
            right = columns.lefts[place] + columns.widths[place]
            marks = right_aligned(text, columns.body, right) if text else ()
        else:
            lines = broken((Span(text),), columns.body, columns.widths[place]) if text else []
            tallest = max(tallest, len(lines))
            marks = set_lines(lines, columns.body, columns.lefts[place]) if lines else ()
        shown = tuple(replace(mark, y=mark.y + columns.room) for mark in marks)
        blocks.append(Block(Tag.CELL, shown, within=within))
    height = tallest * columns.body.step + 2 * columns.room
    art: tuple[Art, ...] = (rule(height, columns.left, columns.right),)
    return Unit(tuple(blocks), height, 0, art)
