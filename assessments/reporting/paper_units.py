"""What stays together on paper, and how words, notes and strips become such units. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeAlias

from assessments.reporting import paper_look as look
from assessments.reporting.document import Note, Points, Strip, Text
from assessments.reporting.prose import STRONG
from lms.core.pdf import Block, Words, width_of
from lms.core.pdf_flow import moved
from lms.core.pdf_looks import Style
from lms.core.pdf_shapes import Shape, line, rectangle
from lms.core.pdf_structure import Branch, Part, Tag
from lms.core.pdf_words import broken, set_lines
from lms.core.prose import Span, Spans

BULLET_INDENT = 5.5
LEAST_APART = 40.0
"""No less of a chart or a table than this stands on a page of its own."""
MOST_TOGETHER = 114.0
"""A chart, a table or a chart with its table that is no higher than this stays on one page, two of them with their headings."""
Art: TypeAlias = Words | Shape


@dataclass(frozen=True, slots=True)
class Unit:
    """Blocks that stay together, placed from the unit's own top.

    Attributes:
        blocks: What is read.
        height: How much room it takes.
        before: Room above it, unless it opens a page.
        art: Decoration: grounds, rules.
        is_tied: The next unit must stand on the same page.
        head: What is drawn again above it when it opens a page: the heads of a table.
        mark: What the list of contents says of it, with its level; empty when it is not listed.
    """

    blocks: tuple[Block, ...]
    height: float
    before: float = 0
    art: tuple[Art, ...] = ()
    is_tied: bool = False
    head: Unit | None = None
    mark: tuple[int, str] | None = None


class Branches:
    """Numbers the branches of the document's structure as they are made."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self, branch: Branch) -> Part:
        """A branch unlike all others."""
        return Part(branch, next(self._numbers))


def spans(text: str) -> Spans:
    """Words with what stands between ** and ** strong."""
    pieces = STRONG.split(text)
    return tuple(Span(piece, is_strong=bool(place % 2)) for place, piece in enumerate(pieces) if piece)


def paragraph(
    text: str, style: Style, *, left: float = look.LEFT, right: float = look.RIGHT, tag: Tag = Tag.PARAGRAPH
) -> Unit:
    """A paragraph in one unit.

    Raises:
        Undrawable: it holds letters that none of our faces has.
    """
    lines = broken(spans(text), style, right - left)
    return Unit((Block(tag, set_lines(lines, style, left)),), len(lines) * style.step, style.before)


def text(part: Text) -> Unit:
    """A paragraph of the report."""
    return paragraph(part.text, look.LEAD if part.is_lead else look.BODY)


def points(part: Points, branches: Branches) -> Iterator[Unit]:
    """A list with dots."""
    branch = branches.new(Branch.LIST)
    for item in part.items:
        around = (branch, branches.new(Branch.ITEM))
        dot = Block(
            Tag.LABEL,
            set_lines([((look.BODY.plain, "•"),)], replace(look.BODY, colour=look.CORAL), look.LEFT),
            within=around,
        )
        unit = paragraph(item, look.BODY, left=look.LEFT + BULLET_INDENT)
        body = (*around, branches.new(Branch.ITEM_BODY))
        yield replace(unit, blocks=(dot, *(replace(block, within=body) for block in unit.blocks)), before=2.2)


def note(part: Note) -> Unit:
    """Words on a ground of their own."""
    pad = 5.0
    inner = paragraph(
        f"**{part.title}** {part.text}",
        replace(look.BODY, before=0),
        left=look.LEFT + pad,
        right=look.RIGHT - pad,
    )
    height = inner.height + 2 * pad
    ground = Shape(rectangle(look.RIGHT - look.LEFT, height), look.LEFT, 0, fill=look.SAND)
    edge = Shape(rectangle(1, height), look.LEFT, 0, fill=look.TEAL_MID)
    return Unit(tuple(moved(block, pad) for block in inner.blocks), height, 5, (ground, edge))


def strip(part: Strip) -> Unit:
    """Figures in a line, each with a rule on its left."""
    gap = 6.0
    width = (look.RIGHT - look.LEFT + gap) / len(part.figures) - gap
    blocks: list[Block] = []
    art: list[Art] = []
    tallest = 0.0
    for place, (figure, label, hint) in enumerate(part.figures):
        left = look.LEFT + place * (width + gap) + 4
        right = left + width - 4
        y = 0.0
        for words, style in ((figure, look.BIG), (label, look.FINDING), (hint, look.SMALL)):
            unit = paragraph(words, style, left=left, right=right)
            blocks += [moved(block, y) for block in unit.blocks]
            y += unit.height + 0.6
        tallest = max(tallest, y)
    for place in range(len(part.figures)):
        x = look.LEFT + place * (width + gap)
        art.append(Shape(rectangle(0.6, tallest), x, 0, fill=look.TEAL_MID))
    return Unit(tuple(blocks), tallest, 7, tuple(art))


def right_aligned(text: str, style: Style, right: float, row: int = 0) -> tuple[Words, ...]:
    """One line that ends at `right`."""
    lines = broken(spans(text), style, look.WIDTH)
    marks = set_lines(lines[:1], style, 0)
    wide = sum(width_of(mark.text, mark.face, mark.size, 0, mark.glyphs) for mark in marks)
    return tuple(replace(mark, x=mark.x + right - wide, y=mark.y + row * style.step) for mark in marks)


def rule(
    y: float,
    left: float = look.LEFT,
    right: float = look.RIGHT,
    *,
    colour: str = look.LINE,
    width: float = 0.2,
) -> Shape:
    """A thin line across."""
    return Shape(line(right - left, 0), left, y, stroke=colour, width=width)


def tied(units: Sequence[Unit]) -> Iterator[Unit]:
    """Units that stay together, but for the last, which keeps its own way."""
    for place, unit in enumerate(units):
        yield unit if place == len(units) - 1 else replace(unit, is_tied=True)


def height_of(units: Iterable[Unit]) -> float:
    """The room that units take one under the other."""
    return sum(unit.before + unit.height for unit in units)


def together(groups: Sequence[Sequence[Unit]]) -> Iterator[Unit]:
    """What should stand together: all of it where it is short; else no group is torn, nor one left alone at either end."""
    whole = height_of(unit for group in groups for unit in group)
    above = 0.0
    for place, group in enumerate(groups):
        above += height_of(group)
        is_near_end = min(above, whole - above) < LEAST_APART
        is_tied = place < len(groups) - 1 and (whole <= MOST_TOGETHER or is_near_end)
        yield from tied([*group[:-1], replace(group[-1], is_tied=is_tied)])


def repeated(units: Sequence[Unit]) -> Unit:
    """Units one under the other as decoration, which is drawn again where something goes on overleaf."""
    art: list[Art] = []
    y = 0.0
    for place, unit in enumerate(units):
        y += unit.before if place else 0.0
        marks = [mark for block in unit.blocks for mark in block.marks if isinstance(mark, Words | Shape)]
        art += [replace(mark, y=mark.y + y) for mark in (*unit.art, *marks)]
        y += unit.height
    return Unit((), y, art=tuple(art))
