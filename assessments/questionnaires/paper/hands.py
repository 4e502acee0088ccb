"""Who does what with the paper of a cohort: either prints the slips that say whose code is whose, or keys the forms."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from assessments.questionnaires.paper.models import PaperHand, PaperTask
from assessments.questionnaires.personal_codes import code_of
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.models import User


def refuse(cohort_id: int, task: PaperTask, *, by: Actor) -> None:
    """Say why somebody may not take on a part of the work with a cohort's paper; nothing when they may.

    Raises:
        Refused: they do the other part already.
    """
    hand = db.session.get(PaperHand, (cohort_id, by.id))
    if hand is not None and hand.task is not task:
        raise Refused(HAS_CODES if task is PaperTask.KEYING else HAS_KEYED)


def take_on(cohort_id: int, task: PaperTask, *, by: Actor) -> None:
    """Note what somebody does with the paper of a cohort.

    Raises:
        Refused: as `refuse`.
    """
    refuse(cohort_id, task, by=by)
    if db.session.get(PaperHand, (cohort_id, by.id)) is None:
        db.session.add(PaperHand(cohort_id=cohort_id, user_id=by.id, task=task))
        db.session.flush()


HAS_CODES = (
    "You printed the list that says whose code is whose, so somebody else keys the forms of this cohort. "
    "Nobody may see both."
)
HAS_KEYED = (
    "You have keyed forms of this cohort, so somebody else prints the list of codes. Nobody may see both. "
    "People also find their code on their own page of questionnaires."
)


def list_codes(cohort: Cohort, *, by: Actor) -> Sequence[tuple[str, str]]:
    """Names and codes of a cohort's people, to be cut into slips and handed out; by name.

    Raises:
        Refused: the person keys this cohort's forms.
    """
    take_on(cohort.id, PaperTask.CODES, by=by)
    people = db.session.execute(
        select(User.name, Enrolment.ref)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(User.name, Enrolment.id)
    ).all()
    audit.record(
        Act.PAPER_CODES_PRINTED, by=by, on=cohort, organisation_id=cohort.provider_id, people=len(people)
    )
    return [(name, code_of(ref)) for name, ref in people]
