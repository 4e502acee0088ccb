"""Names in other scripts: each letter in a face that has it, in the order and shape in which it is written."""

from __future__ import annotations

import pytest

from lms.core.faces import Face
from lms.core.scripts import Run, Undrawable, join_arabic, runs_of, tidy

SERIF = Face.LITERATA_SEMIBOLD


def test_a_latin_name_is_one_run():
    assert runs_of("Đặng Thùy Linh", SERIF) == (Run(SERIF, "Đặng Thùy Linh"),)


def test_a_name_in_two_scripts_is_two_runs():
    runs = runs_of("Priya தமிழ்", SERIF)
    assert [run.face for run in runs] == [SERIF, Face.TAMIL]
    assert runs[0].shown == "Priya "


def test_tamil_vowel_signs_stand_where_they_are_written():
    (run,) = runs_of("கோ", SERIF)
    assert run.shown == "\u0bc7\u0b95\u0bbe"
    assert run.spoken == "கோ"


def test_bengali_and_devanagari_short_i_stands_before_its_consonant():
    assert runs_of("कि", SERIF)[0].shown == "\u093f\u0915"
    assert runs_of("কি", SERIF)[0].shown == "\u09bf\u0995"


def test_arabic_letters_join_and_run_from_right_to_left():
    assert join_arabic("محمد") == "\ufee3\ufea4\ufee4\ufeaa"
    (run,) = runs_of("محمد", SERIF)
    assert run.shown == "\ufeaa\ufee4\ufea4\ufee3"
    assert run.spoken == "محمد"


def test_arabic_letters_that_do_not_reach_forward_leave_the_next_alone():
    # ra joins the letter before it and not the one after
    assert join_arabic("نور") == "\ufee7\ufeee\ufead"


def test_lam_and_alef_become_one_sign():
    assert join_arabic("لا") == "\ufefb"
    assert join_arabic("سلام") == "\ufeb3\ufefc\ufee1"


def test_an_arabic_name_with_a_latin_one_after_it_runs_from_the_right():
    assert [run.face for run in runs_of("عائشة Khan", SERIF)] == [SERIF, Face.ARABIC]


def test_letters_that_no_face_has_are_named():
    with pytest.raises(Undrawable) as refusal:
        runs_of("Wang 小明", SERIF)
    assert refusal.value.letters == "小明"


def test_marks_that_could_disguise_a_name_are_taken_out():
    assert tidy("Joy\u202e Mensah\u0000\n") == "Joy Mensah"
    assert tidy("Zoe\u0308") == "Zoë"
