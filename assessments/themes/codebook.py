"""The codebook of a question: themes are added, reworded, merged and retired, and each change is noted."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select

from assessments.themes import queries, service
from assessments.themes.models import NAME_LETTERS, WORDS_LETTERS, Theme, ThemeQuestion
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db

MOST_THEMES = 40
"""Themes that a codebook may offer at one time: nobody holds more in mind."""


@dataclass(frozen=True)
class Words:
    """What a codebook says of a theme.

    Attributes:
        name: Its short name, of which there is one in a codebook.
        meaning: What it is.
        use_when, not_when: When an answer has it, and when it only seems to.
        example: An invented or redacted answer that has it.
    """

    name: str
    meaning: str
    use_when: str = ""
    not_when: str = ""
    example: str = ""


def add(question: ThemeQuestion, words: Words, *, by: Actor) -> Theme:
    """Add a theme to a codebook.

    Raises:
        Refused: the name or the meaning is missing, something is too long, or there are too many.
        Conflict: there is one of that name, retired or not.
    """
    _check(words)
    if len(queries.list_offered(question)) >= MOST_THEMES:
        raise Refused(f"A codebook has {MOST_THEMES} themes at most. Merge or retire some first.")
    _refuse_taken(question, words.name)
    theme = Theme(question=question, **asdict(words))
    db.session.add(theme)
    db.session.flush()
    _record("added", theme, by=by)
    return theme


def reword(theme: Theme, words: Words, *, by: Actor) -> None:
    """Say otherwise what a theme is; what was coded with it stays.

    Raises:
        Refused, Conflict: as `add`.
    """
    _check(words)
    _refuse_taken(theme.question, words.name, besides=theme)
    for name, value in asdict(words).items():
        setattr(theme, name, value)
    _record("reworded", theme, by=by)


def retire(theme: Theme, *, by: Actor) -> None:
    """Offer a theme no more. What was coded with it is kept and counts no more."""
    theme.is_retired = True
    _record("retired", theme, by=by)


def bring_back(theme: Theme, *, by: Actor) -> None:
    """Offer a theme again that was retired or merged, and count what was coded with it as its own again."""
    theme.is_retired = False
    theme.merged_into_id = None
    _record("brought back", theme, by=by)


def merge(theme: Theme, into: Theme, *, by: Actor) -> None:
    """Count whatever was coded with one theme as another, and offer only that.

    Raises:
        Refused: they are of different codebooks or the same one, or the other is offered no more.
    """
    if theme.id == into.id or theme.question_id != into.question_id or into.is_retired:
        raise Refused("Choose another theme of this codebook to merge it into.", field="into")
    theme.is_retired = True
    theme.merged_into_id = into.id
    _record("merged", theme, by=by, into=into.name)


def _check(words: Words) -> None:
    if not words.name:
        raise Refused("Give the theme a short name.", field="name")
    if not words.meaning:
        raise Refused("Say in a sentence what the theme is.", field="meaning")
    for field, text in asdict(words).items():
        most = NAME_LETTERS if field == "name" else WORDS_LETTERS
        if len(text) > most:
            raise Refused(f"Keep it under {most} letters; there are {len(text)}.", field=field)


def _refuse_taken(question: ThemeQuestion, name: str, *, besides: Theme | None = None) -> None:
    service.lock(question)
    same = select(Theme.id).where(Theme.question_id == question.id, Theme.name == name)
    if db.session.scalar(same) not in {None, besides.id if besides else None}:
        raise Conflict(f"There is a theme called “{name}” already. It may be a retired one.", field="name")


def _record(change: str, theme: Theme, *, by: Actor, **facts: str) -> None:
    organisation_id = theme.question.programme.commissioner_id
    audit.record(
        Act.THEMES_CHANGED,
        by=by,
        on=theme,
        organisation_id=organisation_id,
        change=change,
        name=theme.name,
        meaning=theme.meaning,
        **facts,
    )
