"""Pages for moving somebody to another cohort."""

from __future__ import annotations

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue

from courses.cohorts import queries
from courses.cohorts.blueprint import UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Cohort, Enrolment
from courses.places import transfer_queries, transfers
from courses.places.forms import TransferForm
from courses.places.transfer_queries import Target
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.forms import choices, text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other


@blueprint.get("/enrolments/<ref:enrolment_ref>/transfer")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def moving(enrolment: Enrolment) -> ResponseReturnValue:
    """Choose where somebody moves to."""
    targets = transfer_queries.list_targets(enrolment)
    return _page(enrolment, _form(targets), targets)


def _form(targets: list[Target], *, posted: bool = False) -> TransferForm:
    form = TransferForm(request.form if posted else None)
    form.cohort.choices = choices((target.ref, target.words) for target in targets)
    return form


def _page(enrolment: Enrolment, form: TransferForm, targets: list[Target]) -> str:
    return render(
        "courses/places/transfer.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        form=form,
        targets=targets,
        has_full=any(target.free == 0 for target in targets),
    )


@blueprint.post("/enrolments/<ref:enrolment_ref>/transfer")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def transfer(enrolment: Enrolment, reach: Reach) -> ResponseReturnValue:
    """Move somebody, or let them wait for a place there."""
    targets = transfer_queries.list_targets(enrolment)
    form = _form(targets, posted=True)
    if not form.validate():
        return _page(enrolment, form, targets), UNCHANGED
    to = queries.get_cohort(form.cohort.data, within=reach)
    is_full = any(target.free == 0 for target in targets if target.ref == to.ref)
    try:
        words = (
            _wait(enrolment, to) if is_full and form.wait.data else _move(enrolment, to, text_of(form.why))
        )
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _page(enrolment, form, targets), refusal.status
    flash(words, "success")
    return see_other("cohorts.person", enrolment_ref=enrolment.ref)


def _wait(enrolment: Enrolment, to: Cohort) -> str:
    transfers.wait_for(enrolment, to, by=current_actor())
    return f"{enrolment.user.name} waits for a place in {to.name}, and keeps the place here until then."


def _move(enrolment: Enrolment, to: Cohort, why: str) -> str:
    lasts = current_app.config["INVITATION_LASTS"]
    promoted = transfers.transfer(enrolment, to, why=why, by=current_actor(), lasts=lasts)
    names = " and ".join(each.user.name for each in promoted)
    given = f" The place goes to {names}; we write to them now." if promoted else ""
    return f"{enrolment.user.name} is in {to.name} now, with hours and work. We write to tell them.{given}"
