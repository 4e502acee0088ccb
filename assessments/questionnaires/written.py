"""Answers in a person's own words, and days: what one is, and what makes it an answer to its question. Pure."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from assessments.questionnaires.items import MOST_CHARACTERS, Item

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)


@dataclass(frozen=True)
class Written:
    """One written answer.

    Attributes:
        text: the words of a `text` or `long_text` item; empty for a day.
        day: the day of a `date` item.
        may_quote: whether the writer agreed that these words may be quoted, without a name.
    """

    text: str = ""
    day: date | None = None
    may_quote: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written: no answer."""
        return not self.text and self.day is None


class NotWritten(ValueError):
    """Words or a day that the question does not take; the message says what it takes, for whoever wrote them."""


def checked(item: Item, written: Written) -> Written:
    """A written answer as it is kept: without blanks around it, without characters that nobody can see.

    Raises:
        NotWritten: it is too long, spans lines where one line is asked, is a day where words are asked or the other way
            round, or the item is not a written one.
    """
    text = _readable(written.text)
    if not item.is_written or bool(text and item.kind == "date") or (written.day and item.kind != "date"):
        raise NotWritten(f"“{item.wording}” takes another kind of answer.")
    if item.kind == "date":
        if written.day is not None and not EARLIEST <= written.day <= LATEST:
            raise NotWritten(f"The year of “{item.wording}” is out of range. Write it with four figures.")
        return Written(day=written.day)
    if item.kind == "text":
        text = " ".join(text.split())
    most = MOST_CHARACTERS[item.kind]
    if len(text) > most:
        raise NotWritten(f"“{item.wording}” takes at most {most:,} characters, and there are {len(text):,}.")
    return replace(written, text=text, may_quote=written.may_quote and bool(text))


def _readable(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = (
        each for each in lines if each in "\n\t" or unicodedata.category(each) not in {"Cc", "Cs", "Co", "Cn"}
    )
    return "".join(seen).strip()
