"""What is kept of cohorts, and when one has been over for long."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from courses.cohorts.models import (
    CalendarFeed,
    Cohort,
    CohortFacilitator,
    Enrolment,
    Programme,
    Session,
    Transfer,
)
from lms.core import clock
from lms.core.retention import Kept


def over(cohort_id: InstrumentedAttribute[int], before: datetime) -> ColumnElement[bool]:
    """Whether a cohort's last day lies before the day of an instant."""
    day = before.astimezone(clock.LONDON).date()
    return cohort_id.in_(select(Cohort.id).where(Cohort.ends_on < day))


KEPT = (
    Kept(
        (Enrolment, Transfer),
        "Who had a place in which group, moves to another, and why somebody left",
        until="at least 3 years after certification; then until the person asks",
        why="Awarding bodies ask for records of assessment for 3 years, and those hang on the place. Why people leave must be "
        "reported.",
    ),
    Kept(
        (Programme, Cohort, CohortFacilitator, Session),
        "Groups, their sessions and who taught them",
        until="as long as the places in them",
        why="Registers and certificates refer to them.",
    ),
    Kept(
        (CalendarFeed,),
        "That a calendar program may read somebody's sessions",
        until="until the person asks",
        why="Taking it away would empty their calendar.",
    ),
)
