"""Nobody decides or countersigns where they have declared an interest that stands: the database refuses the row.

The interest stands in a row of another table, so a trigger says it, as for those who verify (`verification.separation`).
Who manages whom goes by the day, which the application knows and the database does not: the operations alone refuse that.
"""

from __future__ import annotations

from assessments.marking.models import Countersignature, Decision
from lms.core.model import Guard, guard


def _interest(person: str, submission: str) -> str:
    """That somebody has an interest in whose work a submission is, or in where they work. The names are columns of the row."""
    return f"""EXISTS (
    SELECT 1 FROM interest
    JOIN submission ON submission.id = ({submission})
    JOIN portfolio ON portfolio.id = submission.portfolio_id
    JOIN enrolment ON enrolment.id = portfolio.enrolment_id
    WHERE interest.assessor_id = NEW.{person}
    AND (interest.learner_id = enrolment.user_id OR interest.setting_id = enrolment.setting_id)
    AND NOT EXISTS (SELECT 1 FROM interest_end WHERE interest_end.interest_id = interest.id)
)"""  # noqa: S608 (put together from this file alone)


guard(
    Decision,
    Guard(
        "not_interested",
        _interest("assessor_id", "NEW.submission_id"),
        "interest NEW.assessor_id",
        "nobody decides where they have declared an interest",
    ),
)
guard(
    Countersignature,
    Guard(
        "not_interested",
        _interest("countersigner_id", "SELECT submission_id FROM decision WHERE id = NEW.decision_id"),
        "interest NEW.countersigner_id",
        "nobody countersigns where they have declared an interest",
    ),
)
