"""What people said in their own words, in the report; and a report without it, as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assessments.evaluation import figures
from assessments.evaluation.policy import Policy
from assessments.reporting import html, pdf, report, workbook
from assessments.reporting.document import Report, Table
from assessments.reporting.material import Material
from assessments.themes import results
from assessments.themes.results import Counted, InWords, Said
from tests.assessments.reporting.conftest import SUBJECT

QUOTE = "I ask 3 things <b>first</b>, and write them down."


def in_words() -> InWords:
    themes = [Counted("a", "Strengths", "What goes well.", 18), Counted("b", "Lone", "One of few.", 3)]
    shown = results.protect(themes, 30, Policy(), [])
    said = tuple(Said(each, (QUOTE,) if each.people else ()) for each in shown)
    return InWords("Focus group sheet", "What helped?", date(2026, 9, 1), figures.people(30), said, 0.8765)


def test_the_chapter_holds_themes_and_quotes_and_passes_the_report_s_own_checks(
    material: Material, written: Report
) -> None:
    made = report.build(replace(material, words=(in_words(),)), SUBJECT)
    assert [chapter.title for chapter in made.chapters if chapter.title == "In their own words"]
    (themes,) = [table for table in made.tables if table.name == "words_1"]
    assert [[cell.text for cell in row.cells] for row in themes.rows] == [
        ["20", "60", "42 to 75"],
        ["–", "–", "–"],
        ["30", "", ""],
    ]
    assert "0.88" in themes.note
    (quotes,) = [table for table in made.tables if table.name == "words_1_quotes"]
    assert [row.cells[0].text for row in quotes.rows] == [f"“{QUOTE}”"]
    assert not [chapter for chapter in written.chapters if chapter.title == "In their own words"]
    assert [each for each in made.chapters if each.title != "In their own words"] == list(written.chapters)
    alone = Report("Words", "", "", "", SUBJECT.made_on, _only_words(made), exact=False)
    assert isinstance(quotes, Table)
    assert pdf.as_pdf(alone).startswith(b"%PDF")
    assert workbook.as_workbook(alone)
    assert html.context(alone)


def _only_words(made: Report):
    return tuple(each for each in made.chapters if each.title == "In their own words")
