"""The pages of awards and professional development, for a provider's administrators and IQAs."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.verification import development
from assessments.verification.development_models import RecordKind, StaffRecord
from assessments.verification.forms import StaffRecordForm
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.forms import PressForm
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import Organisation, User
from lms.people.queries import get_organisation, list_organisations

blueprint = Blueprint("development", __name__, url_prefix="/staff-records")

RECORD = Permission.VERIFICATION_STAFF_RECORD


@blueprint.get("/")
@requires(RECORD)
def index(reach: Reach) -> ResponseReturnValue:
    """Everybody who assesses or verifies, with awards and the development of the last months."""
    today = clock.today()
    return render(
        "assessments/verification/development.html",
        providers=[
            (one, development.people(one.id, today=today)) for one in list_organisations(within=reach)
        ],
        months=development.MONTHS,
    )


@blueprint.get("/<ref:provider_ref>/<ref:person_ref>")
@requires(RECORD, provider=get_organisation)
def show(provider: Organisation, person_ref: str) -> ResponseReturnValue:
    """What is recorded of one person, and a form to add to it."""
    return _page(provider, development.get_person(provider, person_ref), None)


@blueprint.post("/<ref:provider_ref>/<ref:person_ref>")
@requires(RECORD, provider=get_organisation)
def add(provider: Organisation, person_ref: str) -> ResponseReturnValue:
    """Record an award, or development."""
    person = development.get_person(provider, person_ref)
    form = StaffRecordForm(request.form)
    if not form.validate():
        return _page(provider, person, form), 422
    try:
        development.add(
            provider,
            person,
            kind=RecordKind(form.kind.data),
            words=form.words.data or "",
            on=form.on.data or clock.today(),
            hours=form.hours.data,
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _page(provider, person, form), error.status
    flash(f"Recorded for {person.name}.")
    return see_other("development.show", provider_ref=provider.ref, person_ref=person.ref)


@blueprint.post("/records/<ref:staff_record_ref>/take-out")
@requires(RECORD, staff_record=development.get_record)
def take_out(staff_record: StaffRecord) -> ResponseReturnValue:
    """Take out what was a mistake."""
    at = {"provider_ref": staff_record.provider.ref, "person_ref": staff_record.person.ref}
    development.take_out(staff_record, by=current_actor())
    flash("Taken out.")
    return see_other("development.show", **at)


def _page(provider: Organisation, person: User, form: StaffRecordForm | None) -> str:
    return render(
        "assessments/verification/development_of.html",
        provider=provider,
        whose=person,
        records=development.of_person(provider.id, person.id),
        form=form or StaffRecordForm(data={"kind": RecordKind.DEVELOPMENT.value, "on": clock.today()}),
        press=PressForm(),
    )
