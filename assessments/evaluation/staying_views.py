"""The page of who stayed, who left and why, beside the pages of what was answered. It counts places, and needs no answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import charts_svg, queries, staying, staying_queries
from assessments.evaluation.queries import Scope
from assessments.evaluation.thresholds import policy_in_force, reason_for_looser
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.web import render

blueprint = Blueprint("staying", __name__, url_prefix="/evaluation")


@blueprint.get("/programmes/<ref:programme_ref>/staying/")
@requires(Permission.EVALUATION_PROGRAMME_READ, programme=queries.get_programme)
def programme(programme: Scope) -> ResponseReturnValue:
    """Of a programme."""
    return _show(programme)


@blueprint.get("/providers/<ref:provider_ref>/staying/")
@requires(Permission.EVALUATION_COHORT_READ, provider=queries.get_provider)
def provider(provider: Scope) -> ResponseReturnValue:
    """Of a provider, all its cohorts together."""
    return _show(provider)


@blueprint.get("/cohorts/<ref:cohort_ref>/staying/")
@requires(Permission.EVALUATION_COHORT_READ, cohort=queries.get_cohort)
def cohort(cohort: Scope) -> ResponseReturnValue:
    """Of a cohort."""
    return _show(cohort)


def _show(scope: Scope) -> str:
    policy = policy_in_force()
    values: dict[str, Any] = {f"{scope.kind}_ref": scope.ref}
    return render(
        "assessments/evaluation/staying.html",
        page=staying.page(staying_queries.ends_of(scope), policy),
        scope=scope,
        home=url_for("evaluation.index"),
        results=url_for(f"evaluation.{scope.kind}", section="results", **values),
        policy=policy,
        reason=reason_for_looser(),
        draw=charts_svg.DRAW,
        hatch=charts_svg.HATCH,
    )
