"""The faces that installation cuts: complete for the names we print, light, and cut only when needed."""

import re

import fontpkg
import pytest
from fontTools.ttLib import TTFont

from lms.core import faces
from lms.core.faces import Face, PrintCut

PEOPLE = (
    "Ṣadé Ọláolúwa, Łukasz Łukaszewicz, Đặng Thùy Linh, Llŷr ap Gwynedd, Maeve O’Dowd, Zoë Ştefănescu-Çelik"
)


def characters(font: TTFont) -> set[str]:
    return {chr(code) for code in font.getBestCmap()}


@pytest.mark.parametrize("face", [Face.LITERATA_SEMIBOLD, Face.SANS, Face.SANS_SEMIBOLD, Face.SANS_BOLD])
def test_print_faces_draw_every_latin_name(face):
    assert set(PEOPLE) <= characters(TTFont(faces.path_to(face)))


@pytest.mark.parametrize(
    ("face", "name"),
    [
        (Face.TAMIL, "தமிழ்செல்வி"),
        (Face.ARABIC, "عائشة"),
        (Face.DEVANAGARI, "प्रिया"),
        (Face.BENGALI, "ফাতেমা"),
    ],
)
def test_other_scripts_have_a_face(face, name):
    assert set(name) <= characters(TTFont(faces.path_to(face)))


@pytest.mark.parametrize("face", Face)
def test_print_faces_carry_only_what_a_pdf_uses(face):
    font = TTFont(faces.path_to(face))
    assert not set(faces.DROPPED_FOR_PRINT) & set(font.keys())
    assert {"GSUB", "GPOS", "GDEF"} & set(font.keys()) == (
        set(faces.LAYOUT) if face in faces.SHAPED else set()
    )
    assert font["name"].getDebugName(6) == face
    assert faces.path_to(face).stat().st_size < 210_000


@pytest.mark.parametrize("cut", faces.WEB_CUTS, ids=lambda cut: cut.name)
def test_web_faces_keep_their_range_and_weights(cut):
    font = TTFont(faces.WEB_FOLDER / cut.file)
    assert font.flavor == "woff2"
    if cut.weight is None:
        assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [
            ("wght", 200, 900)
        ]
    ranges = [span.split("-") for span in cut.characters.replace("U+", "").split(",")]
    asked = {code for span in ranges for code in range(int(span[0], 16), int(span[-1], 16) + 1)}
    source = TTFont(fontpkg.path(cut.family, weight=cut.weight or 400))
    assert set(font.getBestCmap()) == asked & set(source.getBestCmap())


def test_the_licence_lies_beside_the_files():
    for folder, cuts in ((faces.PRINT_FOLDER, faces.PRINT_CUTS), (faces.WEB_FOLDER, faces.WEB_CUTS)):
        for cut in cuts:
            licence = folder / f"{fontpkg.slugify(cut.family)}-LICENSE.txt"
            assert "SIL OPEN FONT LICENSE" in licence.read_text(encoding="utf-8").upper()


def test_stylesheets_ask_only_for_faces_that_are_cut():
    asked = set()
    for sheet in (faces.CORE / "static").rglob("*.css"):
        asked |= set(re.findall(r"fonts/([\w.-]+\.woff2)", sheet.read_text(encoding="utf-8")))
    assert asked <= {cut.file for cut in faces.WEB_CUTS}


def test_cutting_again_does_nothing_until_a_file_is_gone_or_a_run_was_stopped(tmp_path):
    cuts = (PrintCut(Face.BENGALI, "Hind Siliguri", 600),)
    assert faces.cut_folder(tmp_path, cuts)
    assert not faces.cut_folder(tmp_path, cuts)
    (tmp_path / cuts[0].file).unlink()
    assert faces.cut_folder(tmp_path, cuts)
    (tmp_path / faces.RECORD).unlink()
    assert faces.cut_folder(tmp_path, cuts)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "HindSiliguri-SemiBold.ttf",
        faces.RECORD,
        "hind-siliguri-LICENSE.txt",
    ]


def test_a_missing_face_says_how_to_cut_it(monkeypatch, tmp_path):
    monkeypatch.setattr(faces, "PRINT_FOLDER", tmp_path)
    with pytest.raises(faces.FacesMissing, match=r"python -m lms\.core\.faces"):
        faces.path_to(Face.SANS)
