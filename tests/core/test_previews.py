"""Documents as words and as pictures of their pages."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from lms.core import files, previews
from lms.core.errors import NotFound
from tests.core.hostile import archive, picture
from tests.core.test_files import keep

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf_with(*pages: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 600))
    for words in pages:
        canvas.drawString(40, 500, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def word_with(body: str, **parts: str) -> bytes:
    def part(content: str) -> bytes:
        return f'<w:document xmlns:w="{WORD}">{content}</w:document>'.encode()

    named = {f"word/{name}.xml": part(content) for name, content in parts.items()}
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": part(body), **named})


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (pdf_with("I met Family A on Tuesday.", "And again."), "a.pdf", ["Family A", "And again."]),
        (
            word_with(
                paragraph("Met them.")
                + "<w:p><w:del><w:r><w:delText>Sam Cole</w:delText></w:r></w:del></w:p>",
                header1=paragraph("The Cole family"),
                comments=paragraph("Rang Dee"),
            ),
            "a.docx",
            ["Met them.", "Sam Cole", "The Cole family", "Rang Dee"],
        ),
        ("café, Łódź".encode("cp1250", "ignore") + b"", "a.txt", ["caf"]),
        ("\ufeffவணக்கம்".encode(), "b.txt", ["வணக்கம்"]),
    ],
    ids=["pdf", "word", "windows text", "utf-8 text"],
)
def test_a_document_gives_all_its_words(app: Flask, content: bytes, name: str, words: list[str]) -> None:
    stored = keep(content, name)
    found = previews.text(stored) or ""
    assert [each for each in words if each not in found] == []
    assert previews.text(stored) == found


def test_the_words_of_each_page_of_a_pdf_can_be_told_apart(app: Flask) -> None:
    stored = keep(pdf_with("", "Family A", "Again"), "a.pdf")
    assert [page.strip() for page in (previews.text(stored) or "").split("\f")] == ["", "Family A", "Again"]


def test_a_picture_has_no_words_and_a_scan_has_none_to_read(app: Flask) -> None:
    assert previews.text(keep(picture(), "card.png")) is None
    assert previews.text(keep(pdf_with(""), "scan.pdf")) == ""


def test_what_cannot_be_read_is_not_tried_again_until_tomorrow(app: Flask, tmp_path: Path) -> None:
    nested = "<w:p>" * 5000 + "</w:p>" * 5000
    stored = keep(word_with(nested), "deep.docx")
    assert previews.text(stored) is None
    files.path_of(stored).unlink()
    assert previews.text(stored) is None
    (kept,) = (tmp_path / "files/previews").glob("*/words.json")
    os.utime(kept, (0, 0))
    with pytest.raises(NotFound):
        previews.text(stored)


def test_pages_are_drawn_once_and_go_when_told(app: Flask, tmp_path: Path) -> None:
    stored = keep(pdf_with("one", "two"), "a.pdf")
    assert previews.pages(stored) == 2
    drawn = previews.page(stored, 2)
    with Image.open(drawn) as image:
        assert image.size == (1240, 1860)
    assert previews.page(stored, 2) == drawn
    with pytest.raises(NotFound):
        previews.page(stored, 3)
    previews.forget(stored.path)
    assert not drawn.exists()
    assert previews.pages(keep(b"words", "a.txt")) == 0
