"""Handouts: one page a module to keep at hand, for practitioners and for those who teach; also as a PDF and in large print."""

from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from courses.cohorts import queries as cohort_queries
from courses.cohorts.models import Cohort
from courses.content.queries import get_document
from courses.content.schema import Document
from courses.progress import handout_pdf, queries, words
from courses.progress.completion_views import blueprint
from courses.progress.player import LEARN, page_html
from courses.progress.queries import Learning
from lms.core import clock
from lms.core.access import requires
from lms.core.errors import NotFound, Refused
from lms.core.permissions import Permission
from lms.core.scripts import Undrawable
from lms.core.web import file_answer, render

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


@blueprint.get("/my-course/modules/<string:module_id>/handout.pdf")
@requires(LEARN, learning=queries.get_learning)
def handout_pdf_own(learning: Learning, module_id: str) -> ResponseReturnValue:
    """The handout of a module of one's own course as a PDF; `?print=large` asks for large print."""
    return _pdf(learning.document, module_id, provider=learning.provider)


@blueprint.get("/cohorts/<ref:cohort_ref>/session-plans/<string:module_id>/handout.pdf")
@requires(Permission.CONTENT_SESSION_PLAN_READ, cohort=cohort_queries.get_cohort)
def handout_pdf_to_print(cohort: Cohort, module_id: str) -> ResponseReturnValue:
    """The handout of a module as a PDF, for whoever brings it to the session; `?print=large` asks for large print."""
    return _pdf(get_document(cohort.course_version.content_hash), module_id, provider=cohort.provider.name)


def _pdf(document: Document, module_id: str, *, provider: str) -> Response:
    """A module's handout as a file.

    Raises:
        NotFound: There is no such module, or it has none.
        Refused: It holds letters that cannot be printed.
    """
    is_large = request.args.get("print") == "large"
    found = handout_pdf.find_handout(
        document, module_id, provider=provider, at=clock.now(), is_large=is_large
    )
    if found is None:
        raise NotFound
    try:
        return file_answer(handout_pdf.as_pdf(found), name=found.file_name, media_type="application/pdf")
    except Undrawable as missing:
        raise Refused(
            f"This handout cannot be made into a PDF: it has signs we cannot print ({missing.letters}). "
            "Print its page from your browser instead."
        ) from None


def _page(document: Document, module_id: str, *, cohort: Cohort | None) -> str:
    """A module's handout.

    Raises:
        NotFound: There is no such module, or it has none.
    """
    module = next((each for each in document.course.modules if each.id == module_id), None)
    if module is None or module.handout is None:
        raise NotFound
    endpoint = "progress.handout_pdf_to_print" if cohort else "progress.handout_pdf_own"
    where: dict[str, Any] = {"module_id": module_id, **({"cohort_ref": cohort.ref} if cohort else {})}
    return render(
        "courses/progress/handout.html",
        module=module,
        name=words.name_of(module),
        page=page_html(document.pages[module.handout]),
        cohort=cohort,
        pdf=url_for(endpoint, **where),
        pdf_large=url_for(endpoint, print="large", **where),
    )
