"""Reading what completes a course: one practitioner's hours page, and everybody of a cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from courses.attendance import catch_ups, claims, hours_queries, register_queries
from courses.attendance.hours import Hours, Mark, described
from courses.attendance.models import Apology
from courses.attendance.register_queries import MarkLine
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.queries import SessionLine
from courses.content.queries import get_document
from courses.content.schema import Course
from courses.progress import completion
from courses.progress.completion import Facts, Offer, Standing
from courses.progress.models import ActivityEvent
from courses.progress.queries import Learning, standings
from courses.progress.standing import Happening, fold
from lms.core import clock
from lms.core.extensions import db


@dataclass(frozen=True, slots=True)
class SessionHad:
    """One session as the practitioner is told of it.

    Attributes:
        line: the session.
        mark: the mark that counts; None while there is none.
        words: the mark with its minutes, or that there is none.
        last: the last mark as it was recorded, with who, when and why.
        has_apology: whether apologies were sent.
        is_to_come: whether it has not started.
        claimed_at: when the person checked in without signal, while no facilitator has answered; None otherwise.
    """

    line: SessionLine
    mark: Mark | None
    words: str
    last: MarkLine | None
    has_apology: bool
    is_to_come: bool
    claimed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HoursPage:
    """Everything on a practitioner's page about their hours."""

    course: Course
    hours: Hours
    read: int
    standing: Standing
    words: str
    more: tuple[str, ...]
    sessions: tuple[SessionHad, ...]


def hours_page(learning: Learning) -> HoursPage:
    """What a practitioner is told about their hours and about completing the course."""
    enrolment = db.session.get_one(Enrolment, learning.enrolment_id)
    course = learning.document.course
    lines = cohorts.list_sessions(learning.cohort_id)
    hours = hours_queries.hours_of(enrolment, sessions=lines)
    done = {activity for activity, each in standings(enrolment.id).items() if each.is_done}
    offers = tuple(
        Offer(each.on, f"session {each.number} of {each.cohort}", each.minutes, each.more)
        for each in catch_ups.find_catch_ups(enrolment, hours)
    )
    facts = facts_of(course, hours, done, lines, offers)
    standing = completion.judge(course.completion, facts)
    ring = " on ".join(part for part in (learning.provider, learning.provider_phone) if part)
    return HoursPage(
        course=course,
        hours=hours,
        read=facts.read,
        standing=standing,
        words=completion.hours_words(course.completion, facts, provider=ring),
        more=tuple(completion.other_words(standing)),
        sessions=_sessions(enrolment, lines, hours),
    )


def _sessions(enrolment: Enrolment, lines: Collection[SessionLine], hours: Hours) -> tuple[SessionHad, ...]:
    last: dict[int, MarkLine] = {}
    for mark in register_queries.list_marks_of(enrolment):
        last.setdefault(mark.session_id, mark)
    sent = set(
        db.session.scalars(
            select(Apology.session_id).where(
                Apology.enrolment_id == enrolment.id, Apology.taken_back_at.is_(None)
            )
        )
    )
    claimed = claims.unanswered_of(enrolment.id)
    now = clock.now()
    return tuple(
        SessionHad(
            line=line,
            mark=mark,
            words=_words(line, mark, worth, now),
            last=last.get(line.id),
            has_apology=line.id in sent,
            is_to_come=line.starts_at > now and not line.is_cancelled,
            claimed_at=claimed.get(line.id),
        )
        for line, mark, worth in zip(lines, hours.marks, hours.worths, strict=True)
    )


def _words(line: SessionLine, mark: Mark | None, worth: int, now: datetime) -> str:
    if mark is not None:
        return described(mark, minutes=worth, session_minutes=line.minutes)
    if line.is_cancelled:
        return "cancelled"
    return "to come" if line.starts_at > now else "not recorded"


def facts_of(
    course: Course,
    hours: Hours,
    done: Collection[str],
    lines: Collection[SessionLine],
    offers: tuple[Offer, ...] = (),
) -> Facts:
    """What is known of one practitioner that completing a course hangs on.

    Args:
        course: the version their cohort is taught from.
        hours: from the registers.
        done: ids of the activities they have done.
        lines: the sessions of their cohort, in order.
        offers: sessions elsewhere.
    """
    reading = [step for module in course.modules if not module.is_taught for step in module.steps]
    titles = {activity.id: activity.title for _, activity in course.activities()}
    return Facts(
        had=hours.had,
        ahead=tuple(
            line.minutes
            for line, mark in zip(lines, hours.marks, strict=True)
            if mark is None and not line.is_cancelled
        ),
        read=sum(step.minutes for step in reading if step.id in done),
        undone=tuple(titles[each] for each in course.completion.activities if each not in done),
        offers=offers,
    )


@dataclass(frozen=True, slots=True)
class CompletionLine:
    """How far one practitioner of a cohort is from completing the course."""

    id: int
    ref: str
    name: str
    had: int
    reachable: int
    read: int
    activities_done: int
    standing: Standing


def list_completion(cohort: Cohort) -> tuple[Course, list[CompletionLine]]:
    """The course of a cohort, and how far its people are, by name; the same number of queries however many."""
    course = get_document(cohort.course_version.content_hash).course
    lines = cohorts.list_sessions(cohort.id)
    hours = hours_queries.hours_by_enrolment(cohort.id, sessions=lines)
    done = _done_by(cohort.id)
    found = []
    for person in cohorts.list_people(cohort.id):
        if person.status is not EnrolmentStatus.ACTIVE:
            continue
        facts = facts_of(course, hours[person.id], done.get(person.id, set()), lines)
        found.append(
            CompletionLine(
                id=person.id,
                ref=person.ref,
                name=person.name,
                had=facts.had,
                reachable=facts.reachable,
                read=facts.read,
                activities_done=len(course.completion.activities) - len(facts.undone),
                standing=completion.judge(course.completion, facts),
            )
        )
    return course, found


def _done_by(cohort_id: int) -> dict[int, set[str]]:
    """The activities that each person of a cohort has done."""
    rows = db.session.execute(
        select(
            ActivityEvent.enrolment_id, ActivityEvent.activity, ActivityEvent.kind, ActivityEvent.created_at
        )
        .join(Enrolment, Enrolment.id == ActivityEvent.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(ActivityEvent.id)
    )
    happenings: dict[int, list[Happening]] = defaultdict(list)
    for enrolment_id, activity, kind, at in rows:
        happenings[enrolment_id].append(Happening(activity, kind.value, at))
    return {
        enrolment_id: {activity for activity, standing in fold(all_of).items() if standing.is_done}
        for enrolment_id, all_of in happenings.items()
    }
