"""Hostile files, each brought by the form alone and in pieces: refused in words with nothing kept, or made harmless and served so."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from assessments.portfolio.models import Evidence, Portfolio
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.uploads import Upload
from tests.client import JudgingClient
from tests.core.hostile import EXE, PAGE, SCRIPT, WORD, archive, armed_pdf, pdf, picture
from tests.core.sender import Sender
from tests.factories.people import as_actor
from tests.factories.portfolios import Desk, evidence_form

HUGE = 300 * 1024 * 1024
BOMB = archive({**WORD, "word/bomb": b"\0" * 60_000_000})
TAIL = archive({"index.html": PAGE}, method=zipfile.ZIP_STORED)
REFUSED = {
    "a page renamed": (PAGE, "photo.jpg", "is not a JPEG picture"),
    "a drawing with a script": (
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
        "drawing.svg",
        ".svg",
    ),
    "a drawing renamed": (
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
        "drawing.png",
        "is not a PNG",
    ),
    "a bomb": (BOMB, "bomb.docx", "unpacks to far more"),
    "nothing": (b"", "empty.pdf", "is empty"),
    "a page and a document in one": (PAGE + pdf(), "plan.pdf", "is not a PDF"),
    "a picture and a program in one": (b"GIF89a/*" + SCRIPT + b"*/", "photo.png", "is not a PNG"),
    "a path to a program": (EXE, "../../static/tool.exe", ".exe"),
}
MADE_HARMLESS = {
    "a document with a program": (armed_pdf(), "plan.pdf", "plan.pdf", "inline"),
    "a picture and an archive in one": (
        picture("JPEG", comment=SCRIPT) + TAIL,
        "photo.jpg",
        "photo.jpg",
        "inline",
    ),
    "a document and an archive in one": (pdf() + TAIL, "plan.pdf", "plan.pdf", "inline"),
    "a path": (b"words", "../../../etc/cron.d/job.txt", "job.txt", "attachment"),
}
ACTIVE = (SCRIPT, b"JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"javascript:", b"PK\x03\x04", EXE)


@pytest.fixture
def portfolio(client: JudgingClient) -> Portfolio:
    begun = Desk().begin()
    client.sign_in(begun.learner)
    return begun


@pytest.fixture
def sender(client: JudgingClient, portfolio: Portfolio) -> Sender:
    return Sender(client, as_actor(portfolio.learner))


def form(**more: object) -> dict[str, Any]:
    return evidence_form("3.1", kind="work-product", **more)


def nothing_is_kept(folder: Path) -> bool:
    rows = [db.session.scalar(select(func.count()).select_from(each)) for each in (StoredFile, Evidence)]
    return rows == [0, 0] and not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED)
def test_the_form_refuses_it_in_words_and_keeps_nothing(
    client: JudgingClient, portfolio: Portfolio, tmp_path: Path, bad: tuple[bytes, str, str]
) -> None:
    content, name, words = bad
    page = client.send("evidence.add_file", data=form(file=(io.BytesIO(content), name)), status=422)
    assert words in page.text
    assert page.field("title") == "First visit with Family B"
    assert nothing_is_kept(tmp_path / "files")


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED)
def test_in_pieces_it_is_refused_in_words_and_keeps_nothing(
    sender: Sender, client: JudgingClient, tmp_path: Path, bad: tuple[bytes, str, str]
) -> None:
    content, name, words = bad
    is_refused_at_once = words in {".svg", ".exe", "is empty"}
    begun = sender.begin(name, len(content), 422 if is_refused_at_once else 201)
    if is_refused_at_once:
        assert words in begun["message"]
        assert db.session.scalar(select(func.count(Upload.id))) == 0
    else:
        ref = begun["ref"]
        sender.piece(ref, 0, content)
        assert words in sender.finish(ref, 422)["message"]
        page = client.send("evidence.add_file", data=form(uploaded=[ref]), status=422)
        assert "has not arrived" in page.text
        sender.ask("POST", f"{ref}/give-up", status=204)
    assert nothing_is_kept(tmp_path / "files")


@pytest.mark.parametrize("way", ["the form", "pieces"])
@pytest.mark.parametrize(("content", "name", "kept", "shown"), MADE_HARMLESS.values(), ids=MADE_HARMLESS)
def test_what_is_taken_is_served_harmless_from_a_name_of_ours(  # noqa: PLR0917 (cases)
    sender: Sender, client: JudgingClient, tmp_path: Path, way: str, content: bytes, name: str, kept: str, shown: str
) -> None:  # fmt: skip
    brought = (
        {"file": (io.BytesIO(content), name)}
        if way == "the form"
        else {"uploaded": [sender.whole(content, name)]}
    )
    client.send("evidence.add_file", data=form(**brought))
    stored = db.session.scalars(select(StoredFile)).one()
    assert stored.name == kept
    of_strangers = [
        path for path in (tmp_path / "files").rglob("*") if path.is_file() and "previews" not in path.parts
    ]
    assert of_strangers == [tmp_path / "files" / stored.path]
    answer = client.see("evidence.file", file_ref=stored.ref).response
    assert [one for one in ACTIVE if one in answer.data] == []
    assert answer.headers["Content-Disposition"] == f"{shown}; filename=\"{kept}\"; filename*=UTF-8''{kept}"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "private" in answer.headers["Cache-Control"] or "no-store" in answer.headers["Cache-Control"]
    client.sign_out()
    client.see("evidence.file", file_ref=stored.ref, status=302)


class Endless(io.RawIOBase):
    """As many bytes as are asked for, which come from nowhere; it counts them."""

    def __init__(self) -> None:
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.given += len(buffer)
        return len(buffer)


def test_a_form_with_300_megabytes_is_refused_before_they_are_read(
    client: JudgingClient, portfolio: Portfolio, tmp_path: Path
) -> None:
    body = Endless()
    answer = client.open(
        client.address("evidence.add_file"),
        method="POST",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": str(HUGE)},
    )
    assert answer.status_code == 413
    assert "larger than we can take" in answer.get_data(as_text=True)
    assert body.given < 1024 * 1024
    assert nothing_is_kept(tmp_path / "files")


def test_300_megabytes_in_pieces_are_refused_when_announced_and_when_not(
    sender: Sender, tmp_path: Path
) -> None:
    assert "larger than 200 MB" in sender.begin("clip.mp4", HUGE, 413)["message"]
    assert nothing_is_kept(tmp_path / "files")
    ref = sender.begin("clip.mp4", 1000)["ref"]
    body = Endless()
    answer = sender.ask(
        "POST",
        f"{ref}/0",
        content_type="application/octet-stream",
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": str(HUGE)},
        status=413,
    )
    assert "larger than we can take" in answer["message"]
    assert body.given < 1024 * 1024
    assert (tmp_path / "files/uploads" / ref).stat().st_size == 0
