"""What there is to read and to code: by question, over a whole programme, never by person and never by a part of it.

Answers come in the order of their random keys. A page counts them by their place in that order, so that no address holds
a key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select, union

from assessments.questionnaires import library
from assessments.questionnaires.models import InstrumentVersion, OutsideInvitation, Wave, WrittenAnswer
from assessments.questionnaires.schema import WaveKind
from assessments.themes.models import CodedTheme, Coding, ReadingDay, Redaction, TakenIn, Theme, ThemeQuestion
from assessments.themes.reach import cohorts_of, organisations_of
from assessments.themes.redaction import Known
from courses.cohorts.models import Enrolment, Programme
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import Membership, Organisation, Setting, User


@dataclass(frozen=True)
class Offer:
    """A question of a programme with answers in closed waves that nobody may read yet, as they are not taken in.

    Attributes:
        kind, item: The question.
        instrument, wording: The questionnaire's title and the question's words.
        waiting: How many such answers there are.
    """

    kind: WaveKind
    item: str
    instrument: str
    wording: str
    waiting: int


@dataclass(frozen=True)
class Original:
    """An answer as it was written, with what has been made of it."""

    id: str
    place: int
    text: str
    redaction: Redaction | None


@dataclass(frozen=True)
class ToCode:
    """A redacted answer as a coder meets it: its place among all, the text, what the coder has said of it, and whether for good."""

    id: str
    place: int
    text: str
    is_coded: bool
    is_fixed: bool
    themes: frozenset[int]


def known_names(programme_id: int) -> Known:
    """The names that the system knows of a programme's people, organisations and workplaces."""
    cohorts, organisations = cohorts_of(programme_id), organisations_of(programme_id)
    people = union(
        select(User.name)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id.in_(cohorts)),
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id.in_(organisations)),
        select(OutsideInvitation.name)
        .join(Wave, Wave.id == OutsideInvitation.wave_id)
        .where(Wave.cohort_id.in_(cohorts)),
    )
    places = union(
        select(Organisation.name).where(Organisation.id.in_(organisations)),
        select(Setting.name).where(Setting.organisation_id.in_(organisations)),
    )
    return Known(frozenset(db.session.scalars(people)), frozenset(db.session.scalars(places)))


def _answers_of(question: ThemeQuestion) -> Select[str]:
    """The keys of the answers to a question that are taken in."""
    return (
        select(WrittenAnswer.id)
        .join(TakenIn, TakenIn.answer_id == WrittenAnswer.id)
        .where(TakenIn.question_id == question.id)
    )


def list_questions(programme_ids: Collection[int]) -> Sequence[ThemeQuestion]:
    """The questions of some programmes whose answers have been taken in, in the order of the questionnaires."""
    wanted = (
        select(ThemeQuestion)
        .where(ThemeQuestion.programme_id.in_(programme_ids))
        .order_by(ThemeQuestion.kind, ThemeQuestion.id)
    )
    return db.session.scalars(wanted).all()


def waiting(programme: Programme) -> Select[str]:
    """The keys of a programme's written answers in waves that have closed, which are not taken in."""
    return (
        select(WrittenAnswer.id)
        .join(Wave, Wave.id == WrittenAnswer.wave_id)
        .where(
            Wave.cohort_id.in_(cohorts_of(programme.id)),
            Wave.closes_on < clock.today(),
            WrittenAnswer.text.is_not(None),
            ~exists().where(TakenIn.answer_id == WrittenAnswer.id),
        )
    )


def list_offers(programme: Programme) -> list[Offer]:
    """The questions with answers, in waves that have closed, that are not taken in."""
    rows = db.session.execute(
        waiting(programme)
        .with_only_columns(
            Wave.kind,
            WrittenAnswer.item,
            func.count().label("waiting"),
            func.max(Wave.instrument_version_id).label("version_id"),
        )
        .group_by(Wave.kind, WrittenAnswer.item)
        .order_by(Wave.kind, WrittenAnswer.item)
    ).all()
    versions = {
        version.id: library.from_document(version.document)
        for version in db.session.scalars(
            select(InstrumentVersion).where(InstrumentVersion.id.in_({row.version_id for row in rows}))
        )
    }
    return [
        Offer(
            row.kind,
            row.item,
            versions[row.version_id].title,
            versions[row.version_id].by_code[row.item].wording,
            row.waiting,
        )
        for row in rows
    ]


def has_opened(question: ThemeQuestion, *, reader_id: int) -> bool:
    """Whether somebody has opened the answers to a question today."""
    return db.session.get(ReadingDay, (question.id, reader_id, clock.today())) is not None


def redacted_places(question: ThemeQuestion) -> list[bool]:
    """For each answer to a question, in their order, whether it is redacted."""
    rows = db.session.execute(
        _answers_of(question)
        .add_columns(Redaction.answer_id)
        .outerjoin(Redaction, Redaction.answer_id == WrittenAnswer.id)
        .order_by(WrittenAnswer.id)
    )
    return [row[1] is not None for row in rows]


def get_original(question: ThemeQuestion, place: int) -> Original:
    """The answer at a place, from 1, as it was written.

    Raises:
        NotFound: there are not so many.
    """
    found = db.session.execute(
        _answers_of(question)
        .add_columns(WrittenAnswer.text, Redaction)
        .outerjoin(Redaction, Redaction.answer_id == WrittenAnswer.id)
        .order_by(WrittenAnswer.id)
        .offset(place - 1)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such answer any more. It may have been taken back.")
    return Original(found[0], place, found[1], found[2])


def find_original(question: ThemeQuestion, answer_id: str) -> str | None:
    """The words of an answer to a question, by its key; None when it was taken back or corrected."""
    return db.session.scalar(
        _answers_of(question).with_only_columns(WrittenAnswer.text).where(WrittenAnswer.id == answer_id)
    )


def coded_places(question: ThemeQuestion, *, coder_id: int) -> list[bool]:
    """For each redacted answer to a question, in their order, whether a coder has coded it."""
    rows = db.session.execute(
        select(Redaction.answer_id, Coding.answer_id)
        .outerjoin(Coding, (Coding.answer_id == Redaction.answer_id) & (Coding.coder_id == coder_id))
        .where(Redaction.question_id == question.id)
        .order_by(Redaction.answer_id)
    )
    return [row[1] is not None for row in rows]


def get_to_code(question: ThemeQuestion, place: int, *, coder_id: int) -> ToCode:
    """The redacted answer at a place, from 1, with what this coder has said of it.

    Raises:
        NotFound: there are not so many.
    """
    found = db.session.execute(
        select(Redaction.answer_id, Redaction.text, Coding.answer_id, Coding.is_fixed)
        .outerjoin(Coding, (Coding.answer_id == Redaction.answer_id) & (Coding.coder_id == coder_id))
        .where(Redaction.question_id == question.id)
        .order_by(Redaction.answer_id)
        .offset(place - 1)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such answer any more. It may have been taken back.")
    chosen = db.session.scalars(
        select(CodedTheme.theme_id).where(CodedTheme.answer_id == found[0], CodedTheme.coder_id == coder_id)
    ).all()
    return ToCode(found[0], place, found[1], found[2] is not None, bool(found[3]), frozenset(chosen))


def list_themes(question: ThemeQuestion) -> Sequence[Theme]:
    """Every theme of a question's codebook, retired ones too, in the order in which they were added."""
    return db.session.scalars(select(Theme).where(Theme.question_id == question.id).order_by(Theme.id)).all()


def list_offered(question: ThemeQuestion) -> list[Theme]:
    """The themes that coders choose from."""
    return [theme for theme in list_themes(question) if not theme.is_retired]
