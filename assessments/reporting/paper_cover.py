"""The cover of the report: its title, and whom it is about."""

from __future__ import annotations

from collections.abc import Sequence

from assessments.reporting.document import Report
from lms.core import pdf_cover
from lms.core.pdf import Block, Page


def cover(report: Report) -> tuple[Page, Sequence[Block]]:
    """The first page."""
    day = f"{report.made_on.day} {report.made_on:%B %Y}"
    return pdf_cover.cover(report.title, report.subtitle, report.about, (report.under, day))
