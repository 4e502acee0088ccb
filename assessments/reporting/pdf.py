"""A report as a tagged PDF: cover, contents, chapters with running heads, appendices. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

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
    MOST_TOGETHER,
    Branches,
    Unit,
    height_of,
    note,
    paragraph,
    points,
    repeated,
    right_aligned,
    strip,
    text,
    together,
)
from lms.core import pdf_pages
from lms.core.pdf import About, Block
from lms.core.pdf_pages import Bookmark
from lms.core.pdf_structure import Tag

AUTHOR = "Going Forward"
CONTENTS = "Contents"
CONTENTS_INDENT = 24.0
NO_BREAK, MIDDLE_DOT = "\N{NO-BREAK SPACE}", "\N{MIDDLE DOT}"
SHORT_CHAPTER = 2
"""A chapter of no more pages than this is found by its title alone."""
HIDDEN_NOTE = "– not shown, to protect people."


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
    sheets = paged([(chapter.title, list(_units(setter, chapter))) for chapter in report.chapters])
    first = 1 + len(_contents(_entries(sheets, 0)))
    sheets = [*_contents(_entries(sheets, first)), *sheets]
    whole = 1 + len(sheets)
    pages = [cover(report)]
    pages += [page(sheet, report.about, place, whole) for place, sheet in enumerate(sheets, start=2)]
    return pdf_pages.document(pages, _about(report), list(_bookmarks(sheets)))


def _units(setter: _Setter, chapter: Chapter) -> Iterator[Unit]:
    """The units of a chapter; the headings inside one that is short or about method are not listed in the contents."""
    units = list(setter.chapter(chapter))
    is_short = height_of(units) <= SHORT_CHAPTER * (look.BOTTOM - look.TOP)
    is_listed = not is_short and not chapter.is_about_method
    for unit in units:
        yield unit if is_listed or not unit.mark or unit.mark[0] == 1 else replace(unit, mark=None)


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


def _contents(entries: Sequence[Entry]) -> list[Sheet]:
    """The list of contents: a line for each chapter, and under it its sections run on, each with its page."""
    units = [paragraph(CONTENTS, look.CHAPTER, tag=Tag.HEADING_2), Unit((), 3)]
    sections: list[str] = []
    for entry in entries:
        if entry.level == 1:
            units += [*_run_on(sections), _contents_line(entry)]
            sections = []
        else:
            sections.append(f"{entry.text}{NO_BREAK}{entry.page}")
    return paged([(CONTENTS, [*units, *_run_on(sections)])])


def _contents_line(entry: Entry) -> Unit:
    label, title = entry.text.split("\t")
    named = paragraph(label, replace(look.CONTENTS, colour=look.CORAL), left=look.LEFT)
    unit = paragraph(f"**{title}**", look.CONTENTS, left=look.LEFT + CONTENTS_INDENT, right=look.RIGHT - 14)
    page_number = right_aligned(str(entry.page), look.CONTENTS, look.RIGHT)
    words = (mark for each in (*named.blocks, *unit.blocks) for mark in each.marks)
    return replace(unit, blocks=(Block(Tag.PARAGRAPH, (*words, *page_number)),), is_tied=True)


def _run_on(sections: Sequence[str]) -> Iterator[Unit]:
    if sections:
        listed = f" {MIDDLE_DOT} ".join(sections)
        yield paragraph(listed, look.CONTENTS_SUB, left=look.LEFT + CONTENTS_INDENT, right=look.RIGHT - 14)


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
        yield from self._parts(chapter.parts)

    def _parts(self, parts: Sequence[Part]) -> Iterator[Unit]:
        """The parts of a chapter: words stay with the table that follows them, and a chart where both are short."""
        made = [(part, list(self.part(part))) for part in parts]
        for (part, units), (follows, figures) in pairwise([*made, (None, [])]):
            is_about = isinstance(part, Figure) and isinstance(follows, Table) and follows.name in part.tables
            stays = (
                height_of([*units, *figures]) <= MOST_TOGETHER
                if is_about
                else isinstance(part, Text) and isinstance(follows, Table)
            )
            yield from units[:-1]
            yield replace(units[-1], is_tied=True) if stays else units[-1]

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
        named = self.numbering.figure(figure)
        explained = key(figure)
        opening = [
            replace(paragraph(figure.finding, look.FINDING), before=3),
            replace(paragraph(f"**{named}** {figure.caption}", look.CAPTION), before=4),
            *([explained] if explained else []),
            Unit((), 2),
        ]
        again = repeated([paragraph(f"{named}, continued", look.CAPTION), *opening[2:]])
        stands = ", ".join(self.numbering.table(each) for each in self._tables_of(figure))
        source = paragraph(f"Source: {figure.source}. Figures: {stands}.", look.SMALL)
        groups = [[replace(unit, head=again) for unit in group] for group in chart(figure)]
        yield from together([opening, *groups, [source]])

    def _tables_of(self, figure: Figure) -> Iterator[Table]:
        names = self.numbering.tables
        yield from (Table(name, "", (), (), "") for name in figure.tables if name in names)

    def table(self, each: Table) -> Iterator[Unit]:
        """The caption, the table, what must be known to read it, the source."""
        named = self.numbering.table(each)
        left = look.WIDE_LEFT if each.is_wide else look.LEFT
        yield replace(paragraph(f"**{named}** {each.caption}", look.CAPTION, left=left), is_tied=True)
        yield from table(each, self.branches, paragraph(f"{named}, continued", look.CAPTION, left=left))
        notes = " ".join(filter(None, (each.note, HIDDEN_NOTE if each.has_hidden else "")))
        yield paragraph(f"{notes} Source: {each.source}.".strip(), look.SMALL, left=left)
