"""Pages on which people ask for a place, and on which their provider decides."""

from __future__ import annotations

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from courses.cohorts import queries, taught_course
from courses.cohorts.blueprint import UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Cohort, Enrolment
from courses.places import invitation_queries, request_queries, requests
from courses.places import service as places
from courses.places.models import PlaceRequest, RequestState
from courses.places.offer_forms import ApproveForm, AskForm, DeclineForm
from lms.core.access import Actor, current_actor, public, requires
from lms.core.errors import DomainError
from lms.core.extensions import limiter
from lms.core.forms import choices, text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other

DECIDE = Permission.COHORTS_LEARNERS_IMPORT
FROM_ONE_NETWORK = "30 per hour"
"""Requests from one address of the network: enough for a whole centre on its open day."""
FOR_ONE_PERSON = "5 per hour"
"""Requests in one person's name."""


# ---- whoever asks


@blueprint.get("/places/ask/<ref:cohort_ref>")
@public("anybody with the link may ask for a place")
def ask(cohort_ref: str) -> ResponseReturnValue:
    """Ask for a place."""
    cohort = request_queries.get_open_cohort(cohort_ref)
    me = _me()
    return _ask_page(cohort, AskForm(data={"name": me.name if me else "", "seeks_accreditation": True}))


def _me() -> Actor | None:
    return current_actor() if current_user.is_authenticated else None


def _ask_page(cohort: Cohort, form: AskForm) -> str:
    return render(
        "courses/places/ask.html",
        cohort=cohort,
        sessions=[line for line in queries.list_sessions(cohort.id) if not line.is_cancelled],
        has_unit=taught_course.has_unit(cohort),
        me=_me(),
        form=form,
    )


def _person_asking() -> str:
    me = _me()
    return me.email if me else request.form.get("email", "").strip().lower()


@blueprint.post("/places/ask/<ref:cohort_ref>")
@public("anybody with the link may ask for a place")
@limiter.limit(FROM_ONE_NETWORK)
@limiter.limit(FOR_ONE_PERSON, key_func=_person_asking)
def send_request(cohort_ref: str) -> ResponseReturnValue:
    """Note the request; the answer is the same whoever asks."""
    cohort = request_queries.get_open_cohort(cohort_ref)
    me, form = _me(), AskForm(request.form)
    if me is not None:
        del form.email
    if not form.validate():
        return _ask_page(cohort, form), UNCHANGED
    requests.ask(
        cohort,
        name=text_of(form.name),
        email=me.email if me else text_of(form.email),
        employer=text_of(form.employer),
        job=text_of(form.job),
        seeks_accreditation=bool(form.seeks_accreditation.data),
        by=me,
    )
    return see_other("cohorts.request_sent", cohort_ref=cohort.ref)


@blueprint.get("/places/ask/<ref:cohort_ref>/sent")
@public("answers whoever asked for a place")
def request_sent(cohort_ref: str) -> ResponseReturnValue:
    """Thanks, and what comes next."""
    return render("courses/places/asked.html", cohort=request_queries.get_open_cohort(cohort_ref))


# ---- whoever decides


@blueprint.get("/cohorts/<ref:cohort_ref>/requests")
@requires(DECIDE, cohort=queries.get_cohort)
def list_requests(cohort: Cohort) -> ResponseReturnValue:
    """Who asks for a place, and the link by which they do."""
    lines = request_queries.list_requests(cohort.id)
    return render(
        "courses/places/requests.html",
        cohort=cohort,
        open_lines=[line for line in lines if line.state is RequestState.OPEN],
        decided=[line for line in reversed(lines) if line.state is not RequestState.OPEN],
        base_url=current_app.config["PUBLIC_URL"].rstrip("/"),
    )


@blueprint.post("/cohorts/<ref:cohort_ref>/requests/open")
@requires(DECIDE, cohort=queries.get_cohort)
def open_to_requests(cohort: Cohort) -> ResponseReturnValue:
    """Let people ask for a place."""
    requests.set_open(cohort, is_open=True, by=current_actor())
    flash(f"{cohort.name} takes requests now. Pass the link on.", "success")
    return see_other("cohorts.list_requests", cohort_ref=cohort.ref)


@blueprint.post("/cohorts/<ref:cohort_ref>/requests/close")
@requires(DECIDE, cohort=queries.get_cohort)
def close_to_requests(cohort: Cohort) -> ResponseReturnValue:
    """Take no more requests."""
    requests.set_open(cohort, is_open=False, by=current_actor())
    flash(f"{cohort.name} takes no more requests. The link leads nowhere now.", "success")
    return see_other("cohorts.list_requests", cohort_ref=cohort.ref)


@blueprint.get("/requests/<ref:place_request_ref>")
@requires(DECIDE, place_request=request_queries.get_place_request)
def place_request(place_request: PlaceRequest) -> ResponseReturnValue:
    """One request, to approve or decline."""
    return _decision_page(place_request, _approval(place_request), DeclineForm(formdata=None))


def _approval(asked: PlaceRequest, *, posted: bool = False) -> ApproveForm:
    known = invitation_queries.list_settings(asked.cohort.provider_id)
    form = ApproveForm(request.form if posted else None)
    form.setting.choices = choices([("", "Not given"), *known])
    if not posted:
        wanted = asked.employer.casefold()
        named = [ref for ref, words in known if wanted in {words.casefold(), words.split(", ")[0].casefold()}]
        form.setting.data = named[0] if len(named) == 1 else ""
    return form


def _decision_page(asked: PlaceRequest, approval: ApproveForm, declining: DeclineForm) -> str:
    return render(
        "courses/places/request.html",
        asked=asked,
        cohort=asked.cohort,
        has_unit=taught_course.has_unit(asked.cohort),
        is_open=asked.state is RequestState.OPEN,
        free=places.free_places(asked.cohort),
        approval=approval,
        declining=declining,
    )


@blueprint.post("/requests/<ref:place_request_ref>/approve")
@requires(DECIDE, place_request=request_queries.get_place_request)
def approve_request(place_request: PlaceRequest) -> ResponseReturnValue:
    """Give whoever asked a place, or one on the waiting list."""
    form = _approval(place_request, posted=True)
    if not form.validate():
        return _decision_page(place_request, form, DeclineForm(formdata=None)), UNCHANGED
    setting = invitation_queries.find_setting(form.setting.data) if form.setting.data else None
    lasts = current_app.config["INVITATION_LASTS"]
    try:
        taken = requests.approve(place_request, setting=setting, by=current_actor(), lasts=lasts)
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _decision_page(place_request, form, DeclineForm(formdata=None)), refusal.status
    what = "has a place" if isinstance(taken, Enrolment) else "is on the waiting list"
    flash(f"{taken.user.name} {what}. We write to {place_request.email} now.", "success")
    return see_other("cohorts.list_requests", cohort_ref=place_request.cohort.ref)


@blueprint.post("/requests/<ref:place_request_ref>/decline")
@requires(DECIDE, place_request=request_queries.get_place_request)
def decline_request(place_request: PlaceRequest) -> ResponseReturnValue:
    """Decline, with a reason that is mailed."""
    form = DeclineForm(request.form)
    if form.validate():
        try:
            requests.decline(place_request, why=text_of(form.why), by=current_actor())
        except DomainError as refusal:
            form.add_error(refusal.message, field=refusal.field)
            return _decision_page(place_request, _approval(place_request), form), refusal.status
        flash(f"Declined. We write to {place_request.email} now.", "success")
        return see_other("cohorts.list_requests", cohort_ref=place_request.cohort.ref)
    return _decision_page(place_request, _approval(place_request), form), UNCHANGED
