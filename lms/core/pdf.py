"""One-page documents: drawn once by ReportLab as a stencil, then stamped with the words of each person.

Drawing, subsetting and packing faces is what costs time in a PDF, and it is the same for every certificate of a
kind. So ReportLab draws the artwork and cuts the letters once (`Stencil`), and each document is that file plus
an incremental update (ISO 32000-1, 7.5.6) that holds its own words. The page is tagged for assistive technology
(PDF/UA-1): each `Block` is one element of the document's structure, in reading order; artwork is marked as decoration.

Text is always drawn, never read as markup: nothing a person has typed can become an instruction. The same words
give the same bytes. Lengths are in millimetres from the top left corner of the page.

This module knows no person and no certificate: what stands on the page is given to it.
"""

from __future__ import annotations

import hashlib
import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from io import BytesIO
from threading import Lock

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lms.core.faces import SHAPED, Face, path_to
from lms.core.pdf_shapes import Shape, drawn, ink, number, numbers
from lms.core.pdf_structure import Outline, Part, Tag, tag_pages
from lms.core.shaping import EM, FIRST_GLYPH, LAST_GLYPH, Glyph, meanings, widths

LANGUAGE = "en-GB"
_drawing = Lock()
"""ReportLab keeps what it has cut of a face in one place for all documents."""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text: its baseline starts at (x, y), or ends there when `ends` is set.

    `size` and `spacing` (added after each letter) are in millimetres, `turn` in degrees anticlockwise. In scripts whose
    letters change shape or order when set, `glyphs` are drawn, without spacing, and `text` is what is read out and copied.
    """

    text: str
    face: Face
    size: float
    x: float
    y: float
    colour: str
    spacing: float = 0.0
    ends: bool = False
    turn: float = 0.0
    glyphs: tuple[Glyph, ...] = ()

    @property
    def letters(self) -> str:
        """What the stencil must hold to draw this."""
        return "".join(glyph.letter for glyph in self.glyphs) or self.text

    @property
    def width(self) -> float:
        """How wide the line is, in millimetres."""
        return width_of(self.text, self.face, self.size, self.spacing, self.glyphs)


@dataclass(frozen=True, slots=True)
class Squares:
    """A grid of dark and light squares, as a QR code is, drawn as one path of merged runs."""

    rows: tuple[bytes, ...]
    x: float
    y: float
    side: float
    colour: str


@dataclass(frozen=True, slots=True)
class Block:
    """Marks that belong together, and what they are. A figure needs `instead`: words for who cannot see it.

    `within` are the parts of the document that it lies in, outermost first, such as an item of a list. `box` is the
    left, top, width and height of a figure; that of a grid of squares is known without.
    """

    tag: Tag
    marks: tuple[Words | Squares | Shape, ...]
    instead: str = ""
    within: tuple[Part, ...] = ()
    box: tuple[float, float, float, float] | None = None

    @property
    def outline(self) -> Outline:
        """What stays the same of this block from one document to the next."""
        squares = next((mark for mark in self.marks if isinstance(mark, Squares)), None)
        box = (squares.x, squares.y, squares.side, squares.side) if squares else self.box
        return Outline(self.tag, self.instead, box, self.within)


@dataclass(frozen=True, slots=True)
class About:
    """What the document says of itself to readers and file managers."""

    title: str
    author: str
    subject: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """The page's size in millimetres and the artwork that ReportLab draws on it, once for each stencil."""

    width: float
    height: float
    draw: Callable[[Canvas], None]


@cache
def font(face: Face) -> TTFont:
    """The face as ReportLab knows it, registered on first use."""
    # Only the letters in use are embedded, not all of ASCII as well.
    made = TTFont(face, path_to(face), asciiReadable=False)
    if face in SHAPED:
        # ReportLab's own shaping numbers glyphs as they come, so bytes would depend on who was printed before.
        for letter, width in widths(face).items():
            made.face.charToGlyph[ord(letter)] = ord(letter) - FIRST_GLYPH
            made.face.charWidths[ord(letter)] = width
    pdfmetrics.registerFont(made)
    return made


@cache
def letters_of(face: Face) -> frozenset[str]:
    """Every character the face can draw."""
    return frozenset(
        chr(code) for code in font(face).face.charToGlyph if not FIRST_GLYPH <= code <= LAST_GLYPH
    )


def width_of(text: str, face: Face, size: float, spacing: float = 0.0, glyphs: Sequence[Glyph] = ()) -> float:
    """How wide a line of text is, in the unit of `size`; that of its glyphs where it has been shaped."""
    if glyphs:
        return sum(glyph.advance for glyph in glyphs) * size / EM
    return float(font(face).stringWidth(text, size)) + spacing * max(len(text) - 1, 0)


class Letters:
    """The letters of a drawn document, and the operators that set blocks with them."""

    def __init__(self, codes: Mapping[tuple[Face, str], tuple[bytes, int]]) -> None:
        self._codes = codes

    def operators(self, blocks: Sequence[Block], page_height: float) -> bytes:
        """The page description of some blocks, numbered so that the structure can point at them.

        Raises:
            KeyError: a character is not among the letters that were drawn.
        """
        return b"\n".join(self._operators(blocks, page_height))

    def _operators(self, blocks: Sequence[Block], page_height: float) -> Iterator[bytes]:
        for place, block in enumerate(blocks):
            yield b"/%b <</MCID %d>> BDC" % (block.tag.encode(), place)
            for mark in block.marks:
                match mark:
                    case Words():
                        yield self._words(mark, page_height)
                    case Squares():
                        yield _squares(mark, page_height)
                    case Shape():
                        yield drawn(mark, page_height)
            yield b"EMC"

    def _words(self, words: Words, page_height: float) -> bytes:
        """One line of text. A face is cut into parts of 256 letters, so a line may change part half-way."""
        x = words.x - (words.width if words.ends else 0)
        cosine, sine = math.cos(math.radians(words.turn)), math.sin(math.radians(words.turn))
        place = (cosine, sine, -sine, cosine, x * mm, (page_height - words.y) * mm)
        if words.glyphs:
            drawn = b"BT %b %b Tm 0 Tc %b ET" % (
                ink(words.colour),
                numbers(*place),
                b" ".join(self._glyphs(words)),
            )
            return b"/Span <</ActualText %b>> BDC %b EMC" % (_text(words.text), drawn)
        shown: list[tuple[bytes, bytearray]] = []
        for letter in words.text:
            part, code = self._codes[words.face, letter]
            if not shown or shown[-1][0] != part:
                shown.append((part, bytearray()))
            shown[-1][1].append(code)
        size = number(words.size * mm)
        line = b" ".join(b"%b %b Tf <%b> Tj" % (part, size, codes.hex().encode()) for part, codes in shown)
        return b"BT %b %b Tm %b Tc %b ET" % (
            ink(words.colour),
            numbers(*place),
            number(words.spacing * mm),
            line,
        )

    def _glyphs(self, words: Words) -> Iterator[bytes]:
        """Glyphs where shaping put them: TJ moves the pen (ISO 32000-1, 9.4.3), Ts lifts it (9.3.7)."""
        size = words.size * mm
        own = widths(words.face)
        last_part, last_up, owed = b"", 0.0, 0.0
        for glyph in words.glyphs:
            part, code = self._codes[words.face, glyph.letter]
            if part != last_part:
                yield b"%b %b Tf" % (part, number(size))
            if glyph.up != last_up:
                yield b"%b Ts" % number(glyph.up * size / EM)
            last_part, last_up = part, glyph.up
            # What the pen is behind, in thousandths; TJ takes it the other way round.
            yield b"[%b <%02x>] TJ" % (number(-(owed + glyph.right)), code)
            owed = glyph.advance - glyph.right - own[glyph.letter]
        if last_up:
            yield b"0 Ts"


def _squares(squares: Squares, page_height: float) -> bytes:
    """The grid as one filled path: a rectangle for each run of dark squares in a row."""
    step = squares.side / len(squares.rows) * mm
    place = numbers(step, 0, 0, -step, squares.x * mm, (page_height - squares.y) * mm)
    runs = (
        b"%d %d %d 1 re" % (run.start(), y, run.end() - run.start())
        for y, row in enumerate(squares.rows)
        for run in re.finditer(rb"\x01+", row)
    )
    return b"q %b cm %b %b f Q" % (place, ink(squares.colour), b" ".join(runs))


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
            self._metadata: _stream(_xmp(about), b"/Type /Metadata /Subtype /XML"),
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


def draw(pages: Sequence[Page], letters: Mapping[Face, str]) -> tuple[bytes, Letters]:
    """Let ReportLab draw the artwork of some pages and cut the letters.

    Returns:
        The file, and the letters that blocks can be set with on each of its pages. One page more shows every letter,
        so that ReportLab embeds them; `finish` takes it out.
    """
    with _drawing:
        file = BytesIO()
        first = next(iter(letters))
        font(first)
        canvas = Canvas(
            file,
            initialFontName=first,  # type: ignore[arg-type]  # the stub takes it for a number
            invariant=1,
            pageCompression=0,
            lang=LANGUAGE,
        )
        for page in pages:
            canvas.setPageSize((page.width * mm, page.height * mm))
            page.draw(canvas)
            canvas.showPage()
        # ReportLab's own way to encode text (see the docstring of its ttfonts) asks for the canvas's document.
        document = canvas._doc  # type: ignore[attr-defined]  # noqa: SLF001
        codes: dict[tuple[Face, str], tuple[bytes, int]] = {}
        for face, characters in letters.items():
            cut = font(face)
            canvas.setFont(face, 10)
            canvas.drawString(0, 0, characters)
            for letter in characters:
                ((part, code),) = cut.splitString(letter, document)
                codes[face, letter] = (cut.getSubsetInternalName(part, document).encode(), code[0])
        canvas.save()
    return file.getvalue(), Letters(codes)


def finish(pdf: pikepdf.Pdf, outlines: Sequence[Sequence[Outline]]) -> None:
    """Take out the page of letters; add structure, language and places for what is set on each page."""
    del pdf.pages[-1]
    for page in pdf.pages:
        artwork = b"/Artifact BMC\nq\n" + page.obj.Contents.read_bytes() + b"\nQ\nEMC\n"
        page.obj.Contents = Array(
            [pdf.make_indirect(pdf.make_stream(artwork)), pdf.make_indirect(pdf.make_stream(b""))]
        )
    for cut in pdf.pages[0].obj.Resources.Font.values():
        cut.ToUnicode = pdf.make_stream(
            _true_letters(cut.ToUnicode.read_bytes(), _face_of(str(cut.BaseFont)))
        )
    tag_pages(pdf, outlines)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = LANGUAGE
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.Metadata = pdf.make_indirect(pdf.make_stream(b"", Type=Name.Metadata, Subtype=Name.XML))


def name(pdf: pikepdf.Pdf, about: About) -> None:
    """Write what the document says of itself into both places where readers look."""
    pdf.Root.Metadata = pdf.make_indirect(pdf.make_stream(_xmp(about), Type=Name.Metadata, Subtype=Name.XML))
    made = about.made_at.strftime("D:%Y%m%d%H%M%SZ")
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=about.title,
            Author=about.author,
            Subject=about.subject,
            Creator="Going Forward",
            CreationDate=made,
            ModDate=made,
        )
    )


def _face_of(name: str) -> Face:
    """The face of an embedded font: its PostScript name follows a mark for the subset."""
    return next(face for face in Face if face in name)


def _true_letters(table: bytes, face: Face) -> bytes:
    """ReportLab's table from codes to characters without its entries for unused codes, which PDF/UA refuses.

    A glyph of a shaped face says the characters it stands for in place of its private letter. Written anew in groups of at most a hundred, as the format asks (Adobe Technical Note 5014).
    """
    head, _, rest = table.partition(b"endcodespacerange")
    entries = [
        entry for entry in re.findall(rb"<[0-9A-F]{2}> <[0-9A-F]{4,}>", rest) if not entry.endswith(b"<0000>")
    ]
    if face in SHAPED:
        entries = [_in_words(entry, face) for entry in entries]
    groups = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    body = b"".join(b"%d beginbfchar\n%b\nendbfchar\n" % (len(group), b"\n".join(group)) for group in groups)
    return head + b"endcodespacerange\n" + body + rest[rest.rindex(b"endbfchar") + len(b"endbfchar\n") :]


def _in_words(entry: bytes, face: Face) -> bytes:
    code, letter = re.findall(rb"<([0-9A-F]+)>", entry)
    private = chr(int(letter, 16))
    return b"<%b> <%b>" % (
        code,
        meanings(face).get(private, private).encode("utf-16-be").hex().upper().encode(),
    )


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
    entries = b" ".join(b"/%b %b" % (name, _text(value)) for name, value in fields)
    return b"<< %b /CreationDate %b /ModDate %b >>" % (entries, made, made)


def _xmp(about: About) -> bytes:
    """The newer place (XMP), which PDF/UA asks for. It stays unpacked so that plain tools can read it."""
    made = about.made_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(about.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.subject)}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{made}</xmp:CreateDate><xmp:ModifyDate>{made}</xmp:ModifyDate>
<xmp:CreatorTool>Going Forward</xmp:CreatorTool><pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()


def _text(value: str) -> bytes:
    """A text string as PDF writes any language: UTF-16 with its mark, in hexadecimal."""
    return b"<feff%b>" % value.encode("utf-16-be").hex().encode()
