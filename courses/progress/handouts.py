"""Handouts: one page a module to keep at hand, for practitioners and for those who teach. It prints as it stands."""

from flask.typing import ResponseReturnValue

from courses.cohorts import queries as cohort_queries
from courses.cohorts.models import Cohort
from courses.content.queries import get_document
from courses.content.schema import Document
from courses.progress import queries, words
from courses.progress.completion_views import blueprint
from courses.progress.player import LEARN, page_html
from courses.progress.queries import Learning
from lms.core.access import requires
from lms.core.errors import NotFound
from lms.core.permissions import Permission
from lms.core.web import render

__all__ = ["blueprint"]


@blueprint.get("/my-course/modules/<string:module_id>/handout")
@requires(LEARN, learning=queries.get_learning)
def handout(learning: Learning, module_id: str) -> ResponseReturnValue:
    """The handout of a module of one's own course."""
    return _page(learning.document, module_id, cohort=None)


@blueprint.get("/cohorts/<ref:cohort_ref>/session-plans/<string:module_id>/handout")
@requires(Permission.CONTENT_SESSION_PLAN_READ, cohort=cohort_queries.get_cohort)
def handout_to_print(cohort: Cohort, module_id: str) -> ResponseReturnValue:
    """The handout of a module, for whoever brings it to the session."""
    return _page(get_document(cohort.course_version.content_hash), module_id, cohort=cohort)


def _page(document: Document, module_id: str, *, cohort: Cohort | None) -> str:
    """A module's handout.

    Raises:
        NotFound: There is no such module, or it has none.
    """
    module = next((each for each in document.course.modules if each.id == module_id), None)
    if module is None or module.handout is None:
        raise NotFound
    return render(
        "courses/progress/handout.html",
        module=module,
        name=words.name_of(module),
        page=page_html(document.pages[module.handout]),
        cohort=cohort,
    )
