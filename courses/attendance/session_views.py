"""Pages about the sessions of a cohort: all of them, and one to move or to cancel."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, request
from flask.typing import ResponseReturnValue

from courses.attendance import register_queries, session_changes
from courses.attendance.session_forms import CancelForm, MeetingForm
from courses.cohorts import queries
from courses.cohorts.blueprint import UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.calendar import in_words
from courses.cohorts.models import Cohort, Session
from lms.core import clock
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.permissions import Permission
from lms.core.text import day, plural
from lms.core.web import render, see_other

MANAGE = Permission.COHORTS_SESSION_MANAGE


@blueprint.get("/cohorts/<ref:cohort_ref>/sessions")
@requires(Permission.COHORTS_COHORT_READ, cohort=queries.get_cohort)
def sessions(cohort: Cohort) -> ResponseReturnValue:
    """Every session of a cohort: when, where, and whether its register is taken."""
    lines = queries.list_sessions(cohort.id)
    return render(
        "courses/attendance/sessions.html",
        cohort=cohort,
        sessions=lines,
        taken=register_queries.sessions_with_marks(cohort.id),
        now=clock.now(),
    )


@blueprint.get("/sessions/<ref:session_ref>")
@requires(MANAGE, session=queries.get_session)
def session(session: Session) -> ResponseReturnValue:
    """One session, to be moved, cancelled or held after all."""
    return _page(session)


def _page(session: Session, moving: MeetingForm | None = None, cancelling: CancelForm | None = None) -> str:
    if moving is None:
        moving = MeetingForm(formdata=None)
        moving.fill(session)
    if cancelling is None:
        cancelling = CancelForm(formdata=None, seen=str(session.sequence))
    is_taken = register_queries.has_marks(session.id)
    return render(
        "courses/attendance/session.html",
        session=session,
        cohort=session.cohort,
        moving=moving,
        cancelling=cancelling,
        length=in_words(session.minutes),
        is_taken=is_taken,
        is_fixed=session.cancelled_at is None and (is_taken or session.starts_at <= clock.now()),
        is_past=session.starts_at <= clock.now(),
    )


@blueprint.post("/sessions/<ref:session_ref>/move")
@requires(MANAGE, session=queries.get_session)
def move_session(session: Session) -> ResponseReturnValue:
    """Give it another day, time or place, and tell those who come."""
    return _placed(session, session_changes.move, "moved to")


@blueprint.post("/sessions/<ref:session_ref>/hold")
@requires(MANAGE, session=queries.get_session)
def hold_session(session: Session) -> ResponseReturnValue:
    """Undo its cancellation, on the old day or on another, and tell those who come."""
    return _placed(session, session_changes.hold_after_all, "held after all, on")


def _placed(session: Session, verb: Callable[..., int], done: str) -> ResponseReturnValue:
    form = MeetingForm(request.form)
    if not form.validate():
        return _page(session, moving=form), UNCHANGED
    try:
        told = verb(session, form.meeting(), seen=form.sequence, by=current_actor())
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _page(session, moving=form), int(refusal.status)
    flash(f"Session {session.number} is {done} {day(session.starts_at)}. {_told(told)}", "success")
    return see_other("cohorts.sessions", cohort_ref=session.cohort.ref)


@blueprint.post("/sessions/<ref:session_ref>/cancel")
@requires(MANAGE, session=queries.get_session)
def cancel_session(session: Session) -> ResponseReturnValue:
    """Call it off, and tell those who come."""
    form = CancelForm(request.form)
    if not form.validate():
        return _page(session, cancelling=form), UNCHANGED
    try:
        told = session_changes.cancel(
            session, why=form.why.data or "", seen=form.sequence, by=current_actor()
        )
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _page(session, cancelling=form), int(refusal.status)
    flash(f"Session {session.number} is cancelled. {_told(told)}", "success")
    return see_other("cohorts.sessions", cohort_ref=session.cohort.ref)


def _told(count: int) -> str:
    return f"We write to {plural(count, 'person', 'people')} now." if count else "Nobody had to be told."
