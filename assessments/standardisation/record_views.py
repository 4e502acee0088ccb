"""The record of standardisation as an external quality assurer reads it, on the days of a visit."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from assessments.standardisation import meetings, queries, results
from assessments.standardisation.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.verification.visit_models import Visit
from assessments.verification.visit_queries import get_visit
from assessments.verification.visit_service import note_read
from lms.core import clock
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
    found, remarks = results.of_each(over), queries.remarks_of(over)
    held = meetings.meetings(visit.provider_id)
    return render(
        "assessments/standardisation/record.html",
        visit=visit,
        exercises=[(one, found[one.id], remarks[one.id]) for one in over],
        meetings=meetings.minutes_of(visit.provider_id, held),
        today=clock.today(),
    )
