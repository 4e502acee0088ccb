"""The record of standardisation as an external quality assurer reads it, on the days of a visit."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assessments.standardisation import meetings, queries, results
from assessments.standardisation.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.standardisation.meeting_views import minutes_of
from assessments.standardisation.models import Exercise
from assessments.verification.visit_models import Visit
from assessments.verification.visit_queries import get_visit
from lms.core.access import requires
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.core.web import render


@blueprint.get("/record/<ref:visit_ref>")
@requires(Permission.VERIFICATION_VISIT_READ_OWN, visit=get_visit)
def record(visit: Visit) -> ResponseReturnValue:
    """Every exercise that is over and every meeting of the provider that is visited."""
    over = [
        one
        for one in db.session.scalars(
            select(Exercise).where(Exercise.provider_id == visit.provider_id).order_by(Exercise.id.desc())
        )
        if queries.is_open_to_see(one)
    ]
    return render(
        "assessments/standardisation/record.html",
        visit=visit,
        exercises=[(one, results.of(one), queries.remarks(one)) for one in over],
        meetings=[minutes_of(one) for one in meetings.meetings(visit.provider_id)],
    )
