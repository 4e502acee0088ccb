"""One-page documents: drawn once by ReportLab as a stencil, then stamped with the words of each person.

Drawing, subsetting and packing faces is what costs time in a PDF, and it is the same for every certificate of a
kind. So ReportLab draws the artwork and cuts the letters once (`Stencil`), and each document is that file plus
an incremental update (ISO 32000-1, 7.5.6) that holds its own words.

This module knows no person and no certificate: what stands on the page is given to it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

import pikepdf

from lms.core.faces import Face
from lms.core.pdf import About, Block, Page
from lms.core.pdf_finish import finish, xmp
from lms.core.pdf_letters import draw
from lms.core.pdf_structure import Outline
from lms.core.pdf_text import text_string


class Stencil:
    """A finished page without its words, and the letters to set them with.

    Args:
        page: size and artwork.
        outline: each block that will be stamped, in reading order.
        letters: for each face, every character that may be stamped, and the private letter of every glyph.

    Making one takes tens of milliseconds; stamping it takes less than one.
    """

    def __init__(self, page: Page, outline: Sequence[Outline], letters: Mapping[Face, str]) -> None:
        drawing, self._letters = draw([page], letters)
        self._height = page.height
        with pikepdf.open(BytesIO(drawing)) as pdf:
            finish(pdf, [outline])
            saved = BytesIO()
            pdf.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
        self._body = saved.getvalue()
        with pikepdf.open(saved) as pdf:
            self._contents = pdf.pages[0].obj.Contents[1].objgen[0]
            self._metadata = pdf.Root.Metadata.objgen[0]
            self._info = pdf.trailer.Info.objgen[0]
            self._root = pdf.Root.objgen[0]
            self._objects = int(pdf.trailer.Size)
        self._previous = int(self._body[self._body.rindex(b"startxref") :].split()[1])
        self._first_id = hashlib.sha256(self._body).hexdigest()[:32]

    def stamp(self, blocks: Sequence[Block], about: About) -> bytes:
        """One document: the stencil with these blocks, which match its outline in number and order.

        Raises:
            KeyError: a character was not among the stencil's letters.
        """
        drawing = self._letters.operators(blocks, self._height)
        update = {
            self._contents: _stream(zlib.compress(drawing), b"/Filter /FlateDecode"),
            self._metadata: _stream(xmp(about), b"/Type /Metadata /Subtype /XML"),
            self._info: _info(about),
        }
        return self._with_update(update)

    def _with_update(self, objects: Mapping[int, bytes]) -> bytes:
        """The stencil's file followed by newer versions of these objects and a table that says where they are."""
        whole = bytearray(self._body)
        table = [b"xref"]
        for place, content in sorted(objects.items()):
            table.append(b"%d 1\n%010d 00000 n " % (place, len(whole)))
            whole += b"%d 0 obj\n%b\nendobj\n" % (place, content)
        own_id = hashlib.sha256(whole).hexdigest()[:32]
        trailer = (
            f"trailer\n<< /Size {self._objects} /Root {self._root} 0 R /Info {self._info} 0 R"
            f" /Prev {self._previous} /ID [<{self._first_id}> <{own_id}>] >>\nstartxref\n{len(whole)}\n%%EOF\n"
        )
        return bytes(whole) + b"\n".join(table) + b"\n" + trailer.encode()


def _stream(content: bytes, entries: bytes) -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def _info(about: About) -> bytes:
    """The older of the two places where a PDF names itself; some readers know only this one."""
    made = about.made_at.strftime("(D:%Y%m%d%H%M%SZ)").encode()
    fields = (
        (b"Title", about.title),
        (b"Author", about.author),
        (b"Subject", about.subject),
        (b"Creator", "Going Forward"),
    )
    entries = b" ".join(b"/%b %b" % (name, text_string(value)) for name, value in fields)
    return b"<< %b /CreationDate %b /ModDate %b >>" % (entries, made, made)
