"""Cohorts and sessions as the pages that are opened most know them: a few columns, which a page can be kept under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from courses.cohorts.models import Cohort, Session
from courses.cohorts.queries import found
from courses.cohorts.reach import OPEN_TO_READER, reader
from lms.core.access import Reach
from lms.core.reading import read_rows


class CohortShown(NamedTuple):
    """A cohort: its number in the database, its reference, its name."""

    id: int
    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class SessionShown:
    """A session with its cohort. `cancelled_at` is None while it is held."""

    id: int
    ref: str
    number: int
    starts_at: datetime
    ends_at: datetime
    minutes: int
    venue: str
    cancelled_at: datetime | None
    cohort: CohortShown

    @property
    def cohort_id(self) -> int:
        """The number of its cohort in the database."""
        return self.cohort.id


_COHORT = select(Cohort.id, Cohort.ref, Cohort.name).where(Cohort.ref == bindparam("ref"))
_SESSION = (
    select(
        Session.id, Session.ref, Session.number, Session.starts_at, Session.ends_at, Session.minutes, Session.venue,
        Session.cancelled_at, Cohort.id, Cohort.ref, Cohort.name,
    )
    .join(Session.cohort)
    .where(Session.ref == bindparam("ref"))
)  # fmt: skip
_OPEN_COHORT, _OPEN_SESSION = _COHORT.where(OPEN_TO_READER), _SESSION.where(OPEN_TO_READER)


def show_cohort(ref: str, *, within: Reach) -> CohortShown:
    """A cohort, by its reference.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    rows = (
        read_rows(_COHORT, ref=ref)
        if within.everywhere
        else read_rows(_OPEN_COHORT, ref=ref, **reader(within))
    )
    return CohortShown(*found(next(iter(rows), None)))


def show_session(ref: str, *, within: Reach) -> SessionShown:
    """A session, by its reference.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    rows = (
        read_rows(_SESSION, ref=ref)
        if within.everywhere
        else read_rows(_OPEN_SESSION, ref=ref, **reader(within))
    )
    row = found(next(iter(rows), None))
    return SessionShown(*row[:8], CohortShown(*row[8:]))


def shown(session: Session) -> SessionShown:
    """A session that was loaded whole."""
    cohort = session.cohort
    return SessionShown(
        session.id, session.ref, session.number, session.starts_at, session.ends_at, session.minutes, session.venue,
        session.cancelled_at, CohortShown(cohort.id, cohort.ref, cohort.name),
    )  # fmt: skip
