"""A report as a page: the words, charts and tables of the PDF, for every reader and every screen. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assessments.evaluation import charts_svg
from assessments.reporting.document import Report
from assessments.reporting.numbering import number
from assessments.reporting.prose import STRONG

FACE = re.compile(r"@font-face\s*{[^}]*}")


def as_html(report: Report) -> bytes:
    """A report as one file that fetches nothing: the product's own stylesheet stands inside."""
    template = _environment().get_template("assessments/reporting/file.html")
    return template.render(**context(report), stylesheet=Markup(_stylesheet())).encode()  # noqa: S704 -- our own file


def context(report: Report) -> Mapping[str, Any]:
    """What the templates of a report need."""
    return {
        "report": report,
        "numbering": number(report),
        "svg": charts_svg.svg,
        "hatch": charts_svg.HATCH,
        "bold": bold,
        "key": charts_svg.key,
    }


def bold(text: str) -> Markup:
    """Words with what stands between ** and ** strong."""
    pieces = STRONG.split(text)
    return Markup("").join(
        Markup("<strong>{}</strong>").format(piece) if place % 2 else Markup("{}").format(piece)
        for place, piece in enumerate(pieces)
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("assessments"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@lru_cache(maxsize=1)
def _stylesheet() -> str:
    """The product's stylesheet without the faces, which stand in files of their own."""
    sheet = resources.files("lms.core") / "static" / "css" / "going-forward.css"
    return FACE.sub("", sheet.read_text(encoding="utf-8"))
