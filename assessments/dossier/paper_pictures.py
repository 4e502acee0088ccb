"""Pictures of a portfolio on paper: made small enough to print, and no more of them than fit in memory at once."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from lms.core.pdf import Block, Picture
from lms.core.pdf_flow import LEFT, RIGHT, Unit
from lms.core.pdf_structure import Tag

MOST_DOTS = 40_000_000
"""What is larger than this is left to the zip: to open it takes four bytes a dot."""
TALLEST = 110.0
WIDEST = RIGHT - LEFT
"""Millimetres that a picture may take."""
MOST_PRINTED = (round(WIDEST / 25.4 * 200), round(TALLEST / 25.4 * 200))
"""Dots across and down: 200 to the inch at the size in which it is printed."""
MOST_PICTURES = 120


def shrunk(path: Path) -> tuple[bytes, tuple[int, int]] | None:
    """A picture as a small JPEG, with its dots across and down; None where it cannot be opened or is too large."""
    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_DOTS:
                return None
            image.draft("RGB", (max(MOST_PRINTED),) * 2)
            ImageOps.exif_transpose(image, in_place=True)
            image.thumbnail(MOST_PRINTED, Image.Resampling.HAMMING)
            flat = image if image.mode == "RGB" else _on_white(image)
            out = io.BytesIO()
            flat.save(out, "JPEG", quality=78)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None
    return out.getvalue(), flat.size


def _on_white(image: Image.Image) -> Image.Image:
    """A picture in plain colours, with white where one sees through it."""
    flat = Image.new("RGB", image.size, "white")
    rich = image.convert("RGBA")
    flat.paste(rich, mask=rich.getchannel("A"))
    return flat


def picture(jpeg: bytes, dots: tuple[int, int], instead: str) -> Unit:
    """A picture as wide as the words, unless it would be too tall; `instead` is read to who cannot see it."""
    scale = min(WIDEST / dots[0], TALLEST / dots[1], 25.4 / 96)
    wide, high = dots[0] * scale, dots[1] * scale
    mark = Picture(jpeg, dots, LEFT, 0, wide, high)
    return Unit((Block(Tag.FIGURE, (mark,), instead, box=(LEFT, 0, wide, high)),), high, 3)
