"""Pages for leaving a cohort and coming back to it."""

from __future__ import annotations

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue

from courses.cohorts import queries
from courses.cohorts.blueprint import UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Enrolment
from courses.places import withdrawals
from courses.places.forms import WithdrawForm
from courses.places.views import person_page
from lms.core import clock
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.forms import BaseForm, text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other


@blueprint.get("/enrolments/<ref:enrolment_ref>/withdraw")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def leaving(enrolment: Enrolment) -> ResponseReturnValue:
    """Say why and when somebody left."""
    return _page(enrolment, WithdrawForm(data={"on": clock.today()}))


def _page(enrolment: Enrolment, form: WithdrawForm) -> str:
    return render("courses/places/leaving.html", enrolment=enrolment, cohort=enrolment.cohort, form=form)


@blueprint.post("/enrolments/<ref:enrolment_ref>/withdraw")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def withdraw(enrolment: Enrolment) -> ResponseReturnValue:
    """Note that the person has left."""
    form = WithdrawForm(request.form)
    if not form.validate():
        return _page(enrolment, form), UNCHANGED
    try:
        promoted = withdrawals.withdraw(
            enrolment,
            reason=Leaving(form.reason.data),
            on=form.on.data,
            note=text_of(form.note),
            by=current_actor(),
            lasts=current_app.config["INVITATION_LASTS"],
        )
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _page(enrolment, form), refusal.status
    names = " and ".join(each.user.name for each in promoted)
    given = f" The place goes to {names}; we write to them now." if promoted else ""
    flash(
        f"{enrolment.user.name} has left the cohort. What they did is kept, and we write to tell them so.{given}",
        "success",
    )
    return see_other("cohorts.show", cohort_ref=enrolment.cohort.ref)


@blueprint.post("/enrolments/<ref:enrolment_ref>/bring-back")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def bring_back(enrolment: Enrolment) -> ResponseReturnValue:
    """Undo a withdrawal."""
    try:
        withdrawals.bring_back(enrolment, by=current_actor())
    except DomainError as refusal:
        form = BaseForm(formdata=None)
        form.add_error(refusal.message)
        return person_page(enrolment, form), refusal.status
    flash(f"{enrolment.user.name} is back in the cohort.", "success")
    return see_other("cohorts.person", enrolment_ref=enrolment.ref)
