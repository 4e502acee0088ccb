"""Check-ins that had no signal: typed in time, kept on the phone, sent when the window had closed.

Nobody can tell from afar when a code was typed, so such a check-in is a claim. It is believed far enough to be shown to
the facilitator: the code is that of a window of the person's own session, and by the phone's clock it was typed while
that window was open. It becomes a mark when the facilitator accepts it, and until then nobody is told that it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from courses.attendance import check_in, registers
from courses.attendance.check_in import NOT_RECORDED, CheckedIn
from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark, CheckInClaim
from courses.attendance.register_queries import RegisterLine, list_register
from courses.attendance.registers import Entry
from courses.cohorts.models import Enrolment, EnrolmentStatus, Session
from courses.cohorts.names import by_name
from courses.cohorts.queries import get_session
from courses.cohorts.staff_mail import tell_facilitators
from lms.core import audit, clock
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import Conflict, NotFound, Refused
from lms.core.extensions import db
from lms.core.reading import Rows, read_rows
from lms.core.text import clock_time, day

STILL_TAKEN = timedelta(days=7)
"""How long after its window a kept check-in may arrive: a block course in a valley without signal, and a few days more."""


def send_kept(code: str, *, ago: timedelta, by: Actor) -> CheckedIn | CheckInClaim:
    """Take a check-in that was kept on somebody's phone.

    Args:
        code: as typed.
        ago: how long ago it was typed, by the phone's own clock: a clock that is wrong is wrong at both ends.
        by: who checks in.

    Returns:
        Where the person stands when the window is open now; otherwise what the facilitator is shown.

    Raises:
        Refused: it was not recorded and cannot be claimed, and why.
    """
    now = clock.now()
    typed_at = now - max(ago, timedelta())
    found = check_in.find_by_code(code, by=by, closed_since=now - STILL_TAKEN)
    if found is None:
        return check_in.check_in(code, by=by)
    window, enrolment = found
    if now < window.closes_at or not window.opens_at <= typed_at < window.closes_at:
        return check_in.check_in(code, by=by)
    session = window.session
    if session.cancelled_at is not None:
        raise Refused(f"{NOT_RECORDED} Session {session.number} is cancelled.", field="code")
    line = next(line for line in list_register(session) if line.enrolment_id == enrolment.id)
    if line.mark is not None and not line.mark.is_absence:
        return CheckedIn(session, line.mark, is_new=False)
    return _claimed(session, enrolment, typed_at, by)


def _claimed(session: Session, enrolment: Enrolment, typed_at: datetime, by: Actor) -> CheckInClaim:
    """The claim that stands, or a new one.

    Raises:
        Refused: the facilitator has answered it, and the register says that they were absent.
    """
    standing = db.session.scalar(
        select(CheckInClaim).where(
            CheckInClaim.session_id == session.id, CheckInClaim.enrolment_id == enrolment.id
        )
    )
    if standing is not None and standing.decided_at is not None:
        raise Refused(
            f"{NOT_RECORDED} Your facilitator has answered this check-in for session {session.number}: "
            "the register does not say that you came. Ask your facilitator.",
            field="code",
        )
    if standing is not None:
        return standing
    claim = CheckInClaim(session_id=session.id, enrolment_id=enrolment.id, typed_at=typed_at)
    db.session.add(claim)
    db.session.flush()
    tell_facilitators(session.cohort, "courses/mail/check_in_claimed", who=by.name, session=session)
    audit.record(Act.CHECK_IN_CLAIMED, by=by, on=claim, organisation_id=session.cohort.provider_id)
    return claim


# ---- what waits for a facilitator


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim as the facilitator is asked about it.

    Attributes:
        ref: the claim's reference.
        name: who says it.
        typed_at: when the code was typed, by their phone.
        sent_at: when it arrived.
        mark: the absence that stands in the register; None while there is no mark.
    """

    ref: str
    name: str
    typed_at: datetime
    sent_at: datetime
    mark: Mark | None


_last = aliased(AttendanceMark)


def _still_waits() -> ColumnElement[bool]:
    """A claim that nobody has answered, by a button or by a mark that was made after it arrived."""
    return and_(
        CheckInClaim.decided_at.is_(None),
        or_(
            _last.id.is_(None),
            _last.mark == Mark.TAKEN_BACK,
            and_(_last.minutes == 0, _last.created_at < CheckInClaim.created_at),
        ),
    )


def _on_the_last_mark() -> ColumnElement[bool]:
    newest = (
        select(func.max(AttendanceMark.id))
        .where(
            AttendanceMark.session_id == CheckInClaim.session_id,
            AttendanceMark.enrolment_id == CheckInClaim.enrolment_id,
        )
        .correlate(CheckInClaim)
        .scalar_subquery()
    )
    return _last.id == newest


_OF_SESSION = (
    select(CheckInClaim.ref, CheckInClaim.enrolment_id, CheckInClaim.typed_at, CheckInClaim.created_at)
    .outerjoin(_last, _on_the_last_mark())
    .where(CheckInClaim.session_id == bindparam("session"), _still_waits())
)


ClaimRows = Rows[str, int, datetime, datetime]


def read_waiting(session_id: int) -> ClaimRows:
    """The claims of a session that wait, as rows."""
    return read_rows(_OF_SESSION, session=session_id)


def waiting_of(rows: ClaimRows, people: Sequence[RegisterLine]) -> list[ClaimLine]:
    """The claims that `read_waiting` has read, by name.

    Args:
        rows: the claims.
        people: the register of their session.
    """
    lines = {line.enrolment_id: line for line in people}
    found = [
        ClaimLine(ref, lines[enrolment_id].name, typed_at, sent_at, lines[enrolment_id].mark)
        for ref, enrolment_id, typed_at, sent_at in rows
        if enrolment_id in lines
    ]
    return sorted(found, key=by_name)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A session with claims that wait: its reference, its number, and how many."""

    ref: str
    number: int
    count: int


_BY_SESSION = (
    select(Session.ref, Session.number, func.count())
    .select_from(CheckInClaim)
    .join(Session, Session.id == CheckInClaim.session_id)
    .join(Enrolment, Enrolment.id == CheckInClaim.enrolment_id)
    .outerjoin(_last, _on_the_last_mark())
    .where(
        Session.cohort_id == bindparam("cohort"),
        Enrolment.status == EnrolmentStatus.ACTIVE,
        Session.cancelled_at.is_(None),
        _still_waits(),
    )
    .group_by(Session.ref, Session.number)
    .order_by(Session.number)
)


def read_by_session(cohort_id: int) -> Rows[str, int, int]:
    """The sessions of a cohort with claims that wait, of people who are in it now, as rows."""
    return read_rows(_BY_SESSION, cohort=cohort_id)


def by_session_of(rows: Rows[str, int, int]) -> list[Waiting]:
    """The sessions that `read_by_session` has read."""
    return [Waiting(*row) for row in rows]


def unanswered_of(enrolment_id: int) -> dict[int, datetime]:
    """When somebody typed the codes that still wait for a facilitator, by the session's id. One query."""
    rows = db.session.execute(
        select(CheckInClaim.session_id, CheckInClaim.typed_at)
        .outerjoin(_last, _on_the_last_mark())
        .where(CheckInClaim.enrolment_id == enrolment_id, _still_waits())
    )
    return {session_id: typed_at for session_id, typed_at in rows}  # noqa: C416 (a row is not a pair to mypy)


# ---- answering


def get_claim(ref: str, *, within: Reach) -> CheckInClaim:
    """A claim of a session within reach.

    Raises:
        NotFound: there is none.
    """
    claim = db.session.scalar(
        select(CheckInClaim)
        .join(CheckInClaim.session)
        .join(CheckInClaim.enrolment)
        .where(CheckInClaim.ref == ref)
        .options(contains_eager(CheckInClaim.session), contains_eager(CheckInClaim.enrolment))
    )
    if claim is None:
        raise NotFound
    get_session(claim.session.ref, within=within)
    return claim


def accept(claim: CheckInClaim, *, by: Actor) -> None:
    """Make a claim a mark: the person came.

    Raises:
        Conflict: it has been answered already.
        Refused: the register takes no mark of theirs.
    """
    _refuse_answered(claim)
    typed, sent = claim.typed_at, claim.created_at
    when = clock_time(sent) if day(sent) == day(typed) else f"{clock_time(sent)} on {day(sent)}"
    registers.take_register(
        claim.session,
        {claim.enrolment.ref: Entry(Mark.CAME)},
        by=by,
        reason=f"checked in at {clock_time(typed)} without signal, sent at {when}",
    )
    _decide(claim, by=by, is_accepted=True)


def decline(claim: CheckInClaim, *, by: Actor) -> None:
    """Let a claim be none: the register stays as it is.

    Raises:
        Conflict: it has been answered already.
    """
    _refuse_answered(claim)
    _decide(claim, by=by, is_accepted=False)


def _refuse_answered(claim: CheckInClaim) -> None:
    if claim.decided_at is not None:
        raise Conflict("Somebody has answered this check-in already. The register shows what counts.")


def _decide(claim: CheckInClaim, *, by: Actor, is_accepted: bool) -> None:
    claim.decided_at, claim.is_accepted, claim.by_id = clock.now(), is_accepted, by.id
    audit.record(
        Act.CHECK_IN_CLAIM_DECIDED,
        by=by,
        on=claim,
        organisation_id=claim.session.cohort.provider_id,
        is_accepted=is_accepted,
    )
