"""What completes the course: a practitioner's hours, and how far everybody of a cohort is."""

from collections.abc import Sequence

from flask import current_app
from flask.typing import ResponseReturnValue

from courses.cohorts import queries as cohort_queries
from courses.cohorts.models import Cohort
from courses.progress import completion_queries, queries
from courses.progress.completion import Within
from courses.progress.completion_queries import CompletionLine
from courses.progress.player import LEARN, blueprint
from courses.progress.queries import Learning
from courses.progress.supplements import COHORT_EXTENSION, CohortSupplier, Reached
from lms.core import clock
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.text import london
from lms.core.web import render

__all__ = ["blueprint"]

STATES = {
    Within.HAD: ("with", "Hours had", "check-lg"),
    Within.AHEAD: ("none", "Within reach", "signpost-split"),
    Within.NOTHING_TO_SPARE: ("ready", "Nothing to spare", "exclamation-diamond"),
    Within.OUT: ("notyet", "Out of reach here", "telephone"),
}
COMPLETE = ("met", "Complete", "check-all")


@blueprint.get("/my-course/hours")
@requires(LEARN, learning=queries.get_learning)
def hours(learning: Learning) -> ResponseReturnValue:
    """My hours: what was recorded, what is still possible, and what completes the course."""
    page = completion_queries.hours_page(learning)
    today = clock.today()
    return render(
        "courses/progress/hours.html",
        learning=learning,
        page=page,
        needs_help=page.standing.within in {Within.NOTHING_TO_SPARE, Within.OUT},
        meets_today=any(
            london(each.line.starts_at).date() == today and not each.line.is_cancelled
            for each in page.sessions
        ),
        facilitators=queries.facilitators(learning.cohort_id),
    )


@blueprint.get("/cohorts/<ref:cohort_ref>/completion")
@requires(Permission.COHORTS_COHORT_READ, cohort=cohort_queries.get_cohort)
def completion(cohort: Cohort) -> ResponseReturnValue:
    """How far everybody is from completing the course."""
    course, lines = completion_queries.list_completion(cohort)
    supplier: CohortSupplier = current_app.extensions[COHORT_EXTENSION]
    return render(
        "courses/progress/completion.html",
        cohort=cohort,
        rules=course.completion,
        course=course,
        lines=[
            (line, COMPLETE if line.standing.is_complete else STATES[line.standing.within]) for line in lines
        ],
        figures=[
            (each.count, f"of {each.of}", each.label, each.hint)
            for each in (completed_by(lines), *supplier([line.id for line in lines]))
        ],
    )


def completed_by(lines: Sequence[CompletionLine]) -> Reached:
    """How many of a cohort have completed the course."""
    return Reached(sum(line.standing.is_complete for line in lines), len(lines), "have completed the course")
