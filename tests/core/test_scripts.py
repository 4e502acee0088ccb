"""Names in other scripts: each letter in a face that has it, in the order and shape in which it is written."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from lms.core.faces import SHAPED, Face, path_to
from lms.core.scripts import Run, Undrawable, runs_of, tidy
from lms.core.shaping import FIRST_GLYPH, meanings, widths

SERIF = Face.LITERATA_SEMIBOLD


def test_a_latin_name_is_one_run():
    assert runs_of("Đặng Thùy Linh", SERIF) == (Run(SERIF, "Đặng Thùy Linh"),)


def test_a_name_in_two_scripts_is_two_runs():
    runs = runs_of("Priya தமிழ்", SERIF)
    assert [run.face for run in runs] == [SERIF, Face.TAMIL]
    assert runs[0].text == "Priya "


def shapes(name: str, face: Face) -> list[str]:
    """The names, in the face's own file, of the glyphs that draw a name, from left to right."""
    (run,) = runs_of(name, SERIF)
    assert (run.face, run.text) == (face, name)
    file = TTFont(path_to(face))
    return [file.getGlyphName(ord(glyph.letter) - FIRST_GLYPH) for glyph in run.glyphs]


def letters(name: str, face: Face) -> list[str]:
    """What each glyph stands for, from left to right, for readers that copy glyphs."""
    (run,) = runs_of(name, SERIF)
    return [meanings(face).get(glyph.letter, "") for glyph in run.glyphs]


def test_tamil_vowel_signs_stand_where_they_are_written():
    assert letters("கோ", Face.TAMIL) == ["\u0bc7", "\u0b95", "\u0bbe"]


def test_a_tamil_u_sign_is_one_shape_with_its_consonant():
    assert letters("கு", Face.TAMIL) == ["கு"]
    assert len(shapes("ஸ்ரீ", Face.TAMIL)) == 1


def test_bengali_and_devanagari_short_i_stands_before_its_consonant():
    assert letters("कि", Face.DEVANAGARI) == ["\u093f", "\u0915"]
    assert letters("কি", Face.BENGALI) == ["\u09bf", "\u0995"]


@pytest.mark.parametrize(
    ("name", "face", "virama"),
    [("क्षत्रिय", Face.DEVANAGARI, "\u094d"), ("রক্ষিতা শ্রীমতী", Face.BENGALI, "\u09cd")],
)
def test_consonants_that_grow_together_show_no_virama(name, face, virama):
    drawn = letters(name, face)
    assert virama not in drawn
    assert any(virama in text for text in drawn)


def test_a_bengali_ya_under_another_consonant_is_copied_as_one():
    assert letters("ধ্যা", Face.BENGALI) == ["ধ", "্য", "া"]


def test_arabic_letters_join_and_run_from_right_to_left():
    assert letters("محمد", Face.ARABIC) == ["د", "م", "ح", "م"]
    middle, last = shapes("محمد", Face.ARABIC)[1], shapes("م", Face.ARABIC)[0]
    assert middle != last


def test_lam_and_alef_take_the_shapes_that_make_them_one_sign():
    assert letters("لا", Face.ARABIC) == ["ا", "ل"]
    alef, lam = shapes("لا", Face.ARABIC)
    assert alef != shapes("ما", Face.ARABIC)[0]
    assert lam != shapes("لم", Face.ARABIC)[-1]


def test_an_arabic_vowel_mark_stands_above_its_letter():
    (run,) = runs_of("مَ", SERIF)
    mark, letter = run.glyphs
    assert mark.advance == 0
    assert letter.advance > mark.right > 0


@pytest.mark.parametrize("face", sorted(SHAPED))
def test_every_glyph_that_shaping_can_ask_for_has_a_letter(face):
    assert len(widths(face)) == TTFont(path_to(face))["maxp"].numGlyphs


def test_an_arabic_name_with_a_latin_one_after_it_runs_from_the_right():
    assert [run.face for run in runs_of("عائشة Khan", SERIF)] == [SERIF, Face.ARABIC]


def test_letters_that_no_face_has_are_named():
    with pytest.raises(Undrawable) as refusal:
        runs_of("Wang 小明", SERIF)
    assert refusal.value.letters == "小明"


def test_marks_that_could_disguise_a_name_are_taken_out():
    assert tidy("Joy\u202e Mensah\u0000\n") == "Joy Mensah"
    assert tidy("Zoe\u0308") == "Zoë"
