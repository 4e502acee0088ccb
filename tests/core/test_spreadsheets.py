"""Spreadsheets as people really send them: what is read, what is refused and in which words."""

import csv
import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.spreadsheets import (
    Column,
    Layout,
    Limits,
    Unwanted,
    csv_bytes,
    neutralise,
    read_day,
    read_table,
)

LAYOUT = Layout(
    columns=(
        Column("name", "Name", ("full name",)),
        Column("email", "Email", ("e-mail", "email address")),
        Column("setting", "Setting", ("centre",), required=False),
    ),
    unwanted=(Unwanted("the date of birth", ("date of birth", "dob")),),
)
HEAD = "Name,Email,Setting\n"


def read(data, filename="people.csv", **limits):
    return read_table(data, filename=filename, layout=LAYOUT, limits=Limits(**limits) if limits else None)


def words(table):
    return [str(fault) for fault in table.faults]


def people(table):
    return [(row.number, *row.values.values()) for row in table.rows]


def workbook(*rows, change=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data, change):
    """Return the workbook with its archive parts changed by `change(name, content) -> content`."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            after.writestr(part.filename, change(part.filename, before.read(part)))
    return out.getvalue()


SADE = "Ṣadé Adéyẹmí,sade@leeds.example,Rowan Tree\n"


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + SADE).encode(),
        (HEAD + SADE).encode("utf-8-sig"),
        (HEAD + SADE).encode("utf-16"),
        (HEAD + SADE).encode("utf-16-le"),
        (HEAD + SADE).encode("utf-16-be"),
        (HEAD + SADE).replace(",", ";").encode(),
        (HEAD + SADE).replace(",", "\t").encode("utf-16"),
        ("NAME , e-mail:,Centre\n" + SADE).encode(),
        (HEAD + SADE).replace("\n", "\r\n").encode(),
        (HEAD + SADE).replace("\n", "\r").encode(),
        (HEAD + "\u00a0Ṣadé Adéyẹmí\u200b , sade@leeds.example ,Rowan Tree\n").encode(),
        (HEAD + "S\u0323ade\u0301 Ade\u0301ye\u0323mi\u0301,sade@leeds.example,Rowan Tree\n").encode(),
    ],
    ids=[
        "utf-8",
        "bom",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "semicolons",
        "tabs",
        "synonyms",
        "crlf",
        "cr",
        "spaces",
        "decomposed",
    ],
)
def test_the_same_person_is_read_however_the_file_is_written(data):
    table = read(data)
    assert words(table) == []
    assert people(table) == [(2, "Ṣadé Adéyẹmí", "sade@leeds.example", "Rowan Tree")]
    assert table.notes == ()


def test_windows_text_is_read_and_the_person_is_told_to_check_names():
    table = read((HEAD + "Siân O’Brien,sian@leeds.example,\n").encode("cp1252"))
    assert people(table) == [(2, "Siân O’Brien", "sian@leeds.example", "")]
    assert "Check names with accents" in table.notes[0]


def test_bytes_that_are_letters_in_no_encoding_are_refused_by_row():
    table = read((HEAD + "Si").encode() + b"\x81\x8d" + b"n,sian@leeds.example,\n")
    assert words(table) == [
        "Row 2: some letters in column A cannot be read. Type that cell again, or save the file as “CSV UTF-8 (.csv)”."
    ]


def test_rows_keep_the_numbers_a_spreadsheet_program_shows():
    table = read(
        b"\n" + HEAD.encode() + b'\n"Ann\nMarie",ann@leeds.example,"a,b"\n,,\nBo,bo@leeds.example,\n'
    )
    assert table.header_row == 2
    assert people(table) == [(4, "Ann\nMarie", "ann@leeds.example", "a,b"), (6, "Bo", "bo@leeds.example", "")]


def test_a_first_line_that_names_the_delimiter_is_understood():
    table = read(b"sep=;\r\nName;Email\r\nBo, the second;bo@leeds.example\r\n")
    assert people(table) == [(3, "Bo, the second", "bo@leeds.example", "")]


def test_a_semicolon_file_full_of_commas_is_split_at_semicolons():
    table = read(b"Name;Email;Setting\nBo;bo@leeds.example;Beck Side, Leeds, LS8\n")
    assert people(table) == [(2, "Bo", "bo@leeds.example", "Beck Side, Leeds, LS8")]


def test_short_rows_read_as_empty_cells():
    assert people(read(b"Name,Email,Setting\nBo,bo@leeds.example\n")) == [(2, "Bo", "bo@leeds.example", "")]


WHOLE_FILE = [
    (b"", "people.csv", "The file: it is empty."),
    (b" \r\n\r\n", "people.csv", "The file: it is empty."),
    (b"\xef\xbb\xbf", "people.csv", "The file: it is empty."),
    (b",,\n,,\n", "people.csv", "The file: it is empty."),
    (b"", "people.xlsx", "The file: it is empty."),
    (b"MZ\x90\0\x03", "people.xlsx", "The file: its name ends in “.xlsx” but inside it is a program."),
    (b"%PDF-1.7\n", "people.csv", "The file: its name ends in “.csv” but inside it is a PDF."),
    (b"\x89PNG\r\n\x1a\n", "people.csv", "The file: its name ends in “.csv” but inside it is a picture."),
    (
        HEAD.encode(),
        "people.xlsx",
        "The file: its name ends in “.xlsx” but inside it is not an Excel workbook.",
    ),
    (HEAD.encode(), "people.txt", "The file: its name ends in “.txt”."),
    (HEAD.encode(), "people", "The file: its name has no ending."),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "people.xlsx",
        "The file: its name ends in “.xlsx” but inside it is an old Excel file (.xls).",
    ),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "people.xlsx",
        "The file: it is locked with a password.",
    ),
    (b"PK\x03\x04" + bytes(80), "people.xlsx", "The file: the workbook is damaged, so we cannot open it."),
    (
        workbook(["Name"]),
        "people.csv",
        "The file: its name ends in “.csv” but inside it is a workbook or an archive.",
    ),
    (workbook(["Name"])[:-400], "people.xlsx", "The file: the workbook is damaged, so we cannot open it."),
    (workbook(), "people.xlsx", "The file: no sheet has anything in it."),
]


@pytest.mark.parametrize(("data", "filename", "expected"), WHOLE_FILE)
def test_a_file_that_is_not_what_its_name_says_is_refused_whole(data, filename, expected):
    table = read(data, filename)
    assert table.rows == ()
    assert [line[: len(expected)] for line in words(table)] == [expected]
    assert all(fault.accepted.endswith(".") for fault in table.faults)


def test_a_word_document_renamed_is_not_a_workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert words(read(out.getvalue(), "people.xlsx"))[0].startswith(
        "The file: inside it is not an Excel workbook."
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda name, content: b"<broken" if name.endswith("sheet1.xml") else content,
        lambda name, content: b"<broken" if name == "xl/workbook.xml" else content,
        lambda name, content: b"" if name == "[Content_Types].xml" else content,
        lambda name, content: (
            content.replace(b'r="A1"', b'r="AAAAAAA0"') if name.endswith("sheet1.xml") else content
        ),
        lambda name, content: (
            content.replace(b't="inlineStr"><is><t>Bo</t></is>', b't="s"><v>999</v>')
            if name.endswith("sheet1.xml")
            else content
        ),
    ],
    ids=["sheet", "workbook", "content types", "cell name", "text number"],
)
def test_a_damaged_workbook_is_refused_and_never_raises(change):
    table = read(repacked(workbook(["Name", "Email"], ["Bo", "bo@leeds.example"]), change), "people.xlsx")
    assert words(table)[0].startswith("The file: the workbook is damaged")


def test_a_workbook_that_declares_entities_is_refused():
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    data = repacked(
        workbook(["Name", "Email"]),
        lambda name, content: laughs + content if name.endswith("sheet1.xml") else content,
    )
    assert words(read(data, "people.xlsx"))[0].startswith(
        "The file: the workbook holds code that we do not open."
    )


def test_an_archive_that_unpacks_to_far_more_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<w/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(8_000_000))
    assert len(bomb.getvalue()) < 10_000
    table = read(bomb.getvalue(), "people.xlsx", unpacked_bytes=4_000_000)
    assert words(table)[0].startswith("The file: unpacked, it is far too large")
    parts = io.BytesIO()
    with zipfile.ZipFile(parts, "w") as archive:
        for number in range(500):
            archive.writestr(f"xl/{number}.xml", b"")
    assert words(read(parts.getvalue(), "people.xlsx"))[0].startswith(
        "The file: unpacked, it is far too large"
    )


def test_limits_on_bytes_rows_columns_and_letters_are_said():
    assert words(read(HEAD.encode() + b"x" * 2_000_000, bytes=1_048_576))[0].startswith(
        "The file: it is larger than 1 MB."
    )
    many = (HEAD + SADE * 12).encode()
    assert words(read(many, rows=12)) == []
    assert words(read(many, rows=11)) == [
        "The file: it has more than 11 rows. Send it in parts, each under its own column names."
    ]
    assert "more than 5 columns" in words(read(b"Name,Email,a,b,c,d\n", columns=5))[0]
    long = words(read((HEAD + "x" * 80 + ",bo@leeds.example,\n").encode(), cell_characters=50))
    assert long == ["Row 2: the cell in column A holds 80 letters. Keep it under 50."]


def test_a_workbook_is_read_with_its_types_as_a_person_would_type_them():
    midnight, afternoon = datetime.fromisoformat("2026-03-09"), datetime.fromisoformat("2026-03-09 14:30")
    rows = (
        ["Name", "Email", "Setting"],
        ["தமிழ்ச்செல்வி", "tamil@leeds.example", midnight],
        ["Bo", "bo@leeds.example", 12.0],
        [None, None, None],
        ["Cy", "cy@leeds.example", True],
        ["Di", "di@leeds.example", 1.5],
        ["Ed", "ed@leeds.example", afternoon],
        ["Fi", "fi@leeds.example", date(2026, 3, 9)],
    )
    table = read(workbook(*rows), "people.xlsx")
    assert words(table) == []
    assert [(row.number, row.values["setting"]) for row in table.rows] == [
        (2, "09/03/2026"),
        (3, "12"),
        (5, "yes"),
        (6, "1.5"),
        (7, "09/03/2026 14:30"),
        (8, "09/03/2026"),
    ]
    assert table.rows[0].values["name"] == "தமிழ்ச்செல்வி"


def test_formulae_and_error_values_are_refused_by_cell():
    rows = (["Name", "Email"], ["=A1", "bo@leeds.example"], ["Cy", "#N/A"])
    table = read(workbook(*rows), "people.xlsx")
    assert words(table) == [
        "Row 2: A2 holds a formula. Type the value instead.",
        "Row 3: B3 shows the error #N/A. Type the value instead.",
    ]
    assert [fault.column for fault in table.faults] == ["A", "B"]


def test_merged_cells_are_refused_by_range():
    rows = (
        ["Name", "Email", "Setting"],
        ["Bo", "bo@leeds.example", "Beck Side"],
        ["Cy", "cy@leeds.example", None],
    )
    data = workbook(*rows, change=lambda book: book.active.merge_cells("C2:C3"))
    assert words(read(data, "people.xlsx")) == [
        "Row 2: cells C2 to C3 are joined into one. Unmerge them and write the value in each cell."
    ]


def test_the_first_visible_sheet_with_anything_in_it_is_read_and_said():
    def change(book):
        book.active.title = "Notes"
        hidden = book.create_sheet("Old list", 0)
        hidden.append(["Name", "Email"])
        hidden.append(["Old", "old@leeds.example"])
        hidden.sheet_state = "hidden"
        people_sheet = book.create_sheet("People")
        people_sheet.append(["Name", "Email"])
        people_sheet.append(["Bo", "bo@leeds.example"])

    table = read(workbook(change=change), "people.xlsx")
    assert people(table) == [(2, "Bo", "bo@leeds.example", "")]
    assert table.notes == ("The file has 3 sheets. We read only “People”, the first with anything in it.",)


def test_a_lone_cell_at_the_far_end_of_the_sheet_does_not_hurt():
    def change(book):
        book.active.cell(row=1_048_576, column=1, value="Zed")

    table = read(workbook(["Name", "Email"], change=change), "people.xlsx")
    assert [row.number for row in table.rows] == [1_048_576]


def test_every_fault_of_the_headings_is_reported_at_once():
    table = read(b"Name,name,DOB,Shoe size,,Centre\nBo,,,,,\nCy,Cy,01/02/1990,7,?,Beck Side,extra\n")
    assert words(table) == [
        "Row 1: we do not know the column “Shoe size”. Take it out, or name it as one of: Name, Email, Setting.",
        "Row 1: the column “Name” is there 2 times (columns A and B). Keep one of them.",
        "Row 1: the column “Email” is missing. Add it, with a value for each person.",
        "Row 3: the date of birth is not needed. Take out that column.",
        "Row 3: there is something in column E, which has no name. Give the column a name in the first row, or empty the cell.",
        "Row 3: there is something in column G, which has no name. Give the column a name in the first row, or empty the cell.",
    ]


def test_a_file_with_other_columns_altogether_is_told_what_to_write():
    assert words(read(b"Product;Price\nTea;2\n")) == [
        "Row 1: it does not hold the column names we look for. The first row should read: Name, Email, Setting."
    ]


def test_headings_without_people_are_a_fault():
    assert words(read(HEAD.encode())) == [
        "The file: there is nobody under the column names. Write one person in each row."
    ]


@pytest.mark.parametrize(
    "bad", ['"Bo,bo@leeds.example\nCy,cy@leeds.example\n', 'Bo "the second",b\n"Cy" x,cy\n']
)
def test_a_stray_quotation_mark_is_named_by_row(bad):
    table = read((HEAD + "Ann,ann@leeds.example\n" + bad).encode())
    rows = [fault.row for fault in table.faults]
    assert len(rows) == 1
    assert rows[0] in {3, 4}
    assert "a quotation mark is opened and not closed" in words(table)[0]


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx"]))
def test_no_bytes_whatever_make_the_reader_raise(data, filename):
    table = read(data, filename)
    assert table.rows or table.faults


@given(
    st.lists(
        st.tuples(
            st.text("abÀğ\n,;\"'\t த", min_size=1, max_size=8), st.text("xyz@.", min_size=1, max_size=8)
        ),
        min_size=1,
    )
)
def test_what_the_csv_writer_wrote_is_read_back(rows):
    rows = [(f"N{name}N", email) for name, email in rows]
    out = io.StringIO()
    csv.writer(out).writerows([("Name", "Email"), *rows])
    table = read(out.getvalue().encode())
    assert words(table) == []
    assert [(row.values["name"], row.values["email"]) for row in table.rows] == rows


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("09/03/2026", date(2026, 3, 9)),
        ("9/3/2026", date(2026, 3, 9)),
        ("9-3-2026", date(2026, 3, 9)),
        ("9.3.2026", date(2026, 3, 9)),
        ("2026-03-09", date(2026, 3, 9)),
        ("29/02/2024", date(2024, 2, 29)),
        ("31/02/2011", None),
        ("29/02/2023", None),
        ("03/13/2026", None),
        ("09/03/26", None),
        ("01/01/0026", None),
        ("Tuesday", None),
        ("", None),
    ],
)
def test_days_are_read_the_british_way_or_not_at_all(text, day):
    assert read_day(text) == day


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0=", " =", "＝", "\u00a0@"])
def test_no_exported_cell_can_start_a_formula(start):
    cell = neutralise(f"{start}HYPERLINK(1)")
    assert isinstance(cell, str)
    assert cell.startswith("'")
    assert "\0" not in cell


def test_numbers_names_and_empty_cells_are_exported_as_they_are():
    assert [neutralise(cell) for cell in (-3, -1.5, "Bo", "", None, "a=b")] == [-3, -1.5, "Bo", "", "", "a=b"]


def test_an_export_opens_in_excel_with_every_name_right():
    data = csv_bytes(["Name", "Hours"], [["Đặng Thùy Linh", 19.5], ["=cmd|' /C calc'!A0", None]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert (
        data.decode("utf-8-sig")
        == '"Name","Hours"\r\n"Đặng Thùy Linh",19.5\r\n"\'=cmd|\' /C calc\'!A0",""\r\n'
    )


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4))
def test_no_text_at_all_comes_out_as_a_formula(cells):
    read_back = next(iter(csv.reader(io.StringIO(csv_bytes(cells, []).decode("utf-8-sig"), newline=""))))
    assert len(read_back) == len(cells)
    assert not any(
        cell.lstrip(" \u00a0")[:1] in set("=+-@\t\r\n") for cell in read_back if cell.strip(" \u00a0")
    )
