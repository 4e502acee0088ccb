"""The page on which an administrator writes somebody's unique learner number down."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from courses.cohorts import queries
from courses.cohorts.blueprint import UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Enrolment
from courses.places import learner_numbers
from courses.places.forms import LearnerNumberForm
from lms.core.access import current_actor, requires
from lms.core.errors import Refused
from lms.core.forms import text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other


@blueprint.get("/enrolments/<ref:enrolment_ref>/number")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def learner_number(enrolment: Enrolment) -> ResponseReturnValue:
    """Somebody's unique learner number."""
    return _page(enrolment, LearnerNumberForm(data={"uln": enrolment.uln}))


def _page(enrolment: Enrolment, form: LearnerNumberForm) -> str:
    return render(
        "courses/places/learner_number.html", enrolment=enrolment, cohort=enrolment.cohort, form=form
    )


@blueprint.post("/enrolments/<ref:enrolment_ref>/number")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def keep_learner_number(enrolment: Enrolment) -> ResponseReturnValue:
    """Keep the number, or that it is not known."""
    form = LearnerNumberForm(request.form)
    if not form.validate():
        return _page(enrolment, form), UNCHANGED
    try:
        learner_numbers.set_number(enrolment, text_of(form.uln), by=current_actor())
    except Refused as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _page(enrolment, form), UNCHANGED
    flash("The number is kept." if enrolment.uln else "No number is kept.", "success")
    return see_other("cohorts.person", enrolment_ref=enrolment.ref)
