"""Pages for what somebody needs to take part: their own, and the one on which their provider writes it down."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from courses.attendance import adjustments
from courses.attendance.adjustment_forms import AdjustmentsForm
from courses.attendance.views import LEARN
from courses.attendance.views import blueprint as own
from courses.cohorts import queries
from courses.cohorts.blueprint import UNCHANGED, blueprint
from courses.cohorts.models import Enrolment
from lms.core.access import current_actor, requires
from lms.core.forms import text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other

__all__ = ["blueprint"]


def _shown(enrolment: Enrolment) -> AdjustmentsForm:
    kept = adjustments.find(enrolment)
    return AdjustmentsForm(data={"needs": kept.needs, "words": kept.words} if kept else {})


def _keep(enrolment: Enrolment, form: AdjustmentsForm) -> None:
    adjustments.agree(enrolment, needs=form.chosen(), words=text_of(form.words), by=current_actor())


# ---- one's own


@own.get("/my-course/what-helps")
@requires(LEARN, enrolment=adjustments.get_own_enrolment)
def what_helps(enrolment: Enrolment) -> ResponseReturnValue:
    """Say what I need to take part."""
    return _own_page(enrolment, _shown(enrolment))


def _own_page(enrolment: Enrolment, form: AdjustmentsForm) -> str:
    kept = adjustments.find(enrolment)
    return render(
        "courses/attendance/what_helps.html",
        cohort=enrolment.cohort,
        facilitators=queries.list_facilitators(enrolment.cohort_id),
        form=form,
        kept=kept if kept and kept.by_id != enrolment.user_id else None,
    )


@own.post("/my-course/what-helps")
@requires(LEARN, enrolment=adjustments.get_own_enrolment)
def keep_what_helps(enrolment: Enrolment) -> ResponseReturnValue:
    """Keep what I need, or nothing."""
    form = AdjustmentsForm(request.form)
    if not form.validate():
        return _own_page(enrolment, form), UNCHANGED
    _keep(enrolment, form)
    flash("Kept. Those who teach you see it now." if adjustments.find(enrolment) else "Deleted.", "success")
    return see_other("attendance.what_helps")


# ---- somebody's, by their provider


@blueprint.get("/enrolments/<ref:enrolment_ref>/adjustments")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def what_somebody_needs(enrolment: Enrolment) -> ResponseReturnValue:
    """Write down what somebody needs."""
    adjustments.read(enrolment, by=current_actor())
    return _page(enrolment, _shown(enrolment))


def _page(enrolment: Enrolment, form: AdjustmentsForm) -> str:
    return render(
        "courses/attendance/adjustments.html", enrolment=enrolment, cohort=enrolment.cohort, form=form
    )


@blueprint.post("/enrolments/<ref:enrolment_ref>/adjustments")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def keep_what_somebody_needs(enrolment: Enrolment) -> ResponseReturnValue:
    """Keep what somebody needs, or nothing."""
    form = AdjustmentsForm(request.form)
    if not form.validate():
        return _page(enrolment, form), UNCHANGED
    _keep(enrolment, form)
    flash(f"What {enrolment.user.name} needs is kept, and shown to those who teach this cohort.", "success")
    return see_other("cohorts.person", enrolment_ref=enrolment.ref)
