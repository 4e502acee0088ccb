"""Tables of forms on paper. A sheet says which questionnaire it is; nothing here says who filled it in.

What was keyed lies in `KeyedForm` only until it is taken in as a response or given up, and is deleted then.
docs/decisions/paper-forms.md says why.
"""

from __future__ import annotations

import secrets
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.questionnaires.models import Wave
from courses.cohorts.models import Cohort
from lms.core.model import REF_LENGTH, Base, Entity, enum_column
from lms.people.models import User

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and figures that nobody takes for one another in handwriting: no 0 and O, no 1, I and L."""
NUMBER_LENGTH = 8


def random_number() -> str:
    """The number of a sheet: about 40 random bits, so that a slip of the pen meets no other sheet."""
    return "".join(secrets.choice(LETTERS) for _ in range(NUMBER_LENGTH))


class PaperTask(StrEnum):
    """What somebody does with the paper of a cohort: never both, for the two together would tell who answered what."""

    CODES = "codes"
    KEYING = "keying"


class PaperHand(Base):
    """That somebody printed the list of a cohort's personal codes, or keys its forms. The key allows one of the two."""

    __tablename__ = "paper_hand"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    task: Mapped[PaperTask] = mapped_column(enum_column(PaperTask))

    cohort: Mapped[Cohort] = relationship()


class PaperSheet(Entity):
    """One printed form: its number, which questionnaire it is, and whether its answers are in.

    Sheets of one `batch` are printed together. One that `is_keyed_twice` needs two people who agree.
    """

    __tablename__ = "paper_sheet"
    __table_args__ = (
        CheckConstraint(f"length(number) = {NUMBER_LENGTH}", name="number"),
        Index(None, "wave_id", "batch"),
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    number: Mapped[str] = mapped_column(String(NUMBER_LENGTH), unique=True, default=random_number)
    batch: Mapped[str] = mapped_column(String(REF_LENGTH))
    is_keyed_twice: Mapped[bool]
    is_taken_in: Mapped[bool] = mapped_column(default=False)

    wave: Mapped[Wave] = relationship()

    @property
    def keyings(self) -> int:
        """By how many people it is keyed."""
        return 2 if self.is_keyed_twice else 1


class KeyedForm(Entity):
    """What one person keyed from one sheet, until it is taken in: by item code, with the personal code that stood on it.

    The database lets nobody key a sheet a second time themselves. `reminded_on` is when they were last told that it waits.
    """

    __tablename__ = "keyed_form"
    __table_args__ = (
        UniqueConstraint("sheet_id", "entry"),
        UniqueConstraint("sheet_id", "keyed_by_id"),
        CheckConstraint("entry IN (1, 2)", name="entry"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("paper_sheet.id"))
    entry: Mapped[int] = mapped_column(SmallInteger)
    keyed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code: Mapped[str] = mapped_column(String(NUMBER_LENGTH), default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    reminded_on: Mapped[date | None]

    sheet: Mapped[PaperSheet] = relationship()
    keyed_by: Mapped[User] = relationship()
