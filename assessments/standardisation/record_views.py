"""The record of standardisation as an external quality assurer reads it, on the days of a visit."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from assessments.standardisation import meetings, queries, results
from assessments.standardisation.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.standardisation.meeting_views import minutes_of
from assessments.verification.visit_models import Visit
from assessments.verification.visit_queries import get_visit
from assessments.verification.visit_service import note_read
from lms.core.access import current_actor, requires
from lms.core.permissions import Permission
from lms.core.web import logged, render


@blueprint.get("/record/<ref:visit_ref>")
@logged
@requires(Permission.VERIFICATION_VISIT_READ_OWN, visit=get_visit)
def record(visit: Visit) -> ResponseReturnValue:
    """Every exercise that is over and every meeting of the provider that is visited."""
    note_read(visit, what="standardisation", by=current_actor())
    over = queries.exercises_over(visit.provider_id)
    return render(
        "assessments/standardisation/record.html",
        visit=visit,
        exercises=[(one, results.of(one), queries.remarks(one)) for one in over],
        meetings=[minutes_of(one) for one in meetings.meetings(visit.provider_id)],
    )
