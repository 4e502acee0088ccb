"""The report of a programme, a provider or a cohort: as a page, a PDF and a workbook.

A report is made while its reader waits, in two to three seconds of work whatever the number of respondents, as it is
written from counts (docs/decisions/reports-at-once.md). Its figures are rounded as on the pages of results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import pages, queries, released, waves
from assessments.evaluation.queries import Scope
from assessments.evaluation.responses import Responses
from assessments.evaluation.scopes import of_each_scope
from assessments.evaluation.thresholds import policy_in_force
from assessments.questionnaires.schema import WaveKind
from assessments.reporting import html, pdf, study_chapter, workbook
from assessments.reporting.document import Report
from assessments.reporting.material import gather
from assessments.reporting.prose import Prose
from assessments.reporting.report import Subject, build
from lms.core import clock
from lms.core.access import signed_in
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


@of_each_scope(blueprint, lambda _: "report/")
def page(scope: Scope) -> ResponseReturnValue:
    """The report of a programme, a provider or a cohort as a page."""
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


@of_each_scope(blueprint, lambda _: f"report.<{FORM}>", "_file")
def file(scope: Scope, form: str) -> ResponseReturnValue:
    """The report as a file."""
    report = _report(scope)
    if report is None:
        return redirect(_results(scope))
    _, kind, make = FORMS[form]
    name = f"{scope.kind}-report-{report.made_on.isoformat()}.{form}"
    return Response(
        make(report), mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.get("/evaluation/what-the-2011-report-got-wrong/")
@signed_in("shows a published report and invented respondents: nothing about anybody")
def study_2011() -> ResponseReturnValue:
    """Where the study of 2011 contradicts itself, beside our own figures."""
    chapter = study_chapter.chapter(Prose(policy_in_force()))
    alone = Report(chapter.title, "", "", "", clock.today(), (chapter,), exact=True)
    return render("assessments/reporting/study.html", back=url_for("evaluation.index"), **html.context(alone))


def _report(scope: Scope) -> Report | None:
    """The report; None while too few people have answered for any, or answers are not those of the figures any more."""
    found = released.find(scope)
    if found is None:
        return None
    is_whole = scope.kind != "cohort"
    material = gather(
        found.protected,
        found.answered,
        f"those who answered in {scope.name}",
        exact=False,
        responses=released.responses_of(scope, found) if is_whole else None,
    )
    if is_whole:
        material = replace(
            material, managers=_managers(scope), later=tuple(pages.later_page(scope).show["later"])
        )
    return build(material, Subject(scope.name, scope.under, clock.today()))


def _managers(scope: Scope) -> Responses:
    """What managers answered; too few do of one cohort to show any of it."""
    closed = queries.closed_waves(scope.counted, [WaveKind.MANAGER])
    return waves.responses_of(closed[WaveKind.MANAGER], [WaveKind.MANAGER])


def _results(scope: Scope) -> str:
    return url_for(f"evaluation.{scope.kind}", section="results", **_named(scope))


def _named(scope: Scope) -> dict[str, Any]:
    return {f"{scope.kind}_ref": scope.ref}
