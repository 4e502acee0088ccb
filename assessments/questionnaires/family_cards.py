"""Cards for families, to be cut apart, folded and handed out: a square code for a phone, a code for a form on paper. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assessments.questionnaires.paper_form import spaced, square
from assessments.questionnaires.paper_slips import HEIGHT, INK, QUIET, TEAL, TOP, WIDTH, cuts, slip_line
from lms.core import pdf_pages
from lms.core.faces import Face
from lms.core.pdf import About, Block, Page
from lms.core.pdf_structure import Tag
from lms.core.scripts import tidy

CARD, CARDS = 58.0, 4
"""How high a card is, in millimetres, and how many stand on a page."""
SIDE, BESIDE = 42.0, 126.0
"""Of the square code, and of the words beside it."""
WORDS = (
    "Two short questionnaires: one when the visits begin, one when they end.",
    "Point your phone's camera at the square. You need no password.",
    "Nobody knows that this card is yours. Keep it: it joins your answers",
    "without your name. Whoever has it can open them.",
)


def document(provider: str, cards: Sequence[tuple[str, str]], *, made_at: datetime) -> bytes:
    """Cards as a tagged PDF, four to a page.

    Args:
        provider: whose they are.
        cards: of each the whole address of its link and its code for paper.
        made_at: when they are printed.
    """
    about = About(
        title="Cards for families", author=tidy(provider), subject="Questionnaires", made_at=made_at
    )
    pages = []
    for start in range(0, len(cards), CARDS):
        here = cards[start : start + CARDS]
        blocks = [
            *_head(),
            *(block for place, each in enumerate(here) for block in _card(place, provider, *each)),
        ]
        pages.append((Page(WIDTH, HEIGHT, cuts(len(here), CARD)), blocks))
    return pdf_pages.document(pages, about)


def _head() -> list[Block]:
    return [
        slip_line("Cards for families", 18, 6.4, TEAL, face=Face.LITERATA_SEMIBOLD, tag=Tag.HEADING),
        slip_line(
            "Cut apart, fold, give each family one. Do not note who gets which, and keep no copy.",
            26,
            3.9,
            QUIET,
        ),
    ]


def _card(place: int, provider: str, address: str, code: str) -> list[Block]:
    top = TOP + place * CARD
    return [
        slip_line(
            "For your family",
            top + 10,
            5.6,
            TEAL,
            face=Face.LITERATA_SEMIBOLD,
            tag=Tag.HEADING_2,
            width=BESIDE,
        ),
        *(
            slip_line(line, top + 17 + 5 * number, 3.7, INK, width=BESIDE)
            for number, line in enumerate(WORDS)
        ),
        slip_line(
            f"On paper, write this code on the form: {spaced(code)}",
            top + 40,
            3.9,
            INK,
            face=Face.SANS_SEMIBOLD,
            width=BESIDE,
        ),
        slip_line(f"From {provider}", top + 46, 3.4, QUIET, width=BESIDE),
        slip_line(address, top + 52, 2.6, QUIET, width=BESIDE),
        square(address, "Square code that opens the questionnaires of this card", top=top + 7, side=SIDE),
    ]
