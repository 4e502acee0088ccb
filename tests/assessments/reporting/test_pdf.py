"""The report on paper: pages, contents, tags, words in reading order."""

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from pypdf import PageObject, PdfReader

from assessments.reporting import pdf
from assessments.reporting.commands import evaluation
from assessments.reporting.document import Report
from tests.assessments.evaluation.conftest import COHORT

HEAD, FOOT = 757.0, 62.0
"""Where the words of a page begin and end, in points from below."""


@pytest.fixture(scope="module")
def made(written: Report) -> bytes:
    return pdf.as_pdf(written)


@pytest.fixture(scope="module")
def read(made: bytes) -> list[tuple[str, float]]:
    """Each page's words, and how far down they reach: the share of the room between running head and foot."""
    return [_read(page) for page in PdfReader(BytesIO(made)).pages]


def _read(page: PageObject) -> tuple[str, float]:
    heights: list[float] = []

    def note(text: str, matrix: list[float], at: list[float], *_: object) -> None:
        if text.strip():
            heights.append(matrix[5] + matrix[3] * at[5])

    text = page.extract_text(visitor_text=note)
    lowest = min(height for height in heights if height > FOOT)
    return text, (HEAD - lowest) / (HEAD - FOOT)


@pytest.fixture(scope="module")
def pages(read: list[tuple[str, float]]) -> list[str]:
    return [text for text, _ in read]


def test_thirty_pages_or_more_each_with_its_number(pages: list[str]) -> None:
    assert len(pages) >= 30
    for place, text in enumerate(pages[1:], start=2):
        assert f"Page {place} of {len(pages)}" in text


def test_pages_are_filled(read: list[tuple[str, float]]) -> None:
    filled = [share for _, share in read[2:-1]]
    assert min(filled) > 0.45
    assert sum(filled) / len(filled) > 0.8


def test_the_cover_says_what_whose_and_when(pages: list[str]) -> None:
    cover = " ".join(pages[0].split())
    for said in (
        "What changed for practitioners",
        "Families Going Forward",
        "Northgate Training",
        "28 November 2026",
    ):
        assert said in cover


def test_contents_lead_to_the_page_of_each_chapter(written: Report, pages: list[str]) -> None:
    front = " ".join(" ".join(pages[1:4]).split())
    for chapter in written.chapters:
        found = re.search(re.escape(chapter.title) + r"\s+(\d+)", front)
        assert found, chapter.title
        assert chapter.title.split()[0] in pages[int(found[1]) - 1]


def test_every_figure_and_table_has_its_number(written: Report, pages: list[str]) -> None:
    text = " ".join(pages)
    for name, count in (("Figure", len(written.figures)), ("Table", len(written.tables))):
        assert {f"{name} {n}" for n in range(1, count + 1)} <= set(re.findall(rf"{name} \d+", text))


def test_it_is_tagged_for_who_cannot_see_it(made: bytes) -> None:
    with pikepdf.open(BytesIO(made)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == "en-GB"
        kinds: dict[str, int] = {}
        unnamed = []
        for item in file.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem":
                kind = str(item.S)
                kinds[kind] = kinds.get(kind, 0) + 1
                if kind == "/Figure" and not str(item.get("/Alt", "")):
                    unnamed.append(item)
        assert not unnamed
        assert kinds["/H1"] == 1
        assert min(kinds[kind] for kind in ("/H2", "/H3", "/Table", "/TH", "/TD", "/Figure", "/LI")) > 10
        with file.open_outline() as outline:
            assert next(item.title for item in outline.root).endswith("Summary")


def test_the_same_report_makes_the_same_bytes(written: Report, made: bytes) -> None:
    assert pdf.as_pdf(written) == made


def test_the_command_writes_it_without_a_database(tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    done = CliRunner().invoke(evaluation, ["report", "--out", str(out), "--responses", str(COHORT)])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("547 respondents, ")
    assert out.read_bytes().startswith(b"%PDF-")
    assert list(tmp_path.iterdir()) == [out]


def test_an_ending_that_is_not_known_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(evaluation, ["report", "--out", str(tmp_path / "report.doc")])
    assert done.exit_code == 2
    assert "report.doc: the ending is not known; accepted: .pdf" in done.output
