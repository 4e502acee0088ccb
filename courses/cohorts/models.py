"""Cohorts: who is taught what, when and where, and who came."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.calendar import Pattern as Pattern  # noqa: PLC0414 (other rooms take the table and its words together)
from courses.cohorts.hours import Mark as Mark  # noqa: PLC0414 (the same)
from courses.cohorts.leaving import NOTE_LETTERS
from courses.cohorts.leaving import Leaving as Leaving  # noqa: PLC0414 (the same)
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.files import StoredFile
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import Organisation, Setting, User

HTTPS_ONLY = "link = '' OR substr(link, 1, 8) = 'https://'"
"""Where people are sent to is encrypted."""


class EnrolmentStatus(StrEnum):
    """Where an enrolment stands."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class Programme(Entity):
    """Places bought by a commissioner: the cohorts that are evaluated together."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("commissioner_id", "name"),)

    commissioner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(160))

    commissioner: Mapped[Organisation] = relationship()


class Cohort(Entity):
    """One group that is taught together by one provider. Pins the version of the course it is taught from.

    `venue` and `link` are where it meets unless a session says otherwise; without a `capacity` there is no limit.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        UniqueConstraint("provider_id", "code"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint(HTTPS_ONLY, name="link"),
        Index(None, "provider_id", "starts_on"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(160))
    pattern: Mapped[Pattern] = mapped_column(enum_column(Pattern))
    region: Mapped[str] = mapped_column(String(40))
    venue: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(400), default="")
    capacity: Mapped[int | None]
    takes_requests: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    provider: Mapped[Organisation] = relationship()
    programme: Mapped[Programme | None] = relationship()
    course_version: Mapped[CourseVersion] = relationship()


class CohortFacilitator(Entity):
    """A facilitator of a cohort."""

    __tablename__ = "cohort_facilitator"
    __table_args__ = (UniqueConstraint("cohort_id", "user_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)

    user: Mapped[User] = relationship()


class Session(Entity):
    """One taught session. Numbers follow the days, so a session that moves past another changes places with it.

    `sequence` rises with every change that people are told of, and `changed_at` says when: calendars go by them.
    """

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("cancelled_at IS NOT NULL OR cancelled_why = ''", name="cancelled"),
        CheckConstraint(HTTPS_ONLY, name="link"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    minutes: Mapped[int]
    venue: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(400), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str] = mapped_column(String(200), default="")

    cohort: Mapped[Cohort] = relationship()


class Enrolment(Entity):
    """A practitioner in a cohort, from a setting. Agreement that the employer may see progress is never assumed.

    `uln` is the unique learner number, empty when it is not known. It tells nobody apart here.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "user_id"),
        CheckConstraint("(status = 'withdrawn') = (left_reason IS NOT NULL)", name="reason"),
        CheckConstraint("status = 'withdrawn' OR left_note = ''", name="note"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="withdrawn_on"),
        Index(None, "setting_id", "status"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    setting_id: Mapped[int | None] = mapped_column(ForeignKey("setting.id"))
    uln: Mapped[str] = mapped_column(String(10), default="")
    seeks_accreditation: Mapped[bool] = mapped_column(default=True)
    shares_progress: Mapped[bool] = mapped_column(default=False)
    enrolled_on: Mapped[date] = mapped_column(default=clock.today)
    status: Mapped[EnrolmentStatus] = mapped_column(
        enum_column(EnrolmentStatus), default=EnrolmentStatus.ACTIVE
    )
    left_reason: Mapped[Leaving | None] = mapped_column(enum_column(Leaving))
    left_note: Mapped[str] = mapped_column(String(NOTE_LETTERS), default="")
    withdrawn_on: Mapped[date | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("learner_import.id"), index=True)

    cohort: Mapped[Cohort] = relationship()
    user: Mapped[User] = relationship()
    setting: Mapped[Setting | None] = relationship()


class WaitingPlace(Entity):
    """A person who waits for a place in a full cohort: the one who came first is promoted first.

    A table of its own, so that nothing that reads enrolments can take somebody who waits for somebody who is taught.
    Who waits to move here from another cohort gives up the enrolment there, but not before.
    """

    __tablename__ = "waiting_place"
    __table_args__ = (UniqueConstraint("cohort_id", "user_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    setting_id: Mapped[int | None] = mapped_column(ForeignKey("setting.id"))
    uln: Mapped[str] = mapped_column(String(10), default="")
    seeks_accreditation: Mapped[bool]
    shares_progress: Mapped[bool]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("learner_import.id"), index=True)
    gives_up_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)

    cohort: Mapped[Cohort] = relationship()
    user: Mapped[User] = relationship()
    setting: Mapped[Setting | None] = relationship()
    gives_up: Mapped[Enrolment | None] = relationship()


class CalendarFeed(Entity):
    """That a person's calendar program may read their sessions without signing in.

    The secret in its address is worked out from `ref` and a key that is not in the database, so a copy of the database
    opens nobody's calendar. Renewing the address gives the row another `ref`.
    """

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)


class AttendanceMark(Entity):
    """One line of a register. Append-only: a correction is another mark with its reason, and the latest counts.

    The mark of a guest, who makes up a session, names an enrolment of another cohort than the session's. What it brings
    the guest is a second mark, "made-up", in the guest's own session, which says in `elsewhere` where that was.
    """

    __tablename__ = "attendance_mark"
    __table_args__ = (
        CheckConstraint("minutes >= 0", name="minutes"),
        CheckConstraint("(mark IN ('missed', 'apologies', 'taken-back')) = (minutes = 0)", name="absent"),
        CheckConstraint("elsewhere_id IS NULL OR mark = 'made-up'", name="elsewhere"),
        Index(None, "enrolment_id", "session_id"),
        APPEND_ONLY,
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    mark: Mapped[Mark] = mapped_column(enum_column(Mark))
    minutes: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    elsewhere_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"))


class CheckInWindow(Entity):
    """When the people of a session may check themselves in, and the code that lets them.

    The last one of a session counts. Earlier ones stay, for codes that were typed while they were open and arrive later.
    """

    __tablename__ = "check_in_window"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="times"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    code: Mapped[str] = mapped_column(String(6))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    session: Mapped[Session] = relationship()


class CheckInClaim(Entity):
    """That somebody says they typed the code of a session in time, and it arrived after the window, for want of signal.

    It is no mark. A facilitator accepts it, which makes one, or does not.
    """

    __tablename__ = "check_in_claim"
    __table_args__ = (
        UniqueConstraint("session_id", "enrolment_id"),
        CheckConstraint("(decided_at IS NULL) = (is_accepted IS NULL)", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (by_id IS NULL)", name="by"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    typed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    is_accepted: Mapped[bool | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    session: Mapped[Session] = relationship()
    enrolment: Mapped[Enrolment] = relationship()


class OutOfReach(StrEnum):
    """What people are told of hours that their own cohort can no longer bring."""

    CATCH_UP = "catch-up"
    LOST = "lost"


class HoursWarning(Entity):
    """What a practitioner was last told of hours that are out of reach. Gone once they are within reach again."""

    __tablename__ = "hours_warning"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    told: Mapped[OutOfReach] = mapped_column(enum_column(OutOfReach))


class Apology(Entity):
    """That somebody cannot come to a session, sent before it. Until the register is taken it can be taken back."""

    __tablename__ = "apology"
    __table_args__ = (UniqueConstraint("session_id", "enrolment_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    words: Mapped[str] = mapped_column(String(200), default="")
    taken_back_at: Mapped[datetime | None]


class LearnerImport(Entity):
    """A spreadsheet of learners that has been checked: waiting to be confirmed, or confirmed. One for each file and cohort."""

    __tablename__ = "learner_import"
    __table_args__ = (
        UniqueConstraint("cohort_id", "sha256"),
        CheckConstraint("(confirmed_at IS NULL) = (added IS NULL)", name="confirmed"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    notes: Mapped[list[str]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None]
    added: Mapped[int | None]

    cohort: Mapped[Cohort] = relationship()
    file: Mapped[StoredFile] = relationship()
