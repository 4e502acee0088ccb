"""Pages of blocks as one document: in order, each with its place in one tagged structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from lms.core import pdf_finish
from lms.core.faces import Face
from lms.core.pdf import About, Block, Page, Picture, Words
from lms.core.pdf_letters import draw


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the list that readers show beside the pages; `level` 1 is the outermost, pages count from 0."""

    title: str
    page: int
    level: int = 1


def document(
    pages: Sequence[tuple[Page, Sequence[Block]]], about: About, bookmarks: Sequence[Bookmark] = ()
) -> bytes:
    """A tagged document.

    Args:
        pages: each page's artwork and what is set on it, in reading order.
        about: what the document says of itself.
        bookmarks: where its chapters begin, in order; a level is at most one more than that of the entry before.
    """
    drawing, letters = draw([page for page, _ in pages], _letters_of(pages))
    with pikepdf.open(BytesIO(drawing)) as whole:
        pdf_finish.finish(whole, [[block.outline for block in blocks] for _, blocks in pages])
        for place, (page, blocks) in enumerate(pages):
            artwork, _ = whole.pages[place].obj.Contents
            words = whole.make_indirect(whole.make_stream(letters.operators(blocks, page.height)))
            whole.pages[place].obj.Contents = Array([artwork, words])
            _add_pictures(whole, whole.pages[place].obj, blocks)
        pdf_finish.name(whole, about)
        if bookmarks:
            _add_bookmarks(whole, bookmarks)
        file = BytesIO()
        whole.save(file, compress_streams=True, deterministic_id=True)
    return file.getvalue()


def _letters_of(pages: Sequence[tuple[Page, Sequence[Block]]]) -> dict[Face, str]:
    """Every letter that the document needs, by face."""
    letters: dict[Face, set[str]] = {}
    for words in _words_of(pages):
        letters.setdefault(words.face, set()).update(words.letters)
    return {face: "".join(sorted(used)) for face, used in sorted(letters.items())}


def _words_of(pages: Sequence[tuple[Page, Sequence[Block]]]) -> Iterator[Words]:
    for _, blocks in pages:
        for block in blocks:
            yield from (mark for mark in block.marks if isinstance(mark, Words))


def _add_pictures(whole: pikepdf.Pdf, page: pikepdf.Object, blocks: Sequence[Block]) -> None:
    """Put the photographs of a page among what it may draw. Pages share nothing else that names them."""
    pictures = [mark for block in blocks for mark in block.marks if isinstance(mark, Picture)]
    if not pictures:
        return
    resources = Dictionary(dict(page.Resources.items()))
    resources.XObject = Dictionary(
        {
            f"/{picture.name}": whole.make_stream(
                picture.jpeg,
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=picture.dots[0],
                Height=picture.dots[1],
                ColorSpace=Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=Name.DCTDecode,
            )
            for picture in pictures
        }
    )
    page.Resources = resources


def _add_bookmarks(whole: pikepdf.Pdf, bookmarks: Sequence[Bookmark]) -> None:
    with whole.open_outline() as outline:
        here: list[pikepdf.OutlineItem] = []
        for bookmark in bookmarks:
            item = pikepdf.OutlineItem(bookmark.title, bookmark.page)
            del here[bookmark.level - 1 :]
            (here[-1].children if here else outline.root).append(item)
            here.append(item)
