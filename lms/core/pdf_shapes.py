"""Outlines that are filled or drawn: what charts are made of in a PDF. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from reportlab.lib.units import mm

Step: TypeAlias = tuple[str, tuple[float, ...]]
"""A step of an outline: "m" moves to and "l" leads straight to (x, y); "c" bends by two points to a third; "h" closes."""
ROUND = 0.5523
"""How far the points that bend a quarter of a circle lie from its ends, as a share of the radius."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline whose steps are counted from (x, y), downwards.

    `fill` and `stroke` are colours, or None; `width` is that of the stroke, `dash` the lengths that it is on and off.
    """

    steps: tuple[Step, ...]
    x: float
    y: float
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.3
    dash: tuple[float, ...] = ()


def rectangle(width: float, height: float) -> tuple[Step, ...]:
    """The steps of a rectangle whose left upper corner is the starting point."""
    return (
        ("m", (0, 0)),
        ("l", (width, 0)),
        ("l", (width, height)),
        ("l", (0, height)),
        ("h", ()),
    )


def line(right: float, down: float) -> tuple[Step, ...]:
    """The steps of a straight line from the starting point."""
    return (("m", (0, 0)), ("l", (right, down)))


def circle(radius: float) -> tuple[Step, ...]:
    """The steps of a circle round the starting point."""
    r, k = radius, radius * ROUND
    return (
        ("m", (r, 0)),
        ("c", (r, k, k, r, 0, r)),
        ("c", (-k, r, -r, k, -r, 0)),
        ("c", (-r, -k, -k, -r, 0, -r)),
        ("c", (k, -r, r, -k, r, 0)),
        ("h", ()),
    )


def drawn(shape: Shape, page_height: float) -> bytes:
    """The operators that draw a shape on a page of this height (ISO 32000-1, 8.5)."""
    place = numbers(mm, 0, 0, -mm, shape.x * mm, (page_height - shape.y) * mm)
    parts = [b"q", place, b"cm"]
    if shape.fill:
        parts.append(ink(shape.fill))
    if shape.stroke:
        parts += [
            ink(shape.stroke, strokes=True),
            number(shape.width),
            b"w",
            b"[" + numbers(*shape.dash) + b"] 0 d",
        ]
    parts += [b"%b %b" % (numbers(*points), step.encode()) for step, points in shape.steps]
    parts.append(
        {(True, True): b"B", (True, False): b"f", (False, True): b"S"}[bool(shape.fill), bool(shape.stroke)]
    )
    return b" ".join([*parts, b"Q"])


@cache
def ink(colour: str, *, strokes: bool = False) -> bytes:
    """A colour (#rrggbb) as what is filled, or stroked, from here on."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return numbers(*shares) + (b" RG" if strokes else b" rg")


def numbers(*values: float) -> bytes:
    """Numbers with a space between."""
    return b" ".join(map(number, values))


def number(value: float) -> bytes:
    """Four decimals at most: a ten-thousandth of a point is finer than any printer."""
    return f"{value:.4f}".rstrip("0").rstrip(".").encode()


def box_around(shapes: Sequence[Shape]) -> tuple[float, float, float, float]:
    """Left, top, width and height of the smallest box that holds the points of some shapes."""
    xs = [s.x + v for s in shapes for _, points in s.steps for v in points[0::2]]
    ys = [s.y + v for s in shapes for _, points in s.steps for v in points[1::2]]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
