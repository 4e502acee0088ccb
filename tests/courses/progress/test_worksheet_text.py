"""A worksheet as words, and how many rows of a table are shown."""

from courses.content.worksheets import Worksheet
from courses.progress.worksheet_text import as_text, rows_to_open, rows_to_show

SHEET = Worksheet.model_validate(
    {
        "kind": "worksheet",
        "id": "sheet",
        "title": "Sheet",
        "minutes": 10,
        "intro": "Fill it in.",
        "parts": [
            {
                "title": "First",
                "fields": [
                    {"id": "what", "label": "What we agreed"},
                    {"id": "review", "label": "When we look again", "size": "date"},
                    {"id": "who", "label": "Who was there", "size": "many", "options": ["The parent", "Me"]},
                ],
            },
            {
                "title": "Worries",
                "table": {
                    "id": "worries",
                    "row": "Worry",
                    "most": 5,
                    "columns": [
                        {"id": "what", "label": "What", "size": "line"},
                        {"id": "sign", "label": "How it stands", "size": "light"},
                    ],
                },
            },
        ],
    },
    strict=False,
)


def test_answers_stand_under_their_questions_and_empty_ones_are_left_out():
    words = {
        "q_what": "To walk to school.",
        "q_review": "2026-05-25",
        "q_who": ["The parent", "Me"],
        "q_worries__2__what": "The stairs",
        "q_worries__2__sign": "watch",
    }
    assert as_text(SHEET, words).split("\n") == [
        "FIRST", "", "What we agreed", "To walk to school.", "", "When we look again", "25 May 2026", "",
        "Who was there", "The parent, Me", "", "", "WORRIES", "", "Worry 2", "What", "The stairs", "",
        "How it stands", "Something to watch",
    ]  # fmt: skip


def test_an_empty_sheet_is_no_words_and_a_day_that_is_none_stays_as_it_was_typed():
    assert as_text(SHEET, {}) == ""
    assert "31/02/2011" in as_text(SHEET, {"q_review": "31/02/2011"})


def test_there_are_always_two_rows_to_spare_until_the_most():
    table = SHEET.tables[0]
    assert rows_to_show(table, {}) == 3
    assert rows_to_show(table, {"q_worries__2__what": "x"}) == 4
    assert rows_to_show(table, {"q_worries__5__sign": "act"}) == 5


def test_what_is_written_stands_open_and_the_next_row_with_it():
    table = SHEET.tables[0]
    assert rows_to_open(table, {}) == 1
    assert rows_to_open(table, {"q_worries__2__what": "x"}) == 3
    assert rows_to_open(table, {"q_worries__5__sign": "act"}) == 5
