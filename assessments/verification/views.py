"""The internal quality assurer's pages: what waits, a plan, a sampled portfolio."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.marking.models import Decision
from assessments.verification import drawing, population, queries, reading, service
from assessments.verification.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.verification.forms import AnswerForm, PlanForm, PressForm
from assessments.verification.models import Sample, SampleOutcome, SamplePlan
from assessments.verification.sampling import Stage
from courses.cohorts.models import Cohort
from lms.core import clock, files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.files import StoredFile
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


@blueprint.get("/cohorts/<ref:cohort_ref>/plan/<any(interim, summative):stage>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, cohort=queries.get_cohort)
def plan(cohort: Cohort, stage: str) -> ResponseReturnValue:
    """What a draw would draw from, and its policy."""
    count = len(queries.plans_of(cohort)) + 1
    seed = f"{clock.today():%Y-%m-%d} {cohort.code} {count}"
    return _plan_page(cohort, Stage(stage), PlanForm(data={"seed": seed}))


@blueprint.post("/cohorts/<ref:cohort_ref>/plan/<any(interim, summative):stage>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, cohort=queries.get_cohort)
def draw(cohort: Cohort, stage: str) -> ResponseReturnValue:
    """Draw the sample and record how."""
    form = PlanForm(request.form)
    if not form.validate():
        return _plan_page(cohort, Stage(stage), form), 422
    try:
        drawn = service.draw_plan(cohort, stage=Stage(stage), seed=form.seed.data or "", by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _plan_page(cohort, Stage(stage), form), error.status
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
        undrawn_open=[row for row in rows if not row.drawn and not row.accepted],
        form=PressForm(),
    )


@blueprint.post("/plans/<ref:plan_ref>/accept-the-rest")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, plan=queries.get_plan)
def accept_undrawn(plan: SamplePlan) -> ResponseReturnValue:
    """Accept the portfolios that the plan did not draw."""
    count = service.accept_undrawn(plan, by=current_actor())
    flash(f"{plural(count, 'portfolio')} accepted. We wrote to each practitioner.")
    return see_other("verification.show_plan", plan_ref=plan.ref)


@blueprint.get("/samples/<ref:sample_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=queries.get_sample)
def sample(sample: Sample) -> ResponseReturnValue:
    """A drawn portfolio: evidence, decisions, and an answer to each."""
    return _sample_page(sample)


@blueprint.post("/samples/<ref:sample_ref>/answer")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=queries.get_sample)
def answer(sample: Sample) -> ResponseReturnValue:
    """Agree with one decision, or return it."""
    form = AnswerForm(request.form)
    if not form.validate():
        return _sample_page(sample, error="Choose agree or return.", form=form), 422
    decision = queries.decision_in(sample, form.decision.data or "")
    try:
        service.answer(
            sample,
            decision,
            outcome=SampleOutcome(form.outcome.data),
            comment=form.comment.data or "",
            by=current_actor(),
        )
    except DomainError as error:
        return _sample_page(sample, error=f"{decision.criterion}: {error.message}", form=form), error.status
    flash(_answered(decision, SampleOutcome(form.outcome.data)))
    return see_other("verification.sample", sample_ref=sample.ref, _anchor=f"c{decision.criterion}")


@blueprint.post("/samples/<ref:sample_ref>/agree-with-the-rest")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, sample=queries.get_sample)
def agree_the_rest(sample: Sample) -> ResponseReturnValue:
    """Agree with everything that has not been answered and accept the unit."""
    name = sample.portfolio.learner.name
    try:
        service.agree_the_rest(sample, by=current_actor())
    except DomainError as error:
        return _sample_page(sample, error=error.message), error.status
    flash(f"{name}’s unit is accepted. We wrote to them.")
    return see_other("verification.index")


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, file=queries.sampled_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """A file of a drawn portfolio, shown when a browser can, else to keep."""
    return files.send(file, inline=file.is_picture)


def _answered(decision: Decision, outcome: SampleOutcome) -> str:
    if outcome is SampleOutcome.AGREED:
        return f"{decision.criterion}: you agree."
    return f"{decision.criterion} is with {decision.assessor.name} again. We wrote to them."


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


def _sample_page(sample: Sample, *, error: str = "", form: AnswerForm | None = None) -> str:
    read = reading.read(sample.portfolio, queries.answers(sample))
    me = current_actor().id
    return render(
        "assessments/verification/sample.html",
        sample=sample,
        read=read,
        error=error,
        typed={form.decision.data: form.comment.data} if form else {},
        own=[one for one in read.criteria if one.decision is not None and one.decision.assessor_id == me],
        form=None,
        press=PressForm(),
    )
