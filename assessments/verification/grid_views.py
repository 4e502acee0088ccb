"""The grid of learners by outcomes, and what the year has covered."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from assessments.verification import coverage, grid
from assessments.verification.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from lms.core.access import Reach, requires
from lms.core.permissions import Permission
from lms.core.web import page_asked, render


@blueprint.get("/grid")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE)
def learners(reach: Reach) -> ResponseReturnValue:
    """Each learner by outcome: decided, drawn, agreed, came back."""
    assessor, cohort = request.args.get("assessor", ""), request.args.get("cohort", "")
    page = page_asked()
    rows, count = grid.rows(within=reach, assessor_ref=assessor, cohort_ref=cohort, page=page)
    assessors, cohorts = grid.filters(within=reach)
    return render(
        "assessments/verification/grid.html",
        rows=rows,
        count=count,
        page=page,
        pages=-(-count // grid.PAGE),
        assessors=assessors,
        cohorts=cohorts,
        assessor=assessor,
        cohort=cohort,
    )


@blueprint.get("/year")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE)
def year(reach: Reach) -> ResponseReturnValue:
    """Which assessors, kinds of evidence and workplaces have been looked at, and which have not."""
    return render("assessments/verification/year.html", providers=coverage.of_providers(within=reach))
