"""The report: every number from its table, nothing that must be hidden, and no report at all when something disagrees."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assessments import reporting
from assessments.evaluation import disclosure, export, tables
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.responses import Responses
from assessments.reporting import checks, report
from assessments.reporting.checks import ReportRefused
from assessments.reporting.document import Cell, Figure, Report, Table
from assessments.reporting.material import Material
from tests.assessments.reporting.conftest import SUBJECT

ROOM = Path(reporting.__path__[0])


def table(written: Report, name: str) -> Table:
    return next(each for each in written.tables if each.name == name)


def test_chapters_come_in_the_order_of_a_reader(written: Report) -> None:
    titles = [chapter.title for chapter in written.chapters if not chapter.letter]
    assert titles == [
        "Summary",
        "How this evaluation was done",
        "Who took part",
        "Why they came",
        "Before the course",
        "After the course",
        "What changed",
        "Was it the same for everyone?",
        "What will help it last",
        "How far to trust this",
    ]
    assert [chapter.letter for chapter in written.chapters if chapter.letter] == ["A", "B", "C", "D", "E"]


def test_figures_are_those_of_the_study(written: Report) -> None:
    row = next(row for row in table(written, "before").rows if row.codes == ("pre_challenge",))
    cells = dict(zip(table(written, "before").heads[1:], row.cells, strict=True))
    assert (cells["People"].text, cells["Agree in all"].text) == ("527", "77.6")
    challenge = next(row for row in table(written, "change_pre_challenge").rows if row.heads == ("Disagree",))
    assert [cell.text for cell in challenge.cells[:6]] == ["102", "0.0", "4.9", "54.9", "27.5", "12.7"]


def test_a_finding_is_said_of_every_chart(written: Report) -> None:
    assert all(figure.finding.endswith(".") for figure in written.figures)
    challenge = next(figure for figure in written.figures if "moved_pre_challenge" in figure.tables)
    assert challenge.finding == (
        "Of about 100 people who disagreed before, 82% agreed after the course (likely between 74% and 89%)."
    )


def test_no_cell_is_printed_that_the_export_hides(written: Report, protected: Protected) -> None:
    hidden = {("frequencies", *row[:2]) for row in export.frequency_rows(protected) if row[-1] == "yes"}
    hidden |= {("transitions", *row[:4]) for row in export.transition_rows(protected) if row[-1] == "yes"}
    hidden |= {("groups", *row[:3]) for row in export.group_rows(protected) if row[-1] == "yes"}
    printed = {
        cell.key[:-1]
        for each in written.tables
        for row in each.rows
        for cell in row.cells
        if cell.key and cell.key[-1] in {"percent", "range"} and not cell.is_hidden
    }
    assert printed
    assert not printed & hidden


def test_the_fixed_words_hold_no_digits() -> None:
    texts = (ROOM / "texts.yaml").read_text(encoding="utf-8")
    assert not re.findall(r"\d", re.sub(r"^\s*#.*$", "", texts, flags=re.MULTILINE))


def test_the_sentences_that_are_written_hold_no_digits() -> None:
    for path in [*ROOM.glob("chapters_*.py"), ROOM / "appendices.py", ROOM / "report.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                said = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
                assert not re.search(r"\d", said), f"{path.name}, line {node.lineno}: {said}"


def test_a_count_that_does_not_add_up_refuses_the_report(material: Material) -> None:
    protected = material.protected
    frequencies = protected.tables.frequencies
    count = frequencies.count.copy()
    count[frequencies.keys.index(("hours", "full_time"))] += 1
    wrong = replace(
        material,
        protected=replace(
            protected, tables=replace(protected.tables, frequencies=replace(frequencies, count=count))
        ),
    )
    with pytest.raises(ReportRefused) as refused:
        report.build(wrong, SUBJECT)
    assert "hours: the answers add up to 484, the base is 483" in refused.value.failures


def test_a_base_that_does_not_agree_refuses_the_report(study: Responses) -> None:
    protected = disclosure.unprotected(tables.build(study))
    transitions = protected.tables.transitions
    before_only = (transitions.before_only[0] + np.array([1, 0, 0, 0]), *transitions.before_only[1:])
    wrong = replace(
        protected,
        tables=replace(protected.tables, transitions=replace(transitions, before_only=before_only)),
    )
    assert any(
        said.startswith("pre_role_clear and post_role_clearer: ") and said.endswith("answered it")
        for said in checks.bases(wrong)
    )
    assert not list(checks.bases(protected))


def tampered(written: Report, name: str, place: int, text: str) -> Report:
    """The report with another text in one cell of the first row of a table."""
    made = []
    for chapter in written.chapters:
        parts = []
        for part in chapter.parts:
            if isinstance(part, Table) and part.name == name:
                first, *rest = part.rows
                cells = list(first.cells)
                cells[place] = Cell(text, key=cells[place].key)
                part = replace(part, rows=(replace(first, cells=tuple(cells)), *rest))  # noqa: PLW2901
            parts.append(part)
        made.append(replace(chapter, parts=tuple(parts)))
    return replace(written, chapters=tuple(made))


def test_all_failures_are_named_at_once(written: Report, protected: Protected) -> None:
    wrong = tampered(tampered(written, "before", 0, "999"), "hours", 1, "12.3")
    with pytest.raises(ReportRefused) as refused:
        checks.check(wrong, protected)
    said = "\n".join(refused.value.failures)
    assert (
        "table before, I am clear about what my role is within the children's centre team.: prints '999'"
        in said
    )
    assert "table hours, Full-time: prints '12.3' for percent, the export gives '66.9'" in said


def test_a_hidden_cell_that_is_printed_refuses_the_report(written: Report, protected: Protected) -> None:
    name, place = next(
        (each.name, place)
        for each in written.tables
        for place, cell in enumerate(each.rows[0].cells)
        if cell.is_hidden and cell.key
    )
    with pytest.raises(ReportRefused, match="the export gives '–'"):
        checks.check(tampered(written, name, place, "3.1"), protected)


def test_a_sentence_that_says_another_number_refuses_the_report(
    written: Report, protected: Protected
) -> None:
    chapters = []
    for chapter in written.chapters:
        parts = tuple(
            replace(part, finding="Of those, 43.7% agree.")
            if isinstance(part, Figure) and part.tables == ("hours",)
            else part
            for part in chapter.parts
        )
        chapters.append(replace(chapter, parts=parts))
    with pytest.raises(ReportRefused, match=r"43\.7 in “Of those, 43\.7% agree\.” stands in no table"):
        checks.check(replace(written, chapters=tuple(chapters)), protected)
