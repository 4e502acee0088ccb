"""Uploads in pieces: they go on where they broke off, arrive once, and are nobody else's; no one fills the disk."""

from __future__ import annotations

import fcntl
import io
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.core import clock, files, previews, upload_disk, upload_views, uploads
from lms.core.access import Actor
from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.core.files import Purpose, StoredFile
from lms.core.leftovers import leftovers
from lms.core.uploads import Upload
from tests.budget import queries
from tests.client import JudgingClient
from tests.core.hostile import EXE, pdf
from tests.core.sender import RECORDING, Sender
from tests.factories.people import as_actor, make_user


@pytest.fixture
def joy(client: JudgingClient) -> Actor:
    user = make_user()
    client.sign_in(user)
    return as_actor(user)


@pytest.fixture
def sender(client: JudgingClient, joy: Actor) -> Sender:
    return Sender(client, joy)


def test_it_arrives_in_pieces_and_once(sender: Sender, joy: Actor) -> None:
    ref = sender.begin()["ref"]
    assert sender.piece(ref, 0, RECORDING[:1000]) == {"received": 1000}
    assert sender.finish(ref, 409)["received"] == 1000
    assert sender.piece(ref, 0, RECORDING[:1000], 409)["received"] == 1000
    assert sender.piece(ref, 1500, RECORDING[1500:], 409)["received"] == 1000
    assert sender.ask("GET", ref, status=200)["received"] == 1000
    sender.piece(ref, 1000, RECORDING[1000:])
    assert sender.finish(ref) == sender.finish(ref)
    assert sender.piece(ref, len(RECORDING), b"more", 409)["received"] == len(RECORDING)
    (stored,) = db.session.scalars(select(StoredFile))
    assert files.read(stored) == RECORDING
    assert uploads.taken([ref], purpose=Purpose.EVIDENCE, by=joy) == [stored]
    with pytest.raises(DomainError, match="has not arrived"):
        uploads.taken([ref], purpose=Purpose.EVIDENCE, by=joy)


def test_the_same_file_chosen_again_goes_on_where_it_stood(sender: Sender) -> None:
    begun = sender.begin(mark="m")
    sender.piece(begun["ref"], 0, RECORDING[:1000])
    assert sender.begin(mark="m") == {**begun, "received": 1000}
    assert sender.begin(mark="other")["ref"] != begun["ref"]


def test_what_came_of_a_broken_piece_counts(app: Flask, sender: Sender) -> None:
    ref = sender.begin()["ref"]
    cut = {"CONTENT_LENGTH": str(len(RECORDING))}
    sender.piece(ref, 0, RECORDING[:700], environ_overrides=cut)
    assert sender.ask("GET", ref, status=200)["received"] == 700


@pytest.mark.parametrize(
    ("name", "size", "status", "words"),
    [
        ("tool.exe", 10, 422, "cannot take files ending in .exe"),
        ("photo.jpg", 0, 422, "is empty"),
        ("photo.jpg", -1, 422, "is empty"),
        ("photo.jpg", 26 * 1024 * 1024, 413, "larger than 25 MB, the most for a JPEG picture"),
        (
            "clip.mp4",
            300 * 1024 * 1024,
            413,
            "larger than 200 MB, the most for an MP4 video. Send a shorter one",
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    sender: Sender, name: str, size: int, status: int, words: str
) -> None:
    assert words in sender.begin(name, size, status)["message"]
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_late_piece_changes_nothing_that_is_judged(app: Flask, sender: Sender, tmp_path: Path) -> None:
    ref = sender.begin()["ref"]
    sender.piece(ref, 0, RECORDING)
    with (tmp_path / "files/uploads" / ref).open("r+b") as late:
        fcntl.flock(late, fcntl.LOCK_SH)
        later = sender.finish(ref, 409)
    assert "still on its way" in later["message"]
    assert later["received"] == len(RECORDING)
    sender.finish(ref)
    (stored,) = db.session.scalars(select(StoredFile))
    place = uploads.find(ref, by=sender.by).place
    with pytest.raises(upload_disk.OutOfStep):
        upload_disk.write(place, 0, io.BytesIO(EXE), len(EXE))
    assert files.read(stored) == RECORDING


def test_an_upload_whose_bytes_are_gone_is_begun_anew(sender: Sender, tmp_path: Path) -> None:
    ref = sender.begin()["ref"]
    sender.piece(ref, 0, RECORDING[:1000])
    (tmp_path / "files/uploads" / ref).unlink()
    assert "Choose the file again" in sender.piece(ref, 1000, RECORDING[1000:], 404)["message"]


def test_no_more_is_written_than_was_announced(app: Flask, sender: Sender, tmp_path: Path) -> None:
    ref = sender.begin(size=1000)["ref"]
    assert sender.piece(ref, 0, RECORDING)["received"] == 1000
    assert (tmp_path / "files/uploads" / ref).stat().st_size == 1000


def test_what_is_not_what_it_says_is_refused_when_it_has_arrived(
    app: Flask, sender: Sender, tmp_path: Path
) -> None:
    ref = sender.begin("plan.pdf", len(EXE))["ref"]
    sender.piece(ref, 0, EXE)
    assert "is not a PDF" in sender.finish(ref, 422)["message"]
    sender.ask("POST", f"{ref}/give-up", status=204)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_one_person_does_not_fill_the_disk(app: Flask, sender: Sender, tmp_path: Path) -> None:
    app.config["ROOM_EACH"] = 3 * len(RECORDING)
    sender.whole()
    sender.begin()
    sender.begin()
    assert "would come to more than" in sender.begin(status=422)["message"]
    with pytest.raises(DomainError, match="would come to more than"):
        files.store(io.BytesIO(RECORDING), name="a.wav", purpose=Purpose.EVIDENCE, by=sender.by)
    assert not list((tmp_path / "files/incoming").iterdir())
    assert len(list((tmp_path / "files").glob("??/*"))) == 1


def test_a_disk_that_is_nearly_full_is_said_in_words(app: Flask, sender: Sender) -> None:
    app.config["ROOM_RESERVED"] = 2**62
    assert "no room for it on our side" in sender.begin(status=507)["message"]
    with pytest.raises(DomainError, match="no room for it on our side"):
        files.store(io.BytesIO(RECORDING), name="a.wav", purpose=Purpose.EVIDENCE, by=sender.by)
    files.store(io.BytesIO(RECORDING), name="a.wav", purpose=Purpose.EVIDENCE, by=None)


@contextmanager
def disk_full_after(size: int) -> Iterator[None]:
    """Within this block no file of this process grows beyond a size: as on a full disk, a write fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_up_loses_nothing_that_was_there(
    app: Flask, sender: Sender, tmp_path: Path
) -> None:
    size = 24 * 1024 * 1024
    ref = sender.begin(size=size)["ref"]
    with disk_full_after(16 * 1024 * 1024):
        assert "no room for it on our side" in sender.piece(ref, 0, bytes(size), 507)["message"]
    assert sender.ask("GET", ref, status=200)["received"] == 0
    with disk_full_after(16 * 1024 * 1024), pytest.raises(DomainError, match="no room for it on our side"):
        files.store(io.BytesIO(bytes(size)), name="a.wav", purpose=Purpose.EVIDENCE, by=None)
    assert list((tmp_path / "files/incoming").iterdir()) == []


def test_an_upload_is_nobody_elses(client: JudgingClient, sender: Sender) -> None:
    ref = sender.whole()
    half = sender.begin()["ref"]
    client.sign_in(make_user())
    for found in (ref, half):
        sender.ask("GET", found, status=404)
        sender.piece(found, 0, RECORDING, 404)
        sender.finish(found, 404)
        sender.ask("POST", f"{found}/give-up", status=404)
    client.sign_out()
    sender.ask("GET", half, status=401)


def test_a_form_takes_what_arrived_before_it_and_what_came_with_it(
    app: Flask, sender: Sender, joy: Actor
) -> None:
    ref = sender.whole()
    with app.test_request_context(
        method="POST", data={"uploaded": [ref], "file": (io.BytesIO(pdf()), "plan.pdf")}
    ):
        names = [file.name for file in upload_views.sent_files(purpose=Purpose.EVIDENCE, by=joy)]
    assert names == ["talk.wav", "plan.pdf"]


def test_what_nobody_finished_goes_after_its_days(app: Flask, sender: Sender, tmp_path: Path) -> None:
    given_up, kept = sender.begin()["ref"], sender.begin()["ref"]
    for ref in (given_up, kept):
        sender.piece(ref, 0, RECORDING[:1000])
        os.utime(tmp_path / "files/uploads" / ref, (0, 0))
    stray = tmp_path / "files/incoming/stray"
    stray.parent.mkdir()
    stray.write_bytes(b"words")
    os.utime(stray, (0, 0))
    old = db.session.scalar(select(Upload).where(Upload.ref == given_up))
    assert old is not None
    old.touched_at = clock.now() - timedelta(days=8)
    db.session.commit()
    app.test_cli_runner().invoke(args=["retention", "clear-up"])
    assert [upload.ref for upload in db.session.scalars(select(Upload))] == [kept]
    assert [path.name for path in (tmp_path / "files/uploads").iterdir()] == [kept]
    assert not stray.exists()
    assert list(leftovers()) == []


def test_pictures_of_files_that_are_gone_are_found_with_few_queries(app: Flask, tmp_path: Path) -> None:
    stored = files.store(io.BytesIO(pdf()), name="a.pdf", purpose=Purpose.EVIDENCE, by=None)
    db.session.commit()
    assert previews.pages(stored) == 1
    (of_it,) = (tmp_path / "files/previews").iterdir()

    def asked(count: int) -> int:
        for number in range(count):
            drawn = of_it.with_name(f"{number:040x}") / "1.png"
            drawn.parent.mkdir(exist_ok=True)
            drawn.write_bytes(b"x")
            os.utime(drawn, (0, 0))
        os.utime(of_it / "pages.json", (0, 0))
        with queries() as ran:
            assert len(list(leftovers())) == count
        return len(ran)

    assert asked(2) == asked(20)
