"""How the product writes: dates, times, hours and percentages for people, and Markdown made safe."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

from lms.core.clock import LONDON

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td", "img",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}


def markdown(text: str) -> Markup:
    """Markdown as HTML that is safe to show: raw HTML is off, and what comes out is cleaned again."""
    html = nh3.clean(MARKDOWN.render(text), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES)
    return Markup(html)  # noqa: S704 (cleaned on the line above)


def london(instant: datetime) -> datetime:
    """An instant as London's clock shows it."""
    return instant.astimezone(LONDON)


def _date_of(value: date | datetime) -> date:
    return london(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """Such as Tuesday 10 March."""
    return _day(_date_of(value))


@lru_cache(maxsize=1024)
def _day(on: date) -> str:
    return f"{on:%A} {on.day} {on:%B}"


def day_year(value: date | datetime) -> str:
    """Such as 10 March 2026."""
    on = _date_of(value)
    return f"{on.day} {on:%B} {on.year}"


def clock_time(value: datetime) -> str:
    """Such as 9.30am or 2pm, in London."""
    at = london(value)
    hour = at.hour % 12 or 12
    minutes = f".{at.minute:02d}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004 (noon)


def hours(minutes: float) -> str:
    """Minutes as hours with at most one decimal: 21, 19.5."""
    value = (Decimal(str(minutes)) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value.normalize():f}" if value else "0"


def whole_percent(value: float) -> str:
    """A percentage as a whole number, halves up: 84%."""
    return f"{Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP)}%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: 1 person, 3 people."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def file_size(size: int) -> str:
    """A number of bytes as people say it: 40 kB, 1.5 MB."""
    kilo = 1024
    return f"{max(1, round(size / kilo))} kB" if size < kilo * kilo else f"{size / kilo / kilo:.1f} MB"


def initials(name: str) -> str:
    """First letters of the first and last name, capital: ṢA."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def register_filters(app: Flask) -> None:
    """Give templates the filters of this module, each under its own name."""
    for function in (markdown, day, day_year, clock_time, hours, whole_percent, plural, file_size, initials):
        app.add_template_filter(function)
