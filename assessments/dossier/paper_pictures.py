"""Pictures of a portfolio on paper: made small enough to print, and no more of them than fit in memory at once."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from lms.core.pdf import Block, Picture
from lms.core.pdf_flow import LEFT, RIGHT, Unit
from lms.core.pdf_structure import Tag

LONGEST = 1400
"""Dots on the longer side: some 200 to the inch at the size in which it is printed."""
MOST_DOTS = 40_000_000
"""What is larger than this is left to the zip: to open it takes four bytes a dot."""
TALLEST = 110.0
MOST_PICTURES = 120


def shrunk(path: Path) -> tuple[bytes, tuple[int, int]] | None:
    """A picture as a small JPEG, with its dots across and down; None where it cannot be opened or is too large."""
    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_DOTS:
                return None
            image.draft("RGB", (LONGEST, LONGEST))
            image.thumbnail((LONGEST, LONGEST))
            turned = ImageOps.exif_transpose(image)
            flat = Image.new("RGB", turned.size, "white")
            rich = turned.convert("RGBA")
            flat.paste(rich, mask=rich.getchannel("A"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=78)
    return out.getvalue(), flat.size


def picture(jpeg: bytes, dots: tuple[int, int], instead: str) -> Unit:
    """A picture as wide as the words, unless it would be too tall; `instead` is read to who cannot see it."""
    scale = min((RIGHT - LEFT) / dots[0], TALLEST / dots[1], 25.4 / 96)
    wide, high = dots[0] * scale, dots[1] * scale
    mark = Picture(jpeg, dots, LEFT, 0, wide, high)
    return Unit((Block(Tag.FIGURE, (mark,), instead, box=(LEFT, 0, wide, high)),), high, 3)
