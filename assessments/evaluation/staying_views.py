"""The page of who stayed, who left and why, beside the pages of what was answered. It counts places, and
needs no answers.
"""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import charts_svg, staying, staying_queries
from assessments.evaluation.queries import Scope
from assessments.evaluation.scopes import of_each_scope
from assessments.evaluation.thresholds import policy_in_force, reason_for_looser
from assessments.evaluation.views import STAYING, tabs
from lms.core.web import render

blueprint = Blueprint("staying", __name__)


@of_each_scope(blueprint, lambda _kind: f"{STAYING}/")
def show(scope: Scope) -> ResponseReturnValue:
    """Who stayed, of a programme, a provider or a cohort."""
    return render(
        "assessments/evaluation/staying.html",
        page=staying.page(staying_queries.stayed_in(scope)),
        scope=scope,
        section=STAYING,
        sections=tabs(scope, STAYING),
        home=url_for("evaluation.index"),
        policy=policy_in_force(),
        weeks=staying.SETTLES.days // 7,
        reason=reason_for_looser(),
        draw=charts_svg.DRAW,
        hatch=charts_svg.HATCH,
    )
