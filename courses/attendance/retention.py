"""What is kept of who came and what they needed to come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from courses.attendance.models import (
    Adjustments,
    Apology,
    AttendanceMark,
    CheckInClaim,
    CheckInWindow,
    HoursWarning,
)
from courses.cohorts.models import Enrolment, Session
from courses.cohorts.retention import over
from lms.core.retention import Kept, Rule


def _of_enrolment(column: InstrumentedAttribute[int], before: datetime) -> ColumnElement[bool]:
    return column.in_(select(Enrolment.id).where(over(Enrolment.cohort_id, before)))


def _of_session(column: InstrumentedAttribute[int], before: datetime) -> ColumnElement[bool]:
    return column.in_(select(Session.id).where(over(Session.cohort_id, before)))


RULES = (
    Rule(
        Adjustments,
        "What somebody needs to take part",
        keep="KEEP_NEEDS",
        since="the group was over",
        why="It is about health. It is needed while portfolios of the group are still assessed, and not after.",
        past=lambda before: _of_enrolment(Adjustments.enrolment_id, before),
    ),
    Rule(
        Apology,
        "Apologies for a session, with the words sent",
        keep="KEEP_NEEDS",
        since="the group was over",
        why="The words may be about health. That somebody sent apologies stays in the register.",
        past=lambda before: _of_session(Apology.session_id, before),
    ),
    Rule(
        CheckInClaim,
        "Check-ins that arrived late, and what became of them",
        keep="KEEP_NEEDS",
        since="the group was over",
        why="What was accepted stands in the register.",
        past=lambda before: _of_session(CheckInClaim.session_id, before),
    ),
    Rule(
        CheckInWindow,
        "Codes by which people checked themselves in",
        keep="KEEP_NEEDS",
        since="the group was over",
        why="So that a late check-in can be compared with them.",
        past=lambda before: _of_session(CheckInWindow.session_id, before),
    ),
    Rule(
        HoursWarning,
        "That somebody was told that hours are out of reach",
        keep="KEEP_NEEDS",
        since="the group was over",
        why="So that they are told once.",
        past=lambda before: _of_enrolment(HoursWarning.enrolment_id, before),
    ),
)

KEPT = (
    Kept(
        (AttendanceMark,),
        "Registers, with every correction",
        until="as long as the place they belong to",
        why="Hours are what a certificate rests on.",
    ),
)
