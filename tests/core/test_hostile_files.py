"""Hostile files: none runs, none renders as active content, none brings anything down; each is answered in words."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.core import files
from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.core.files import StoredFile
from tests.core import hostile
from tests.core.hostile import EXE, PAGE, SCRIPT, WORD, archive, pdf, picture, relation, sample, sound
from tests.core.test_files import keep

RELS = "word/_rels/document.xml.rels"
OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def many_parts() -> bytes:
    return archive({**WORD, **{f"word/{number}": b"" for number in range(6000)}}, method=zipfile.ZIP_STORED)


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def fields(*codes: str) -> bytes:
    """A part of a Word document with one field, its code spread over so many runs."""
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{what}"/></w:r>' for what in ("begin", "end"))
    return f'<w:p xmlns:w="w">{begin}{runs}{end}</w:p>'.encode()


def simple_field(code: str) -> bytes:
    return f'<w:p xmlns:w="w"><w:fldSimple w:instr="{code}"/></w:p>'.encode()


def open_text(element: str, address: str) -> bytes:
    """The content of an OpenDocument text in which an element names an address."""
    names = "".join(f' xmlns:{name}="{name}"' for name in ("draw", "text", "script", "office"))
    return f'<x{names} xmlns:l="http://www.w3.org/1999/xlink"><{element} l:href="{address}"/></x>'.encode()


REFUSED = (
    (b"", "empty.pdf", "is empty: it holds nothing"),
    (b"", "empty.mp4", "is empty: it holds nothing"),
    (EXE, "tool.exe", "cannot take files ending in .exe"),
    (OLD, "plan.doc", "Open it in Word and save it as .docx or PDF"),
    (OLD, "locked.docx", "an old Word or Excel file or is locked with a password"),
    (picture("GIF"), "moving.gif", "Save the picture as PNG or JPEG"),
    (PAGE, "page.html", "Print it to PDF"),
    (SCRIPT, "drawing.svg", "can carry programs"),
    (b"words", "no-ending", "without an ending"),
    (EXE, "report.pdf", "is not a PDF"),
    (EXE, "notes.txt", "is not a plain text"),
    (PAGE, "photo.jpg", "is not a JPEG picture"),
    (PAGE, "page.pdf", "is not a PDF"),
    (PAGE, "notes.txt", "is not a plain text"),
    (b"\xef\xbb\xbf \n<svg onload=alert(1)>", "drawing.txt", "is not a plain text"),
    (PAGE, "talk.mp3", "is not an MP3"),
    (PAGE, "clip.mp4", "is not an MP4"),
    (PAGE, "talk.wav", "is not a WAV"),
    (PAGE, "talk.ogg", "is not an Ogg"),
    (PAGE, "clip.webm", "is not a WebM"),
    (picture("GIF") + SCRIPT, "photo.jpg", "is not a JPEG"),
    (b"GIF89a/*" + SCRIPT + b"*/", "photo.png", "is not a PNG"),
    (picture("JPEG"), "renamed.png", "looks like a JPEG picture: give it the ending .jpg"),
    (cut(picture("JPEG", (400, 400))), "half.jpg", "is damaged, or only a part of it came"),
    (picture(size=(9000, 9000)), "huge.png", "has 9,000 by 9,000 points"),
    (b"%PDF-1.7 broken", "broken.pdf", "is not a PDF"),
    (PAGE + pdf(), "page-and.pdf", "is not a PDF"),
    (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "locked.pdf", "is locked with a password"),
    (pdf(), "renamed.docx", "looks like a PDF: give it the ending .pdf"),
    (archive({"a.txt": b"x"}), "zip.docx", "is not a Word document"),
    (picture() + archive(WORD), "picture-and.docx", "is not a Word document"),
    (archive(WORD) + SCRIPT, "and-script.docx", "is not a Word document"),
    (archive({**WORD, "word/bomb": b"\0" * 60_000_000}), "bomb.docx", "unpacks to far more"),
    (many_parts(), "parts.docx", "unpacks to far more"),
    (archive({**WORD, "../../etc/cron.d/x": b"x"}), "slip.docx", "is damaged"),
    (archive({**WORD, "word/vbaProject.bin": b"x"}), "macros.docx", "holds macros"),
    (archive({**WORD, "[Content_Types].xml": b"<t>macroEnabled</t>"}), "macros.docx", "holds macros"),
    (archive({**WORD, "word/embeddings/oleObject1.bin": b"x"}), "object.docx", "objects of other programs"),
    (
        archive({**WORD, RELS: relation("attachedTemplate", "http://10.0.0.1/t.dotm")}),
        "far.docx",
        "from elsewhere",
    ),
    (archive({**WORD, RELS: b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "entities.docx", "is damaged"),
    (archive({**WORD, "word/document.xml": b"<w>DDEAUTO c:\\cmd</w>"}), "field.docx", "from elsewhere"),
    (archive({**WORD, "word/document.xml": fields("DDE cmd")}), "field.docx", "from elsewhere"),
    (archive({**WORD, "word/document.xml": fields("dde", "AUTO cmd")}), "runs.docx", "from elsewhere"),
    (
        archive({**WORD, "word/footer1.xml": simple_field("LINK Excel.Sheet a")}),
        "foot.docx",
        "from elsewhere",
    ),
    (
        archive({**WORD, "word/document.xml": fields("INCLUDETEXT a").decode().encode("utf-16")}),
        "utf-16.docx",
        "from elsewhere",
    ),
    (
        archive({**WORD, RELS: relation("attachedTemplate", "http://a/t").decode().encode("utf-16")}),
        "utf-16.docx",
        "from elsewhere",
    ),
    (
        archive({**WORD, "[Content_Types].xml": "<t a='macroEnabled'/>".encode("utf-16")}),
        "utf-16.docx",
        "holds macros",
    ),
    (archive({**WORD, RELS: b"<x>" + b"\0" * 5_000_000}), "list.docx", "unpacks to far more"),
    (archive({"content.xml": open_text("draw:image", "http://10.0.0.1/a.png")}), "far.odt", "from elsewhere"),
    (archive({"content.xml": open_text("text:section-source", "../a.odt")}), "near.odt", "from elsewhere"),
    (
        archive({"content.xml": open_text("script:event-listener", "vnd.sun.star.script:a")}),
        "on.odt",
        "elsewhere",
    ),
    (archive({"content.xml": open_text("office:dde-source", "")}), "dde.odt", "from elsewhere"),
    (archive({"content.xml": b"<x/>", "Basic/Standard/a.xml": b"x"}), "macros.odt", "holds macros"),
    (sample("clip.mp4"), "talk.m4a", "is not an M4A"),
    (cut(sample("clip.mp4")), "half.mp4", "is not an MP4"),
    (cut(sample("clip.webm")), "half.webm", "is not a WebM"),
    (hostile.box(b"ftyp", b"heic", bytes(4)) + bytes(64), "still.mp4", "is not an MP4"),
)


def test_each_is_refused_in_words_and_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    said = {}
    for content, name, words in REFUSED:
        try:
            keep(content, name)
        except DomainError as refusal:
            if words not in refusal.message or refusal.field != "file":
                said[name] = refusal.message
        else:
            said[name] = "it was taken"
    assert said == {}
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_links_for_people_and_pictures_inside_a_document_may_stay(app: Flask) -> None:
    link = open_text("text:a", "https://example.org/")
    inside = open_text("draw:image", "Pictures/a.png")
    for content, name in (
        (archive({"content.xml": link, "styles.xml": inside}), "plan.odt"),
        (archive({**WORD, "word/document.xml": fields(" HYPERLINK ", '"https://a.b/hidden" ')}), "plan.docx"),
        (archive({**WORD, "word/document.xml": simple_field(" PAGE ")}), "pages.docx"),
        (archive({**WORD, RELS: relation("hyperlink", "https://example.org/")}), "link.docx"),
    ):
        assert keep(content, name).name == name


def test_what_would_act_in_a_pdf_is_taken_out_and_named(app: Flask) -> None:
    stored = keep(hostile.armed_pdf() + archive(WORD) + SCRIPT, "plan.pdf")
    kept = files.read(stored)
    for armed in (
        b"JavaScript",
        b"app.alert",
        b"/JS",
        b"/Launch",
        b"/EmbeddedFile",
        b"javascript:",
        b"MZ\x90",
        SCRIPT,
    ):
        assert armed not in kept
    assert b"Sam's house" not in kept
    with pikepdf.open(io.BytesIO(kept)) as document:
        assert len(document.pages) == 1
        links = [str(note.A.URI) for note in document.pages[0].Annots if "/A" in note]
        assert links == ["https://example.org/"]
    assert stored.changes == (
        "We took out the scripts and actions that it held. We took out the files that were inside it. "
        "We took out the sound, film or attachments that lay on its pages. We took out links that open programs or files."
    )


GOES = b"<</S/GoTo/D[3 0 R/Fit]/Next "
LAUNCH = b"<</S/Launch/F(calc.exe)>>"


@pytest.mark.parametrize(
    ("action", "others"),
    [
        (GOES + b"[" + LAUNCH + b"]>>", ()),
        (GOES + b"[[" + LAUNCH + b"]]>>", ()),
        (GOES + b"[" + GOES + b"[" + LAUNCH + b"]>>]>>", ()),
        (GOES + b"5 0 R>>", (b"[6 0 R]", LAUNCH)),
        (GOES + b"5 0 R>>", (b"[" + GOES + b"[6 0 R]>>]", LAUNCH)),
        (GOES + b"[<</S/URI/URI(file:///calc.exe)>>]>>", ()),
    ],
)
def test_an_action_in_a_list_of_actions_is_taken_out(
    app: Flask, action: bytes, others: tuple[bytes, ...]
) -> None:
    stored = keep(hostile.linked_pdf(action, *others), "plan.pdf")
    kept = files.read(stored)
    with pikepdf.open(io.BytesIO(kept)) as document:
        assert str(document.pages[0].Annots[0].A.S) == "/GoTo"
        assert b"calc.exe" not in b"".join(each.unparse(resolved=True) for each in document.objects)
    assert stored.changes == "We took out links that open programs or files."


@pytest.mark.parametrize(
    ("before", "after"), [(b"[", b"]"), (b"<</K ", b">>"), (b"<</S/GoTo/D[3 0 R/Fit]/Next[", b"]>>")]
)
def test_a_pdf_that_is_built_deeper_than_we_follow_is_refused(
    app: Flask, before: bytes, after: bytes
) -> None:
    deep = hostile.linked_pdf(GOES + before * 70 + LAUNCH + after * 70 + b">>")
    with pytest.raises(DomainError, match="deeper than we follow"):
        keep(deep, "plan.pdf")


def test_a_list_of_actions_that_holds_itself_is_refused(app: Flask) -> None:
    with pytest.raises(DomainError, match="deeper than we follow"):
        keep(hostile.linked_pdf(GOES + b"5 0 R>>", b"[5 0 R]"), "plan.pdf")


def test_a_polyglot_is_only_what_its_name_says(app: Flask) -> None:
    """Whatever lay behind or between the parts of a picture, a PDF or a recording is gone from what is kept."""
    appended = archive({"index.html": PAGE}, method=zipfile.ZIP_STORED)
    for content, name in (
        (picture("JPEG", comment=SCRIPT) + appended, "photo.jpg"),
        (picture() + appended, "drawing.png"),
        (picture("WEBP") + SCRIPT, "photo.webp"),
        (pdf() + appended, "plan.pdf"),
        (pdf().replace(b"%PDF-1.3\n", b"%PDF-1.3\n%" + SCRIPT + b"\n", 1), "plan.pdf"),
        (sound() + appended, "talk.wav"),
        (sample("talk.mp3") + appended, "talk.mp3"),
        (sample("talk.ogg") + appended, "talk.ogg"),
        (sample("clip.mp4") + appended, "clip.mp4"),
        (sample("clip.mp4") + hostile.box(b"free", SCRIPT), "clip.mp4"),
    ):
        kept = files.read(keep(content, name))
        assert SCRIPT not in kept, name
        assert b"PK\x03\x04" not in kept, name


def test_whatever_is_sent_back_is_on_strict_headers_and_nothing_unsafe_is_shown(app: Flask) -> None:
    shown = {}
    for content, name in (
        (picture(), "a.png"),
        (pdf(), "a.pdf"),
        (sample("clip.mp4"), "a.mp4"),
        (sample("talk.ogg"), "a.ogg"),
        (archive(WORD), "a.docx"),
        (b"words", "a.txt"),
    ):
        stored = keep(content, name)
        with app.test_request_context():
            response = files.send(stored, inline=True)
            response.close()
        shown[name] = response.headers["Content-Disposition"].partition(";")[0]
        assert re.search(r"\bsandbox\b", response.headers["Content-Security-Policy"])
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Referrer-Policy"] == "no-referrer"
    assert [name for name, how in shown.items() if how == "attachment"] == ["a.docx", "a.txt"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\joy\\plan.txt", "plan.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
    ],
)
def test_a_name_is_text_and_never_a_path(app: Flask, tmp_path: Path, given: str, kept: str) -> None:
    stored = keep(b"words", given)
    assert stored.name == kept
    assert files.path_of(stored).is_relative_to(tmp_path / "files")
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{40}", stored.path)
