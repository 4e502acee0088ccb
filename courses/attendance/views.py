"""What a practitioner does about being there: checking in by the code on the screen, and sending apologies."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_limiter.errors import RateLimitExceeded

from courses.attendance import apologies, register_forms
from courses.attendance import check_in as checking
from courses.cohorts.models import Session
from lms.core.access import current_actor, requires
from lms.core.errors import Refused
from lms.core.extensions import limiter
from lms.core.forms import text_of
from lms.core.permissions import Permission
from lms.core.text import day
from lms.core.web import render, see_other

blueprint = Blueprint("attendance", __name__, template_folder="../templates")

LEARN = Permission.PROGRESS_COURSE_LEARN_OWN
UNCHANGED = 422
TOO_MANY = 429
LIMIT = "10 per minute; 40 per hour"
"""Tries of one person: enough for slips of the thumb, and far too few to guess one code of 300 million."""


@blueprint.get("/check-in")
@requires(LEARN)
def check_in() -> ResponseReturnValue:
    """Ask for the code; a QR code brings it along, and a button records it."""
    code = checking.tidy_code(request.args.get("code", ""))[: checking.CODE_LENGTH]
    return _check_in_page(register_forms.CheckInForm(formdata=None, data={"code": code}))


def _check_in_page(form: register_forms.CheckInForm) -> str:
    return render("courses/attendance/check_in.html", form=form, not_recorded=checking.NOT_RECORDED)


@blueprint.post("/check-in")
@requires(LEARN)
def record_check_in() -> ResponseReturnValue:
    """Record that I came, or say plainly that it was not recorded."""
    form = register_forms.CheckInForm(request.form)
    if not form.validate():
        return _check_in_page(form), UNCHANGED
    actor = current_actor()
    try:
        with limiter.limit(LIMIT, key_func=lambda: f"check-in of {actor.id}"):
            came = checking.check_in(text_of(form.code), by=actor)
    except RateLimitExceeded:
        form.add_error(
            f"{checking.NOT_RECORDED} You have tried many codes. Wait a minute, or ask your facilitator to mark you."
        )
        return _check_in_page(form), TOO_MANY
    except Refused as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _check_in_page(form), UNCHANGED
    said = f"session {came.session.number} of {came.session.cohort.name}"
    flash(
        f"Recorded: you came to {said}."
        if came.is_new
        else f"You were recorded already for {said}: {came.mark.words}.",
        "success",
    )
    return see_other("progress.hours")


# ---- apologies


@blueprint.get("/my-course/sessions/<ref:session_ref>/apologies")
@requires(LEARN, session=apologies.get_own_session)
def apology(session: Session) -> ResponseReturnValue:
    """Say that I cannot come to a session."""
    sent = apologies.find_own(session, person_id=current_actor().id)
    form = register_forms.ApologyForm(formdata=None, data={"words": sent.words if sent else ""})
    return _apology_page(session, form)


def _apology_page(session: Session, form: register_forms.ApologyForm) -> str:
    sent = apologies.find_own(session, person_id=current_actor().id)
    return render("courses/attendance/apology.html", session=session, form=form, sent=sent)


@blueprint.post("/my-course/sessions/<ref:session_ref>/apologies")
@requires(LEARN, session=apologies.get_own_session)
def send_apology(session: Session) -> ResponseReturnValue:
    """Send apologies."""
    form = register_forms.ApologyForm(request.form)
    if not form.validate():
        return _apology_page(session, form), UNCHANGED
    try:
        apologies.send(session, words=text_of(form.words), by=current_actor())
    except Refused as refusal:
        form.add_error(refusal.message)
        return _apology_page(session, form), UNCHANGED
    flash(f"Your apologies for {day(session.starts_at)} are with your facilitator.", "success")
    return see_other("progress.hours")


@blueprint.post("/my-course/sessions/<ref:session_ref>/apologies/take-back")
@requires(LEARN, session=apologies.get_own_session)
def take_back_apology(session: Session) -> ResponseReturnValue:
    """Say that I can come after all."""
    apologies.take_back(session, by=current_actor())
    flash(f"You are expected on {day(session.starts_at)} again.", "success")
    return see_other("progress.hours")
