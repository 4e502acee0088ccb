"""Markdown as parts, for whoever sets it elsewhere than on a page: in a PDF, or as plain text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from markdown_it.tree import SyntaxTreeNode

from lms.core.text import MARKDOWN

LINE_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Span:
    """Words that are set alike: strong, stressed, or plain. A line break is a span of its own.

    A link's address stands in the span after its words, unless it only leads about in the course: paper leads nowhere.
    """

    text: str
    is_strong: bool = False
    is_stressed: bool = False


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the page's own title is level 1."""

    level: int
    spans: Spans


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `first` is the first figure, or None for dots."""

    items: tuple[tuple[Part, ...], ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings, and its rows."""

    headings: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody says, set apart."""

    parts: tuple[Part, ...]


Part: TypeAlias = Heading | Paragraph | Listing | Table | Quotation


def parts_of(markdown: str) -> tuple[Part, ...]:
    """The parts of a Markdown text, in order."""
    return tuple(_parts(SyntaxTreeNode(MARKDOWN.parse(markdown)).children))


def words_of(spans: Iterable[Span]) -> str:
    """What spans say, without how they are set."""
    return "".join(span.text for span in spans)


def _parts(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Part]:
    for node in nodes:
        match node.type:
            case "heading":
                yield Heading(int(node.tag[1:]), _inline(node))
            case "paragraph":
                yield Paragraph(_inline(node))
            case "bullet_list" | "ordered_list":
                first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
                yield Listing(tuple(tuple(_parts(item.children)) for item in node.children), first)
            case "blockquote":
                yield Quotation(tuple(_parts(node.children)))
            case "table":
                headings, *rows = (
                    tuple(_inline(cell) for cell in row.children)
                    for section in node.children
                    for row in section.children
                )
                yield Table(headings, tuple(rows))
            case "fence" | "code_block":
                yield Paragraph((Span(node.content.strip()),))


def _inline(node: SyntaxTreeNode) -> Spans:
    spans = _spans(node.children[0].children, Span("")) if node.children else ()
    return tuple(span for span in spans if span.text)


def _spans(nodes: Iterable[SyntaxTreeNode], around: Span) -> Iterator[Span]:
    for node in nodes:
        match node.type:
            case "strong":
                yield from _spans(node.children, Span("", is_strong=True, is_stressed=around.is_stressed))
            case "em":
                yield from _spans(node.children, Span("", is_strong=around.is_strong, is_stressed=True))
            case "link":
                yield from _spans(node.children, around)
                address = str(node.attrs.get("href", ""))
                if address.startswith(("https:", "mailto:")):
                    yield _like(around, f" ({address.removeprefix('mailto:')})")
            case "image":
                yield _like(around, f"(Picture: {node.content})")
            case "softbreak":
                yield _like(around, " ")
            case "hardbreak":
                yield _like(around, LINE_BREAK)
            case _:
                yield _like(around, node.content)


def _like(span: Span, text: str) -> Span:
    return Span(text, span.is_strong, span.is_stressed)
