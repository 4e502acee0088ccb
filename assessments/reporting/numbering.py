"""Numbers of chapters, figures and tables, the same in every form of a report. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.reporting.document import Chapter, Figure, Report, Table


@dataclass(frozen=True)
class Numbering:
    """What each chapter, figure and table goes by."""

    chapters: Mapping[int, str]
    figures: Mapping[int, int]
    tables: Mapping[str, int]

    def chapter(self, chapter: Chapter) -> str:
        """Its place among the chapters, or its letter among the appendices."""
        return self.chapters[id(chapter)]

    def figure(self, figure: Figure) -> str:
        """Its place among the figures."""
        return f"Figure {self.figures[id(figure)]}"

    def table(self, table: Table) -> str:
        """Its place among the tables."""
        return f"Table {self.tables[table.name]}"


def number(report: Report) -> Numbering:
    """Number a report from front to back."""
    chapters: dict[int, str] = {}
    for chapter in report.chapters:
        plain = len([each for each in chapters.values() if each.startswith("Chapter")]) + 1
        chapters[id(chapter)] = f"Appendix {chapter.letter}" if chapter.letter else f"Chapter {plain}"
    return Numbering(
        chapters,
        {id(figure): place for place, figure in enumerate(report.figures, start=1)},
        {table.name: place for place, table in enumerate(report.tables, start=1)},
    )
