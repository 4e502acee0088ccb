"""Apologies: a practitioner says beforehand that they cannot come, and may take it back until the session starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import contains_eager

from courses.attendance.models import Apology
from courses.attendance.registers import refuse_when_cancelled
from courses.cohorts.models import Enrolment, EnrolmentStatus, Session
from courses.cohorts.staff_mail import tell_facilitators
from lms.core import audit, clock
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db
from lms.core.reading import Rows, read_rows


def get_own_session(ref: str, *, within: Reach) -> Session:
    """A session of a cohort in which the person has a place, with its cohort.

    Raises:
        NotFound: there is no such session, or it is another cohort's.
    """
    mine = select(Enrolment.cohort_id).where(
        Enrolment.user_id == within.person_id, Enrolment.status == EnrolmentStatus.ACTIVE
    )
    found = db.session.scalar(
        select(Session)
        .join(Session.cohort)
        .where(Session.ref == ref, Session.cohort_id.in_(mine))
        .options(contains_eager(Session.cohort))
    )
    if found is None:
        raise NotFound
    return found


def find_own(session: Session, *, person_id: int) -> Apology | None:
    """The apologies that a person has sent for a session and not taken back."""
    return db.session.scalar(
        select(Apology)
        .join(Enrolment, Enrolment.id == Apology.enrolment_id)
        .where(
            Apology.session_id == session.id,
            Apology.taken_back_at.is_(None),
            Enrolment.user_id == person_id,
        )
    )


def send(session: Session, *, words: str, by: Actor) -> None:
    """Tell the facilitator that somebody cannot come. Sent again, the words are the last ones.

    Raises:
        Refused: the session is cancelled, or has started.
    """
    refuse_when_cancelled(session)
    _refuse_once_started(session)
    enrolment_id = db.session.scalars(
        select(Enrolment.id).where(Enrolment.cohort_id == session.cohort_id, Enrolment.user_id == by.id)
    ).one()
    apology = db.session.scalar(
        select(Apology).where(Apology.session_id == session.id, Apology.enrolment_id == enrolment_id)
    ) or Apology(session_id=session.id, enrolment_id=enrolment_id)
    is_news = apology.id is None or apology.taken_back_at is not None or apology.words != words.strip()
    apology.words, apology.taken_back_at = words.strip(), None
    db.session.add(apology)
    db.session.flush()
    if is_news:
        _tell(session, by, is_taken_back=False)
    _record(apology, session, by, "sent")


def take_back(session: Session, *, by: Actor) -> None:
    """Say that somebody can come after all.

    Raises:
        Refused: the session has started.
        NotFound: no apologies were sent.
    """
    _refuse_once_started(session)
    apology = find_own(session, person_id=by.id)
    if apology is None:
        raise NotFound
    apology.taken_back_at = clock.now()
    _tell(session, by, is_taken_back=True)
    _record(apology, session, by, "taken back")


@dataclass(frozen=True, slots=True)
class Expected:
    """A session to come for which apologies were sent: its reference, its number, when, and how many."""

    ref: str
    number: int
    starts_at: datetime
    count: int


_AHEAD = (
    select(Session.ref, Session.number, Session.starts_at, func.count())
    .join(Apology, Apology.session_id == Session.id)
    .join(Enrolment, Enrolment.id == Apology.enrolment_id)
    .where(
        Session.cohort_id == bindparam("cohort"),
        Session.ends_at > bindparam("now"),
        Session.cancelled_at.is_(None),
        Apology.taken_back_at.is_(None),
        Enrolment.status == EnrolmentStatus.ACTIVE,
    )
    .group_by(Session.ref, Session.number, Session.starts_at)
    .order_by(Session.number)
)


ExpectedRows = Rows[str, int, datetime, int]


def read_ahead(cohort_id: int) -> ExpectedRows:
    """The sessions of a cohort that are not over and for which apologies were sent, in order, as rows."""
    return read_rows(_AHEAD, cohort=cohort_id, now=clock.now())


def ahead_of(rows: ExpectedRows) -> list[Expected]:
    """The sessions that `read_ahead` has read."""
    return [Expected(*row) for row in rows]


def _tell(session: Session, by: Actor, *, is_taken_back: bool) -> None:
    """Write to the facilitators; what the person wrote stays behind sign-in."""
    tell_facilitators(
        session.cohort, "courses/mail/apologies", who=by.name, session=session, is_taken_back=is_taken_back
    )


def _refuse_once_started(session: Session) -> None:
    if session.starts_at <= clock.now():
        raise Refused(f"Session {session.number} has started. Ring your training provider instead.")


def _record(apology: Apology, session: Session, by: Actor, state: str) -> None:
    organisation_id = session.cohort.provider_id
    audit.record(Act.APOLOGIES_CHANGED, by=by, on=apology, organisation_id=organisation_id, state=state)
