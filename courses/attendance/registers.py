"""Taking registers: marks that are only ever added, corrections with their reason, and guests from other cohorts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from courses.attendance import hours_warnings, makeups
from courses.attendance.hours import Mark, NotPart, minutes_of
from courses.attendance.models import AttendanceMark
from courses.attendance.register_queries import RegisterLine, last_mark_id, list_register
from courses.cohorts.models import Enrolment, Session
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.clock import LONDON
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.text import day


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody wrote in a register for one person.

    Attributes:
        mark: what was chosen.
        minutes: as written with it: how late, how early, or how long for "part of it".
    """

    mark: Mark
    minutes: int | None = None


def take_register(
    session: Session,
    entries: Mapping[str, Entry],
    *,
    by: Actor,
    seen: int | None = None,
    reason: str = "",
) -> list[AttendanceMark]:
    """Append the marks of a session that differ from those that count now.

    Args:
        session: which session.
        entries: what was chosen, by enrolment reference; people left out keep the mark they have.
        by: who takes the register.
        seen: the number of the last mark that the person's page showed, 0 for none; None when nothing was shown.
        reason: why marks that were made before are changed.

    Returns:
        The marks appended; none when nothing differs.

    Raises:
        Refused: the session is cancelled or has not begun its day yet, an entry names somebody who is not in the register or has minutes
            that cannot be, or a mark is changed without a reason.
        Conflict: somebody else saved the register since the page was opened.
    """
    refuse_when_cancelled(session)
    refuse_before_its_day(session)
    if seen is not None and seen != last_mark_id(session.id):
        raise Conflict(
            "Somebody saved this register while you had it open. Check the marks below, then save again."
        )
    places = {line.ref: line for line in list_register(session)}
    if not places.keys() >= entries.keys():
        raise Refused("The register names somebody who is not in this cohort. Open it again.")
    wanted = [_mark(places[ref], entry, session, by=by, reason=reason) for ref, entry in entries.items()]
    marks = [mark for mark in wanted if mark is not None]
    if marks:
        db.session.add_all(marks)
        db.session.flush()
        makeups.settle([mark.enrolment_id for mark in marks], by=by)
        hours_warnings.review_later([mark.enrolment_id for mark in marks])
    audit.record(
        Act.REGISTER_TAKEN,
        by=by,
        on=session,
        organisation_id=session.cohort.provider_id,
        marks=len(marks),
        corrected=sum(bool(mark.reason) for mark in marks),
    )
    return marks


def _mark(
    line: RegisterLine, entry: Entry, session: Session, *, by: Actor, reason: str
) -> AttendanceMark | None:
    """The mark to append for one person; None when what is written says the same as what counts."""
    minutes = _minutes(entry, session, line.name)
    if entry.mark is (line.mark or Mark.TAKEN_BACK) and minutes == (line.minutes or 0):
        return None
    _refuse_without(reason, line)
    return AttendanceMark(
        session_id=session.id,
        enrolment_id=line.enrolment_id,
        mark=entry.mark,
        minutes=minutes,
        by_id=by.id,
        reason=reason.strip() if line.mark is not None else "",
    )


def correct_mark(
    session: Session, enrolment: Enrolment, *, mark: Mark, by: Actor, reason: str, minutes: int | None = None
) -> AttendanceMark | None:
    """Append one mark that replaces the one that counts, and why; None when it says the same."""
    made = take_register(session, {enrolment.ref: Entry(mark, minutes)}, by=by, reason=reason)
    return made[0] if made else None


def add_guest(session: Session, guest: Enrolment, *, by: Actor) -> None:
    """Put somebody of another cohort, who makes up this session, into its register as having come.

    Args:
        session: the session that the guest came to.
        guest: the guest's place in their own cohort, as `makeups.get_possible_guest` finds it.
        by: who takes the register.

    Raises:
        Refused: the session is cancelled, or has not begun its day yet.
        Conflict: the guest is in the register already.
    """
    refuse_when_cancelled(session)
    refuse_before_its_day(session)
    if any(line.ref == guest.ref for line in list_register(session)):
        raise Conflict(f"{guest.user.name} is already in this register.")
    mark = AttendanceMark(
        session_id=session.id, enrolment_id=guest.id, mark=Mark.CAME, minutes=session.minutes, by_id=by.id
    )
    db.session.add(mark)
    db.session.flush()
    makeups.settle([guest.id], by=by)
    hours_warnings.review_later([guest.id])
    audit.record(
        Act.GUEST_ADDED,
        by=by,
        on=session,
        organisation_id=session.cohort.provider_id,
        enrolment=guest.ref,
    )


def refuse_when_cancelled(session: Session) -> None:
    """Refuse to record anything of a session that is not held.

    Raises:
        Refused: in words.
    """
    if session.cancelled_at is not None:
        raise Refused(f"Session {session.number} is cancelled, so it has no register.")


def refuse_before_its_day(session: Session) -> None:
    """Refuse to mark a session whose day has not come.

    Raises:
        Refused: in words.
    """
    held_on = session.starts_at.astimezone(LONDON).date()
    if held_on > clock.today():
        raise Refused(f"Session {session.number} is on {day(held_on)}. Its register opens on that day.")


def _refuse_without(reason: str, line: RegisterLine) -> None:
    if reason.strip() or line.mark is None:
        return
    raise Refused(
        f"{line.name} already had a mark: {line.mark.words}. Write in a few words why you change it.",
        field="reason",
    )


def _minutes(entry: Entry, session: Session, name: str) -> int:
    try:
        return minutes_of(entry.mark, session_minutes=session.minutes, minutes=entry.minutes)
    except NotPart as wrong:
        raise Refused(f"{name}: {wrong}. Write how long, or choose another mark.") from wrong
