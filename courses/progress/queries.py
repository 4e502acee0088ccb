"""Reading one practitioner's course. Everything here goes by the person who asks; rows are columns, never entities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import and_, bindparam, func, select

from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Cohort, CohortFacilitator, Enrolment, EnrolmentStatus, Session
from courses.content.models import CourseVersion
from courses.content.queries import get_document
from courses.content.schema import Document
from courses.progress.drafts import Values
from courses.progress.models import ActivityEvent, Draft, DraftCopy, JournalEntry
from courses.progress.standing import Happening, Standing, fold
from courses.progress.way import Meeting, Way, walk
from lms.core import clock, text
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.packing import instant, packed, unpacked
from lms.core.reading import Rows, read_rows
from lms.people.models import Organisation, User

NOT_ON_A_COURSE = "You are not on a course yet. If you should be, ring your training provider."


# The statements of the pages that everybody opens most, put together once: building one costs as much as running it.
_LEARNING = (
    select(
        Enrolment.id, Enrolment.ref, Cohort.id, Cohort.name, Cohort.venue, Organisation.name, Organisation.phone,
        Enrolment.seeks_accreditation, CourseVersion.content_hash, CourseVersion.number,
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(CourseVersion, CourseVersion.id == Cohort.course_version_id)
    .join(Organisation, Organisation.id == Cohort.provider_id)
    .where(Enrolment.user_id == bindparam("person"), Enrolment.status == EnrolmentStatus.ACTIVE)
    .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
    .limit(1)
)  # fmt: skip
_EVENTS = (
    # of all rows on the first page, these are the most
    select(
        packed(ActivityEvent.id, ActivityEvent.activity, ActivityEvent.kind, ActivityEvent.created_at)
    ).where(ActivityEvent.enrolment_id == bindparam("enrolment"))
)
_LAST_MARKS = (
    select(AttendanceMark.session_id, func.max(AttendanceMark.id).label("id"))
    .where(AttendanceMark.enrolment_id == bindparam("enrolment"))
    .group_by(AttendanceMark.session_id)
    .subquery()
)
_MEETINGS = (
    select(
        Session.number, Session.starts_at, Session.ends_at, Session.minutes, Session.venue, AttendanceMark.minutes,
        Session.link, Session.cancelled_at.is_not(None), Session.ends_at <= bindparam("now"),
    )
    .outerjoin(_LAST_MARKS, _LAST_MARKS.c.session_id == Session.id)
    .outerjoin(
        AttendanceMark,
        and_(AttendanceMark.id == _LAST_MARKS.c.id, AttendanceMark.mark != Mark.TAKEN_BACK),
    )
    .where(Session.cohort_id == bindparam("cohort"))
    .order_by(Session.number)
)  # fmt: skip
_FACILITATORS = (
    select(User.name)
    .join(CohortFacilitator, CohortFacilitator.user_id == User.id)
    .where(CohortFacilitator.cohort_id == bindparam("cohort"))
    .order_by(User.name, User.id)
)
_COPIES_SINCE = and_(
    DraftCopy.user_id == Draft.user_id,
    DraftCopy.key == Draft.key,
    DraftCopy.created_at > Draft.saved_at,
    DraftCopy.based_on < Draft.version,
)
_WRITING = (
    select(Draft.values, Draft.version, Draft.saved_at, DraftCopy.ref, DraftCopy.values)
    .outerjoin(DraftCopy, _COPIES_SINCE)
    .where(Draft.user_id == bindparam("person"), Draft.key == bindparam("key"))
    .order_by(DraftCopy.id)
)


@dataclass(frozen=True, slots=True)
class Learning:
    """A practitioner's place on a course, and the course it is on."""

    enrolment_id: int
    enrolment_ref: str
    cohort_id: int
    cohort_name: str
    venue: str
    provider: str
    provider_phone: str
    seeks_accreditation: bool
    content_hash: str
    course_number: int

    @property
    def document(self) -> Document:
        """The course as it was published."""
        return get_document(self.content_hash)

    def key(self, place: str) -> str:
        """The key of a draft: one for each place of each enrolment."""
        return f"{self.enrolment_ref}:{place}"


def find_learning(*, within: Reach) -> Learning | None:
    """The course a person is on: of several, the one that began last. None when there is none."""
    found = read_rows(_LEARNING, person=within.person_id)
    return Learning(*tuple(found[0])) if found else None


def get_learning(*, within: Reach) -> Learning:
    """The course a person is on.

    Raises:
        NotFound: There is none.
    """
    learning = find_learning(within=within)
    if learning is None:
        raise NotFound(NOT_ON_A_COURSE)
    return learning


EventRows = Rows[str | None]
MeetingRows = Rows[int, datetime, datetime, int, str, int | None, str, bool, bool]


def standings(enrolment_id: int) -> dict[str, Standing]:
    """Where each activity of an enrolment stands."""
    return _standings(read_rows(_EVENTS, enrolment=enrolment_id))


def _standings(rows: EventRows) -> dict[str, Standing]:
    events = sorted(
        (int(key), Happening(activity, kind, instant(at)))
        for (packed_events,) in rows
        for key, activity, kind, at in unpacked(packed_events)
    )
    return fold(happening for _, happening in events)


def _meeting_rows(learning: Learning) -> MeetingRows:
    return read_rows(_MEETINGS, enrolment=learning.enrolment_id, cohort=learning.cohort_id, now=clock.now())


def _meetings(rows: MeetingRows, learning: Learning) -> list[Meeting]:
    """The sessions of a practitioner's cohort, in order, each with what the last mark of the register says."""
    return [
        Meeting(
            number, starts, ends, text.london(starts).date(), minutes,
            venue or ("" if link else learning.venue), had, link, is_off,
        )
        for number, starts, ends, minutes, venue, had, link, is_off, _ in rows
    ]  # fmt: skip


def _last_ended(rows: MeetingRows) -> datetime:
    """When the last session ended that is over. Until the next one ends, a course looks as it did then."""
    return max(
        (ends for _, _, ends, *_, is_over in rows if is_over), default=datetime.min.replace(tzinfo=UTC)
    )


def way_of(learning: Learning) -> Way:
    """Where a practitioner is and what is next. Two queries."""
    rows = _meeting_rows(learning)
    return walk(
        learning.document.course,
        standings(learning.enrolment_id),
        _meetings(rows, learning),
        now=_last_ended(rows),
        today=clock.today(),
    )


def facilitators(cohort_id: int) -> list[str]:
    """Names of a cohort's facilitators, in order."""
    return [name for (name,) in read_rows(_FACILITATORS, cohort=cohort_id)]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a person has written in a place so far.

    Attributes:
        values: Field names to words; empty when nothing was written.
        version: What the next save is based on.
        saved_at: When it was last saved, if ever.
        copies: Other versions, kept since then when two places were written in at once: reference and words.
    """

    values: Values
    version: int = 0
    saved_at: datetime | None = None
    copies: tuple[tuple[str, Values], ...] = ()


def writing(key: str, *, person_id: int) -> Writing:
    """What a person has written in a place. One query."""
    found = read_rows(_WRITING, person=person_id, key=key)
    if not found:
        return Writing({})
    values, version, saved_at = found[0][:3]
    copies = tuple((ref, other) for *_, ref, other in found if ref is not None and other != values)
    return Writing(values, version, saved_at if values else None, copies)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the journal, as listed."""

    ref: str
    text: str
    activity: str
    created_at: datetime
    changed_at: datetime


def list_entries(enrolment_id: int) -> list[Line]:
    """A practitioner's journal, newest first."""
    rows = db.session.execute(
        select(
            JournalEntry.ref, JournalEntry.text, JournalEntry.activity, JournalEntry.created_at, JournalEntry.changed_at
        )
        .where(JournalEntry.enrolment_id == enrolment_id)
        .order_by(JournalEntry.created_at.desc(), JournalEntry.id.desc())
    )  # fmt: skip
    return [Line(*row) for row in rows]


def find_answer(enrolment_id: int, activity: str) -> str:
    """What the journal holds in answer to an activity's prompt; empty when nothing."""
    return (
        db.session.scalar(
            select(JournalEntry.text).where(
                JournalEntry.enrolment_id == enrolment_id, JournalEntry.activity == activity
            )
        )
        or ""
    )


def get_entry(ref: str, *, within: Reach) -> JournalEntry:
    """An entry of the person's own journal.

    Raises:
        NotFound: There is no such entry, or it is somebody else's.
    """
    entry = db.session.scalar(
        select(JournalEntry)
        .join(Enrolment, Enrolment.id == JournalEntry.enrolment_id)
        .where(JournalEntry.ref == ref, Enrolment.user_id == within.person_id)
    )
    if entry is None:
        raise NotFound
    return entry


@dataclass(frozen=True, slots=True)
class LearnerHome:
    """A practitioner's first page: where am I, what is next, by when. Minutes throughout.

    Attributes:
        learning: The course they are on.
        way: The modules, and what is next.
        sessions_had: Sessions of which some minutes count.
        sessions: Sessions in all.
        minutes_had: Taught minutes that count.
        minutes_reachable: What they have if they come to every session without a mark.
        minutes_taught: Taught minutes of the course.
        minutes_read: Declared reading that is ticked as read.
        minutes_to_read: Declared reading in all.
        facilitators: Names.
        today: The day in London.
        cancelled: Sessions to come that are cancelled.
        meetings: All sessions of the cohort, in order.
    """

    learning: Learning
    way: Way
    sessions_had: int
    sessions: int
    minutes_had: int
    minutes_reachable: int
    minutes_taught: int
    minutes_read: int
    minutes_to_read: int
    facilitators: Sequence[str]
    today: date
    cancelled: Sequence[Meeting] = ()
    meetings: Sequence[Meeting] = ()


@dataclass(frozen=True, slots=True)
class HomeRows:
    """What a practitioner's first page is made from, as it was read, and the day in London."""

    learning: Learning
    events: EventRows
    meetings: MeetingRows
    facilitators: Rows[str]
    today: date


def read_home(learning: Learning) -> HomeRows:
    """What a practitioner's first page is made from, in three queries whatever they have done."""
    return HomeRows(
        learning=learning,
        events=read_rows(_EVENTS, enrolment=learning.enrolment_id),
        meetings=_meeting_rows(learning),
        facilitators=read_rows(_FACILITATORS, cohort=learning.cohort_id),
        today=clock.today(),
    )


def learner_home(read: HomeRows) -> LearnerHome:
    """Everything on a practitioner's first page but what they write on it."""
    learning, today = read.learning, read.today
    course = learning.document.course
    stands = _standings(read.events)
    sessions = _meetings(read.meetings, learning)
    held = [each for each in sessions if not each.is_cancelled]
    now = _last_ended(read.meetings)
    reading = [step for module in course.modules if not module.is_taught for step in module.steps]
    return LearnerHome(
        learning=learning,
        way=walk(course, stands, sessions, now=now, today=today),
        sessions_had=sum(1 for each in held if each.had),
        sessions=len(held),
        minutes_had=sum(each.had or 0 for each in held),
        minutes_reachable=sum(each.minutes if each.had is None else each.had for each in held),
        minutes_taught=course.taught_minutes,
        minutes_read=sum(step.minutes for step in reading if step.id in stands and stands[step.id].is_done),
        minutes_to_read=course.reading_minutes,
        facilitators=[name for (name,) in read.facilitators],
        today=today,
        cancelled=[each for each in sessions if each.is_cancelled and each.ends_at > now],
        meetings=sessions,
    )
