"""The internal quality assurer's pages: what waits, and plans."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.verification import drawing, population, queries, sample_queries, service
from assessments.verification.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.verification.forms import PlanForm
from assessments.verification.models import SamplePlan
from assessments.verification.sampling import Stage
from courses.cohorts.models import Cohort
from lms.core import clock, files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.files import StoredFile
from lms.core.forms import PressForm
from lms.core.permissions import Permission
from lms.core.text import plural
from lms.core.web import render, see_other


@blueprint.get("/")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE)
def index(reach: Reach) -> ResponseReturnValue:
    """Cohorts to draw from, and samples that are open."""
    return render(
        "assessments/verification/index.html",
        cohorts=queries.cohorts_waiting(within=reach),
        samples=queries.open_samples(within=reach),
    )


@blueprint.get("/cohorts/<ref:cohort_ref>/plan")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, cohort=queries.get_cohort)
def plan(cohort: Cohort) -> ResponseReturnValue:
    """What a draw would draw from, and its policy."""
    count = len(queries.plans_of(cohort)) + 1
    seed = f"{clock.today():%Y-%m-%d} {cohort.code} {count}"
    stage = Stage.INTERIM if request.args.get("stage") == Stage.INTERIM else Stage.SUMMATIVE
    return _plan_page(cohort, stage, PlanForm(data={"seed": seed, "stage": stage.value}))


@blueprint.post("/cohorts/<ref:cohort_ref>/plan")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, cohort=queries.get_cohort)
def draw(cohort: Cohort) -> ResponseReturnValue:
    """Draw the sample and record how."""
    form = PlanForm(request.form)
    stage = Stage.INTERIM if form.stage.data == Stage.INTERIM else Stage.SUMMATIVE
    if not form.validate():
        return _plan_page(cohort, stage, form), 422
    try:
        drawn = service.draw_plan(cohort, stage=stage, seed=form.seed.data or "", by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _plan_page(cohort, stage, form), error.status
    return see_other("verification.show_plan", plan_ref=drawn.ref)


@blueprint.get("/plans/<ref:plan_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, plan=queries.get_plan)
def show_plan(plan: SamplePlan) -> ResponseReturnValue:
    """What was drawn, what was not, and why; and the draw repeated."""
    rows = queries.plan_rows(plan)
    picks = drawing.repeat(plan.seed, plan.rule)
    return render(
        "assessments/verification/plan_drawn.html",
        plan=plan,
        rows=rows,
        picks={pick.portfolio: pick for pick in picks},
        differences=drawing.differences(picks, {row.portfolio_ref: (row.drawn, row.reason) for row in rows}),
        assessors=queries.assessor_names(plan.rule["risks"]),
        drawn_open=[row for row in rows if row.drawn and not row.accepted],
        undrawn_open=[row for row in rows if row.is_left],
        form=PressForm(),
    )


@blueprint.post("/plans/<ref:plan_ref>/accept-the-rest")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, plan=queries.get_plan)
def accept_undrawn(plan: SamplePlan) -> ResponseReturnValue:
    """Accept the portfolios that the plan did not draw."""
    count = service.accept_undrawn(plan, by=current_actor())
    flash(f"{plural(count, 'portfolio')} accepted. We wrote to each practitioner.")
    changed = [row.learner for row in queries.plan_rows(plan) if row.is_drawn_anew and not row.accepted]
    if changed:
        flash(
            f"Not accepted, since it was questioned or changed after this draw: {', '.join(changed)}.",
            "warning",
        )
    return see_other("verification.show_plan", plan_ref=plan.ref)


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, file=sample_queries.sampled_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """A file of a drawn portfolio, shown when a browser can, else to keep."""
    return files.send(file, inline=file.is_picture)


def _plan_page(cohort: Cohort, stage: Stage, form: PlanForm) -> str:
    people = population.of_cohort(cohort, stage=stage, iqa_id=current_actor().id)
    return render(
        "assessments/verification/plan.html",
        cohort=cohort,
        form=form,
        people=people,
        rates=people.in_policy.policy.rates(stage),
        plans=queries.plans_of(cohort),
    )
