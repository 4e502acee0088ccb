"""Files that people send: what is taken, what is refused and in which words, and that nothing is left behind."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from lms.core import files
from lms.core.errors import DomainError, NotFound
from lms.core.extensions import db
from lms.core.files import Purpose, StoredFile
from tests.factories.people import as_actor, make_user


def pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format=kind)
    return out.getvalue()


def archive(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in names.items():
            made.writestr(name, content)
    return out.getvalue()


EXE = b"MZ\x90\x00" + b"\x00" * 200
WORD = {"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}


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


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.pdf", "is empty"),
        (EXE, "tool.exe", "cannot take files ending in .exe"),
        (EXE, "report.pdf", "is not a PDF"),
        (EXE, "photo.png", "is not a PNG"),
        (EXE, "notes.txt", "is not a plain text"),
        (b"%PDF-1.7 broken", "broken.pdf", "is not a PDF"),
        (pdf(), "renamed.docx", "is not a Word document"),
        (picture("JPEG"), "renamed.png", "is not a PNG"),
        (archive({"a.txt": b"x"}), "zip.docx", "is not a Word document"),
        (archive({**WORD, "word/bomb": b"\0" * 60_000_000}), "bomb.docx", "is not a Word document"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            "drawing.svg",
            "cannot take files ending in .svg",
        ),
        (b"words", "no-ending", "without an ending"),
        (picture(size=(9000, 9000)), "huge.png", "is not a PNG"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_right_is_refused_in_words_and_leaves_nothing(
    app: Flask, tmp_path: Path, content: bytes, name: str, words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        keep(content, name)
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert list((tmp_path / "files").rglob("*.part")) == []


def test_a_file_over_the_limit_is_refused_before_it_is_read_whole(app: Flask) -> None:
    app.config["LARGEST_UPLOAD"] = 1024 * 1024
    with pytest.raises(DomainError, match="larger than 1 MB"):
        keep(b"a" * (1024 * 1024 + 1), "long.txt")


def test_a_request_over_the_limit_gets_a_clear_page(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    response = app.test_client().post("/sign-in", data={"email": "x" * 2000})
    assert response.status_code == 413
    assert "larger than we can take" in response.get_data(as_text=True)


def test_a_picture_loses_what_the_camera_wrote_and_what_was_appended(app: Flask) -> None:
    exif = Image.Exif()
    exif[0x010E] = "home of Family A"
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, format="JPEG", exif=exif)
    stored = keep(out.getvalue() + b"<script>alert(1)</script>", "photo.jpg")
    kept = files.read(stored)
    assert b"home of Family A" not in kept
    assert b"<script>" not in kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\joy\\plan.txt", "plan.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("n\x00ul\r\n.txt", "nul.txt"),
        ("வணக்கம்.txt", "வணக்கம்.txt"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
    ],
)
def test_a_name_is_text_and_never_a_path(given: str, kept: str) -> None:
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
