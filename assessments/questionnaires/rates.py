"""How many practitioners were asked, for the share that answered: numbers of some cohorts together, never who."""

from collections.abc import Collection, Mapping

from sqlalchemy import distinct, func, or_, select

from assessments.questionnaires.models import Invitation, Wave
from assessments.questionnaires.schema import STUDY, WaveKind
from courses.cohorts.models import Enrolment, EnrolmentStatus
from lms.core.extensions import db


def count_asked(cohort_ids: Collection[int]) -> Mapping[WaveKind, int]:
    """How many people with a place in some cohorts were asked before the course and after it: those still there, and those who answered."""
    rows = db.session.execute(
        select(Wave.kind, func.count(distinct(Enrolment.id)))
        .join(Enrolment, Enrolment.cohort_id == Wave.cohort_id)
        .outerjoin(Invitation, (Invitation.wave_id == Wave.id) & (Invitation.enrolment_id == Enrolment.id))
        .where(
            Wave.cohort_id.in_(cohort_ids),
            Wave.kind.in_(STUDY),
            or_(Invitation.answered, Enrolment.status == EnrolmentStatus.ACTIVE),
        )
        .group_by(Wave.kind)
    )
    return {row[0]: row[1] for row in rows}
