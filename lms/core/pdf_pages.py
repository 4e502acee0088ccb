"""Pages of blocks as one document: in order, each with its place in one tagged structure."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pikepdf

from lms.core.faces import Face
from lms.core.pdf import About, Block, Page, Stencil, Words
from lms.core.pdf_structure import tag_pages


def document(pages: Sequence[tuple[Page, Sequence[Block]]], about: About) -> bytes:
    """A tagged document.

    Args:
        pages: each page's artwork and what is set on it, in reading order.
        about: what the document says of itself.
    """
    made = [_page(page, blocks, about) for page, blocks in pages]
    with pikepdf.open(BytesIO(made[0])) as whole:
        for each in made[1:]:
            with pikepdf.open(BytesIO(each)) as part:
                del part.Root.StructTreeRoot
                whole.pages.append(part.pages[0])
        tag_pages(whole, [[block.outline for block in blocks] for _, blocks in pages])
        file = BytesIO()
        whole.save(file, deterministic_id=True)
    return file.getvalue()


def _page(page: Page, blocks: Sequence[Block], about: About) -> bytes:
    """One page, with the letters that it needs cut for it alone."""
    letters: dict[Face, set[str]] = {}
    for block in blocks:
        for mark in block.marks:
            if isinstance(mark, Words):
                letters.setdefault(mark.face, set()).update(mark.letters)
    cut = {face: "".join(sorted(used)) for face, used in sorted(letters.items())}
    return Stencil(page, [block.outline for block in blocks], cut).stamp(blocks, about)
