"""Sessions made up with another cohort: who may be a guest there, and what it brings them in their own register.

A guest's mark stands in the register of the session they came to. What it brings is written into their own session by
`settle`, as a mark of its own that says where, so that it shows in both places and every reader of hours sees it once.
Who has moved to another cohort is, in the registers of the old one, such a guest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark
from courses.attendance.overlap import covered, presence
from courses.attendance.roll import STILL_RINGING
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Session
from courses.cohorts.names import by_name, plain
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.access import Actor
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import User

MOST_FOUND = 12
FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class GuestLine:
    """Somebody who may come as a guest, and the cohort they come from."""

    ref: str
    name: str
    cohort: str


def _possible(session: Session) -> tuple[ColumnElement[bool], ...]:
    """What makes somebody a possible guest: a place in another cohort of the provider's that is taught the same course."""
    slug = select(CourseVersion.slug).where(CourseVersion.id == session.cohort.course_version_id)
    own = select(Enrolment.user_id).where(
        Enrolment.cohort_id == session.cohort_id, Enrolment.status == EnrolmentStatus.ACTIVE
    )
    return (
        Cohort.provider_id == session.cohort.provider_id,
        Cohort.id != session.cohort_id,
        Cohort.ends_on >= clock.today() - STILL_RINGING,
        CourseVersion.slug == slug.scalar_subquery(),
        Enrolment.status == EnrolmentStatus.ACTIVE,
        Enrolment.user_id.not_in(own),
    )


def find_guests(session: Session, words: str) -> list[GuestLine]:
    """People who may come to a session as guests, whose names hold all the words, whatever their marks and capitals."""
    wanted = plain(words).split()
    if len("".join(wanted)) < FEWEST_LETTERS:
        return []
    statement = (
        select(Enrolment.ref, User.name, Cohort.name)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CourseVersion, CourseVersion.id == Cohort.course_version_id)
        .join(User, User.id == Enrolment.user_id)
        .where(*_possible(session))
    )
    found = [GuestLine(*row) for row in db.session.execute(statement)]
    named = [line for line in found if all(word in plain(line.name) for word in wanted)]
    return sorted(named, key=by_name)[:MOST_FOUND]


def get_possible_guest(session: Session, ref: str) -> Enrolment:
    """The place of somebody who may come to a session as a guest.

    Raises:
        NotFound: there is no such place, or its holder may not.
    """
    found: Enrolment | None = db.session.scalar(
        select(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CourseVersion, CourseVersion.id == Cohort.course_version_id)
        .where(Enrolment.ref == ref, *_possible(session))
        .options(joinedload(Enrolment.user))
    )
    if found is None:
        raise NotFound
    return found


# ---- what it brings


@dataclass(frozen=True, slots=True)
class Placed:
    """A session and the minute of the course at which it begins."""

    session: Session
    begins: int

    @property
    def ends(self) -> int:
        """The minute at which it ends."""
        return self.begins + self.session.minutes


def place(sessions: Iterable[Session]) -> dict[int, Placed]:
    """Lay the sessions of each cohort end to end along the course, by their ids."""
    reached: dict[int, int] = defaultdict(int)
    found: dict[int, Placed] = {}
    for session in sorted(sessions, key=lambda each: each.number):
        found[session.id] = Placed(session, reached[session.cohort_id])
        reached[session.cohort_id] += session.minutes
    return found


def settle(enrolment_ids: Collection[int], *, by: Actor) -> None:
    """Bring the own registers of people up to what they made up elsewhere. Part of taking a register.

    For each own session that a guest's mark touches, the minutes had there and elsewhere are added so that each counts
    once. If that is more than the own mark says, a mark "made-up" is appended; if it no longer is, the own mark again.
    """
    guests = _guest_marks(enrolment_ids)
    if not guests:
        return
    homes = {enrolment_id: home for enrolment_id, home, _ in guests}
    cohorts = {cohort_id for _, *both in guests for cohort_id in both}
    places = place(db.session.scalars(select(Session).where(Session.cohort_id.in_(cohorts))))
    marks: dict[int, list[AttendanceMark]] = defaultdict(list)
    for mark in db.session.scalars(
        select(AttendanceMark).where(AttendanceMark.enrolment_id.in_(homes)).order_by(AttendanceMark.id)
    ):
        marks[mark.enrolment_id].append(mark)
    for enrolment_id in sorted(homes):
        db.session.add_all(_settled(marks[enrolment_id], homes[enrolment_id], places, by))
    db.session.flush()


def _guest_marks(enrolment_ids: Collection[int]) -> list[tuple[int, int, int]]:
    """Of these people, those who were ever marked as guests: the enrolment, its cohort, and where they were guests."""
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.cohort_id, Session.cohort_id)
        .join(AttendanceMark, AttendanceMark.enrolment_id == Enrolment.id)
        .join(Session, Session.id == AttendanceMark.session_id)
        .where(Enrolment.id.in_(enrolment_ids), Session.cohort_id != Enrolment.cohort_id)
        .distinct()
    )
    return [(key, home, other) for key, home, other in rows]


def _settled(
    marks: Sequence[AttendanceMark], home: int, places: Mapping[int, Placed], by: Actor
) -> list[AttendanceMark]:
    """The marks to append for one person."""
    # the last of each session stays; what was only made up there, in a cohort that was home before, is counted where it was had
    away = {
        mark.session_id: mark
        for mark in marks
        if places[mark.session_id].session.cohort_id != home and mark.elsewhere_id is None
    }
    stands = {mark.session_id: mark for mark in marks}
    own = {mark.session_id: mark for mark in marks if mark.elsewhere_id is None}
    appended = []
    for slot in (placed for placed in places.values() if placed.session.cohort_id == home):
        touching = [
            mark
            for mark in away.values()
            if places[mark.session_id].begins < slot.ends and slot.begins < places[mark.session_id].ends
        ]
        if touching:
            mark = _wanted(slot, own.get(slot.session.id), touching, places, by)
            if not _says_the_same(mark, stands.get(slot.session.id)):
                appended.append(mark)
    return appended


def _wanted(
    slot: Placed,
    own: AttendanceMark | None,
    away: Sequence[AttendanceMark],
    places: Mapping[int, Placed],
    by: Actor,
) -> AttendanceMark:
    """The mark that should stand in an own session."""
    held = [
        presence(
            mark.mark,
            begins=places[mark.session_id].begins,
            session_minutes=places[mark.session_id].session.minutes,
            minutes=mark.minutes,
        )
        for mark in (*away, *([own] if own else []))
        if mark.minutes
    ]
    had = covered(held, begins=slot.begins, ends=slot.ends)
    fields = {"session_id": slot.session.id, "enrolment_id": away[0].enrolment_id, "by_id": by.id}
    if had > (own.minutes if own else 0):
        first = min((mark for mark in away if mark.minutes), key=lambda mark: mark.id)
        return AttendanceMark(mark=Mark.MADE_UP, minutes=had, elsewhere_id=first.session_id, **fields)
    reason = "The mark in the other cohort was changed"
    if own is None:
        return AttendanceMark(mark=Mark.TAKEN_BACK, minutes=0, reason=reason, **fields)
    return AttendanceMark(mark=own.mark, minutes=own.minutes, reason=reason, **fields)


def _says_the_same(wanted: AttendanceMark, stands: AttendanceMark | None) -> bool:
    if stands is None:
        return wanted.mark is Mark.TAKEN_BACK
    return (wanted.mark, wanted.minutes, wanted.elsewhere_id) == (
        stands.mark,
        stands.minutes,
        stands.elsewhere_id,
    )
