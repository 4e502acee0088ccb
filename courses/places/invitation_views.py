"""Pages for inviting people to a cohort, and the page on which an invited person takes the place."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from courses.cohorts import queries
from courses.cohorts.blueprint import UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Cohort, Enrolment
from courses.places import invitation_queries, invitations
from courses.places import service as places
from courses.places.models import PlaceInvitation
from courses.places.offer_forms import InviteForm
from lms.core.access import current_actor, public, requires
from lms.core.errors import DomainError
from lms.core.forms import BaseForm, choices, text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people import service as people
from lms.people.models import LinkPurpose, User

INVITE = Permission.COHORTS_LEARNERS_IMPORT


def _lasts() -> timedelta:
    lasts: timedelta = current_app.config["INVITATION_LASTS"]
    return lasts


@blueprint.get("/cohorts/<ref:cohort_ref>/invitations")
@requires(INVITE, cohort=queries.get_cohort)
def list_invitations(cohort: Cohort) -> ResponseReturnValue:
    """Who is invited, and whether they have accepted."""
    return _page(cohort, _form(cohort))


def _form(cohort: Cohort, *, posted: bool = False) -> InviteForm:
    form = InviteForm(request.form if posted else None)
    form.setting.choices = choices([("", "Not given"), *invitation_queries.list_settings(cohort.provider_id)])
    return form


def _page(cohort: Cohort, form: InviteForm) -> str:
    return render(
        "courses/places/invitations.html",
        cohort=cohort,
        form=form,
        invitations=invitation_queries.list_invitations(cohort.id),
        free=places.free_places(cohort),
        days=_lasts().days,
    )


@blueprint.post("/cohorts/<ref:cohort_ref>/invitations")
@requires(INVITE, cohort=queries.get_cohort)
def invite(cohort: Cohort) -> ResponseReturnValue:
    """Invite somebody."""
    form = _form(cohort, posted=True)
    if not form.validate():
        return _page(cohort, form), UNCHANGED
    setting = invitation_queries.find_setting(form.setting.data) if form.setting.data else None
    name, email = text_of(form.name), text_of(form.email)
    try:
        invitations.invite(
            cohort, name=name, email=email, setting=setting, by=current_actor(), lasts=_lasts()
        )
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _page(cohort, form), refusal.status
    flash(f"{name} is invited. We write to {email} now.", "success")
    return see_other("cohorts.list_invitations", cohort_ref=cohort.ref)


@blueprint.post("/invitations/<ref:place_invitation_ref>/send-again")
@requires(INVITE, place_invitation=invitation_queries.get_place_invitation)
def send_invitation_again(place_invitation: PlaceInvitation) -> ResponseReturnValue:
    """Send an invitation again, with a new link."""
    invitations.send_again(place_invitation, by=current_actor(), lasts=_lasts())
    flash(f"{place_invitation.name} gets another link; the one before no longer works.", "success")
    return see_other("cohorts.list_invitations", cohort_ref=place_invitation.cohort.ref)


@blueprint.post("/invitations/<ref:place_invitation_ref>/withdraw")
@requires(INVITE, place_invitation=invitation_queries.get_place_invitation)
def withdraw_invitation(place_invitation: PlaceInvitation) -> ResponseReturnValue:
    """Take an invitation back."""
    invitations.withdraw(place_invitation, by=current_actor())
    flash(f"The invitation to {place_invitation.name} is withdrawn. Its link no longer works.", "success")
    return see_other("cohorts.list_invitations", cohort_ref=place_invitation.cohort.ref)


# ---- the invited person


@blueprint.get("/places/invited/<string(length=43):token>")
@public("whoever holds the mailed invitation")
def invited(token: str) -> ResponseReturnValue:
    """What the place is; a button takes it, so that a mail scanner that opens links takes nothing."""
    invitation = invitations.find_by_token(token)
    return _gone() if invitation is None else _invited_page(invitation, BaseForm(formdata=None))


def _gone() -> ResponseReturnValue:
    flash(invitations.GONE, "warning")
    return see_other("people.sign_in")


def _invited_page(invitation: PlaceInvitation, form: BaseForm) -> str:
    cohort = invitation.cohort
    return render(
        "courses/places/invited.html",
        invitation=invitation,
        cohort=cohort,
        sessions=[line for line in queries.list_sessions(cohort.id) if not line.is_cancelled],
        is_full=places.free_places(cohort) == 0,
        form=form,
    )


@blueprint.post("/places/invited/<string(length=43):token>")
@public("whoever holds the mailed invitation")
def accept_place(token: str) -> ResponseReturnValue:
    """Take the place, or one on the waiting list; somebody without a password goes on to choose one."""
    invitation = invitations.find_by_token(token)
    if invitation is None:
        return _gone()
    try:
        taken = invitations.accept(invitation)
    except DomainError as refusal:
        form = BaseForm(formdata=None)
        form.add_error(refusal.message)
        return _invited_page(invitation, form), refusal.status
    name = invitation.cohort.name
    if isinstance(taken, Enrolment):
        flash(f"You have a place in {name}.", "success")
    else:
        flash(f"You are on the waiting list of {name}. We write to you when a place falls free.", "success")
    return _onward(invitation.user)


def _onward(user: User) -> ResponseReturnValue:
    if current_user.is_authenticated:
        return see_other("home.index")
    if user.password_hash is None:
        _, token = people.make_link(user, LinkPurpose.INVITATION, lasts=_lasts())
        return see_other("people.welcome", token=token)
    return see_other("people.sign_in")
