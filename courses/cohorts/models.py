"""Cohorts: who is taught what, when and where."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.calendar import Pattern as Pattern  # noqa: PLC0414 (other rooms take the table and its words together)
from courses.cohorts.leaving import NOTE_LETTERS
from courses.cohorts.leaving import Leaving as Leaving  # noqa: PLC0414 (the same)
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import Organisation, Setting, User

HTTPS_ONLY = "link = '' OR substr(link, 1, 8) = 'https://'"
"""Where people are sent to is encrypted."""
WHY_LETTERS = 200


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
        Index(None, "provider_id", "ends_on"),
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


class Transfer(Entity):
    """That an enrolment moved from one cohort to another. Append-only; where it is now stands in the enrolment."""

    __tablename__ = "transfer"
    __table_args__ = (CheckConstraint("from_cohort_id <> to_cohort_id", name="cohorts"), APPEND_ONLY)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    from_cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    to_cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    moved_on: Mapped[date] = mapped_column(default=clock.today)
    why: Mapped[str] = mapped_column(String(WHY_LETTERS), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class CalendarFeed(Entity):
    """That a person's calendar program may read their sessions without signing in.

    The secret in its address is worked out from `ref` and a key that is not in the database, so a copy of the database
    opens nobody's calendar. Renewing the address gives the row another `ref`.
    """

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
