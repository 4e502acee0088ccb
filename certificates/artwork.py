"""The pictures on a certificate: band, path, stones, wave field and frame. The words are set in `document.py`.

Lengths are in millimetres from the top left corner. ReportLab draws this once for each kind of certificate.
"""

from __future__ import annotations

import math

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from certificates.facts import CertificateKind

WIDTH, HEIGHT = 297.0, 210.0
BAND = 62.0
PAPER = "#fffdf8"
TEAL_DEEP = "#0b3f44"
TEAL = "#11595f"
CORAL = "#b3432a"
CORAL_POINT = "#f2856a"
STONE = "#3a8f90"
FRAME_LINE = "#7fbcb9"
SIGNATURE_LINE = "#8b8270"

# Left, top, width and height of the frame, 8 mm from the paper's edge and from the band.
FRAME = (70.0, 8.0, 219.0, 194.0)
# Centre and radii of each stone, nearest first; they grow smaller up the path.
STONES = (
    (20.0, 203.0, 6.2, 3.6),
    (43.0, 184.0, 5.8, 3.4),
    (38.0, 156.0, 5.4, 3.2),
    (21.0, 132.0, 5.0, 3.0),
    (22.0, 106.0, 4.7, 2.8),
    (42.0, 84.0, 4.4, 2.6),
    (49.0, 58.0, 4.1, 2.4),
)
# Colours of the band and of the path on it.
BANDS = {CertificateKind.ATTENDANCE: (TEAL_DEEP, "#14555a"), CertificateKind.UNIT: (TEAL, "#1d6e73")}
WAVE_STEP = 1.93
WAVE_LENGTH = 28.0
WAVE_HEIGHT = 3.2
QUIET = (241.8, 138.8, 40.4)


def draw(canvas: Canvas, kind: CertificateKind) -> None:
    """Everything on the page but the words and the QR code."""
    canvas.saveState()
    canvas.translate(0, HEIGHT * mm)
    canvas.scale(mm, -mm)
    canvas.setFillColor(HexColor(PAPER))
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    _waves(canvas)
    _frame(canvas)
    _band(canvas, kind)
    canvas.setFillColor(HexColor(PAPER))
    left, top, side = QUIET
    canvas.rect(left, top, side, side, stroke=0, fill=1)
    _rule(canvas, kind)
    canvas.setStrokeColor(HexColor(SIGNATURE_LINE))
    canvas.setLineWidth(0.3)
    canvas.line(82, 171, 144, 171)
    canvas.restoreState()


def _waves(canvas: Canvas) -> None:
    """Fine lines that swell and sink down the page: hard to copy, and one curve each."""
    left, top, width, height = FRAME
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(left, top, width, height)
    canvas.clipPath(clip, stroke=0, fill=0)
    # 16% of teal on the paper's white as one plain colour: transparency would slow printers for nothing.
    canvas.setStrokeColor(_mixed(TEAL, PAPER, 0.16))
    canvas.setLineWidth(0.12)
    lines = int((height - 4) / WAVE_STEP) + 2
    for number in range(lines):
        canvas.saveState()
        canvas.translate(left - 4, top + 2 + number * WAVE_STEP)
        canvas.drawPath(_wave(canvas, width + WAVE_LENGTH, WAVE_HEIGHT * math.sin(1 + number * 0.17)))
        canvas.restoreState()
    canvas.restoreState()


def _wave(canvas: Canvas, length: float, swing: float) -> PDFPathObject:
    """One wavy line along y = 0: alternating arcs whose control points lie `swing` away from it."""
    path = canvas.beginPath()
    path.moveTo(0, 0)
    half, x = WAVE_LENGTH / 2, 0.0
    # A quadratic arc with its control point at mid-way, written as the cubic that PDF knows. Few decimals, and the
    # same ones in each line, so that a hundred lines pack into a few kilobytes.
    height = round(swing * 2 / 3, 2)
    while x < length:
        path.curveTo(round(x + half / 3, 1), height, round(x + half * 2 / 3, 1), height, x + half, 0)
        x, height = x + half, -height
    return path


def _rule(canvas: Canvas, kind: CertificateKind) -> None:
    """Under the name: one coral rule for attendance, a double teal one for a unit."""
    canvas.setLineCap(1)
    if kind is CertificateKind.ATTENDANCE:
        canvas.setStrokeColor(HexColor(CORAL))
        canvas.setLineWidth(0.9)
        canvas.line(82, 99.5, 210, 99.5)
        return
    canvas.setStrokeColor(HexColor(TEAL))
    for y, thickness in ((99, 0.7), (100.8, 0.3)):
        canvas.setLineWidth(thickness)
        canvas.line(82, y, 210, y)


def _frame(canvas: Canvas) -> None:
    canvas.setStrokeColor(HexColor(FRAME_LINE))
    canvas.setLineWidth(0.5)
    canvas.rect(*FRAME, stroke=1, fill=0)


def _band(canvas: Canvas, kind: CertificateKind) -> None:
    """The left band with the path, seven stones and the coral point ahead."""
    ground, path_colour = BANDS[kind]
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(0, 0, BAND, HEIGHT)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.setFillColor(HexColor(ground))
    canvas.rect(0, 0, BAND, HEIGHT, stroke=0, fill=1)
    path = canvas.beginPath()
    path.moveTo(-6, 216)
    path.curveTo(40, 206, 56, 182, 40, 158)
    path.curveTo(24, 134, 8, 128, 22, 104)
    path.curveTo(36, 80, 54, 78, 48, 54)
    path.curveTo(46, 46, 47.5, 38, 47.5, 28)
    canvas.setStrokeColor(HexColor(path_colour))
    canvas.setLineWidth(17)
    canvas.setLineCap(1)
    canvas.drawPath(path)
    canvas.setFillColor(HexColor(STONE))
    for x, y, wide, high in STONES:
        canvas.ellipse(x - wide, y - high, x + wide, y + high, stroke=0, fill=1)
    canvas.setFillColor(HexColor(CORAL_POINT))
    canvas.circle(47.5, 28, 7, stroke=0, fill=1)
    canvas.restoreState()


def _mixed(colour: str, ground: str, share: float) -> Color:
    """A colour as it looks when a share of it lies on a ground."""
    over, under = HexColor(colour), HexColor(ground)
    pairs = ((over.red, under.red), (over.green, under.green), (over.blue, under.blue))
    return Color(*(share * one + (1 - share) * other for one, other in pairs))
