"""Asking for a place: by anybody who has the link, for a cohort that is open to it; the provider approves or declines.

Who asks is answered alike whether or not the address is known, has a place, or has asked before.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from courses.cohorts import letters, staff_mail
from courses.cohorts.models import Cohort, Enrolment, WaitingPlace
from courses.places import mail as place_mail
from courses.places import service as places
from courses.places.models import PlaceRequest, RequestState
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.people import queries as people_queries
from lms.people import service as people
from lms.people.models import Setting


def set_open(cohort: Cohort, *, is_open: bool, by: Actor) -> None:
    """Open a cohort to requests, or close it. Requests that were made stay.

    Raises:
        Refused: the cohort is over.
    """
    if is_open and cohort.ends_on < clock.today():
        raise Refused(f"{cohort.name} is over, so nobody can ask for a place in it.")
    cohort.takes_requests = is_open
    audit.record(
        Act.COHORT_CHANGED, by=by, on=cohort, organisation_id=cohort.provider_id, takes_requests=is_open
    )


def ask(
    cohort: Cohort,
    *,
    name: str,
    email: str,
    employer: str,
    job: str,
    seeks_accreditation: bool,
    by: Actor | None,
) -> None:
    """Note that somebody asks for a place. Asked again, the last words count; what was declined is asked anew.

    Args:
        cohort: which cohort.
        name: as they write it.
        email: where the answer goes.
        employer: who they work for.
        job: their role there.
        seeks_accreditation: whether they want the unit as well.
        by: who is signed in; None for a stranger.

    Raises:
        Refused: the cohort no longer takes requests.
    """
    places.take_turn(cohort)
    db.session.refresh(cohort, ["takes_requests"])
    if not cohort.takes_requests:
        raise Refused(f"{cohort.name} no longer takes requests. Ring {cohort.provider.name}.")
    address = email.strip().lower()
    request = db.session.scalar(
        select(PlaceRequest).where(PlaceRequest.cohort_id == cohort.id, PlaceRequest.email == address)
    ) or PlaceRequest(cohort=cohort, email=address)
    is_news = request.state is not RequestState.OPEN
    if request.state is not RequestState.APPROVED:
        request.name, request.employer, request.job = name, employer, job
        request.seeks_accreditation = seeks_accreditation
        request.state, request.asked_at = RequestState.OPEN, clock.now()
        request.decided_at, request.decided_by_id, request.why = None, None, ""
    db.session.add(request)
    db.session.flush()
    _record(request, by, "asked")
    if is_news and request.state is RequestState.OPEN:
        _tell_administrators(request)


def _tell_administrators(request: PlaceRequest) -> None:
    """Once a request: who asks again while it is open changes words, not what is to be done."""
    staff_mail.tell_administrators(
        request.cohort,
        "courses/mail/asked",
        who=request.name,
        employer=request.employer,
        provider=request.cohort.provider.name,
        cohort_ref=request.cohort.ref,
    )


def approve(
    request: PlaceRequest, *, by: Actor, lasts: timedelta, setting: Setting | None = None
) -> Enrolment | WaitingPlace:
    """Give whoever asked the place, or when all are taken one on the waiting list, and write to them.

    Args:
        request: which.
        by: who approves it.
        lasts: how long the link works by which somebody new to us chooses a password.
        setting: where they work, if it is known here.

    Raises:
        Conflict: it is decided already, or the person has or had a place, or waits for one.
    """
    _refuse_decided(request)
    user = people_queries.find_user(request.email) or people.create_user(
        name=request.name, email=request.email, by=by
    )
    taken = places.take(
        request.cohort,
        user=user,
        setting=setting,
        by=by,
        seeks_accreditation=request.seeks_accreditation,
    )
    _decide(request, RequestState.APPROVED, by)
    if isinstance(taken, Enrolment):
        place_mail.welcome(taken, lasts=lasts, by=by)
    else:
        place_mail.tell_waiting(taken)
    return taken


def decline(request: PlaceRequest, *, why: str, by: Actor) -> None:
    """Decline a request and write to whoever asked, with the reason.

    Raises:
        Refused: no reason is given.
        Conflict: it is decided already.
    """
    _refuse_decided(request)
    if not why.strip():
        raise Refused("Write why: it is mailed to the person who asked.", field="why")
    request.why = why.strip()
    _decide(request, RequestState.DECLINED, by)
    letters.write(
        request.cohort, "courses/mail/declined", to=request.email, name=request.name, why=request.why
    )


def _refuse_decided(request: PlaceRequest) -> None:
    places.take_turn(request.cohort)
    db.session.refresh(request, ["state"])
    if request.state is not RequestState.OPEN:
        raise Conflict(f"The request of {request.name} is {request.state.value} already.")


def _decide(request: PlaceRequest, state: RequestState, by: Actor) -> None:
    request.state, request.decided_at, request.decided_by_id = state, clock.now(), by.id
    db.session.flush()
    _record(request, by, state.value)


def _record(request: PlaceRequest, by: Actor | None, state: str) -> None:
    audit.record(
        Act.PLACE_REQUEST_CHANGED,
        by=by,
        on=request,
        organisation_id=request.cohort.provider_id,
        state=state,
    )
