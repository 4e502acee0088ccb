"""Cut the typefaces that pages and PDFs need, once, at installation: `python -m lms.core.faces`.

The faces come from Python packages (fontpkg-literata and its like, all SIL Open Font Licence 1.1), which carry
each family as one large file. From them this module makes

- in `lms/core/faces/`: one TrueType file for each weight that a PDF draws. ReportLab reads no variation axes
  and copies hinting into every document, so both are left out: a certificate becomes half the size. Layout
  tables stay where letters join or stack (`SHAPED`); HarfBuzz reads them, and no document carries them.
- in `lms/core/static/fonts/`: variable woff2 files for pages, divided by the ranges of characters that the
  stylesheet names, so that a phone fetches only what a page uses.

Both folders are made, never committed. Running it again does nothing until a package, fontTools or this file
changes. The licence texts are laid beside the files, as the licence asks.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import fontpkg
from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

CORE = Path(__file__).resolve().parent
PRINT_FOLDER = CORE / "faces"
WEB_FOLDER = CORE / "static" / "fonts"
RECORD = "cut.json"

LATIN = "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212"
LATIN_EXTENDED = "U+0100-02BA,U+02BD-02C5,U+1E00-1E9F,U+1EF2-1EFF"
VIETNAMESE = (
    "U+0110-0111,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9"
)
TAMIL = "U+0964-0965,U+0B80-0BFF,U+200C-200D,U+25CC"
ARABIC = "U+0600-06FF,U+0750-077F,U+08A0-08FF,U+200C-200F,U+FB50-FDFF,U+FE70-FEFC"
DEVANAGARI = "U+0900-097F,U+1CD0-1CF9,U+200C-200D,U+25CC,U+A8E0-A8FF"
BENGALI = "U+0951-0952,U+0964-0965,U+0980-09FE,U+200C-200D,U+25CC"


class Face(StrEnum):
    """A face that PDFs are drawn with; the value is also its file's name and its PostScript name."""

    LITERATA = "Literata-Regular"
    LITERATA_SEMIBOLD = "Literata-SemiBold"
    LITERATA_ITALIC = "Literata-Italic"
    SANS = "SourceSans3-Regular"
    SANS_SEMIBOLD = "SourceSans3-SemiBold"
    SANS_BOLD = "SourceSans3-Bold"
    TAMIL = "NotoSansTamil-SemiBold"
    ARABIC = "NotoSansArabic-SemiBold"
    DEVANAGARI = "NotoSansDevanagari-SemiBold"
    BENGALI = "HindSiliguri-SemiBold"


# The faces whose scripts are not a row of letters: HarfBuzz places their glyphs by these tables.
SHAPED = frozenset({Face.TAMIL, Face.ARABIC, Face.DEVANAGARI, Face.BENGALI})
LAYOUT = ("GDEF", "GPOS", "GSUB")


@dataclass(frozen=True)
class PrintCut:
    """How one face for PDFs is cut: the family, its weight, and where its other axes are pinned."""

    face: Face
    family: str
    weight: int
    axes: tuple[tuple[str, float], ...] = ()
    style: str = "normal"

    @property
    def file(self) -> str:
        """Name of the file that is cut."""
        return f"{self.face}.ttf"


@dataclass(frozen=True)
class WebCut:
    """How one file for pages is cut: the family, the characters it keeps, and axes pinned beside weight.

    `weight` picks one file of a family that has no weight axis; `None` keeps the whole axis from 200 to 900.
    """

    name: str
    family: str
    characters: str
    axes: tuple[tuple[str, float], ...] = ()
    weight: int | None = None

    @property
    def file(self) -> str:
        """Name of the file that is cut; the stylesheet asks for it by this name."""
        return f"{self.name}.woff2"


# Literata has an optical size axis; 12 is the size it is drawn for by default, and what the pages show.
TEXT_SIZE = (("opsz", 12.0),)
NORMAL_WIDTH = (("wdth", 100.0),)

PRINT_CUTS = (
    PrintCut(Face.LITERATA, "Literata", 400, TEXT_SIZE),
    PrintCut(Face.LITERATA_SEMIBOLD, "Literata", 600, TEXT_SIZE),
    PrintCut(Face.LITERATA_ITALIC, "Literata", 400, TEXT_SIZE, style="italic"),
    PrintCut(Face.SANS, "Source Sans 3", 400),
    PrintCut(Face.SANS_SEMIBOLD, "Source Sans 3", 600),
    PrintCut(Face.SANS_BOLD, "Source Sans 3", 700),
    PrintCut(Face.TAMIL, "Noto Sans Tamil", 600, NORMAL_WIDTH),
    PrintCut(Face.ARABIC, "Noto Sans Arabic", 600, NORMAL_WIDTH),
    PrintCut(Face.DEVANAGARI, "Noto Sans Devanagari", 600, NORMAL_WIDTH),
    PrintCut(Face.BENGALI, "Hind Siliguri", 600),
)
WEB_CUTS = (
    WebCut("source-sans-3-latin", "Source Sans 3", LATIN),
    WebCut("source-sans-3-latin-ext", "Source Sans 3", LATIN_EXTENDED),
    WebCut("source-sans-3-vietnamese", "Source Sans 3", VIETNAMESE),
    WebCut("literata-latin", "Literata", LATIN, TEXT_SIZE),
    WebCut("literata-latin-ext", "Literata", LATIN_EXTENDED, TEXT_SIZE),
    WebCut("literata-vietnamese", "Literata", VIETNAMESE, TEXT_SIZE),
    WebCut("noto-sans-tamil", "Noto Sans Tamil", TAMIL, NORMAL_WIDTH),
    WebCut("noto-sans-arabic", "Noto Sans Arabic", ARABIC, NORMAL_WIDTH),
    WebCut("noto-sans-devanagari", "Noto Sans Devanagari", DEVANAGARI, NORMAL_WIDTH),
    WebCut("hind-siliguri-400", "Hind Siliguri", BENGALI, weight=400),
    WebCut("hind-siliguri-600", "Hind Siliguri", BENGALI, weight=600),
)

# What a PDF drawn by ReportLab has no use for: signatures, hinting, vertical setting, variations.
DROPPED_FOR_PRINT = (
    *("BASE", "DSIG", "cvt ", "fpgm", "prep", "gasp", "hdmx", "vhea", "vmtx", "VORG"),
    *("STAT", "avar", "fvar", "gvar", "cvar", "HVAR", "MVAR", "VVAR"),
)

logger = logging.getLogger(__name__)


class FacesMissing(FileNotFoundError):
    """The faces have not been cut; the message says how to cut them."""


def path_to(face: Face) -> Path:
    """The TrueType file of one face.

    Raises:
        FacesMissing: `make install` (or `python -m lms.core.faces`) has not been run.
    """
    path = PRINT_FOLDER / f"{face}.ttf"
    if not path.exists():
        raise FacesMissing(f"{path} is not there. Run: python -m lms.core.faces")
    return path


def cut_all() -> bool:
    """Cut every face that PDFs and pages need; say whether there was anything to do."""
    made = [cut_folder(PRINT_FOLDER, PRINT_CUTS), cut_folder(WEB_FOLDER, WEB_CUTS)]
    return any(made)


def cut_folder(folder: Path, cuts: Sequence[PrintCut | WebCut]) -> bool:
    """Bring one folder up to date.

    A record of what the files were cut from is written last; a folder whose record is current is left alone,
    and a run that was stopped half-way is done again.

    Returns:
        Whether anything had to be cut.
    """
    record = folder / RECORD
    wanted = json.dumps(_sources(), indent=1)
    is_current = record.exists() and record.read_text(encoding="utf-8") == wanted
    if is_current and all((folder / cut.file).exists() for cut in cuts):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    record.unlink(missing_ok=True)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for size, cut in zip(pool.map(_cut_file, repeat(folder), cuts), cuts, strict=True):
            logger.info("%s %d kB", cut.file, size // 1024)
    for family in {cut.family for cut in cuts}:
        licence = fontpkg.family(family).files[0].path.parents[1] / "LICENSE"
        shutil.copyfile(licence, folder / f"{fontpkg.slugify(family)}-LICENSE.txt")
    record.write_text(wanted, encoding="utf-8")
    return True


def _cut_file(folder: Path, cut: PrintCut | WebCut) -> int:
    """Cut one file and put it in its place whole; its size in bytes."""
    font = _print_font(cut) if isinstance(cut, PrintCut) else _web_font(cut)
    unfinished = folder / f".{cut.file}"
    font.save(unfinished)
    return unfinished.replace(folder / cut.file).stat().st_size


def _print_font(cut: PrintCut) -> TTFont:
    """One static weight with outlines, widths and names, layout where letters join, and nothing else."""
    font = TTFont(fontpkg.path(cut.family, weight=cut.weight, style=cut.style))
    options = _options()
    # Without layout no glyph is reached but by a character; the variations must outlive this pass.
    options.drop_tables = [*Options().drop_tables, *(() if cut.face in SHAPED else LAYOUT)]
    _keep(font, options, font.getBestCmap())
    if "fvar" in font:
        font = instancer.instantiateVariableFont(font, {"wght": cut.weight, **dict(cut.axes)})
    for tag in DROPPED_FOR_PRINT:
        if tag in font:
            del font[tag]
    _name(font, cut.face)
    return font


def _web_font(cut: WebCut) -> TTFont:
    """One range of characters with the whole weight axis, kerning and joining kept, packed as woff2."""
    font = TTFont(fontpkg.path(cut.family, weight=cut.weight or 400))
    options = _options()
    options.layout_features = ["*"] if cut.family.startswith(("Noto", "Hind")) else Options().layout_features
    _keep(font, options, parse_unicodes(cut.characters.replace("U+", "")))
    if "fvar" in font:
        font = instancer.instantiateVariableFont(font, {"wght": (200, 900), **dict(cut.axes)})
    font.flavor = "woff2"
    return font


def _options() -> Options:
    """What every cut has in common: no hinting, and the names that the licence asks to keep."""
    options = Options()
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    return options


def _keep(font: TTFont, options: Options, characters: Iterable[int]) -> None:
    """Leave out every glyph that the characters do not reach."""
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)


def _name(font: TTFont, face: Face) -> None:
    """Give a static face names of its own: family, style, full name, PostScript name."""
    family, style = face.split("-")
    for name_id, value in ((1, family), (2, style), (4, f"{family} {style}"), (6, str(face))):
        font["name"].setName(value, name_id, 3, 1, 0x409)


def _sources() -> dict[str, str]:
    """What the files are made from: each package's version and this file's own text."""
    families = {cut.family for cut in (*PRINT_CUTS, *WEB_CUTS)}
    packages = ["fonttools", *sorted(f"fontpkg-{fontpkg.slugify(family)}" for family in families)]
    return {
        **{package: metadata.version(package) for package in packages},
        "faces.py": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
    }


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
    logger.setLevel(logging.INFO)
    if not cut_all():
        logger.info("The faces are already cut.")
