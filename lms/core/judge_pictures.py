"""Apart: pictures, drawn anew so that nothing but the picture is left."""

from __future__ import annotations

import io
import warnings
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from lms.core.judged import Judged, NotThat, Unwanted

MOST_PIXELS = 50_000_000
QUICKLY: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90},
    "PNG": {"compress_level": 3},
    "WEBP": {"quality": 90, "method": 2},
}
"""How each is written: well, and within the time that a child has for the largest."""
GPS = 0x8825
FORMATS = {".jpg": ("JPEG",), ".png": ("PNG",), ".webp": ("WEBP",), ".heic": ("HEIF",)}
MADE = {".jpg": ("JPEG", "image/jpeg"), ".png": ("PNG", "image/png"), ".webp": ("WEBP", "image/webp")}

Image.init()
pillow_heif.register_heif_opener()


def redraw(ending: str, source: str, target: str) -> Judged:
    """The same picture drawn anew, upright: what a camera wrote about place and person, and anything appended, is gone.

    Raises:
        NotThat: it is not a picture of that kind.
        Unwanted: it has too many pixels, or is damaged.
    """
    warnings.simplefilter("ignore")
    try:
        with Image.open(source, formats=FORMATS[ending]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unwanted(
                    f"has {image.width:,} by {image.height:,} points, more than we can draw. Make it smaller"
                )
            image.load()
            had_place = bool(image.getexif().get_ifd(GPS))
            upright = _in_common_colours(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        raise NotThat from None
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise Unwanted("is damaged, or only a part of it came. Choose it again") from None
    return _drawn(upright, ending, target, had_place=had_place)


def _drawn(upright: Image.Image, ending: str, target: str, *, had_place: bool) -> Judged:
    made = ".jpg" if ending == ".heic" else ending
    name, media_type = MADE[made]
    has_holes = made != ".jpg" and upright.has_transparency_data
    plain = upright.convert("RGBA" if has_holes else "RGB")
    plain.info.clear()  # remarks would be written out again
    plain.save(target, format=name, **QUICKLY[name])
    changes = ["We drew the picture anew, without what the camera wrote into it."]
    if had_place:
        changes.append("The place where it was taken is gone from it.")
    if made != ending:
        changes.append("It is a JPEG now, which every browser shows.")
    return Judged(made, media_type, changes, is_redrawn=True)


def _in_common_colours(image: Image.Image) -> Image.Image:
    """The picture in the colours that browsers expect when nothing else is said."""
    if image.mode.startswith("I"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        converted = ImageCms.profileToProfile(
            image,
            io.BytesIO(profile),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
    except ImageCms.PyCMSError:
        return image
    return converted or image
