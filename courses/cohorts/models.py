"""Cohorts: who is taught what, when and where, and who came."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.calendar import Pattern as Pattern  # noqa: PLC0414 (other rooms take the table and its words together)
from courses.cohorts.hours import Mark as Mark  # noqa: PLC0414 (the same)
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.files import StoredFile
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import Organisation, Setting, User


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
    """One group that is taught together by one provider. Pins the version of the course it is taught from."""

    __tablename__ = "cohort"
    __table_args__ = (
        UniqueConstraint("provider_id", "code"),
        CheckConstraint("ends_on >= starts_on", name="days"),
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
    """One taught session."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("ends_at > starts_at", name="times"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    minutes: Mapped[int]
    venue: Mapped[str] = mapped_column(String(200), default="")

    cohort: Mapped[Cohort] = relationship()


class Enrolment(Entity):
    """A practitioner in a cohort, from a setting. Agreement that the employer may see progress is never assumed."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "user_id"),
        CheckConstraint("(status = 'withdrawn') = (status_reason <> '')", name="reason"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="withdrawn_on"),
        Index(None, "setting_id", "status"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    setting_id: Mapped[int | None] = mapped_column(ForeignKey("setting.id"))
    seeks_accreditation: Mapped[bool] = mapped_column(default=True)
    shares_progress: Mapped[bool] = mapped_column(default=False)
    enrolled_on: Mapped[date] = mapped_column(default=clock.today)
    status: Mapped[EnrolmentStatus] = mapped_column(
        enum_column(EnrolmentStatus), default=EnrolmentStatus.ACTIVE
    )
    status_reason: Mapped[str] = mapped_column(String(300), default="")
    withdrawn_on: Mapped[date | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("learner_import.id"), index=True)

    cohort: Mapped[Cohort] = relationship()
    user: Mapped[User] = relationship()
    setting: Mapped[Setting | None] = relationship()


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
    """When the people of a session may check themselves in, and the code that lets them. Opening it again renews both."""

    __tablename__ = "check_in_window"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="times"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), unique=True)
    code: Mapped[str] = mapped_column(String(6))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    session: Mapped[Session] = relationship()


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
