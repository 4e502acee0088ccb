"""How far a question has come: its answers, how many are redacted, and who has coded how many."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from assessments.evaluation.thresholds import policy_in_force
from assessments.themes.models import Coder, Coding, Redaction, TakenIn, ThemeQuestion
from lms.core.extensions import db
from lms.people.models import User


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


def count_answers(question: ThemeQuestion) -> int:
    """How many answers to a question are taken in and stand."""
    return db.session.scalar(select(func.count()).where(TakenIn.question_id == question.id)) or 0


def last_batch(question: ThemeQuestion) -> int:
    """The number of the last batch of answers to a question; 0 where none was taken in or none of it stands."""
    return db.session.scalar(select(func.max(TakenIn.batch)).where(TakenIn.question_id == question.id)) or 0


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


def standing(question: ThemeQuestion) -> Standing:
    """How far one question has come."""
    return standings([question.id])[question.id]


def is_coder(question: ThemeQuestion, person_id: int) -> bool:
    """Whether somebody is one of the two who code a question."""
    return db.session.get(Coder, (question.id, person_id)) is not None


def _counts(wanted: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(wanted)}
