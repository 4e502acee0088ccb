"""The report of a programme, a provider or a cohort: as a page, a PDF and a workbook.

A report is made while its reader waits, in two to three seconds of work whatever the number of respondents, as it is
written from counts (docs/decisions/reports-at-once.md). Its figures are rounded as on the pages of results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import kept_chapters, queries, released
from assessments.evaluation.queries import Scope
from assessments.evaluation.thresholds import policy_in_force
from assessments.reporting import html, pdf, study_chapter, workbook
from assessments.reporting.document import Report
from assessments.reporting.material import gather
from assessments.reporting.prose import Prose
from assessments.reporting.report import Subject, build
from lms.core import clock
from lms.core.access import requires, signed_in
from lms.core.permissions import Permission
from lms.core.web import render

blueprint = Blueprint("reporting", __name__)

FORMS: Mapping[str, tuple[str, str, Callable[[Report], bytes]]] = MappingProxyType(
    {
        "pdf": ("Get it on paper (PDF)", "application/pdf", pdf.as_pdf),
        "xlsx": (
            "Get every table (spreadsheet)",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            workbook.as_workbook,
        ),
    }
)
FORM = "any(pdf, xlsx):form"


@blueprint.get("/evaluation/programmes/<ref:programme_ref>/report/")
@requires(Permission.EVALUATION_PROGRAMME_READ, programme=queries.get_programme)
def programme(programme: Scope) -> ResponseReturnValue:
    """The report of a programme as a page."""
    return _page(programme)


@blueprint.get(f"/evaluation/programmes/<ref:programme_ref>/report.<{FORM}>")
@requires(Permission.EVALUATION_PROGRAMME_READ, programme=queries.get_programme)
def programme_file(programme: Scope, form: str) -> ResponseReturnValue:
    """The report of a programme as a file."""
    return _file(programme, form)


@blueprint.get("/evaluation/providers/<ref:provider_ref>/report/")
@requires(Permission.EVALUATION_COHORT_READ, provider=queries.get_provider)
def provider(provider: Scope) -> ResponseReturnValue:
    """The report of a provider as a page."""
    return _page(provider)


@blueprint.get(f"/evaluation/providers/<ref:provider_ref>/report.<{FORM}>")
@requires(Permission.EVALUATION_COHORT_READ, provider=queries.get_provider)
def provider_file(provider: Scope, form: str) -> ResponseReturnValue:
    """The report of a provider as a file."""
    return _file(provider, form)


@blueprint.get("/evaluation/cohorts/<ref:cohort_ref>/report/")
@requires(Permission.EVALUATION_COHORT_READ, cohort=queries.get_cohort)
def cohort(cohort: Scope) -> ResponseReturnValue:
    """The report of a cohort as a page."""
    return _page(cohort)


@blueprint.get(f"/evaluation/cohorts/<ref:cohort_ref>/report.<{FORM}>")
@requires(Permission.EVALUATION_COHORT_READ, cohort=queries.get_cohort)
def cohort_file(cohort: Scope, form: str) -> ResponseReturnValue:
    """The report of a cohort as a file."""
    return _file(cohort, form)


@blueprint.get("/evaluation/what-the-2011-report-got-wrong/")
@signed_in("shows a published report and invented respondents: nothing about anybody")
def study_2011() -> ResponseReturnValue:
    """Where the study of 2011 contradicts itself, beside our own figures."""
    chapter = study_chapter.chapter(Prose(policy_in_force()))
    alone = Report(chapter.title, "", "", "", clock.today(), (chapter,), exact=True)
    return render("assessments/reporting/study.html", back=url_for("evaluation.index"), **html.context(alone))


def _page(scope: Scope) -> ResponseReturnValue:
    report = _report(scope)
    if report is None:
        return redirect(_results(scope))
    files = [
        (label, url_for(f"reporting.{scope.kind}_file", form=form, **_named(scope)))
        for form, (label, _, _) in FORMS.items()
    ]
    return render(
        "assessments/reporting/page.html", back=_results(scope), files=files, **html.context(report)
    )


def _file(scope: Scope, form: str) -> ResponseReturnValue:
    report = _report(scope)
    if report is None:
        return redirect(_results(scope))
    _, kind, make = FORMS[form]
    name = f"{scope.kind}-report-{report.made_on.isoformat()}.{form}"
    return Response(
        make(report), mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _report(scope: Scope) -> Report | None:
    """The report; None while none of its figures have come out."""
    found = released.find(scope)
    if found is None:
        return None
    material = gather(
        found.protected,
        found.answered,
        f"those who answered in {scope.name}",
        exact=False,
        chapters=kept_chapters.find(scope),
    )
    return build(material, Subject(scope.name, scope.under, clock.today()))


def _results(scope: Scope) -> str:
    return url_for(f"evaluation.{scope.kind}", section="results", **_named(scope))


def _named(scope: Scope) -> dict[str, Any]:
    return {f"{scope.kind}_ref": scope.ref}
