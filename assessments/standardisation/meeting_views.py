"""The pages of standardisation meetings: minutes, who came, and what is carried forward."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assessments.standardisation import meetings, queries
from assessments.standardisation.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.standardisation.forms import ACTIONS, CloseForm, MeetingForm
from assessments.standardisation.meetings import NewAction
from assessments.standardisation.models import Exercise, Meeting, MeetingAction
from assessments.standardisation.views import index_page
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, Refused
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import Organisation, User
from lms.people.queries import get_organisation

IQA = Permission.VERIFICATION_SAMPLE_DECIDE


@blueprint.get("/providers/<ref:provider_ref>/meetings/new")
@requires(IQA, provider=get_organisation)
def new_meeting(provider: Organisation) -> ResponseReturnValue:
    """Write minutes."""
    return _new_page(provider, _form(provider))


@blueprint.post("/providers/<ref:provider_ref>/meetings/new")
@requires(IQA, provider=get_organisation)
def hold_meeting(provider: Organisation) -> ResponseReturnValue:
    """Keep the minutes."""
    form = _form(provider)
    if not form.validate():
        return _new_page(provider, form), 422
    people = {one.ref: one for one in meetings.members(provider.id)}
    try:
        held = meetings.hold(
            provider,
            title=form.title.data or "",
            held_on=form.held_on.data or clock.today(),
            minutes=form.minutes.data or "",
            came={people[ref].id for ref in form.came.data or ()},
            exercises=_exercises(provider, form.exercises.data or []),
            actions=_actions(form, people),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _new_page(provider, form), error.status
    flash("The minutes are kept. What is open goes to the next meeting.")
    return see_other("standardisation.meeting", meeting_ref=held.ref)


@blueprint.get("/meetings/<ref:meeting_ref>")
@requires(IQA, meeting=meetings.get_meeting)
def meeting(meeting: Meeting) -> ResponseReturnValue:
    """The minutes of a meeting."""
    (minutes,) = meetings.minutes_of(meeting.provider_id, [meeting])
    return render("assessments/standardisation/meeting.html", one=minutes, today=clock.today())


@blueprint.post("/meeting-actions/<ref:deed_ref>/close")
@requires(IQA, deed=meetings.get_action)
def close_deed(deed: MeetingAction, reach: Reach) -> ResponseReturnValue:
    """Close what a meeting agreed."""
    form = CloseForm(request.form)
    if not form.validate():
        return index_page(reach, error="Keep it under 600 letters."), 422
    try:
        meetings.close(deed, words=form.words.data or "", by=current_actor())
    except DomainError as error:
        return index_page(reach, error=error.message), error.status
    flash("Closed. It stays in the minutes.")
    return see_other("standardisation.index")


def _form(provider: Organisation) -> MeetingForm:
    rows = queries.exercises(Exercise.provider_id == provider.id)
    return MeetingForm(
        request.form if request.method == "POST" else None,
        people=[(one.ref, one.name) for one in meetings.members(provider.id)],
        exercises=[(one.ref, one.title) for one in rows if one.opened_at is not None],
        data={"held_on": clock.today()},
    )


def _exercises(provider: Organisation, refs: list[str]) -> list[Exercise]:
    return list(
        db.session.scalars(
            select(Exercise).where(Exercise.provider_id == provider.id, Exercise.ref.in_(refs))
        )
    )


def _actions(form: MeetingForm, people: dict[str, User]) -> list[NewAction]:
    found = []
    for number in range(ACTIONS):
        words, owner, due_on = (form[f"{name}_{number}"].data for name in ("words", "owner", "due"))
        if not words:
            continue
        if owner not in people or due_on is None:
            raise Refused("Say who does it, and by when.", field=f"words_{number}")
        found.append(NewAction(words, people[owner], due_on))
    return found


def _new_page(provider: Organisation, form: MeetingForm) -> str:
    return render(
        "assessments/standardisation/new_meeting.html",
        provider=provider,
        form=form,
        numbers=range(ACTIONS),
        carried=meetings.open_actions(provider.id),
        today=clock.today(),
    )
