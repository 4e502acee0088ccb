"""What is known of each practitioner that decides whether a certificate can be issued, read for a cohort at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from assessments.marking import queries as marking
from assessments.marking.models import Decision, Entry, EntryKind
from assessments.marking.outcomes import UnitState
from assessments.portfolio.models import Portfolio, Submission
from certificates import eligibility, queries
from certificates.eligibility import Assessed, Attended
from certificates.facts import CertificateKind
from courses.attendance import hours_queries
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.taught_course import has_unit
from courses.content import queries as content
from courses.progress import queries as progress
from lms.core.extensions import db
from lms.core.text import london
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class Case:
    """One practitioner: who they are, what the register and marking say, and the last certificate of each kind."""

    enrolment_id: int
    enrolment_ref: str
    name: str
    attended: Attended
    assessed: Assessed
    last: dict[CertificateKind, queries.Award]

    def reasons(self, kind: CertificateKind, *, today: date) -> tuple[str, ...]:
        """Why a certificate cannot be issued today; empty when it can."""
        if kind is CertificateKind.ATTENDANCE:
            return eligibility.attendance(self.attended, today=today)
        return eligibility.unit(self.assessed)

    def is_ready(self, kind: CertificateKind, *, today: date) -> bool:
        """Whether one can be issued along with everybody else's.

        After a revocation somebody has to decide on a new one for this very person.
        """
        return kind not in self.last and not self.reasons(kind, today=today)


def kinds_of(cohort: Cohort) -> tuple[CertificateKind, ...]:
    """The kinds of certificate that a cohort's course can lead to: without a unit, attendance alone."""
    return tuple(CertificateKind) if has_unit(cohort) else (CertificateKind.ATTENDANCE,)


def list_cases(cohort: Cohort) -> list[Case]:
    """Every practitioner of a cohort, by name; the same number of queries however many there are."""
    statement = (
        select(Enrolment.id, Enrolment.ref, User.name, Enrolment.status, Enrolment.seeks_accreditation)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.cohort_id == cohort.id)
        .order_by(User.name, Enrolment.id)
    )
    rows = db.session.execute(statement).all()
    ids = [row[0] for row in rows]
    hours = hours_queries.hours_by_enrolment(cohort.id)
    begun = select(Portfolio.enrolment_id, Portfolio.id).where(Portfolio.enrolment_id.in_(ids))
    portfolios = {row[0]: row[1] for row in db.session.execute(begun)}
    positions = marking.positions(portfolios.values())
    names = queries.printed_names(ids)
    given = queries.list_given(ids)
    return [
        Case(
            enrolment_id=key,
            enrolment_ref=ref,
            name=names.get(key, name),
            attended=Attended(
                is_enrolled=status is EnrolmentStatus.ACTIVE,
                had=hours[key].had,
                needed=hours[key].needed,
                taught=hours[key].taught,
                ends_on=cohort.ends_on,
            ),
            assessed=_assessed(
                positions.get(portfolios.get(key, 0)),
                is_enrolled=status is EnrolmentStatus.ACTIVE,
                seeks_accreditation=seeks,
                name_is_confirmed=key in names,
            ),
            last={award.kind: award for award in reversed(given.get(key, ()))},
        )
        for key, ref, name, status, seeks in rows
    ]


def get_case(enrolment: Enrolment) -> Case:
    """One practitioner's case."""
    return next(case for case in list_cases(enrolment.cohort) if case.enrolment_id == enrolment.id)


def _assessed(
    position: marking.Position | None,
    *,
    is_enrolled: bool,
    seeks_accreditation: bool,
    name_is_confirmed: bool,
) -> Assessed:
    standing = position.standing if position else None
    return Assessed(
        is_enrolled=is_enrolled,
        seeks_accreditation=seeks_accreditation,
        criteria=len(standing.criteria) if standing else 0,
        met=standing.met if standing else 0,
        is_accepted=standing is not None and standing.unit is UnitState.ACCEPTED,
        name_is_confirmed=name_is_confirmed,
    )


def reading_minutes(enrolment: Enrolment) -> int:
    """The minutes of reading before the course that a practitioner declares: all of it once every step is ticked, or none."""
    version = enrolment.cohort.course_version
    course = content.get_document(version.content_hash).course
    steps = {step.id for module in course.modules if not module.is_taught for step in module.steps}
    standings = progress.standings(enrolment.id)
    done = {activity for activity, standing in standings.items() if standing.is_done}
    return version.reading_minutes if steps and steps <= done else 0


def find_portfolio(enrolment: Enrolment) -> Portfolio | None:
    """The portfolio of an enrolment, if it was begun."""
    return db.session.scalar(
        select(Portfolio).where(Portfolio.enrolment_id == enrolment.id).order_by(Portfolio.id.desc()).limit(1)
    )


def assessors_of(portfolio: Portfolio) -> frozenset[int]:
    """Everybody who decided a criterion of a portfolio."""
    statement = (
        select(Decision.assessor_id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Submission.portfolio_id == portfolio.id)
    )
    return frozenset(db.session.scalars(statement))


def accepted_on(portfolio: Portfolio) -> date:
    """The day the IQA accepted a unit that has been accepted; the last one, if it was accepted again."""
    accepted = (
        select(Entry.created_at)
        .where(Entry.portfolio_id == portfolio.id, Entry.kind == EntryKind.ACCEPTED)
        .order_by(Entry.sequence.desc())
        .limit(1)
    )
    return london(db.session.scalars(accepted).one()).date()
