"""What the parts of a document are to someone who hears it: PDF's tree of structure (ISO 32000-1, 14.7 and 14.8).

A block of a page is a leaf of the tree. Lists, tables and quotations are branches that leaves name; one that goes on
over the page stays one branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab.lib.units import mm


class Tag(StrEnum):
    """What a block is: PDF's own names."""

    HEADING = "H1"
    HEADING_2 = "H2"
    HEADING_3 = "H3"
    HEADING_4 = "H4"
    PARAGRAPH = "P"
    FIGURE = "Figure"
    LABEL = "Lbl"
    COLUMN_HEADING = "TH"
    CELL = "TD"


class Branch(StrEnum):
    """What holds blocks: PDF's own names."""

    LIST = "L"
    ITEM = "LI"
    ITEM_BODY = "LBody"
    TABLE = "Table"
    ROW = "TR"
    QUOTE = "BlockQuote"


@dataclass(frozen=True, slots=True)
class Part:
    """One list, item, table, row or quotation; `number` tells it from the others, `counts` says of a list that it has figures."""

    branch: Branch
    number: int
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A block's place in the structure: its tag, where it lies, and for a figure words in its stead and its box (left, top, width, height)."""

    tag: Tag
    instead: str = ""
    box: tuple[float, float, float, float] | None = None
    within: tuple[Part, ...] = ()


def tag_pages(pdf: pikepdf.Pdf, outlines: Sequence[Sequence[Outline]]) -> None:
    """Give a document its structure, in place of any it has.

    Args:
        pdf: a document whose blocks are numbered page by page, as `pdf.Stencil` numbers them.
        outlines: for each page, its blocks in order.
    """
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array()))
    numbers = Array()
    here: list[tuple[Part, pikepdf.Object]] = []
    for place, (page, outline) in enumerate(zip(pdf.pages, outlines, strict=True)):
        page.obj.StructParents = place
        page.obj.Tabs = Name.S
        leaves = Array()
        for mark, block in enumerate(outline):
            here = _reached(pdf, document, here, block.within)
            leaf = _element(pdf, block.tag, here[-1][1] if here else document)
            if block.tag is Tag.COLUMN_HEADING:
                leaf.A = Dictionary(O=Name.Table, Scope=Name.Column)
            leaf.Pg, leaf.K = page.obj, mark
            if block.box:
                _describe(leaf, block, float(page.obj.MediaBox[3]))
            leaves.append(leaf)
        numbers.append(place)
        numbers.append(pdf.make_indirect(leaves))
    parents = pdf.make_indirect(Dictionary(Nums=numbers))
    root = Dictionary(
        Type=Name.StructTreeRoot, K=Array([document]), ParentTree=parents, ParentTreeNextKey=len(outlines)
    )
    pdf.Root.StructTreeRoot = pdf.make_indirect(root)
    document.P = pdf.Root.StructTreeRoot


def _reached(
    pdf: pikepdf.Pdf,
    document: pikepdf.Object,
    here: Sequence[tuple[Part, pikepdf.Object]],
    within: Sequence[Part],
) -> list[tuple[Part, pikepdf.Object]]:
    """The branches that lead to a block: those of the block before as far as they are the same, then new ones."""
    reached: list[tuple[Part, pikepdf.Object]] = []
    for depth, part in enumerate(within):
        if depth == len(reached) and depth < len(here) and here[depth][0] == part:
            reached.append(here[depth])
        else:
            branch = _element(pdf, part.branch, reached[-1][1] if reached else document)
            if part.branch is Branch.LIST:
                branch.A = Dictionary(O=Name.List, ListNumbering=Name.Decimal if part.counts else Name.Disc)
            reached.append((part, branch))
    return reached


def _element(pdf: pikepdf.Pdf, kind: Tag | Branch, parent: pikepdf.Object) -> pikepdf.Object:
    """A new last child. A branch begins with no children of its own."""
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), P=parent, K=Array()))
    parent.K.append(element)
    return element


def _describe(leaf: pikepdf.Object, block: Outline, page_height: float) -> None:
    """Words for who cannot see a figure, and where it stands."""
    left, top, width, height = (round(length * mm, 2) for length in block.box or ())
    bottom = round(page_height - top - height, 2)
    leaf.Alt = block.instead
    leaf.A = Dictionary(
        O=Name.Layout, Placement=Name.Block, BBox=Array([left, bottom, left + width, bottom + height])
    )
