"""What stands on a page of a document: lines of words, shapes and figures in tagged blocks, in faces of our own.

The page is tagged for assistive technology (PDF/UA-1): each `Block` is one element of the document's structure, in
reading order; artwork is marked as decoration. Text is always drawn, never read as markup: nothing a person has typed can
become an instruction. The same words give the same bytes. Lengths are in millimetres from the top left corner of the page.

`pdf_letters` sets blocks, `pdf_finish` makes a document of pages, `pdf_stencil` stamps one page for many people, and
`pdf_pages` and `pdf_flow` make documents of many pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lms.core.faces import SHAPED, Face, path_to
from lms.core.pdf_shapes import Shape
from lms.core.pdf_structure import Outline, Part, Tag
from lms.core.shaping import EM, FIRST_GLYPH, LAST_GLYPH, Glyph, widths

LANGUAGE = "en-GB"


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
class Picture:
    """A photograph as a JPEG file in RGB: how many dots it has, where its left upper corner is, and how large it is drawn."""

    jpeg: bytes
    dots: tuple[int, int]
    x: float
    y: float
    width: float
    height: float

    @property
    def name(self) -> str:
        """What the page's resources call it: the same bytes have the same name."""
        return f"Im{sha256(self.jpeg).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class Block:
    """Marks that belong together, and what they are. A figure needs `instead`: words for who cannot see it.

    `within` are the parts of the document that it lies in, outermost first, such as an item of a list. `box` is the
    left, top, width and height of a figure; that of a grid of squares is known without.
    """

    tag: Tag
    marks: tuple[Words | Squares | Shape | Picture, ...]
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
