"""The page of a register: what is read for it, and what is made of that. The page is kept under what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from courses.attendance import adjustments, check_in, claims, register_forms, register_queries
from courses.attendance.adjustments import NeedRows
from courses.attendance.claims import ClaimRows
from courses.attendance.hours import Mark
from courses.attendance.pictures import taps
from courses.attendance.register_forms import IN_SIGHT, RegisterForm, Row, chosen, others
from courses.attendance.register_queries import LastRows, RegisterLine, RegisterRows
from courses.cohorts import moved
from courses.cohorts.moved import MovedRows
from courses.cohorts.shown import SessionShown
from lms.core import clock
from lms.core.access import current_actor
from lms.core.clock import LONDON

TEMPLATE = "courses/attendance/register.html"


@dataclass(frozen=True, slots=True)
class Read:
    """What a register shows, as it was read; when the check-in closes that is open, if one is; and the day in London."""

    session: SessionShown
    people: RegisterRows
    last: LastRows
    moved: MovedRows
    needs: NeedRows
    claims: ClaimRows
    open_until: datetime | None
    today: date


def read(session: SessionShown) -> Read:
    """What the register of a session shows. Six queries."""
    return Read(
        session=session,
        people=register_queries.read_register(session.id, session.cohort_id),
        last=register_queries.read_last_mark(session.id),
        moved=moved.read_moved_away(session.cohort_id),
        needs=adjustments.read_for_delivery(session.cohort_id, by=current_actor()),
        claims=claims.read_waiting(session.id),
        open_until=check_in.find_open_until(session.id),
        today=clock.today(),
    )


def values(found: Read, rest: Mark | None) -> dict[str, Any]:
    """What the page is given: the marks that count. `rest` is offered for whoever has none."""
    people, last = _people(found), register_queries.last_of(found.last)
    form = RegisterForm(formdata=None)
    form.seen.data = str(last.id if last else 0)
    rows = register_forms.saved_rows(people, minutes=found.session.minutes, rest=rest)
    return _values(found, people, rows) | {"form": form, "stale": ""}


def refused_values(found: Read, form: RegisterForm, *, stale: str) -> dict[str, Any]:
    """What the page is given when it could not be saved: what was typed; or what counts now, when somebody was faster."""
    if stale:
        return values(found, None) | {"form": _seen_now(form, found), "stale": stale}
    return _values(found, _people(found), register_forms.typed_rows(form)) | {"form": form, "stale": ""}


def _seen_now(form: RegisterForm, found: Read) -> RegisterForm:
    last = register_queries.last_of(found.last)
    form.seen.data = str(last.id if last else 0)
    return form


def _people(found: Read) -> list[RegisterLine]:
    return register_queries.lines_of(found.people, found.session.cohort_id)


def _values(found: Read, people: list[RegisterLine], rows: list[Row]) -> dict[str, Any]:
    named = {line.ref: line for line in people}
    session = found.session
    return {
        "session": session,
        "cohort": session.cohort,
        "lines": [
            (line, row, taps(row.name, IN_SIGHT, chosen(row)), taps(row.name, others(line), chosen(row)))
            for row in rows
            if (line := named.get(row.enrolment))
        ],
        "main": [mark.value for mark in register_forms.MAIN],
        "moved": {move.enrolment_ref: move.other for move in moved.moves_of(found.moved)},
        "needs": adjustments.needs_of(found.needs),
        "has_marks": any(line.mark for line in people),
        "has_open": any(line.mark is None for line in people),
        "last": register_queries.last_of(found.last),
        "is_open": session.starts_at.astimezone(LONDON).date() <= found.today,
        "open_until": found.open_until,
        "claims": claims.waiting_of(found.claims, people),
        "written": register_forms.written,
    }
