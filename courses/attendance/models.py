"""Who came: marks, check-ins, apologies, what people were told of their hours, and what they need to take part."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.attendance.hours import Mark
from courses.attendance.needs import WORDS_LETTERS
from courses.cohorts.models import Enrolment, Session
from lms.core import clock
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


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


class Adjustments(Entity):
    """What somebody needs to take part. Health data: read only by who needs it, who delivers it and who arranges it.

    Without needs and words there is no row. What was needed before is not kept.
    """

    __tablename__ = "adjustments"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    needs: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(WORDS_LETTERS), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    by: Mapped[User] = relationship()
