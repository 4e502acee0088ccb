"""Doors: signing in by link or password, accepting an invitation, a new password, signing out."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from lms.core import clock
from lms.core.access import public, signed_in
from lms.core.errors import NotFound, Refused
from lms.core.extensions import limiter
from lms.core.forms import text_of
from lms.core.web import render, safe_next, see_other
from lms.people import forms, queries, service
from lms.people.devices import device_words
from lms.people.models import LinkPurpose, SingleUseLink, User
from lms.people.person import Person

blueprint = Blueprint("people", __name__)
SEEN = "seen"
LINK_USED = "This link has been used or is too old. Ask for a new one below."


def _limit() -> str:
    limit: str = current_app.config["SIGN_IN_LIMIT"]
    return limit


def _address_typed() -> str:
    return request.form.get("email", "").strip().lower()


def let_in(user: User) -> None:
    """Begin a fresh session for a user; nothing of the one before survives but the theme of its flashes."""
    lasts: timedelta = current_app.config["SESSION_LONGEST"]
    person = service.sign_in(user, lasts=lasts, device=device_words(request.user_agent.string))
    held = session.get("held")
    session.clear()
    if held:
        session["held"] = held
    session.permanent = True
    session[SEEN] = clock.now().timestamp()
    login_user(person)


def _onward() -> ResponseReturnValue:
    return redirect(safe_next(request.args.get("next"), url_for("home.index")), code=303)


@blueprint.get("/sign-in")
@public("this is the door")
def sign_in() -> ResponseReturnValue:
    """The door: an email link first, a password for those who have one."""
    if current_user.is_authenticated:
        return _onward()
    return _door(forms.PasswordSignInForm())


def _door(form: forms.PasswordSignInForm, status: int = 200) -> ResponseReturnValue:
    demo = current_app.config["DEMO_ACCOUNTS"]() if current_app.config["IS_DEMO"] else []
    return render(
        "people/sign_in.html", form=form, demo_accounts=demo, next=request.args.get("next", "")
    ), status


@blueprint.post("/sign-in")
@public("this is the door")
@limiter.limit(_limit)
@limiter.limit(_limit, key_func=_address_typed)
def sign_in_with_password() -> ResponseReturnValue:
    """Let somebody in by password."""
    form = forms.PasswordSignInForm(request.form)
    if not form.validate():
        return _door(form, 422)
    try:
        user = service.check_password(text_of(form.email), text_of(form.password))
    except Refused as refusal:
        form.add_error(refusal.message)
        return _door(form, 422)
    let_in(user)
    return _onward()


@blueprint.post("/sign-in/email-link")
@public("this is the door")
@limiter.limit(_limit)
@limiter.limit(_limit, key_func=_address_typed)
def email_sign_in_link() -> ResponseReturnValue:
    """Mail a sign-in link; the answer is the same whether or not the address is known."""
    return _send_link(LinkPurpose.SIGN_IN)


def _send_link(purpose: LinkPurpose) -> ResponseReturnValue:
    form = forms.EmailForm(request.form)
    if not form.validate():
        if purpose is LinkPurpose.RESET:
            return render("people/ask_reset.html", form=form), 422
        door = forms.PasswordSignInForm(request.form)
        door.email.errors = form.email.errors
        return _door(door, 422)
    service.send_link(text_of(form.email), purpose, lasts=current_app.config["RESET_LASTS"])
    session["link_to"] = form.email.data
    return see_other("people.link_sent")


@blueprint.get("/sign-in/sent")
@public("this is the door")
def link_sent() -> ResponseReturnValue:
    """Tell where the link went."""
    return render("people/link_sent.html", email=session.get("link_to", "your address"))


def _link(token: str, purpose: LinkPurpose) -> SingleUseLink | None:
    return queries.find_link(token, purpose)


def _link_is_gone() -> ResponseReturnValue:
    flash(LINK_USED, "warning")
    return see_other("people.sign_in")


@blueprint.get("/sign-in/<string(length=43):token>")
@public("whoever holds the mailed link")
def follow_link(token: str) -> ResponseReturnValue:
    """Show who the link is for; a button, not the link itself, signs in."""
    link = _link(token, LinkPurpose.SIGN_IN)
    if link is None:
        return _link_is_gone()
    return render("people/follow_link.html", form=forms.LinkForm(), name=link.user.name)


@blueprint.post("/sign-in/<string(length=43):token>")
@public("whoever holds the mailed link")
def use_sign_in_link(token: str) -> ResponseReturnValue:
    """Let in whoever holds the link."""
    link = _link(token, LinkPurpose.SIGN_IN)
    if link is None:
        return _link_is_gone()
    service.use_link(link)
    let_in(link.user)
    return _onward()


@blueprint.get("/welcome/<string(length=43):token>")
@public("whoever holds the mailed invitation")
def welcome(token: str) -> ResponseReturnValue:
    """Somebody invited chooses a password."""
    link = _link(token, LinkPurpose.INVITATION)
    if link is None:
        return _link_is_gone()
    return render("people/accept_invitation.html", form=forms.ChoosePasswordForm(), name=link.user.name)


@blueprint.post("/welcome/<string(length=43):token>")
@public("whoever holds the mailed invitation")
def accept_invitation(token: str) -> ResponseReturnValue:
    """Keep the chosen password and let the person in."""
    return _choose(token, LinkPurpose.INVITATION, "people/accept_invitation.html")


@blueprint.get("/new-password")
@public("for whoever forgot")
def ask_reset() -> ResponseReturnValue:
    """Ask for a reset link."""
    return render("people/ask_reset.html", form=forms.EmailForm())


@blueprint.post("/new-password")
@public("for whoever forgot")
@limiter.limit(_limit)
@limiter.limit(_limit, key_func=_address_typed)
def send_reset_link() -> ResponseReturnValue:
    """Mail a reset link; the answer is the same whether or not the address is known."""
    return _send_link(LinkPurpose.RESET)


@blueprint.get("/new-password/<string(length=43):token>")
@public("whoever holds the mailed link")
def new_password(token: str) -> ResponseReturnValue:
    """Choose a new password."""
    link = _link(token, LinkPurpose.RESET)
    if link is None:
        return _link_is_gone()
    return render("people/reset.html", form=forms.ChoosePasswordForm(), name=link.user.name)


@blueprint.post("/new-password/<string(length=43):token>")
@public("whoever holds the mailed link")
def choose_new_password(token: str) -> ResponseReturnValue:
    """Keep the new password, end every other sign-in, and let the person in."""
    return _choose(token, LinkPurpose.RESET, "people/reset.html")


def _choose(token: str, purpose: LinkPurpose, template: str) -> ResponseReturnValue:
    link = _link(token, purpose)
    if link is None:
        return _link_is_gone()
    form = forms.ChoosePasswordForm(request.form)
    if form.validate():
        try:
            service.choose_password(link.user, text_of(form.password))
        except Refused as refusal:
            form.add_error(refusal.message, field=refusal.field)
        else:
            service.use_link(link)
            let_in(link.user)
            return _onward()
    return render(template, form=form, name=link.user.name), 422


@blueprint.post("/sign-out")
@signed_in("everybody may leave")
def sign_out() -> ResponseReturnValue:
    """Leave."""
    service.sign_out(cast("Person", current_user))
    logout_user()
    session.clear()
    flash("You are signed out.", "success")
    return see_other("people.sign_in")


@blueprint.post("/demo/sign-in/<ref:person_ref>")
@public("the demonstration's own accounts, refused everywhere else")
def demo_sign_in(person_ref: str) -> ResponseReturnValue:
    """Let a visitor of the demonstration in as one of its listed people."""
    if not current_app.config["IS_DEMO"]:
        raise NotFound
    listed = {account.ref: account.email for account in current_app.config["DEMO_ACCOUNTS"]()}
    user = queries.find_user(listed.get(person_ref, ""))
    if user is None:
        raise NotFound
    let_in(user)
    return _onward()
