"""Session plans, for those who teach."""

from flask.typing import ResponseReturnValue

from courses.cohorts import queries as cohort_queries
from courses.cohorts.calendar import in_words
from courses.cohorts.models import Cohort
from courses.content.queries import get_document
from courses.progress import words
from courses.progress.other_forms import blueprint
from courses.progress.player import page_html
from lms.core.access import requires
from lms.core.errors import NotFound
from lms.core.permissions import Permission
from lms.core.web import render

__all__ = ["blueprint"]

READ = Permission.CONTENT_SESSION_PLAN_READ


@blueprint.get("/cohorts/<ref:cohort_ref>/session-plans")
@requires(READ, cohort=cohort_queries.get_cohort)
def session_plans(cohort: Cohort) -> ResponseReturnValue:
    """The sessions of the course that a cohort is taught, each with its plan or the word that it is to come."""
    course = get_document(cohort.course_version.content_hash).course
    return render(
        "courses/progress/session_plans.html",
        cohort=cohort,
        course=course,
        modules=[module for module in course.modules if module.is_taught],
    )


@blueprint.get("/cohorts/<ref:cohort_ref>/session-plans/<string:module_id>")
@requires(READ, cohort=cohort_queries.get_cohort)
def session_plan(cohort: Cohort, module_id: str) -> ResponseReturnValue:
    """How to run one session: what to bring, and each part with the time it starts at.

    Raises:
        NotFound: There is no such module, or its plan is not written yet.
    """
    course = get_document(cohort.course_version.content_hash).course
    module = next((each for each in course.modules if each.id == module_id), None)
    plan = module.session_plan if module else None
    if module is None or plan is None:
        raise NotFound
    rows, begins = [], 0
    for row in plan.rows:
        after = f"{in_words(begins)} in" if begins else "At the start"
        rows.append({"after": after, "row": row, "run": page_html(row.run)})
        begins += row.minutes
    return render(
        "courses/progress/session_plan.html",
        cohort=cohort,
        module=module,
        name=words.name_of(module),
        length=in_words(plan.minutes),
        plan=plan,
        rows=rows,
    )
