"""Certificates as real PDFs, read back by somebody else's library."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
import segno
from pypdf import PdfReader

from certificates.document import QR_PLACE, QR_SIDE, blocks_of, document, qr_rows
from certificates.facts import as_json, facts_from
from lms.core.pdf import Squares, Words, width_of
from lms.core.scripts import Undrawable
from tests.certificates.papers import attendance, unit, words_in

HOSTILE = [
    '<font color="[[[1]]]">x</font>',
    '<img src="http://127.0.0.1:{port}/x">',
    "{{7*7}}",
    "${7*7} #{7*7} %(x)s",
    '=HYPERLINK("http://example.org")',
    "Robert'); DROP TABLE certificate;--",
    "\\) Tj ET (",
    "&lt;b&gt; &amp; </p>",
]


def test_attendance_says_every_fact():
    words = words_in(document(attendance()))
    for fact in (
        "Aire Valley Family Training",
        "Certificate of attendance",
        "Maeve O’Dowd",
        "Families Going Forward",
        "28.5 of 30 taught hours, 1 to 5 December 2025, in Beeston, Leeds",
        "and declared 5 hours of reading",
        "Joy Mensah",
        "Programme manager, 8 December 2025",
        "GF-7K4M-29QX-T",
        "goingforward.example/verify",
        "It is not a qualification and carries no credit.",
    ):
        assert fact in words
    assert "Replacement" not in words
    assert "SPECIMEN" not in words
    assert "Level" not in words


def test_a_unit_record_says_whose_credit_it_is():
    words = words_in(document(unit()))
    for fact in (
        "Record of achievement",
        "Build and maintain relationships in work with parents",
        "Level 3, 6 credits (level and credit of the unit)",
        "24 of 24 criteria, checked and agreed in the centre on 9 March 2026",
        "The credit is to be claimed from an awarding body",
        "R/600/0000",
        "not an awarding body's specification",
        "It is not a certificate of unit credit",
    ):
        assert fact in words


def test_every_row_of_the_public_page_is_in_print():
    for facts in (attendance(), unit()):
        words = words_in(document(facts))
        for label, value in facts.rows():
            said = value if label != "Signed by" else facts.signatory
            assert said in words, label


def test_replacement_and_specimen_are_printed():
    words = words_in(document(attendance(is_replacement=True, is_specimen=True)))
    assert "Replacement" in words
    assert "SPECIMEN" in words


def test_reading_is_left_out_when_none_was_declared():
    assert "reading" not in words_in(document(attendance(reading_hours="")))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_person_typed_is_drawn_and_never_obeyed(name):
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.2)
        typed = name.replace("{port}", str(door.getsockname()[1]))
        callers = []
        listening = threading.Thread(target=_note_callers, args=(door, callers))
        listening.start()
        drawn = document(attendance(holder=typed, provider=typed, title=typed, venue=typed, signatory=typed))
        listening.join()
    assert not callers
    assert words_in(drawn).count(" ".join(typed.split())) >= 4


def _note_callers(door: socket.socket, callers: list[object]) -> None:
    try:
        connection, caller = door.accept()
    except TimeoutError:
        return
    connection.close()
    callers.append(caller)


@pytest.mark.parametrize(
    "name",
    [
        "Ṣadé Ọláolúwa",
        "Đặng Thùy Linh",
        "Łukasz Łukaszewicz",
        "Llŷr ap Gwynedd",
        "Zoë Ştefănescu-Çelik",
        "Ελένη Παπαδοπούλου",
        "Олена Шевченко",
        "X Æ A-12",
    ],
)
def test_names_in_letters_that_stand_in_a_row_are_in_print(name):
    assert name in words_in(document(attendance(holder=name)))


@pytest.mark.parametrize("name", ["தமிழ்செல்வி கோபாலகிருஷ்ணன்", "عائشة بنت محمد", "प्रिया शर्मा", "ফাতেমা বেগম"])
def test_names_in_other_scripts_are_read_aloud_as_written(name):
    drawn = document(attendance(holder=name))
    spoken = re.findall(rb"/ActualText <feff([0-9a-f]+)>", _content(drawn))
    said = "".join(bytes.fromhex(words.decode()).decode("utf-16-be") for words in spoken)
    assert said.replace(" ", "") == name.replace(" ", "")
    assert PdfReader(BytesIO(drawn)).metadata.title == f"Certificate of attendance: {name}"


def test_glyphs_of_a_shaped_name_stand_where_shaping_put_them():
    content = _content(document(attendance(holder="ரிஸ்வான்")))
    (line,) = re.findall(rb"/Span <</ActualText <[0-9a-f]+>>> BDC (.*?) EMC", content)
    assert b" 0 Tc " in line
    assert _content(document(attendance(holder="عَلِيّ"))).count(b" Ts ") >= 1


def test_a_shaped_name_is_copied_as_letters_by_readers_that_copy_glyphs():
    words = words_in(document(attendance(holder="குமார்")))
    assert "குமார்" in words


def test_a_shaped_name_gives_the_same_bytes_whoever_was_printed_before():
    name = "क्षत्रिय"
    made = "from tests.certificates.papers import attendance; from certificates.document import document; import hashlib"
    printed = "print(hashlib.sha256(document(attendance(holder={!r}))).hexdigest())"
    alone = subprocess.run(
        [sys.executable, "-c", f"{made}; {printed.format(name)}"], capture_output=True, text=True, check=True
    )
    document(attendance(holder="प्रिया शर्मा"))
    assert hashlib.sha256(document(attendance(holder=name))).hexdigest() == alone.stdout.strip()


def test_a_name_that_no_face_draws_is_refused_and_the_letters_are_named():
    with pytest.raises(Undrawable) as refusal:
        document(attendance(holder="王小明 Wang"))
    assert set(refusal.value.letters) == set("王小明")


@pytest.mark.parametrize(
    "name", ["W" * 120, "Wilhelmina " * 11, "Maria de los Ángeles Fernández de Córdoba y Ruiz-Zúñiga", "Ng"]
)
def test_a_name_is_shrunk_and_wrapped_but_never_cut(name):
    facts = attendance(holder=name)
    lines = [
        mark
        for block in blocks_of(facts)
        for mark in block.marks
        if isinstance(mark, Words) and 78 < mark.y < 99
    ]
    assert "".join(line.text for line in lines).replace(" ", "") == name.replace(" ", "")
    for line in lines:
        assert line.x + width_of(line.text, line.face, line.size, line.spacing) <= 280.01
    assert name.replace(" ", "") in words_in(document(facts)).replace(" ", "")


def test_the_same_facts_give_the_same_bytes():
    facts = attendance(holder="Đặng Thùy Linh")
    first = document(facts)
    document(unit())
    document(attendance(holder="Somebody Else"))
    assert document(facts) == first
    assert document(facts_from(as_json(facts))) == first
    assert document(replace(facts, number="GF-2222-2222-2")) != first


def test_the_qr_code_is_the_one_that_segno_makes_and_is_drawn_where_the_design_says():
    facts = attendance()
    expected = segno.make_qr(facts.check_at, error="m", mask=4, boost_error=False)
    assert [list(row) for row in qr_rows(facts.check_at)] == [list(row) for row in expected.matrix]
    assert expected.error == "M"
    assert _drawn_squares(document(facts), len(expected.matrix)) == {
        (x, y) for y, row in enumerate(expected.matrix) for x, dark in enumerate(row) if dark
    }
    (squares,) = [mark for block in blocks_of(facts) for mark in block.marks if isinstance(mark, Squares)]
    assert ((squares.x, squares.y), squares.side) == (QR_PLACE, QR_SIDE) == ((244.0, 141.0), 36.0)


def _drawn_squares(pdf: bytes, size: int) -> set[tuple[int, int]]:
    """The dark squares, read back from the rectangles of the page."""
    path = re.search(rb"rg ((?:\d+ \d+ \d+ 1 re ?)+)f Q", _content(pdf)).group(1)
    runs = [tuple(map(int, run)) for run in re.findall(rb"(\d+) (\d+) (\d+) 1 re", path)]
    assert max(x + width for x, _, width in runs) == size
    return {(x + step, y) for x, y, width in runs for step in range(width)}


def _content(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return b"\n".join(stream.read_bytes() for stream in opened.pages[0].Contents)


def test_the_file_is_tagged_in_reading_order():
    with pikepdf.open(BytesIO(document(attendance()))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        elements = list(pdf.Root.StructTreeRoot.K[0].K)
        tags = [str(element.S) for element in elements]
        assert tags[1] == "/H1"
        assert tags.count("/H1") == tags.count("/Figure") == 1
        figure = next(element for element in elements if element.S == "/Figure")
        assert "opens the page that checks this certificate" in str(figure.Alt)
        marked = re.findall(rb"<</MCID (\d+)>> BDC", _content(document(attendance())))
        assert [int(number) for number in marked] == [int(element.K) for element in elements]
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert "Certificate of attendance: Maeve O’Dowd" in metadata


def test_metadata_holds_what_a_person_typed_as_text():
    drawn = BytesIO(document(attendance(holder="</rdf:li><x>&")))
    with pikepdf.open(drawn) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Certificate of attendance: </rdf:li><x>&"


def test_every_face_is_embedded_and_every_letter_can_be_copied():
    with pikepdf.open(BytesIO(document(unit(holder="Đặng Ṣadé")))) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            assert "/FontFile2" in font.FontDescriptor
            assert b"<0000>" not in font.ToUnicode.read_bytes().partition(b"endcodespacerange")[2]


def test_a_certificate_stays_small():
    assert len(document(attendance())) < 60_000
