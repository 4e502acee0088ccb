"""Facts of certificates for tests, and what a PDF says when it is read back."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from pypdf import PdfReader

from certificates.facts import AttendanceFacts, UnitFacts

BOTH = {
    "number": "GF-7K4M-29QX-T",
    "holder": "Maeve O’Dowd",
    "provider": "Aire Valley Family Training",
    "signatory": "Joy Mensah",
    "signatory_role": "Programme manager",
    "signed_on": date(2025, 12, 8),
    "check_at": "https://goingforward.example/verify/aB3-_defGHIJ4567",
    "check_shown": "goingforward.example/verify",
}


def attendance(**changes: object) -> AttendanceFacts:
    """A certificate of attendance."""
    own = {
        "title": "Families Going Forward",
        "hours_attended": "28.5",
        "hours_taught": "30",
        "dates": "1 to 5 December 2025",
        "venue": "Beeston, Leeds",
        "reading_hours": "5",
    }
    return AttendanceFacts(**{**BOTH, **own, **changes})


def unit(**changes: object) -> UnitFacts:
    """A record of achievement."""
    own = {
        "title": "Build and maintain relationships in work with parents",
        "level": "3",
        "credit": "6",
        "reference": "R/600/0000",
        "specification": "Centre-devised; not an awarding body's specification",
        "criteria": "24 of 24",
        "agreed_on": "9 March 2026",
    }
    return UnitFacts(**{**BOTH, **own, **changes})


def words_in(pdf: bytes) -> str:
    """The text of a PDF's one page, white space folded."""
    pages = PdfReader(BytesIO(pdf)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())
