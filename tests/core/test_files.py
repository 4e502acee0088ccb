"""Files that people send: what is taken, how large it may be, and what is sent back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask

from lms.core import files
from lms.core.errors import DomainError, NotFound
from lms.core.extensions import db
from lms.core.files import Purpose, StoredFile
from tests.core.hostile import WORD, archive, pdf, picture
from tests.factories.people import as_actor, make_user


def keep(content: bytes, name: str, purpose: Purpose = Purpose.EVIDENCE) -> StoredFile:
    return files.store(io.BytesIO(content), name=name, purpose=purpose, by=as_actor(make_user()))


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (pdf(), "goals.pdf", "application/pdf"),
        (picture(), "drawing.PNG", "image/png"),
        (picture("JPEG"), "photo.jpeg", "image/jpeg"),
        (picture("WEBP"), "photo.webp", "image/webp"),
        (archive(WORD), "plan.docx", files.DOCX.media_type),
        ("Family A and I agreed… வணக்கம்".encode(), "notes.txt", "text/plain"),
    ],
    ids=["pdf", "png", "jpeg", "webp", "docx", "text"],
)
def test_what_it_says_it_is_is_kept(app: Flask, content: bytes, name: str, media_type: str) -> None:
    stored = keep(content, name)
    assert stored.media_type == media_type
    assert files.read(stored)


class Endless(io.RawIOBase):
    """300 MB that begin as a PDF; counts what was read of it."""

    def __init__(self) -> None:
        self.left = 300 * 1024 * 1024

    def read(self, size: int = -1) -> bytes:
        self.left -= size
        return b"%PDF-1.7 ".ljust(size)[:size]


def test_a_file_over_the_limit_is_read_no_further_and_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    sent = Endless()
    with pytest.raises(DomainError, match="larger than 25 MB, the most for a PDF"):
        files.store(sent, name="plan.pdf", purpose=Purpose.EVIDENCE, by=as_actor(make_user()))
    assert sent.left == 275 * 1024 * 1024 - 1
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_request_over_the_limit_gets_a_clear_page(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    response = app.test_client().post("/sign-in", data={"email": "x" * 2000})
    assert response.status_code == 413
    assert "larger than we can take" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("n\x00ul\r\n.txt", "nul.txt"),
        ("வணக்கம்.txt", "வணக்கம்.txt"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_be_read(given: str, kept: str) -> None:
    assert files.safe_name(given) == kept


def test_a_file_that_was_tampered_with_is_not_shown(app: Flask, tmp_path: Path) -> None:
    stored = keep(b"what was said", "notes.txt")
    (tmp_path / "files" / stored.path).write_bytes(b"something else")
    with pytest.raises(NotFound, match="damaged"):
        files.read(stored)


def test_a_file_is_sent_as_an_attachment_with_its_name(app: Flask) -> None:
    stored = keep(b"words", 'Łukasz "plan".txt')
    with app.test_request_context():
        response = files.send(stored, inline=True)
        assert response.headers["Content-Disposition"].startswith("attachment; filename=")
        assert "filename*=UTF-8''%C5%81ukasz%20plan.txt" in response.headers["Content-Disposition"]
        assert "sandbox" in response.headers["Content-Security-Policy"]
        response.close()


def test_the_weekly_check_names_what_is_missing_or_damaged(app: Flask, tmp_path: Path) -> None:
    kept, damaged, missing = (keep(words, "notes.txt") for words in (b"a", b"b", b"c"))
    db.session.commit()
    check = app.test_cli_runner().invoke
    assert check(args=["files", "check"]).exit_code == 0
    (tmp_path / "files" / damaged.path).write_bytes(b"x")
    (tmp_path / "files" / missing.path).unlink()
    told = check(args=["files", "check"])
    assert told.exit_code == 1
    assert f"damaged: file {damaged.id} " in told.output
    assert f"missing: file {missing.id} " in told.output
    assert kept.path not in told.output
