"""Tables of the questionnaires. Who was asked and what was answered stand apart and cannot be joined without the key.

`Invitation` knows people and no answers; `Response`, `SpecialAnswers` and `WrittenAnswer` know answers and no people, and
none of the three leads to another. Between the two sides there is no foreign key, no time, no counter and no order: responses carry random keys and, on SQLite, lie in
the order of those keys (`WITHOUT ROWID`). docs/decisions/confidential-answers.md says what this is good for and
where it ends.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.questionnaires import pseudonyms
from assessments.questionnaires.schema import MOST_CHARACTERS, WaveKind
from courses.cohorts.models import Cohort, Enrolment
from lms.core.model import APPEND_ONLY, Base, Entity, enum_column

ID_LENGTH = 22
HEXADECIMAL = "0123456789abcdef"


def random_id() -> str:
    """128 random bits as 22 characters: the key of a response says nothing about when it was made."""
    return secrets.token_urlsafe(16)


def _is_pseudonym(column: str, length: int = pseudonyms.LENGTH) -> str:
    return f"length({column}) = {length} AND trim({column}, '{HEXADECIMAL}') = ''"


class InstrumentVersion(Entity):
    """One published version of an instrument, never changed: responses pin the version they were given to."""

    __tablename__ = "instrument_version"
    __table_args__ = (
        UniqueConstraint("slug", "number"),
        CheckConstraint("number >= 1", name="number"),
        APPEND_ONLY,
    )

    slug: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    content_hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class Pairing(Base):
    """By which key the responses of a cohort are pseudonymised: one for all its waves, so that they pair.

    A changed or lost key would silently give the same practitioner another pseudonym after the course. The foreign keys
    from here through `Wave` to `Response` make the database refuse that.
    """

    __tablename__ = "response_pairing"
    __table_args__ = (
        UniqueConstraint("cohort_id", "key_check"),
        CheckConstraint(_is_pseudonym("key_check", pseudonyms.CHECK_LENGTH), name="key_check"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    key_check: Mapped[str] = mapped_column(String(pseudonyms.CHECK_LENGTH))


class Wave(Entity):
    """One asking of an instrument in one cohort, open from one day to another (both included).

    Its days follow the cohort's calendar until somebody sets them `by_hand`. When it opens, the instrument's newest version
    is fixed (`is_begun`).
    """

    __tablename__ = "wave"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cohort_id", "key_check"], ["response_pairing.cohort_id", "response_pairing.key_check"]
        ),
        UniqueConstraint("cohort_id", "kind"),
        UniqueConstraint("id", "key_check"),
        CheckConstraint("closes_on >= opens_on", name="days"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    instrument_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"), index=True)
    kind: Mapped[WaveKind] = mapped_column(enum_column(WaveKind))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    key_check: Mapped[str] = mapped_column(String(pseudonyms.CHECK_LENGTH))
    by_hand: Mapped[bool] = mapped_column(default=False)
    is_begun: Mapped[bool] = mapped_column(default=False)

    cohort: Mapped[Cohort] = relationship(foreign_keys=[cohort_id])
    instrument_version: Mapped[InstrumentVersion] = relationship()


class Invitation(Base):
    """Who was asked, and whether they have answered: a yes or a no, without a time.

    Whenever one `answered` changes, every row of the wave is written again, so that not even the order in which a
    database lays rows down tells whose answer came when.
    """

    __tablename__ = "invitation"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    answered: Mapped[bool] = mapped_column(default=False)


class OutsideInvitation(Entity):
    """Somebody without a place in the cohort who is asked, such as a manager, and whether they have answered.

    As with `Invitation`, every row of the wave is written again whenever one `answered` changes.
    """

    __tablename__ = "outside_invitation"
    __table_args__ = (
        UniqueConstraint("wave_id", "email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    answered: Mapped[bool] = mapped_column(default=False)


class PersonalLink(Entity):
    """That somebody who is asked has been sent a link which opens this one questionnaire of this one wave, and nothing else.

    The token is worked out from `ref` and a key that is not in the database; only its hash is here, so that it can be looked
    up. Nothing is written when the link is followed.
    """

    __tablename__ = "personal_link"
    __table_args__ = (
        UniqueConstraint("wave_id", "enrolment_id"),
        UniqueConstraint("wave_id", "outside_id"),
        CheckConstraint("(enrolment_id IS NULL) <> (outside_id IS NULL)", name="whose"),
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    outside_id: Mapped[int | None] = mapped_column(ForeignKey("outside_invitation.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)

    wave: Mapped[Wave] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()
    outside: Mapped[OutsideInvitation | None] = relationship()


class FamilyLink(Entity):
    """A card for a family of the cohort: its link opens what a parent is asked, at the start and at the end.

    Nothing says which family has it. Cards are printed many at a time and handed out by whoever visits, so their answers
    pair with each other and lead to nobody. The token is worked out from `ref`, as that of a personal link.
    """

    __tablename__ = "family_link"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)

    cohort: Mapped[Cohort] = relationship()


class Reminder(Base):
    """That those who had not answered by a day were reminded: once a day, and nobody is named."""

    __tablename__ = "wave_reminder"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    sent_on: Mapped[date] = mapped_column(primary_key=True)


class Response(Base):
    """What somebody answered in one wave, one byte an item (see `codes.py`), under a keyed pseudonym.

    The pseudonym is the same in every wave of an enrolment, so waves pair; a wave holds each pseudonym once.
    `answered_on` is the Monday of the week for answers given here, so that a day cannot be matched with a sign-in; for
    imported responses, whose respondents have no account, it is the day in the file. Rows lie wave by wave, in the order
    of random keys: a cohort is read in one piece, and the order says nothing.
    """

    __tablename__ = "response"
    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "key_check"], ["wave.id", "wave.key_check"]),
        UniqueConstraint("wave_id", "pseudonym"),
        CheckConstraint(_is_pseudonym("pseudonym"), name="pseudonym"),
        CheckConstraint(f"length(id) = {ID_LENGTH}", name="id"),
        CheckConstraint("length(codes) > 0", name="codes"),
        {"sqlite_with_rowid": False},
    )

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=random_id)
    key_check: Mapped[str] = mapped_column(String(pseudonyms.CHECK_LENGTH))
    pseudonym: Mapped[str] = mapped_column(String(pseudonyms.LENGTH))
    answered_on: Mapped[date]
    codes: Mapped[bytes] = mapped_column(LargeBinary)
    complete: Mapped[bool] = mapped_column(default=False)


class SpecialAnswers(Base):
    """Special-category answers of one response, under a second pseudonym that leads to the response only with the key.

    Not even the wave is named: without the key nothing here can be counted by cohort.
    """

    __tablename__ = "special_answers"
    __table_args__ = (
        CheckConstraint(_is_pseudonym("pseudonym"), name="pseudonym"),
        CheckConstraint("length(codes) > 0", name="codes"),
        {"sqlite_with_rowid": False},
    )

    pseudonym: Mapped[str] = mapped_column(String(pseudonyms.LENGTH), primary_key=True)
    instrument_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    codes: Mapped[bytes] = mapped_column(LargeBinary)


class WrittenAnswer(Base):
    """What somebody wrote in answer to one question, or the day they gave; never among the bytes of their response.

    Its pseudonym is made from the response and the question, so that without the key no text leads to a response, to
    another answer of the same person or to that person. The wave is named, because words are read cohort by cohort to
    find their themes. Rows lie in the order of random keys and have no time.
    """

    __tablename__ = "written_answer"
    __table_args__ = (
        Index(None, "wave_id", "item"),
        CheckConstraint(_is_pseudonym("pseudonym"), name="pseudonym"),
        CheckConstraint(f"length(id) = {ID_LENGTH}", name="id"),
        CheckConstraint("(text IS NULL) <> (day IS NULL)", name="one"),
        CheckConstraint(f"length(text) BETWEEN 1 AND {max(MOST_CHARACTERS.values())}", name="text"),
        CheckConstraint("text IS NOT NULL OR NOT may_quote", name="may_quote"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=random_id)
    pseudonym: Mapped[str] = mapped_column(String(pseudonyms.LENGTH), unique=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    item: Mapped[str] = mapped_column(String(60))
    text: Mapped[str | None] = mapped_column(Text)
    day: Mapped[date | None]
    may_quote: Mapped[bool] = mapped_column(default=False)


class AnswerColumns(Base):
    """A copy of the responses of some waves by column, which is read a hundred times as fast. It may be dropped at any time.

    It exists only as long as it is true: whoever changes a response deletes the copy that holds it (`columns.py`).
    Responses stand in the order of their pseudonyms, for each column one byte a response; what is more than a byte (16 a
    pseudonym, 4 a cohort) likewise. `codes` are the ordinary items. Those of a special category are sealed, so that
    without the key the copy tells no more than the tables it was made from: nothing leads from one to the other.
    """

    __tablename__ = "answer_columns"
    __table_args__ = (CheckConstraint(f"length(id) = {ID_LENGTH}", name="id"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=random_id)
    instrument_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    kind: Mapped[WaveKind] = mapped_column(enum_column(WaveKind))
    key_check: Mapped[str] = mapped_column(String(pseudonyms.CHECK_LENGTH))
    waves: Mapped[int]
    pseudonyms: Mapped[bytes] = mapped_column(LargeBinary)
    cohorts: Mapped[bytes] = mapped_column(LargeBinary)
    codes: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_special: Mapped[bytes] = mapped_column(LargeBinary)


class CopiedWave(Base):
    """In which copy the responses of a wave are, all of them; none where there is no copy."""

    __tablename__ = "copied_wave"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True, autoincrement=False)
    columns_id: Mapped[str] = mapped_column(ForeignKey("answer_columns.id", ondelete="CASCADE"), index=True)


class ResponseImport(Entity):
    """A provider's file of responses that was offered. The same file is taken once.

    `staged` holds its coded rows between the preview and the decision and is emptied by either; nothing leads from
    here to a response.
    """

    __tablename__ = "response_import"
    __table_args__ = (
        UniqueConstraint("provider_id", "sha256"),
        CheckConstraint("confirmed_at IS NULL OR staged IS NULL", name="staged"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    counts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    staged: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
