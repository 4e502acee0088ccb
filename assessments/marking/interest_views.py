"""Pages about assessors themselves: how much each takes on, and whom they have an interest in."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assessments.marking import allocation_queries, interests
from assessments.marking.allocation_forms import CapsForm, EndForm, InterestForm, caps_form
from assessments.marking.allocation_models import Interest
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import Organisation, Setting, User
from lms.people.queries import get_organisation

blueprint = Blueprint("assessors", __name__, url_prefix="/assessors")
PREFIX = "cap_"
UNCHANGED = 422


@blueprint.get("/of/<ref:provider_ref>")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, provider=get_organisation)
def index(provider: Organisation) -> ResponseReturnValue:
    """A provider's assessors: what each has, takes on at most, and has an interest in."""
    return _page(provider)


@blueprint.post("/of/<ref:provider_ref>/limits")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, provider=get_organisation)
def save_caps(provider: Organisation) -> ResponseReturnValue:
    """Say how much each takes on."""
    rows = allocation_queries.assessors(provider.id)
    form = caps_form(rows, prefix=PREFIX)(request.form)
    if not form.validate():
        return _page(provider, caps=form), UNCHANGED
    for row in rows:
        assessor = db.session.get_one(User, row.id)
        interests.set_cap(provider, assessor, form[f"{PREFIX}{row.ref}"].data, by=current_actor())
    flash("Saved.", "success")
    return see_other("assessors.index", provider_ref=provider.ref)


@blueprint.post("/of/<ref:provider_ref>/interests")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, provider=get_organisation)
def declare(provider: Organisation) -> ResponseReturnValue:
    """Note an interest for an assessor."""
    form = _interest_form(provider, request.form)
    if not form.validate():
        return _page(provider, form=form), UNCHANGED
    assessor = db.session.scalars(select(User).where(User.ref == form.assessor.data)).one()
    try:
        interests.declare(assessor, about=_about(form), reason=form.reason.data or "", by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _page(provider, form=form), error.status
    flash(
        "Noted. Nothing of theirs is given to this assessor. What they have already is marked in the cohort."
    )
    return see_other("assessors.index", provider_ref=provider.ref)


@blueprint.get("/interests/<ref:interest_ref>/end")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, interest=allocation_queries.get_interest)
def ending(interest: Interest) -> ResponseReturnValue:
    """Ask why an interest is over."""
    return render("assessments/marking/interest_end.html", interest=interest, form=EndForm())


@blueprint.post("/interests/<ref:interest_ref>/end")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, interest=allocation_queries.get_interest)
def end(interest: Interest, reach: Reach) -> ResponseReturnValue:
    """Note that an interest is over."""
    form = EndForm(request.form)
    if not form.validate():
        return render("assessments/marking/interest_end.html", interest=interest, form=form), UNCHANGED
    try:
        interests.end(interest, reason=form.reason.data or "", by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return render("assessments/marking/interest_end.html", interest=interest, form=form), error.status
    flash("Noted that this interest is over.", "success")
    provider = db.session.get_one(Organisation, min(reach.organisation_ids))
    return see_other("assessors.index", provider_ref=provider.ref)


@blueprint.get("/mine")
@requires(Permission.MARKING_SUBMISSION_DECIDE)
def mine(reach: Reach) -> ResponseReturnValue:
    """An assessor's own interests."""
    return _own_page(reach, _own_form(reach))


@blueprint.post("/mine")
@requires(Permission.MARKING_SUBMISSION_DECIDE)
def declare_mine(reach: Reach) -> ResponseReturnValue:
    """Declare an interest of one's own."""
    form = _own_form(reach, request.form)
    if not form.validate():
        return _own_page(reach, form), UNCHANGED
    assessor = db.session.get_one(User, reach.person_id)
    try:
        interests.declare(assessor, about=_about(form), reason=form.reason.data or "", by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _own_page(reach, form), error.status
    flash("Noted. Your provider gives their work to somebody else.", "success")
    return see_other("assessors.mine")


def _about(form: InterestForm) -> User | Setting:
    ref = str(form.about.data)
    person = db.session.scalar(select(User).where(User.ref == ref))
    return person or db.session.scalars(select(Setting).where(Setting.ref == ref)).one()


def _interest_form(provider: Organisation, data: object = None) -> InterestForm:
    about = [
        *allocation_queries.practitioners([provider.id]),
        *((ref, f"Everybody at {name}") for ref, name in allocation_queries.workplaces([provider.id])),
    ]
    assessors = [(row.ref, row.name) for row in allocation_queries.assessors(provider.id)]
    return InterestForm(data, assessors=assessors, about=about)


def _own_form(reach: Reach, data: object = None) -> InterestForm:
    """An assessor chooses among the people they have and the workplaces; they see no other names."""
    providers = reach.organisation_ids
    about = [
        *allocation_queries.practitioners(providers, assessor_id=reach.person_id),
        *((ref, f"Everybody at {name}") for ref, name in allocation_queries.workplaces(providers)),
    ]
    me = db.session.get_one(User, reach.person_id)
    return InterestForm(data, assessors=[(me.ref, me.name)], about=about)


def _own_page(reach: Reach, form: InterestForm) -> str:
    return render(
        "assessments/marking/interests.html",
        form=form,
        interests=allocation_queries.interests([reach.person_id], provider_ids=reach.organisation_ids),
    )


def _page(provider: Organisation, *, caps: CapsForm | None = None, form: InterestForm | None = None) -> str:
    rows = allocation_queries.assessors(provider.id)
    return render(
        "assessments/marking/assessors.html",
        provider=provider,
        rows=rows,
        caps=caps or caps_form(rows, prefix=PREFIX)(formdata=None),
        prefix=PREFIX,
        form=form or _interest_form(provider),
        interests=allocation_queries.interests([row.id for row in rows], provider_ids=[provider.id]),
    )
