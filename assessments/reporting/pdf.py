"""A report as a tagged PDF: cover, contents, chapters with running heads, appendices. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assessments.reporting import paper_look as look
from assessments.reporting.document import (
    Chapter,
    Figure,
    Heading,
    Note,
    Part,
    Points,
    Report,
    Strip,
    Table,
    Text,
)
from assessments.reporting.numbering import Numbering, number
from assessments.reporting.paper_charts import chart
from assessments.reporting.paper_cover import cover
from assessments.reporting.paper_keys import key
from assessments.reporting.paper_pages import Sheet, page, paged
from assessments.reporting.paper_tables import table
from assessments.reporting.paper_units import (
    Branches,
    Unit,
    note,
    paragraph,
    points,
    right_aligned,
    strip,
    text,
    tied,
)
from lms.core import pdf_pages
from lms.core.pdf import About, Block
from lms.core.pdf_pages import Bookmark
from lms.core.pdf_structure import Tag

AUTHOR = "Going Forward"
CONTENTS = "Contents"
SHORT_CHAPTER = 2
"""A chapter of no more pages than this is found by its title alone."""
ALONE = 30
"""A wide table of more rows than this begins a page."""
HIDDEN_NOTE = "– not shown: too few people."


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: its level, words, and page, counted from 1."""

    level: int
    text: str
    page: int


def as_pdf(report: Report) -> bytes:
    """A report on paper.

    Raises:
        Undrawable: it holds letters that none of our faces has.
    """
    setter = _Setter(number(report))
    sheets = [sheet for chapter in report.chapters for sheet in _sheets(setter, chapter)]
    contents = len(list(_contents(_entries(sheets, 0))))
    first = 1 + contents
    sheets = [*_contents(_entries(sheets, first)), *sheets]
    whole = 1 + len(sheets)
    pages = [cover(report)]
    pages += [page(sheet, report.about, place, whole) for place, sheet in enumerate(sheets, start=2)]
    return pdf_pages.document(pages, _about(report), list(_bookmarks(sheets)))


def _sheets(setter: _Setter, chapter: Chapter) -> list[Sheet]:
    """The pages of a chapter; the headings inside a short one are not listed in the contents."""
    sheets = list(paged(chapter.title, setter.chapter(chapter)))
    if len(sheets) <= SHORT_CHAPTER:
        for sheet in sheets:
            sheet.marks = [mark for mark in sheet.marks if mark[0] == 1]
    return sheets


def _about(report: Report) -> About:
    made = datetime.combine(report.made_on, datetime.min.time(), UTC)
    return About(f"{report.title}: {report.about}", AUTHOR, report.subtitle, made)


def _entries(sheets: Sequence[Sheet], first: int) -> list[Entry]:
    return [
        Entry(level, words, place)
        for place, sheet in enumerate(sheets, start=first + 1)
        for level, words in sheet.marks
    ]


def _bookmarks(sheets: Sequence[Sheet]) -> Iterator[Bookmark]:
    for place, sheet in enumerate(sheets, start=1):
        yield from (Bookmark(words, place, level) for level, words in sheet.marks if level < 3)  # noqa: PLR2004


def _contents(entries: Sequence[Entry]) -> Iterator[Sheet]:
    units = [paragraph(CONTENTS, look.CHAPTER, tag=Tag.HEADING_2)]
    for entry in entries:
        style = look.CONTENTS if entry.level == 1 else look.CONTENTS_SUB
        left = look.LEFT + (0 if entry.level == 1 else 24)
        label, _, title = entry.text.partition("\t")
        if not title:
            label, title = "", label
        unit = paragraph(
            f"**{title}**" if entry.level == 1 else title,
            style,
            left=left + (24 if label else 0),
            right=look.RIGHT - 14,
        )
        marks = right_aligned(str(entry.page), style, look.RIGHT)
        named = paragraph(label, replace(style, colour=look.CORAL), left=look.LEFT).blocks if label else ()
        block = Block(
            Tag.PARAGRAPH, (*(mark for each in (*named, *unit.blocks) for mark in each.marks), *marks)
        )
        units.append(replace(unit, blocks=(block,), is_tied=entry.level == 1))
    yield from paged(CONTENTS, units)


class _Setter:
    """Sets the chapters of one report."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.branches = Branches()

    def chapter(self, chapter: Chapter) -> Iterator[Unit]:
        """A chapter: its number and title, and its parts."""
        label = self.numbering.chapter(chapter)
        yield replace(paragraph(label, look.CHAPTER_NUMBER), is_tied=True)
        title = paragraph(chapter.title, look.CHAPTER, tag=Tag.HEADING_2)
        yield replace(title, before=1, is_tied=True, mark=(1, f"{label}\t{chapter.title}"))
        yield Unit((), 4, is_tied=True)
        for part in chapter.parts:
            yield from self.part(part)

    def part(self, part: Part) -> Iterator[Unit]:
        """One part of a chapter."""
        match part:
            case Heading():
                tag = Tag.HEADING_3 if part.level == 2 else Tag.HEADING_4  # noqa: PLR2004 -- the chapter is 1
                mark = (2, part.text) if part.level == 2 else None  # noqa: PLR2004
                yield replace(
                    paragraph(part.text, look.HEADINGS[part.level], tag=tag), is_tied=True, mark=mark
                )
            case Text():
                yield text(part)
            case Points():
                yield from points(part, self.branches)
            case Note():
                yield note(part)
            case Strip():
                yield strip(part)
            case Figure():
                yield from self.figure(part)
            case Table():
                yield from self.table(part)

    def figure(self, figure: Figure) -> Iterator[Unit]:
        """The finding in words, the caption, the key, the chart, the source."""
        caption = f"**{self.numbering.figure(figure)}** {figure.caption}"
        rows = list(chart(figure))
        explained = key(figure)
        yield replace(paragraph(figure.finding, look.FINDING), before=3, is_tied=True)
        yield replace(paragraph(caption, look.CAPTION), before=4, is_tied=True)
        if explained is not None:
            yield explained
            yield Unit((), 2, is_tied=True)
        stands = ", ".join(self.numbering.table(each) for each in self._tables_of(figure))
        source = paragraph(f"Source: {figure.source}. Figures: {stands}.", look.SMALL)
        yield from (
            tied([*rows, source])
            if _is_short(rows)
            else [*rows[:-1], replace(rows[-1], is_tied=True), source]
        )

    def _tables_of(self, figure: Figure) -> Iterator[Table]:
        names = self.numbering.tables
        yield from (Table(name, "", (), (), "") for name in figure.tables if name in names)

    def table(self, each: Table) -> Iterator[Unit]:
        """The caption, the table, what must be known to read it, the source."""
        caption = f"**{self.numbering.table(each)}** {each.caption}"
        yield replace(
            paragraph(caption, look.CAPTION, left=look.WIDE_LEFT if each.is_wide else look.LEFT),
            is_tied=True,
            opens_page=each.is_wide and len(each.rows) > ALONE,
        )
        yield from table(each, self.branches)
        notes = " ".join(filter(None, (each.note, HIDDEN_NOTE if each.has_hidden else "")))
        left = look.WIDE_LEFT if each.is_wide else look.LEFT
        yield paragraph(f"{notes} Source: {each.source}.".strip(), look.SMALL, left=left)


def _is_short(rows: Sequence[Unit]) -> bool:
    """Whether a chart fits on a page with its caption."""
    return sum(unit.before + unit.height for unit in rows) < 0.8 * (look.BOTTOM - look.TOP)
