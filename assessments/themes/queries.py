"""What there is to read and to code: by question, over a whole programme, never by person and never by a part of it.

Answers come in the order of their random keys. A page counts them by their place in that order, so that no address holds
a key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select, union

from assessments.evaluation.thresholds import policy_in_force
from assessments.questionnaires import library
from assessments.questionnaires.models import InstrumentVersion, OutsideInvitation, Wave, WrittenAnswer
from assessments.questionnaires.schema import WaveKind
from assessments.themes.models import (
    CodedTheme,
    Coder,
    Coding,
    ReadingDay,
    Redaction,
    TakenIn,
    Theme,
    ThemeQuestion,
)
from assessments.themes.redaction import Known
from courses.cohorts.models import Cohort, CohortFacilitator, Enrolment, Programme
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import Forbidden, NotFound
from lms.core.extensions import db
from lms.people.models import Membership, Organisation, Setting, User

TOO_NEAR = (
    "You know people who may have written here: you work with a provider or a workplace of this programme, or took its "
    "course. Somebody who knows none of them reads what they wrote."
)
TOO_FEW = "Too few people answered this question to read what they wrote."


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
class CoderStanding:
    """A coder of a question: their place, 1 or 2, and how many answers they have coded."""

    id: int
    name: str
    place: int
    coded: int


@dataclass(frozen=True)
class Standing:
    """How far a question has come.

    Attributes:
        answers: How many answers are taken in.
        redacted: How many of them are redacted.
        coders: One or two, in their places, or none.
        threshold: From how many answers on they may be read.
    """

    answers: int
    redacted: int
    coders: tuple[CoderStanding, ...]
    threshold: int

    @property
    def is_enough(self) -> bool:
        """Whether as many people answered as must have, for any to be read."""
        return self.answers >= self.threshold

    @property
    def to_redact(self) -> int:
        """How many answers wait to be redacted."""
        return self.answers - self.redacted

    @property
    def is_coded_by_both(self) -> bool:
        """Whether every answer is redacted and both have coded all."""
        both = [each.coded == self.redacted for each in self.coders]
        return self.is_enough and not self.to_redact and both == [True, True]

    def of(self, coder_id: int) -> CoderStanding | None:
        """Where a person stands who codes; None for one who does not."""
        return next((each for each in self.coders if each.id == coder_id), None)


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


def get_programme(ref: str, *, within: Reach) -> Programme:
    """A programme within reach, for a person who does not know who may have written.

    Raises:
        NotFound: there is none within reach.
        Forbidden: the person knows people who may have written.
    """
    found = db.session.scalar(select(Programme).where(Programme.ref == ref))
    if found is None or not within.covers(found.commissioner_id):
        raise NotFound
    if _is_near(within.person_id, found.id):
        raise Forbidden(TOO_NEAR)
    return found


def list_programmes(*, within: Reach) -> Sequence[Programme]:
    """The programmes within reach, by name."""
    wanted = select(Programme).order_by(Programme.name, Programme.id)
    if not within.everywhere:
        wanted = wanted.where(Programme.commissioner_id.in_(within.organisation_ids))
    return db.session.scalars(wanted).all()


def get_question(ref: str, *, within: Reach) -> ThemeQuestion:
    """A question of a programme within reach.

    Raises:
        NotFound, Forbidden: as `get_programme`.
    """
    found = db.session.scalar(select(ThemeQuestion).where(ThemeQuestion.ref == ref))
    if found is None or not within.covers(found.programme.commissioner_id):
        raise NotFound
    if _is_near(within.person_id, found.programme_id):
        raise Forbidden(TOO_NEAR)
    return found


def get_open_question(ref: str, *, within: Reach) -> ThemeQuestion:
    """A question that enough people answered for their answers to be read.

    Raises:
        NotFound: there is none within reach, or too few answers stand.
        Forbidden: as `get_programme`.
    """
    found = get_question(ref, within=within)
    if count_answers(found) < policy_in_force().percent_base:
        raise NotFound(TOO_FEW)
    return found


def get_theme(ref: str, *, within: Reach) -> Theme:
    """A theme of a question within reach.

    Raises:
        NotFound, Forbidden: as `get_programme`.
    """
    found = db.session.scalar(select(Theme).where(Theme.ref == ref))
    if found is None:
        raise NotFound
    get_question(found.question.ref, within=within)
    return found


def _cohorts_of(programme_id: int) -> Select[int]:
    return select(Cohort.id).where(Cohort.programme_id == programme_id)


def _organisations_of(programme_id: int) -> Select[int]:
    """The providers of a programme and the employers of those who take its course."""
    providers = select(Cohort.provider_id).where(Cohort.programme_id == programme_id)
    employers = (
        select(Setting.organisation_id)
        .join(Enrolment, Enrolment.setting_id == Setting.id)
        .where(Enrolment.cohort_id.in_(_cohorts_of(programme_id)))
    )
    return select(union(providers, employers).subquery().c[0])


def _is_near(person_id: int, programme_id: int) -> bool:
    """Whether somebody works, or worked, with an organisation of a programme, facilitates in it or takes its course."""
    cohorts = _cohorts_of(programme_id)
    found = db.session.scalar(
        select(
            or_(
                exists().where(
                    Membership.user_id == person_id,
                    Membership.organisation_id.in_(_organisations_of(programme_id)),
                ),
                exists().where(
                    CohortFacilitator.user_id == person_id, CohortFacilitator.cohort_id.in_(cohorts)
                ),
                exists().where(Enrolment.user_id == person_id, Enrolment.cohort_id.in_(cohorts)),
            )
        )
    )
    return bool(found)


def known_names(programme_id: int) -> Known:
    """The names that the system knows of a programme's people, organisations and workplaces."""
    cohorts, organisations = _cohorts_of(programme_id), _organisations_of(programme_id)
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


def count_answers(question: ThemeQuestion) -> int:
    """How many answers to a question are taken in and stand."""
    return db.session.scalar(select(func.count()).where(TakenIn.question_id == question.id)) or 0


def last_batch(question: ThemeQuestion) -> int:
    """The number of the last batch of answers to a question; 0 where none was taken in or none of it stands."""
    return db.session.scalar(select(func.max(TakenIn.batch)).where(TakenIn.question_id == question.id)) or 0


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
            Wave.cohort_id.in_(_cohorts_of(programme.id)),
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


def standings(question_ids: Collection[int]) -> Mapping[int, Standing]:
    """How far some questions have come, by their numbers."""
    answers = _counts(
        select(TakenIn.question_id, func.count())
        .where(TakenIn.question_id.in_(question_ids))
        .group_by(TakenIn.question_id)
    )
    redacted = _counts(
        select(Redaction.question_id, func.count())
        .where(Redaction.question_id.in_(question_ids))
        .group_by(Redaction.question_id)
    )
    coded = (
        select(func.count())
        .where(Coding.coder_id == Coder.coder_id, Coding.question_id == Coder.question_id)
        .correlate(Coder)
        .scalar_subquery()
    )
    coders = db.session.execute(
        select(Coder.question_id, Coder.coder_id, User.name, Coder.place, coded.label("coded"))
        .join(User, User.id == Coder.coder_id)
        .where(Coder.question_id.in_(question_ids))
        .order_by(Coder.place)
    ).all()
    threshold = policy_in_force().percent_base
    return {
        number: Standing(
            answers.get(number, 0),
            redacted.get(number, 0),
            tuple(
                CoderStanding(row.coder_id, row.name, row.place, row.coded)
                for row in coders
                if row.question_id == number
            ),
            threshold,
        )
        for number in question_ids
    }


def is_coder(question: ThemeQuestion, person_id: int) -> bool:
    """Whether somebody is one of the two who code a question."""
    return db.session.get(Coder, (question.id, person_id)) is not None


def standing(question: ThemeQuestion) -> Standing:
    """How far one question has come."""
    return standings([question.id])[question.id]


def _counts(wanted: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(wanted)}


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
