"""A certificate as a PDF: its words set on the artwork, one tagged page, the same bytes for the same facts.

`document(facts)` is the whole of it. What a person typed is drawn letter by letter and never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from functools import lru_cache, partial
from threading import Lock

import segno

from certificates import artwork
from certificates.artwork import CORAL, TEAL, TEAL_DEEP
from certificates.facts import AttendanceFacts, CertificateKind, Facts, UnitFacts, long_date
from lms.core.faces import Face
from lms.core.lines import Line, set_lines
from lms.core.pdf import About, Block, Page, Squares, Words, letters_of
from lms.core.pdf_stencil import Stencil
from lms.core.pdf_structure import Outline, Tag
from lms.core.scripts import tidy

INK, QUIET_INK, SIGNATURE_INK, SPECIMEN_INK = "#1d2b2d", "#4b595b", "#28385c", "#d5e4e1"
LEFT, RIGHT = 82.0, 280.0
MEASURE = RIGHT - LEFT
# The signature and what is under it end before the QR code begins.
NARROW = 150.0

# Sizes tried in turn for one line, then for two. Nothing is cut: the last size holds 120 wide letters.
NAME_SIZES = (15.0, 13.5, 12.0, 10.5), (9.0, 8.0, 7.0, 6.0, 5.0, 4.4)
TITLE_SIZES = (9.6, 8.8, 8.0, 7.4, 7.0), (7.2, 6.8, 6.0, 5.2, 4.4)
LINE_SIZES = (5.4, 5.0), (4.6, 4.2, 3.8, 3.2)
HEADING_SIZES = (15.5,), (10.0,)
SMALL_SIZES = (4.4, 4.0), (3.6, 3.2, 2.8)

SIGNATURE_SIZES = (8.0, 7.0, 6.0), (4.6, 4.0)
QR_PLACE, QR_SIDE = (244.0, 141.0), 36.0
QR_MASK = 4
QR_INSTEAD = "QR code: opens the page that checks this certificate. Its address and number are printed below."

# Letters are embedded a part of the alphabet at a time, so that a few stencils serve all names. Shaped scripts have
# too many glyphs for that: each glyph is a part of its own.
PARTS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz '’-.,",
    "0123456789:/",
    *(
        "".join(map(chr, range(first, last + 1)))
        for first, last in (
            *((0x00A1, 0x00FF), (0x0100, 0x024F), (0x1E00, 0x1E9F), (0x1EA0, 0x1EFF)),  # Latin, Vietnamese
            *((0x0370, 0x03FF), (0x0400, 0x052F)),  # Greek, Cyrillic
        )
    ),
)
PART_OF = {letter: part for part in PARTS for letter in part}

_drawing = Lock()


def document(facts: Facts) -> bytes:
    """The certificate as a PDF/UA-1 file of one A4 landscape page.

    Raises:
        Undrawable: a name or title holds letters that none of our faces has.
    """
    blocks = tuple(blocks_of(facts))
    outline = tuple(block.outline for block in blocks)
    with _drawing:
        stencil = _stencil(facts.kind, outline, _parts_needed(blocks))
    about = About(
        title=f"{facts.name}: {tidy(facts.holder)}",
        author=tidy(facts.provider),
        subject=f"{tidy(facts.title)}. {facts.disclaimer}",
        made_at=datetime.combine(facts.signed_on, time(), UTC),
    )
    return stencil.stamp(blocks, about)


def blocks_of(facts: Facts) -> Iterator[Block]:
    """Everything that is set on the page, in reading order."""
    if facts.is_specimen:
        yield _specimen()
    yield _block(facts.provider, _line(29, LINE_SIZES, TEAL, face=Face.SANS_SEMIBOLD, up=1))
    yield _block(
        facts.name,
        _line(58, HEADING_SIZES, TEAL_DEEP, face=Face.LITERATA_SEMIBOLD, spacing=-0.2),
        Tag.HEADING,
    )
    yield _block("This is to say that", _line(75, LINE_SIZES, QUIET_INK))
    yield _block(facts.holder, _line(94, NAME_SIZES, INK, face=Face.LITERATA_SEMIBOLD, spacing=-0.2, up=0.85))
    yield from _attendance(facts) if isinstance(facts, AttendanceFacts) else _unit(facts)
    yield from _signature(facts)
    yield Block(Tag.FIGURE, (Squares(qr_rows(facts.check_at), *QR_PLACE, QR_SIDE, TEAL_DEEP),), QR_INSTEAD)
    yield from _number(facts)
    yield _block(facts.disclaimer, _line(195, ((4.2,), (3.8, 3.4)), QUIET_INK))


def qr_rows(address: str) -> tuple[bytes, ...]:
    """The QR code of an address at error level M: a row of bytes for each row of squares, 1 where it is dark.

    The mask is fixed. Every mask can be read (its number is in the code); looking for the handsomest of the eight
    takes longer than all the rest of a certificate.
    """
    code = segno.make_qr(address, error="m", mask=QR_MASK, boost_error=False)
    return tuple(bytes(row) for row in code.matrix)


_line = partial(Line, x=LEFT, width=MEASURE)


def _attendance(facts: AttendanceFacts) -> Iterator[Block]:
    yield _block("attended the course", _line(112, LINE_SIZES, QUIET_INK))
    yield _block(facts.title, _line(124, TITLE_SIZES, INK, face=Face.LITERATA_SEMIBOLD))
    came = f"{facts.hours} taught hours, {facts.dates}" + (f", in {facts.venue}" if facts.venue else "")
    yield _block(came, _line(135, LINE_SIZES, INK))
    if facts.reading_hours:
        yield _block(
            f"and declared {facts.reading_hours} hours of reading", _line(143, LINE_SIZES, INK, width=NARROW)
        )


def _unit(facts: UnitFacts) -> Iterator[Block]:
    yield _block("met every criterion of the unit", _line(111, LINE_SIZES, QUIET_INK))
    yield _block(facts.title, _line(123, TITLE_SIZES, INK, face=Face.LITERATA_SEMIBOLD))
    agreed = f"{facts.criteria} criteria, checked and agreed in the centre on {facts.agreed_on}"
    yield _block(agreed, _line(134.5, LINE_SIZES, INK))
    yield _block(facts.size, _line(141.5, LINE_SIZES, INK, width=NARROW))
    yield _block(f"{facts.claim}.", _line(148.5, LINE_SIZES, INK, width=NARROW))
    reference = f"Unit reference {facts.reference}. " if facts.reference else ""
    yield _block(f"{reference}{facts.specification}.", _line(155, SMALL_SIZES, QUIET_INK, width=NARROW))


def _signature(facts: Facts) -> Iterator[Block]:
    """The signatory's name, set as a signature above the line; role and day under it."""
    hand = _line(168, SIGNATURE_SIZES, SIGNATURE_INK, face=Face.LITERATA_ITALIC, width=NARROW, up=1)
    yield _block(facts.signatory, hand)
    role = f"{facts.signatory_role}, {long_date(facts.signed_on)}"
    yield _block(role, _line(177, SMALL_SIZES, QUIET_INK, width=NARROW))


def _number(facts: Facts) -> Iterator[Block]:
    """Under the QR code: where to check, and the number, with the word that a replacement carries."""
    check = Words(f"Check it: {facts.check_shown}", Face.SANS, 4.4, RIGHT, 183, QUIET_INK, ends=True)
    yield Block(Tag.PARAGRAPH, (check,))
    number = Words(facts.number, Face.SANS_SEMIBOLD, 5, RIGHT, 189, INK, spacing=0.15, ends=True)
    if facts.is_replacement:
        left = RIGHT - number.width - 3
        yield Block(
            Tag.PARAGRAPH, (Words("Replacement", Face.SANS_SEMIBOLD, 5, left, 189, CORAL, ends=True),)
        )
    yield Block(Tag.PARAGRAPH, (number,))


def _specimen() -> Block:
    """The word across the wave field, behind everything else."""
    return Block(
        Tag.PARAGRAPH,
        (Words("SPECIMEN", Face.LITERATA_SEMIBOLD, 33, 98, 172, SPECIMEN_INK, spacing=3, turn=28),),
    )


def _block(text: str, line: Line, tag: Tag = Tag.PARAGRAPH) -> Block:
    return Block(tag, set_lines(text, line))


def _parts_needed(blocks: Sequence[Block]) -> frozenset[tuple[Face, str]]:
    """Which part of the alphabet the page needs in which face; a letter in no part is a part of its own."""
    used: dict[Face, set[str]] = {}
    for block in blocks:
        for mark in block.marks:
            if isinstance(mark, Words):
                used.setdefault(mark.face, set()).update(mark.letters)
    return frozenset(
        (face, PART_OF.get(letter, letter)) for face, letters in used.items() for letter in letters
    )


@lru_cache(maxsize=64)
def _stencil(
    kind: CertificateKind, outline: tuple[Outline, ...], parts: frozenset[tuple[Face, str]]
) -> Stencil:
    """The page without its words, with every letter of the parts it needs."""
    letters: dict[Face, str] = {}
    for face, part in sorted(parts):
        letters[face] = letters.get(face, "") + "".join(
            letter for letter in part if len(part) == 1 or letter in letters_of(face)
        )
    page = Page(artwork.WIDTH, artwork.HEIGHT, partial(artwork.draw, kind=kind))
    return Stencil(page, outline, letters)
