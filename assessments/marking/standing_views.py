"""The provider administrator's page of assessors: who is qualified, who is in training, and how much waits for each."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assessments.marking import assessors, workload
from assessments.marking.forms import StandingForm
from courses.cohorts.reach import holds
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound, Refused
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import Organisation, User
from lms.people.queries import get_organisation, list_organisations
from lms.people.roles import Role

blueprint = Blueprint("standings", __name__, url_prefix="/assessor-standings")


@blueprint.get("")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE)
def index(reach: Reach) -> ResponseReturnValue:
    """Every assessor of the providers that the administrator looks after, with what waits for each."""
    providers = list_organisations(within=reach)
    lists = [(provider, workload.of_assessors(provider.id)) for provider in providers]
    return render("assessments/marking/standings.html", lists=lists, today=clock.today())


@blueprint.get("/<ref:provider_ref>/<ref:assessor_ref>")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, provider=get_organisation)
def show(provider: Organisation, assessor_ref: str) -> ResponseReturnValue:
    """One assessor's standing."""
    user = _assessor(provider, assessor_ref)
    now = assessors.standing_of(user.id, provider.id)
    chosen = db.session.get(User, now.countersigner_id) if now.countersigner_id else None
    form = StandingForm(
        assessors=_others(provider, user),
        data={
            "standing": "training" if now.in_training else "qualified",
            "qualified_on": now.qualified_on,
            "countersigner": chosen.ref if chosen else "",
        },
    )
    return render("assessments/marking/standing.html", provider=provider, assessor=user, form=form)


@blueprint.post("/<ref:provider_ref>/<ref:assessor_ref>")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, provider=get_organisation)
def save(provider: Organisation, assessor_ref: str) -> ResponseReturnValue:
    """Record an assessor's standing."""
    user = _assessor(provider, assessor_ref)
    form = StandingForm(request.form, assessors=_others(provider, user))
    if not form.validate():
        return render("assessments/marking/standing.html", provider=provider, assessor=user, form=form), 422
    try:
        _record(user, provider, form)
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        page = render("assessments/marking/standing.html", provider=provider, assessor=user, form=form)
        return page, error.status
    flash(f"Recorded for {user.name}.")
    return see_other("standings.index")


def _record(user: User, provider: Organisation, form: StandingForm) -> None:
    if form.standing.data == "training":
        if not form.countersigner.data:
            raise Refused("Choose who countersigns.", field="countersigner")
        countersigner = _assessor(provider, form.countersigner.data)
        assessors.set_training(user, provider, countersigner=countersigner, by=current_actor())
        return
    if form.qualified_on.data is None:
        raise Refused("Give the day of the award.", field="qualified_on")
    assessors.set_qualified(user, provider, since=form.qualified_on.data, by=current_actor())


def _others(provider: Organisation, user: User) -> list[tuple[str, str]]:
    return [
        (row.ref, row.name)
        for row in workload.of_assessors(provider.id)
        if row.ref != user.ref and not row.in_training
    ]


def _assessor(provider: Organisation, ref: str) -> User:
    """An assessor of a provider.

    Raises:
        NotFound: nobody of that reference assesses there.
    """
    user = db.session.scalar(select(User).where(User.ref == ref, holds(Role.ASSESSOR, User.id, provider.id)))
    if user is None:
        raise NotFound
    return user
