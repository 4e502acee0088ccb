"""My account, and the people of an organisation."""

from __future__ import annotations

from typing import cast

from flask import current_app, flash, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from lms.core.access import Reach, current_actor, requires, signed_in
from lms.core.errors import DomainError
from lms.core.forms import choices, text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people import forms, queries, service
from lms.people.models import Membership, Organisation, Theme
from lms.people.person import Person
from lms.people.roles import Role
from lms.people.sign_in import blueprint

__all__ = ["blueprint"]


def _me() -> Person:
    return cast("Person", current_user)


@blueprint.get("/account")
@signed_in("one's own account")
def account() -> ResponseReturnValue:
    """My name, my roles, how pages look, where I am signed in."""
    me = _me()
    return render(
        "people/account.html",
        me=me,
        theme_form=forms.ThemeForm(data={"theme": me.theme.value}),
        role_form=_role_form(me),
        sign_ins=queries.list_sign_ins(me.id),
    )


def _role_form(me: Person) -> forms.RoleForm:
    form = forms.RoleForm(data={"role": me.role.value if me.role else ""})
    form.role.choices = choices((role.value, role.words) for role in me.roles)
    return form


@blueprint.post("/account/theme")
@signed_in("one's own account")
def choose_theme() -> ResponseReturnValue:
    """Keep how pages look."""
    form = forms.ThemeForm(request.form)
    if form.validate():
        service.choose_theme(_me(), Theme(form.theme.data))
        flash("Kept.", "success")
    return see_other("people.account")


@blueprint.post("/account/role")
@signed_in("one's own roles")
def wear_role() -> ResponseReturnValue:
    """Show the pages of another of my roles."""
    chosen = request.form.get("role", "")
    if chosen in {role.value for role in Role}:
        service.wear(_me(), Role(chosen))
    return see_other("home.index")


@blueprint.post("/account/sign-out-everywhere")
@signed_in("one's own sign-ins")
def sign_out_everywhere() -> ResponseReturnValue:
    """End my sign-ins on every device, this one too."""
    service.sign_out(_me())
    service.end_all_sign_ins(_me().id)
    logout_user()
    session.clear()
    flash("You are signed out on every device.", "success")
    return see_other("people.sign_in")


@blueprint.get("/teams")
@requires(Permission.PEOPLE_TEAM_MANAGE)
def teams(reach: Reach) -> ResponseReturnValue:
    """The organisations whose people I look after."""
    found = queries.list_organisations(within=reach)
    if len(found) == 1:
        return see_other("people.team", organisation_ref=found[0].ref)
    return render("people/teams.html", organisations=found)


@blueprint.get("/teams/<ref:organisation_ref>")
@requires(Permission.PEOPLE_TEAM_MANAGE, organisation=queries.get_organisation)
def team(organisation: Organisation) -> ResponseReturnValue:
    """The people of an organisation and their roles."""
    return _team_page(organisation, _invite_form(organisation))


def _invite_form(organisation: Organisation, posted: bool = False) -> forms.InviteForm:
    form = forms.InviteForm(request.form) if posted else forms.InviteForm()
    roles = [role for role in service.ROLES_IN[organisation.kind] if role is not Role.PRACTITIONER]
    form.role.choices = choices((role.value, role.words) for role in roles)
    return form


def _team_page(organisation: Organisation, form: forms.InviteForm, status: int = 200) -> ResponseReturnValue:
    members = queries.list_members(organisation.id)
    page = render(
        "people/team.html",
        organisation=organisation,
        members=members,
        form=form,
        end_form=forms.EndMembershipForm(formdata=None),
    )
    return page, status


@blueprint.post("/teams/<ref:organisation_ref>")
@requires(Permission.PEOPLE_TEAM_MANAGE, organisation=queries.get_organisation)
def invite(organisation: Organisation) -> ResponseReturnValue:
    """Invite a colleague."""
    form = _invite_form(organisation, posted=True)
    if form.validate():
        try:
            service.invite(
                organisation,
                name=text_of(form.name),
                email=text_of(form.email),
                role=Role(form.role.data),
                lasts=current_app.config["INVITATION_LASTS"],
                by=current_actor(),
            )
        except DomainError as refusal:
            form.add_error(refusal.message, field=refusal.field)
        else:
            flash(f"{form.name.data} is in the team. We have written to {form.email.data}.", "success")
            return see_other("people.team", organisation_ref=organisation.ref)
    return _team_page(organisation, form, 422)


@blueprint.post("/teams/members/<ref:membership_ref>/end")
@requires(Permission.PEOPLE_TEAM_MANAGE, membership=queries.get_membership)
def end_membership(membership: Membership) -> ResponseReturnValue:
    """Take a colleague's role away."""
    service.end_membership(membership, by=current_actor())
    flash(f"{membership.user.name} no longer has that role.", "success")
    return see_other("people.team", organisation_ref=membership.organisation.ref)
