"""Pages around one session's register: taking it, adding a guest, letting people check in, printing a sheet to sign."""

from __future__ import annotations

import segno
from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from courses.attendance import (
    check_in,
    makeups,
    register_forms,
    register_page,
    register_queries,
    registers,
    sign_in_sheet,
)
from courses.attendance.hours import Mark
from courses.attendance.register_forms import RegisterForm
from courses.cohorts.blueprint import STALE, UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Session
from courses.cohorts.queries import get_session
from courses.cohorts.shown import SessionShown, show_session, shown
from lms.core import clock
from lms.core.access import current_actor, requires
from lms.core.clock import LONDON
from lms.core.errors import Conflict, DomainError, Refused
from lms.core.forms import text_of
from lms.core.kept_pages import render_kept
from lms.core.permissions import Permission
from lms.core.text import clock_time, day_year, plural
from lms.core.web import file_answer, render, see_other

TAKE = Permission.COHORTS_REGISTER_TAKE
QR_COLOUR = "#0b3f44"


@blueprint.get("/sessions/<ref:session_ref>/register")
@requires(TAKE, session=show_session)
def register(session: SessionShown) -> ResponseReturnValue:
    """The register of one session: one tap a person."""
    rest = Mark.CAME if request.args.get("rest") == Mark.CAME.value else None
    return render_kept(register_page.TEMPLATE, register_page.values, register_page.read(session), rest)


def _refused_page(session: Session, form: RegisterForm, *, stale: str = "") -> str:
    """The register with what could not be saved; `stale` says that somebody else has saved it in between."""
    found = register_page.read(shown(session))
    return render(register_page.TEMPLATE, **register_page.refused_values(found, form, stale=stale))


@blueprint.post("/sessions/<ref:session_ref>/register")
@requires(TAKE, session=get_session)
def take_register(session: Session) -> ResponseReturnValue:
    """Save the register; only what differs is added."""
    form = RegisterForm(request.form)
    if not form.validate():
        return _refused_page(session, form), UNCHANGED
    try:
        marks = registers.take_register(
            session,
            form.entries(),
            by=current_actor(),
            seen=form.seen_number,
            reason=text_of(form.reason),
        )
    except Conflict as conflict:
        return _refused_page(session, form, stale=conflict.message), STALE
    except Refused as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _refused_page(session, form), UNCHANGED
    said = f"{plural(len(marks), 'mark')} saved" if marks else "Nothing changed"
    flash(f"Register of session {session.number}: {said}.", "success")
    return see_other("cohorts.show", cohort_ref=session.cohort.ref)


# ---- a guest


@blueprint.get("/sessions/<ref:session_ref>/guests")
@requires(TAKE, session=get_session)
def guests(session: Session) -> ResponseReturnValue:
    """Look for somebody of another cohort who makes up this session."""
    return _guests_page(session, register_forms.GuestForm(formdata=None))


def _guests_page(session: Session, form: register_forms.GuestForm) -> str:
    words = request.args.get("name", "").strip()[:160]
    return render(
        "courses/attendance/guests.html",
        session=session,
        cohort=session.cohort,
        form=form,
        words=words,
        found=makeups.find_guests(session, words),
    )


@blueprint.post("/sessions/<ref:session_ref>/guests")
@requires(TAKE, session=get_session)
def add_guest(session: Session) -> ResponseReturnValue:
    """Add a guest to the register, as having come."""
    form = register_forms.GuestForm(request.form)
    if not form.validate():
        return _guests_page(session, form), UNCHANGED
    try:
        guest = makeups.get_possible_guest(session, text_of(form.enrolment))
        registers.add_guest(session, guest, by=current_actor())
    except DomainError as refusal:
        form.add_error(refusal.message)
        return _guests_page(session, form), UNCHANGED
    flash(
        f"{guest.user.name} is in this register as a guest. It counts towards {guest.cohort.name}.",
        "success",
    )
    return see_other("cohorts.register", session_ref=session.ref)


# ---- checking in


@blueprint.get("/sessions/<ref:session_ref>/check-in")
@requires(TAKE, session=get_session)
def check_in_window(session: Session) -> ResponseReturnValue:
    """The code to show, or when to show one."""
    form = register_forms.WindowForm(formdata=None)
    form.fill(*check_in.usual_window(session))
    return _check_in_page(session, form)


def _check_in_page(session: Session, form: register_forms.WindowForm) -> str:
    window, now = check_in.find_window(session), clock.now()
    live = window if window is not None and now < window.closes_at else None
    path = url_for("attendance.check_in", code=live.code) if live else ""
    root = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    lines = register_queries.list_register(session)
    return render(
        "courses/attendance/check_in_window.html",
        session=session,
        cohort=session.cohort,
        form=form,
        window=live,
        is_open=check_in.is_open(live, now),
        closed_at=window.closes_at if window and not live else None,
        address=root.split("://")[-1] + url_for("attendance.check_in"),
        qr=_qr(root + path) if live else None,
        here=[line.name for line in lines if line.is_own and line.mark],
        count=sum(not line.home for line in lines),
    )


def _qr(address: str) -> Markup:
    """A QR code as SVG that takes the width it is given."""
    drawn = segno.make_qr(address, error="m").svg_inline(
        border=3, omitsize=True, svgclass="gf-qr", lineclass=None, dark=QR_COLOUR, light="#fff"
    )
    return Markup(drawn)  # noqa: S704 (drawn by segno from squares alone)


@blueprint.post("/sessions/<ref:session_ref>/check-in")
@requires(TAKE, session=get_session)
def open_check_in(session: Session) -> ResponseReturnValue:
    """Let people check in, by a new code."""
    form = register_forms.WindowForm(request.form)
    if not form.validate():
        return _check_in_page(session, form), UNCHANGED
    opens_at, closes_at = form.window(session)
    try:
        check_in.open_window(session, opens_at=opens_at, closes_at=closes_at, by=current_actor())
    except Refused as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _check_in_page(session, form), UNCHANGED
    flash(f"People can check in from {clock_time(opens_at)} until {clock_time(closes_at)}.", "success")
    return see_other("cohorts.check_in_window", session_ref=session.ref)


@blueprint.post("/sessions/<ref:session_ref>/check-in/close")
@requires(TAKE, session=get_session)
def close_check_in(session: Session) -> ResponseReturnValue:
    """End checking in."""
    check_in.close_window(session, by=current_actor())
    flash("Check-in is closed. Mark those who are not recorded yet.", "success")
    return see_other("cohorts.register", session_ref=session.ref)


# ---- on paper


@blueprint.get("/sessions/<ref:session_ref>/sign-in-sheet.pdf")
@requires(TAKE, session=get_session)
def sign_in_sheet_pdf(session: Session) -> ResponseReturnValue:
    """A sheet to print and sign in the room."""
    cohort, starts = session.cohort, session.starts_at
    venue = session.venue or cohort.venue
    times = f"{starts.astimezone(LONDON):%A} {day_year(starts)}, {clock_time(starts)} to {clock_time(session.ends_at)}"
    sheet = sign_in_sheet.Sheet(
        title=f"Session {session.number} of {cohort.name}",
        when=f"{times}{', ' if venue else ''}{venue}",
        provider=cohort.provider.name,
        names=tuple(line.name for line in register_queries.list_register(session)),
        made_at=clock.now(),
    )
    name = f"{cohort.code}-session-{session.number}-sheet.pdf"
    return file_answer(sign_in_sheet.document(sheet), name=name, media_type="application/pdf")
