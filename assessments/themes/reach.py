"""Which programmes, questions and themes somebody may open: none of a programme whose people they know, and no question that too few answered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, exists, or_, select, union

from assessments.evaluation.thresholds import policy_in_force
from assessments.themes.models import Theme, ThemeQuestion
from assessments.themes.standings import count_answers
from courses.cohorts.models import Cohort, CohortFacilitator, Enrolment, Programme
from lms.core.access import Reach
from lms.core.errors import Forbidden, NotFound
from lms.core.extensions import db
from lms.people.models import Membership, Setting

TOO_NEAR = (
    "You know people who may have written here: you work with a provider or a workplace of this programme, or took its "
    "course. Somebody who knows none of them reads what they wrote."
)
TOO_FEW = "Too few people answered this question to read what they wrote."


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


def cohorts_of(programme_id: int) -> Select[int]:
    """The numbers of a programme's cohorts."""
    return select(Cohort.id).where(Cohort.programme_id == programme_id)


def organisations_of(programme_id: int) -> Select[int]:
    """The providers of a programme and the employers of those who take its course."""
    providers = select(Cohort.provider_id).where(Cohort.programme_id == programme_id)
    employers = (
        select(Setting.organisation_id)
        .join(Enrolment, Enrolment.setting_id == Setting.id)
        .where(Enrolment.cohort_id.in_(cohorts_of(programme_id)))
    )
    return select(union(providers, employers).subquery().c[0])


def _is_near(person_id: int, programme_id: int) -> bool:
    """Whether somebody works, or worked, with an organisation of a programme, facilitates in it or takes its course."""
    cohorts = cohorts_of(programme_id)
    found = db.session.scalar(
        select(
            or_(
                exists().where(
                    Membership.user_id == person_id,
                    Membership.organisation_id.in_(organisations_of(programme_id)),
                ),
                exists().where(
                    CohortFacilitator.user_id == person_id, CohortFacilitator.cohort_id.in_(cohorts)
                ),
                exists().where(Enrolment.user_id == person_id, Enrolment.cohort_id.in_(cohorts)),
            )
        )
    )
    return bool(found)
