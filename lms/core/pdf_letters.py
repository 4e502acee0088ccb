"""The letters of a drawn document, cut once by ReportLab, and the operators that set blocks with them (ISO 32000-1, 9)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from threading import Lock

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from lms.core.faces import Face
from lms.core.pdf import LANGUAGE, Block, Page, Picture, Squares, Words, font
from lms.core.pdf_shapes import Shape, drawn, ink, number, numbers
from lms.core.pdf_text import text_string
from lms.core.shaping import EM, widths

_drawing = Lock()
"""ReportLab keeps what it has cut of a face in one place for all documents."""


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
                    case Picture():
                        yield _picture(mark, page_height)
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
            return b"/Span <</ActualText %b>> BDC %b EMC" % (text_string(words.text), drawn)
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


def _picture(picture: Picture, page_height: float) -> bytes:
    """A photograph in its place (ISO 32000-1, 8.9.5): pictures are one unit wide and high, upwards."""
    across, up = picture.width * mm, picture.height * mm
    place = numbers(across, 0, 0, up, picture.x * mm, (page_height - picture.y) * mm - up)
    return b"q %b cm /%b Do Q" % (place, picture.name.encode())


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
