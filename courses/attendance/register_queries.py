"""Reading registers: who stands in one, what counts now, and every mark that was ever made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from courses.attendance.hours import Mark, described
from courses.attendance.models import Apology, AttendanceMark
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Session
from courses.cohorts.names import by_name
from lms.core.extensions import db
from lms.core.reading import Rows, read_rows
from lms.core.text import day
from lms.people.models import Setting, User


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The session of another cohort in which one was made up."""

    number: int | None
    cohort: str | None
    at: datetime | None

    @property
    def words(self) -> str:
        """Such as session 4 of Beeston block, Tuesday 4 May; empty when nobody has said where."""
        return f"session {self.number} of {self.cohort}, {day(self.at)}" if self.at else ""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A person in a register, with the mark that counts now.

    Attributes:
        home: for a guest, the name of the cohort they come from; empty for the cohort's own people.
        mark: None while no mark counts.
        minutes: what the mark is worth, None without a mark.
        by: who made the mark.
        at: when.
        is_own: whether the person made the mark by checking in.
        reason: why it was corrected, if it was.
        elsewhere: where it was made up.
        apology: what the person wrote with apologies for this session; None without any.
    """

    enrolment_id: int
    ref: str
    name: str
    setting: str
    home: str
    mark: Mark | None
    minutes: int | None
    by: str
    at: datetime | None
    is_own: bool
    reason: str
    elsewhere: Elsewhere
    apology: str | None


def _register() -> Select[*tuple[Any, ...]]:
    """The statement of a register: everybody of the cohort and everybody who was ever marked in the session."""
    latest = (
        select(AttendanceMark.enrolment_id, func.max(AttendanceMark.id).label("id"))
        .where(AttendanceMark.session_id == bindparam("session"))
        .group_by(AttendanceMark.enrolment_id)
        .subquery()
    )
    marker, other, other_cohort = aliased(User), aliased(Session), aliased(Cohort)
    own = select(Enrolment.id).where(Enrolment.cohort_id == bindparam("cohort"))
    return (
        select(
            Enrolment.id, Enrolment.ref, User.name, func.coalesce(Setting.name, ""), Enrolment.cohort_id, Cohort.name,
            AttendanceMark.mark, AttendanceMark.minutes, func.coalesce(marker.name, ""), AttendanceMark.created_at,
            AttendanceMark.by_id == Enrolment.user_id, func.coalesce(AttendanceMark.reason, ""),
            other.number, other_cohort.name, other.starts_at, Apology.words,
        )
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(Setting, Setting.id == Enrolment.setting_id)
        .outerjoin(latest, latest.c.enrolment_id == Enrolment.id)
        .outerjoin(AttendanceMark, AttendanceMark.id == latest.c.id)
        .outerjoin(marker, marker.id == AttendanceMark.by_id)
        .outerjoin(other, other.id == AttendanceMark.elsewhere_id)
        .outerjoin(other_cohort, other_cohort.id == other.cohort_id)
        .outerjoin(
            Apology,
            and_(
                Apology.session_id == bindparam("session"),
                Apology.enrolment_id == Enrolment.id,
                Apology.taken_back_at.is_(None),
            ),
        )
        .where(
            Enrolment.id.in_(own.union(select(latest.c.enrolment_id))),
            or_(Enrolment.cohort_id != bindparam("cohort"), Enrolment.status == EnrolmentStatus.ACTIVE),
        )
    )  # fmt: skip


_REGISTER = _register()
_LAST_MARK = (
    select(AttendanceMark.id, User.name, AttendanceMark.created_at)
    .join(User, User.id == AttendanceMark.by_id)
    .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
    .where(AttendanceMark.session_id == bindparam("session"), AttendanceMark.by_id != Enrolment.user_id)
    .order_by(AttendanceMark.id.desc())
    .limit(1)
)


RegisterRows = Rows[*tuple[Any, ...]]


def read_register(session_id: int, cohort_id: int) -> RegisterRows:
    """The people of a session of a cohort and its guests, as rows."""
    return read_rows(_REGISTER, session=session_id, cohort=cohort_id)


def list_register(session: Session) -> list[RegisterLine]:
    """The people of a session's cohort by name, then its guests, each with the mark that counts. Who has left is left out."""
    return lines_of(read_register(session.id, session.cohort_id), session.cohort_id)


def lines_of(rows: RegisterRows, own_cohort_id: int) -> list[RegisterLine]:
    """What `read_register` has read, as `list_register` gives it."""
    lines = []
    for key, ref, name, setting, cohort_id, cohort, mark, minutes, by, at, is_own, reason, *rest in rows:
        number, place, held, apology = rest
        is_guest = cohort_id != own_cohort_id
        stands = mark is not None and mark is not Mark.TAKEN_BACK
        if is_guest and not stands:
            continue
        lines.append(
            RegisterLine(
                key, ref, name, setting, cohort if is_guest else "", mark if stands else None,
                minutes if stands else None, by, at, bool(is_own), reason, Elsewhere(number, place, held), apology,
            )
        )  # fmt: skip
    return sorted(lines, key=lambda line: (bool(line.home), by_name(line)))


def has_marks(session_id: int) -> bool:
    """Whether anything was ever recorded of a session, by whomever."""
    return bool(db.session.scalar(select(exists().where(AttendanceMark.session_id == session_id))))


@dataclass(frozen=True, slots=True)
class LastMark:
    """The last mark of a session that nobody made for themselves: its number, who made it and when."""

    id: int
    by: str
    at: datetime


def find_last_mark(session_id: int) -> LastMark | None:
    """The last mark that nobody made for themselves; None when there is none.

    People check in while a facilitator has the register open; that is no reason to make the facilitator start again.
    """
    return last_of(read_last_mark(session_id))


LastRows = Rows[int, str, datetime]


def read_last_mark(session_id: int) -> LastRows:
    """The same as rows, for pages that are kept under them."""
    return read_rows(_LAST_MARK, session=session_id)


def last_of(rows: LastRows) -> LastMark | None:
    """The mark that `read_last_mark` has read, if any."""
    return next((LastMark(*row) for row in rows), None)


def last_mark_id(session_id: int) -> int:
    """The number of the last mark that nobody made for themselves, 0 when there is none."""
    found = find_last_mark(session_id)
    return found.id if found else 0


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark in a person's history, superseded or not.

    Attributes:
        session_id: the session.
        session: its number, and its cohort when that is not the person's own.
        mark: what was recorded.
        words: the mark with its minutes.
        by: who recorded it; the person's own name when they checked in.
        at: when.
        reason: why an earlier mark was changed.
        elsewhere: where the session was made up.
    """

    session_id: int
    session: str
    mark: Mark
    words: str
    by: str
    at: datetime
    reason: str
    elsewhere: Elsewhere


def list_marks_of(enrolment: Enrolment) -> list[MarkLine]:
    """Every mark a person was ever given, in the own cohort and as a guest, newest first."""
    other, other_cohort = aliased(Session), aliased(Cohort)
    statement = (
        select(
            Session.id, Session.number, Session.minutes, Session.cohort_id, Cohort.name, AttendanceMark.mark,
            AttendanceMark.minutes, User.name, AttendanceMark.created_at, AttendanceMark.reason, other.number,
            other_cohort.name, other.starts_at,
        )
        .join(Session, Session.id == AttendanceMark.session_id)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(User, User.id == AttendanceMark.by_id)
        .outerjoin(other, other.id == AttendanceMark.elsewhere_id)
        .outerjoin(other_cohort, other_cohort.id == other.cohort_id)
        .where(AttendanceMark.enrolment_id == enrolment.id)
        .order_by(AttendanceMark.id.desc())
    )  # fmt: skip
    return [
        MarkLine(
            session_id=key,
            session=f"Session {number}" + ("" if cohort_id == enrolment.cohort_id else f" of {cohort}"),
            mark=mark,
            words=described(mark, minutes=minutes, session_minutes=of),
            by=by,
            at=at,
            reason=reason,
            elsewhere=Elsewhere(*where),
        )
        for key, number, of, cohort_id, cohort, mark, minutes, by, at, reason, *where in db.session.execute(
            statement
        )
    ]  # fmt: skip


def sessions_with_marks(cohort_id: int) -> set[int]:
    """The numbers in the database of a cohort's sessions whose register is taken."""
    statement = (
        select(AttendanceMark.session_id)
        .join(Session, Session.id == AttendanceMark.session_id)
        .where(Session.cohort_id == cohort_id)
        .distinct()
    )
    return set(db.session.scalars(statement))
