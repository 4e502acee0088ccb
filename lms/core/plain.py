"""Markdown as plain text: for a screen reader, a braille line, a text message, a very old phone. Pure.

Lines are not broken: whoever reads them chooses how long they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lms.core.prose import Heading, Listing, Paragraph, Part, Quotation, Table, parts_of, words_of

INDENT = "  "


def plain_text(markdown: str) -> str:
    """A Markdown text without its marks: a blank line between paragraphs, and two before a heading."""
    return "\n".join(_lines(parts_of(markdown))).strip("\n")


def _lines(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        match part:
            case Heading():
                yield from ("", words_of(part.spans), "")
            case Paragraph():
                yield from (*words_of(part.spans).split("\n"), "")
            case Listing():
                yield from (*_items(part), "")
            case Quotation():
                yield from (f"{INDENT}{line}".rstrip() for line in _lines(part.parts))
            case Table():
                yield from _rows(part)


def _items(listing: Listing) -> Iterator[str]:
    for place, item in enumerate(listing.items):
        mark = "-" if listing.first is None else f"{listing.first + place}."
        first, *more = [line for line in _lines(item) if line] or [""]
        yield f"{mark} {first}"
        yield from (f"{INDENT}{line}" for line in more)


def _rows(table: Table) -> Iterator[str]:
    """Each row by itself, every cell after its heading: columns that are only lined up say nothing to the ear."""
    for row in table.rows:
        for heading, cell in zip(table.headings, row, strict=True):
            if cell:
                yield f"{words_of(heading)}: {words_of(cell)}"
        yield ""
