"""Reading standardisation: exercises, scripts, who has judged, and the discussion."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from assessments.portfolio.models import Portfolio, UnitVersion
from assessments.standardisation.models import (
    Exercise,
    ScriptJudge,
    ScriptJudgement,
    ScriptPiece,
    ScriptRemark,
)
from assessments.verification.models import Sample
from courses.cohorts import reach
from courses.cohorts.models import Cohort, Enrolment
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import User
from lms.people.roles import Role

MOST_PORTFOLIOS = 100


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """An exercise in a list: how many are asked, and how many have judged."""

    ref: str
    title: str
    made_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    asked: int
    judged: int

    @property
    def is_over(self) -> bool:
        """Whether everybody may see what was said."""
        return self.opened_at is not None and (self.closed_at is not None or self.judged >= self.asked)


def exercises(where: ColumnElement[bool]) -> list[ExerciseRow]:
    """Exercises, newest first, in one query."""
    asked, judged = _counts()
    rows = db.session.execute(
        select(
            Exercise.ref,
            Exercise.title,
            Exercise.created_at,
            Exercise.opened_at,
            Exercise.closed_at,
            asked,
            judged,
        )
        .where(where)
        .order_by(Exercise.id.desc())
    )
    return [ExerciseRow(*row) for row in rows]


def _counts() -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """Within a query of exercises: how many are asked, and how many have judged."""
    asked = select(func.count()).select_from(ScriptJudge).where(ScriptJudge.exercise_id == Exercise.id)
    judged = select(func.count(ScriptJudgement.assessor_id.distinct()))
    judged = judged.where(ScriptJudgement.exercise_id == Exercise.id)
    return asked.scalar_subquery(), judged.scalar_subquery()


def at_providers(within: Reach) -> ColumnElement[bool]:
    """The exercises of the providers within reach."""
    return true() if within.everywhere else Exercise.provider_id.in_(within.organisation_ids)


def asked_of(within: Reach) -> ColumnElement[bool]:
    """The exercises that the asking assessor is asked to judge, at providers that they still assess for."""
    asked = select(ScriptJudge.exercise_id).where(ScriptJudge.assessor_id == within.person_id)
    return and_(Exercise.id.in_(asked), at_providers(within))


def judged_refs(person_id: int) -> set[str]:
    """The exercises that an assessor has judged, by reference."""
    return set(
        db.session.scalars(
            select(Exercise.ref)
            .join(ScriptJudgement, ScriptJudgement.exercise_id == Exercise.id)
            .where(ScriptJudgement.assessor_id == person_id)
            .distinct()
        )
    )


def get_exercise(ref: str, *, within: Reach) -> Exercise:
    """An exercise of a provider within an IQA's reach.

    Raises:
        NotFound: there is none.
    """
    return _exercise(ref, at_providers(within))


def get_own_exercise(ref: str, *, within: Reach) -> Exercise:
    """An exercise that the asking assessor is asked to judge.

    Raises:
        NotFound: there is none.
    """
    return _exercise(ref, asked_of(within))


def _exercise(ref: str, where: ColumnElement[bool]) -> Exercise:
    exercise = db.session.scalar(select(Exercise).where(Exercise.ref == ref, where))
    if exercise is None:
        raise NotFound
    return exercise


def get_piece(ref: str, *, within: Reach) -> ScriptPiece:
    """A piece of a script of a provider within an IQA's reach.

    Raises:
        NotFound: there is none.
    """
    piece = db.session.scalar(
        select(ScriptPiece)
        .join(Exercise, Exercise.id == ScriptPiece.exercise_id)
        .where(ScriptPiece.ref == ref, at_providers(within))
    )
    if piece is None:
        raise NotFound
    return piece


def script_file(ref: str, *, within: Reach) -> StoredFile:
    """A file of a script of a provider within an IQA's reach.

    Raises:
        NotFound: there is none.
    """
    return _file(ref, at_providers(within))


def own_script_file(ref: str, *, within: Reach) -> StoredFile:
    """A file of a script that the asking assessor is asked to judge.

    Raises:
        NotFound: there is none.
    """
    return _file(ref, asked_of(within))


def _file(ref: str, where: ColumnElement[bool]) -> StoredFile:
    file = db.session.scalar(
        select(StoredFile)
        .join(ScriptPiece, ScriptPiece.file_id == StoredFile.id)
        .join(Exercise, Exercise.id == ScriptPiece.exercise_id)
        .where(StoredFile.ref == ref, where)
        .limit(1)
    )
    if file is None:
        raise NotFound
    return file


def pieces(exercise: Exercise) -> list[ScriptPiece]:
    """The script, in its order."""
    return list(
        db.session.scalars(
            select(ScriptPiece)
            .where(ScriptPiece.exercise_id == exercise.id)
            .options(joinedload(ScriptPiece.file))
            .order_by(ScriptPiece.place)
        )
    )


def judges(exercise: Exercise) -> list[ScriptJudge]:
    """Who is asked, by name."""
    return judges_of([exercise])[exercise.id]


def judges_of(exercises: Collection[Exercise]) -> dict[int, list[ScriptJudge]]:
    """Who is asked in each of some exercises, by name, by the exercise's number: one query for any number."""
    found: dict[int, list[ScriptJudge]] = {one.id: [] for one in exercises}
    for judge in db.session.scalars(
        select(ScriptJudge)
        .join(User, User.id == ScriptJudge.assessor_id)
        .where(ScriptJudge.exercise_id.in_(found))
        .options(contains_eager(ScriptJudge.assessor))
        .order_by(User.name, User.id)
    ):
        found[judge.exercise_id].append(judge)
    return found


def judgements(exercise: Exercise) -> dict[int, dict[str, ScriptJudgement]]:
    """What each assessor who has judged said, by their number and by criterion."""
    return judgements_of([exercise])[exercise.id]


def judgements_of(exercises: Collection[Exercise]) -> dict[int, dict[int, dict[str, ScriptJudgement]]]:
    """The same of some exercises, by the exercise's number: one query for any number."""
    found: dict[int, dict[int, dict[str, ScriptJudgement]]] = {one.id: {} for one in exercises}
    for one in db.session.scalars(select(ScriptJudgement).where(ScriptJudgement.exercise_id.in_(found))):
        found[one.exercise_id].setdefault(one.assessor_id, {})[one.criterion] = one
    return found


def is_open_to_see(exercise: Exercise) -> bool:
    """Whether all have judged, or it is closed: from then on everybody sees what was said."""
    return db.session.scalar(select(Exercise.id).where(Exercise.id == exercise.id, _is_over())) is not None


def _is_over() -> ColumnElement[bool]:
    asked, judged = _counts()
    return and_(Exercise.opened_at.is_not(None), or_(Exercise.closed_at.is_not(None), judged >= asked))


def exercises_over(provider_id: int) -> list[Exercise]:
    """The exercises of a provider that everybody may see by now, newest first."""
    return list(
        db.session.scalars(
            select(Exercise)
            .where(Exercise.provider_id == provider_id, _is_over())
            .options(joinedload(Exercise.iqa))
            .order_by(Exercise.id.desc())
        )
    )


def remarks(exercise: Exercise) -> list[ScriptRemark]:
    """The discussion, oldest first."""
    return remarks_of([exercise])[exercise.id]


def remarks_of(exercises: Collection[Exercise]) -> dict[int, list[ScriptRemark]]:
    """The discussions of some exercises, by the exercise's number: one query for any number."""
    found: dict[int, list[ScriptRemark]] = {one.id: [] for one in exercises}
    for said in db.session.scalars(
        select(ScriptRemark)
        .where(ScriptRemark.exercise_id.in_(found))
        .options(joinedload(ScriptRemark.by))
        .order_by(ScriptRemark.id)
    ):
        found[said.exercise_id].append(said)
    return found


def people(provider_id: int, *roles: Role) -> list[User]:
    """Those who hold one of some roles at a provider today, by name, but for those whose account is closed."""
    holds_one = or_(*(reach.holds(role, User.id, provider_id) for role in roles))
    return list(
        db.session.scalars(
            select(User).where(holds_one, User.disabled_at.is_(None)).order_by(User.name, User.id)
        )
    )


def assessors(provider_id: int) -> list[User]:
    """The assessors of a provider today, by name."""
    return people(provider_id, Role.ASSESSOR)


def unit_versions(provider_id: int) -> list[UnitVersion]:
    """The versions of units on which a provider has portfolios, newest first."""
    return list(
        db.session.scalars(
            select(UnitVersion)
            .where(
                UnitVersion.id.in_(
                    select(Portfolio.unit_version_id)
                    .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
                    .join(Cohort, Cohort.id == Enrolment.cohort_id)
                    .where(Cohort.provider_id == provider_id)
                )
            )
            .order_by(UnitVersion.id.desc())
        )
    )


def sampled_portfolios(exercise: Exercise) -> list[tuple[str, str]]:
    """Portfolios from which a script can be copied, (reference, name): those drawn for a sample, newest first."""
    rows = db.session.execute(
        select(Portfolio.ref, User.name, Cohort.name)
        .join(Sample, Sample.portfolio_id == Portfolio.id)
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Sample.drawn,
            Cohort.provider_id == exercise.provider_id,
            Portfolio.unit_version_id == exercise.unit_version_id,
        )
        .order_by(Sample.id.desc())
        .limit(MOST_PORTFOLIOS)
    )
    return list(dict.fromkeys((ref, f"{name}, {cohort}") for ref, name, cohort in rows))


def sampled_portfolio(exercise: Exercise, ref: str) -> Portfolio:
    """A portfolio from which a script can be copied.

    Raises:
        NotFound: there is none.
    """
    if ref not in {one for one, _ in sampled_portfolios(exercise)}:
        raise NotFound
    return db.session.scalars(select(Portfolio).where(Portfolio.ref == ref)).one()
