"""Certificates a second, against drawing the same page the plain way with ReportLab, fpdf2 and WeasyPrint.

Every variant sets the same words in the same faces and ends as one PDF with a QR code. ReportLab, the rival that counts, also
draws the same artwork; the other two are spared the wave field and the path, and are still slower. Each round times
each variant on its own people, one after the other, and the ratio is taken within the round, so that a busy machine
slows both alike; the median of the rounds is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from statistics import median

import segno
from fpdf import FPDF
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from bench.figure import Figure, seconds
from certificates import artwork
from certificates.document import QR_PLACE, QR_SIDE, blocks_of, document
from certificates.facts import AttendanceFacts, Facts
from lms.core.faces import Face, path_to
from lms.core.pdf import Words

ROUNDS = 5
EACH_ROUND = 60
SLOW_ROUND = 6
GOAL = 3.5
NAMES = (
    "Maeve O’Dowd",
    "Joy Mensah",
    "Ṣadé Ọláolúwa",
    "Łukasz Łukaszewicz",
    "Đặng Thùy Linh",
    "Aisha Rahman",
    "Zoë Çelik",
)
FACTS = AttendanceFacts(
    number="GF-7K4M-29QX-T",
    holder="",
    title="Families Going Forward",
    provider="Aire Valley Family Training",
    signatory="Joy Mensah",
    signatory_role="Programme manager",
    signed_on=date(2025, 12, 8),
    check_at="",
    check_shown="going-forward.example/verify",
    hours_attended="30",
    hours_taught="30",
    dates="1 to 5 December 2025",
    venue="Beeston, Leeds",
    reading_hours="5",
)

Make = Callable[[Facts], bytes]


def figures() -> list[Figure]:
    """Certificates a second, one process, separate files, and the ratio to each rival."""
    measured: list[tuple[str, Make, int]] = [
        ("plain ReportLab", plain_reportlab, EACH_ROUND),
        ("fpdf2", plain_fpdf2, SLOW_ROUND),
    ]
    weasyprint = _weasyprint()
    if weasyprint is not None:
        measured.append(("WeasyPrint", weasyprint, SLOW_ROUND))
    for make in (document, *(rival for _, rival, _ in measured)):
        make(next(people(1)))
    ours, ratios = _paired(measured)
    speed = 1 / median(ours)
    return [
        Figure("certificates", speed, "a second", ratios["plain ReportLab"], "plain ReportLab", GOAL),
        Figure("certificates", speed, "a second", ratios["fpdf2"], "fpdf2"),
        Figure(
            "certificates",
            speed,
            "a second",
            ratios.get("WeasyPrint"),
            "WeasyPrint" + ("" if weasyprint else ": not available here"),
        ),
        Figure("size of a certificate", len(document(next(people(1)))) / 1024, "kB"),
    ]


def people(count: int, start: int = 0) -> Iterator[Facts]:
    """Facts of different people, each with a number and an address of their own."""
    for number in range(start, start + count):
        code = f"{number:016d}"
        yield replace(
            FACTS,
            holder=f"{NAMES[number % len(NAMES)]} {number}",
            check_at=f"https://goingforward.example/verify/{code}",
        )


def _paired(rivals: Sequence[tuple[str, Make, int]]) -> tuple[list[float], dict[str, float]]:
    """Seconds a certificate of ours in each round, and each rival's median ratio within the rounds."""
    ours: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name, _, _ in rivals}
    for turn in range(ROUNDS):
        own = _each(document, EACH_ROUND, turn)
        ours.append(own)
        for name, make, count in rivals:
            ratios[name].append(_each(make, count, turn) / own)
    return ours, {name: median(found) for name, found in ratios.items()}


def _each(make: Make, count: int, turn: int) -> float:
    """Seconds for one certificate, over people that no other round has drawn."""
    batch = list(people(count, start=turn * EACH_ROUND))
    return seconds(lambda: [make(facts) for facts in batch]) / count


# ---- the rivals: the same page, drawn as each library's manual shows


@cache
def _registered(face: Face) -> str:
    """The face under a name of its own, with the library's defaults: read and registered once."""
    name = f"plain-{face}"
    pdfmetrics.registerFont(TTFont(name, path_to(face)))
    return name


def _matrix(address: str) -> tuple[bytearray, ...]:
    return segno.make_qr(address, error="m").matrix


def plain_reportlab(facts: Facts) -> bytes:
    """One canvas a certificate, a line of text at a time, a rectangle for each dark square."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(artwork.WIDTH * mm, artwork.HEIGHT * mm))
    artwork.draw(canvas, facts.kind)
    for words in _words(facts):
        canvas.setFillColor(HexColor(words.colour))
        canvas.setFont(_registered(words.face), words.size * mm)
        place = words.x * mm, (artwork.HEIGHT - words.y) * mm
        (canvas.drawRightString if words.ends else canvas.drawString)(*place, words.text)
    rows = _matrix(facts.check_at)
    step = QR_SIDE / len(rows) * mm
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                left, top = QR_PLACE[0] * mm + x * step, (artwork.HEIGHT - QR_PLACE[1]) * mm - y * step
                canvas.rect(left, top - step, step, step, stroke=0, fill=1)
    canvas.save()
    return file.getvalue()


def plain_fpdf2(facts: Facts) -> bytes:
    """The same words and QR code by fpdf2, on a page with band and frame only."""
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.add_page()
    pdf.set_fill_color(artwork.TEAL_DEEP)
    pdf.rect(0, 0, artwork.BAND, artwork.HEIGHT, style="F")
    pdf.rect(*artwork.FRAME)
    for words in _words(facts):
        if words.face.lower() not in pdf.fonts:
            pdf.add_font(words.face, fname=path_to(words.face))
        pdf.set_font(words.face, size=words.size * mm)
        x = words.x - pdf.get_string_width(words.text) if words.ends else words.x
        pdf.text(x, words.y, words.text)
    rows = _matrix(facts.check_at)
    step = QR_SIDE / len(rows)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(QR_PLACE[0] + x * step, QR_PLACE[1] + y * step, step, step, style="F")
    return bytes(pdf.output())


def _weasyprint() -> Make | None:
    """The same words and QR code by WeasyPrint, or nothing where the system lacks its libraries."""
    try:
        import weasyprint  # noqa: PLC0415 (importing it is how one learns whether pango is there)
    except OSError:
        return None
    faces = "".join(
        f'@font-face{{font-family:"{face}";src:url("{path_to(face).as_uri()}")}}' for face in Face
    )
    sheet = weasyprint.CSS(
        string=f"@page{{size:A4 landscape;margin:0}}p{{position:absolute;margin:0}}{faces}"
    )

    def make(facts: Facts) -> bytes:
        lines = "".join(
            f"<p style=\"left:{words.x}mm;top:{words.y}mm;font:{words.size}mm '{words.face}'\">{words.text}</p>"
            for words in _words(facts)
        )
        code = segno.make_qr(facts.check_at, error="m").svg_inline()
        return bytes(
            weasyprint.HTML(string=f"{lines}<p style='left:244mm;top:141mm'>{code}</p>").write_pdf(
                stylesheets=[sheet]
            )
        )

    return make


def _words(facts: Facts) -> Iterator[Words]:
    return (mark for block in blocks_of(facts) for mark in block.marks if isinstance(mark, Words))
