"""Pages of a cohort's questionnaires for the provider who asks: how many have answered, and who is still to be asked."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue

from assessments.questionnaires import forms, service
from assessments.questionnaires.asking import counts, laying_out
from assessments.questionnaires.blueprint import OPEN, READ
from assessments.questionnaires.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Cohort
from lms.core.access import current_actor, requires
from lms.core.web import render, see_other


@blueprint.get("/cohorts/<ref:cohort_ref>")
@requires(READ, cohort=counts.get_cohort)
def cohort(cohort: Cohort) -> ResponseReturnValue:
    """How many of a cohort have answered; never who."""
    waves = counts.list_wave_counts(cohort)
    return render(
        "assessments/questionnaires/cohort.html",
        form=forms.PartForm(),
        cohort=cohort,
        waves=waves,
        on_request=counts.list_on_request(waves),
        uninvited=counts.count_uninvited(cohort),
    )


@blueprint.post("/cohorts/<ref:cohort_ref>/open")
@requires(OPEN, cohort=counts.get_cohort)
def open_waves(cohort: Cohort) -> ResponseReturnValue:
    """Ask a cohort its questionnaires, or those who enrolled since."""
    service.open_waves(cohort, by=current_actor())
    laying_out.lay_out(cohort, by=current_actor())
    flash(f"{cohort.name} is asked by its calendar, before and after the course.", "success")
    return see_other("questionnaires.cohort", cohort_ref=cohort.ref)
