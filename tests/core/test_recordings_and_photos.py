"""What phones and recorders send: taken, shown by every browser, and without the place where it was made."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from lms.core import files
from lms.core.file_kinds import Purpose
from tests.core import hostile
from tests.core.hostile import PLACE, photo_with_place, sample, sound
from tests.core.test_files import keep


def test_an_iphone_photo_is_a_picture_that_every_browser_shows(app: Flask) -> None:
    stored = keep(photo_with_place("HEIF"), "IMG_0042.HEIC")
    assert (stored.name, stored.media_type, stored.is_picture) == ("IMG_0042.jpg", "image/jpeg", True)
    with Image.open(io.BytesIO(files.read(stored))) as image:
        assert image.size == (40, 20)
        red, _, blue = image.getpixel((5, 10))
        assert red > 200 > blue
    assert "It is a JPEG now, which every browser shows." in stored.changes


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_photo_stands_upright_and_has_forgotten_where_it_was_taken(app: Flask, kind: str) -> None:
    given = photo_with_place(kind, orientation=6)
    stored = keep(given, f"photo.{kind.lower()}")
    kept = files.read(stored)
    assert b"Family A" in given
    assert b"Family A" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (20, 40)
        red, _, blue = image.convert("RGB").getpixel((10, 5))
        assert red > 200 > blue
        assert not image.getexif()
    assert "The place where it was taken is gone from it." in stored.changes


@pytest.mark.parametrize(
    "filters",
    [(), ("DCTDecode",), ("FlateDecode", "DCTDecode"), ("ASCIIHexDecode", "FlateDecode", "DCTDecode")],
    ids=lambda filters: "-".join(filters) or "name",
)
def test_a_scan_forgets_where_its_photograph_was_taken(app: Flask, filters: tuple[str, ...]) -> None:
    stored = keep(hostile.scan_with_place(*filters), "scan.pdf")
    with pikepdf.open(io.BytesIO(files.read(stored))) as document:
        photo = document.pages[0].Resources.XObject.I
        assert b"Family A" not in photo.read_raw_bytes()
        image = pikepdf.PdfImage(photo).as_pil_image()
        assert image.size == (40, 20)
        assert not image.getexif()


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("clip.mp4", "video/mp4"),
        ("clip.mov", "video/mp4"),
        ("clip.webm", "video/webm"),
        ("talk.m4a", "audio/mp4"),
        ("talk.mp3", "audio/mpeg"),
        ("talk.ogg", "audio/ogg"),
        ("talk.webm", "audio/webm"),
    ],
)
def test_a_recording_is_taken_and_does_not_say_where_it_was_made(
    app: Flask, name: str, media_type: str
) -> None:
    given = sample(name)
    assert PLACE in given or b"Family A" in given
    stored = keep(given, name)
    kept = files.read(stored)
    assert stored.media_type == media_type
    assert PLACE not in kept
    assert b"Family A" not in kept
    assert len(kept) == len(given)
    assert "Sound and picture are as they were." in stored.changes


def test_positions_written_down_while_filming_are_blanked(app: Flask) -> None:
    stored = keep(hostile.film_with_positions(), "ride.mp4")
    kept = files.read(stored)
    assert b"frame" in kept
    assert b"53.8008" not in kept


def test_a_wav_keeps_its_sound_to_the_bit_and_loses_its_notes(app: Flask) -> None:
    stored = keep(sound(note=b"INFOICMT home of Family A"), "talk.wav")
    kept = files.read(stored)
    assert sound()[12:] in kept
    assert b"Family A" not in kept


def test_part_of_a_recording_is_sent_when_part_is_asked_for(app: Flask, tmp_path: Path) -> None:
    stored = keep(sample("clip.mp4"), "clip.mp4")
    with app.test_request_context(headers={"Range": "bytes=100-199"}):
        response = files.send(stored, inline=True)
        response.direct_passthrough = False
        assert response.status_code == 206
        assert response.headers["Content-Range"] == f"bytes 100-199/{stored.size}"
        assert response.get_data() == files.read(stored)[100:200]
        response.close()


def test_the_words_before_say_what_is_taken_and_how_large(app: Flask) -> None:
    assert (
        files.limit_words(Purpose.EVIDENCE)
        == "Pictures and documents up to 25 MB, sound and video up to 200 MB each."
    )
    assert ".heic" in files.endings(Purpose.EVIDENCE)
    assert "video (MP4, MOV, WebM)" in files.accepted_words(Purpose.EVIDENCE)
