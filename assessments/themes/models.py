"""Tables of the themes: what is taken in to be read, what of it is hidden, the codebook, two codings, what is settled, quotes.

Everything that is made of an answer hangs on the answer and goes with it: whoever takes an answer back takes the redaction,
the codes and the quote as well, by the database's own hand. Nothing here says who wrote; the people named are readers
and coders.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.questionnaires.models import ID_LENGTH
from assessments.questionnaires.schema import WaveKind
from courses.cohorts.models import Programme
from lms.core import clock
from lms.core.model import APPEND_ONLY, Base, Entity, enum_column

NAME_LETTERS = 80
WORDS_LETTERS = 500


class ThemeQuestion(Entity):
    """A question whose written answers are read for themes, over a whole programme and never by a part of it.

    Its words and its questionnaire's title are as they were when its answers were first taken in.
    """

    __tablename__ = "theme_question"
    __table_args__ = (UniqueConstraint("programme_id", "kind", "item"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[WaveKind] = mapped_column(enum_column(WaveKind))
    item: Mapped[str] = mapped_column(String(60))
    instrument: Mapped[str] = mapped_column(String(160))
    wording: Mapped[str] = mapped_column(Text)

    programme: Mapped[Programme] = relationship()


class TakenIn(Base):
    """That an answer to a question may be read. Answers are taken in by batches, so that no small group is read alone.

    What comes in late, or is corrected, waits for the next batch.
    """

    __tablename__ = "taken_in_answer"
    __table_args__ = ({"sqlite_with_rowid": False},)

    answer_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("written_answer.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[int] = mapped_column(ForeignKey("theme_question.id"), index=True)
    batch: Mapped[int]


class ReadingDay(Base):
    """That somebody opened the answers to a question as they were written, on a day. Pages with them are shown only then."""

    __tablename__ = "theme_reading"

    question_id: Mapped[int] = mapped_column(ForeignKey("theme_question.id"), primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    opened_on: Mapped[date] = mapped_column(primary_key=True)


class Redaction(Base):
    """An answer without what could tell who somebody is, as a reader has confirmed it. Coders, quotes and pages see only this.

    `hidden` gives for each place in the original its start, its end and what stands in its stead.
    """

    __tablename__ = "redaction"
    __table_args__ = ({"sqlite_with_rowid": False},)

    answer_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("taken_in_answer.answer_id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[int] = mapped_column(ForeignKey("theme_question.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    hidden: Mapped[list[list[Any]]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Theme(Entity):
    """A theme of a question's codebook. One that is retired is offered no more; one merged into another counts as that one."""

    __tablename__ = "theme"
    __table_args__ = (
        UniqueConstraint("question_id", "name"),
        CheckConstraint("merged_into_id IS NULL OR is_retired", name="merged"),
        CheckConstraint("merged_into_id <> id", name="itself"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("theme_question.id"))
    name: Mapped[str] = mapped_column(String(NAME_LETTERS))
    meaning: Mapped[str] = mapped_column(String(WORDS_LETTERS))
    use_when: Mapped[str] = mapped_column(String(WORDS_LETTERS), default="")
    not_when: Mapped[str] = mapped_column(String(WORDS_LETTERS), default="")
    example: Mapped[str] = mapped_column(String(WORDS_LETTERS), default="")
    is_retired: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))

    question: Mapped[ThemeQuestion] = relationship()


class Coder(Base):
    """One of the two who code the answers to a question, each without seeing what the other does."""

    __tablename__ = "theme_coder"
    __table_args__ = (
        UniqueConstraint("question_id", "place"),
        CheckConstraint("place IN (1, 2)", name="place"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("theme_question.id"), primary_key=True)
    coder_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    place: Mapped[int]


class Coding(Base):
    """That a coder has coded an answer; with which themes is in `CodedTheme`, and none at all is a coding too.

    When both have coded everything, all of it is fixed (`is_fixed`): only then is one shown beside the other, and neither
    is changed any more.
    """

    __tablename__ = "coding"
    __table_args__ = (
        ForeignKeyConstraint(
            ["question_id", "coder_id"],
            ["theme_coder.question_id", "theme_coder.coder_id"],
            ondelete="CASCADE",
        ),
        {"sqlite_with_rowid": False},
    )

    answer_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("redaction.answer_id", ondelete="CASCADE"), primary_key=True
    )
    coder_id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(index=True)
    is_fixed: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class CodedTheme(Base):
    """A theme that a coder saw in an answer."""

    __tablename__ = "coding_theme"
    __table_args__ = (
        ForeignKeyConstraint(
            ["answer_id", "coder_id"], ["coding.answer_id", "coding.coder_id"], ondelete="CASCADE"
        ),
        {"sqlite_with_rowid": False},
    )

    answer_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    coder_id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)


class Settlement(Base):
    """How a difference between the two coders was settled when they had talked about it, by whom and when."""

    __tablename__ = "settlement"
    __table_args__ = ({"sqlite_with_rowid": False},)

    answer_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("redaction.answer_id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[int] = mapped_column(ForeignKey("theme_question.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class SettledTheme(Base):
    """A theme that an answer has in the end."""

    __tablename__ = "settlement_theme"
    __table_args__ = ({"sqlite_with_rowid": False},)

    answer_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("settlement.answer_id", ondelete="CASCADE"), primary_key=True
    )
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)


class Quote(Base):
    """An answer that was chosen to stand for a theme. Shown only while its writer's consent stands."""

    __tablename__ = "quote"
    __table_args__ = ({"sqlite_with_rowid": False},)

    answer_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("redaction.answer_id", ondelete="CASCADE"), primary_key=True
    )
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class ThemeFigures(Entity):
    """The figures of a question's themes as they came out on a day, protected; the latest are the ones shown.

    How many answers of which batches, up to the last, they are about, and the exact count of each theme, are never shown: they tell whether
    answers were taken back or have come in since.
    """

    __tablename__ = "theme_figures"
    __table_args__ = (APPEND_ONLY,)

    question_id: Mapped[int] = mapped_column(ForeignKey("theme_question.id"), index=True)
    made_on: Mapped[date]
    answers: Mapped[int]
    batch: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
