"""Puts a report together: the chapters in order, the appendices after them. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from assessments.reporting import (
    appendices,
    chapters_change,
    chapters_frame,
    chapters_groups,
    chapters_people,
    chapters_sides,
    chapters_statements,
    checks,
    study_chapter,
)
from assessments.reporting.document import Chapter, Report
from assessments.reporting.material import Material

CHAPTERS: tuple[Callable[[Material], Chapter | None], ...] = (
    chapters_frame.summary,
    chapters_frame.method,
    chapters_people.profile,
    chapters_people.motivations,
    chapters_statements.before,
    chapters_statements.after,
    chapters_change.change,
    chapters_groups.groups,
    chapters_sides.lasted,
    chapters_statements.support,
    chapters_sides.sides,
    chapters_frame.trust,
)
"""In their order; one that has nothing to say is left out."""
APPENDICES: tuple[Callable[[Material], Chapter], ...] = (
    appendices.methods,
    appendices.instruments,
    appendices.counts,
    appendices.comparisons,
    lambda material: study_chapter.chapter(material.prose),
)
TITLE = "What changed for practitioners"
SUBTITLE = "An evaluation of the course, from the answers of those who took it"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a report is about: a programme, provider, cohort or file; who is over it; and the day it is made."""

    name: str
    under: str
    made_on: date


def build(material: Material, subject: Subject) -> Report:
    """Write a report and check it.

    Raises:
        ReportRefused: Some of its figures do not agree; every failure is named.
    """
    report = Report(
        TITLE,
        SUBTITLE,
        subject.name,
        subject.under,
        subject.made_on,
        tuple(_chapters(material)),
        material.exact,
        frozenset(material.prose.names.values()),
    )
    checks.check(report, material.protected)
    return report


def _chapters(material: Material) -> Iterator[Chapter]:
    yield from (chapter for write in CHAPTERS if (chapter := write(material)) is not None)
    for letter, write in zip("ABCDEFGH", APPENDICES, strict=False):
        yield replace(write(material), letter=letter)
