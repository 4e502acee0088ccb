"""Cohorts that are over, portfolios that are accepted, and certificates, for tests. Rows are laid down as they would stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from assessments.marking.models import Decision, Entry, EntryKind, Outcome
from assessments.portfolio import service as portfolios
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.unit_files import read_units
from certificates import making, service
from certificates.facts import CertificateKind
from certificates.models import Certificate
from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Cohort, Enrolment, Pattern, Session
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.factories.learning import publish_course
from tests.factories.people import as_actor, make_organisation, make_user

_numbers = count(1)
ROLE = "Programme manager"


@dataclass(frozen=True)
class Place:
    """A provider with its administrator, a facilitator and a cohort that ended ten days ago."""

    provider: Organisation
    administrator: User
    facilitator: User
    cohort: Cohort


def make_place(provider_name: str = "", administrator_name: str = "Joy Mensah") -> Place:
    """A finished cohort of ten sessions of three hours."""
    number = next(_numbers)
    provider = make_organisation(name=provider_name or f"Provider {number}")
    administrator = make_user(Role.PROVIDER_ADMINISTRATOR, provider, name=administrator_name)
    facilitator = make_user(Role.FACILITATOR, provider)
    ends_on = clock.today() - timedelta(days=10)
    cohort = Cohort(
        provider=provider,
        course_version=publish_course(),
        code=f"C{number}",
        name=f"Leeds {number}",
        pattern=Pattern.WEEKLY,
        region="yorkshire_humber",
        venue="Beeston, Leeds",
        starts_on=ends_on - timedelta(weeks=9),
        ends_on=ends_on,
    )
    db.session.add(cohort)
    db.session.flush()
    for place in range(10):
        starts_at = _at_ten(cohort.starts_on + timedelta(weeks=place))
        ends_at = starts_at + timedelta(hours=3)
        db.session.add(
            Session(cohort=cohort, number=place + 1, starts_at=starts_at, ends_at=ends_at, minutes=180)
        )
    db.session.flush()
    return Place(provider, administrator, facilitator, cohort)


def enrol(place: Place, *, name: str = "", sessions: int = 10, seeks_accreditation: bool = True) -> Enrolment:
    """A practitioner who came to the first so many sessions and missed the others."""
    user = make_user(Role.PRACTITIONER, place.provider, name=name)
    enrolment = Enrolment(cohort=place.cohort, user=user, seeks_accreditation=seeks_accreditation)
    db.session.add(enrolment)
    db.session.flush()
    for session in db.session.query(Session).filter_by(cohort_id=place.cohort.id):
        came = session.number <= sessions
        mark = AttendanceMark(
            session_id=session.id,
            enrolment_id=enrolment.id,
            mark=Mark.CAME if came else Mark.MISSED,
            minutes=180 if came else 0,
            by_id=place.facilitator.id,
        )
        db.session.add(mark)
    db.session.flush()
    return enrolment


def accept_portfolio(enrolment: Enrolment, *, assessor: User, iqa: User, accepted: bool = True) -> Portfolio:
    """A portfolio whose every criterion an assessor has met and, unless said, an IQA has accepted."""
    version = portfolios.publish_unit(read_units()[0], by=None)
    portfolio = Portfolio(enrolment=enrolment, learner_id=enrolment.user_id, unit_version=version)
    db.session.add(portfolio)
    db.session.flush()
    criteria = [
        criterion["ref"] for outcome in version.document["outcomes"] for criterion in outcome["criteria"]
    ]
    submission = Submission(
        portfolio_id=portfolio.id,
        learner_id=enrolment.user_id,
        number=1,
        criteria=criteria,
        frame={"criteria": {}, "evidence": []},
        declaration="My own work.",
        ai_used=False,
        content_hash="0" * 64,
    )
    db.session.add(submission)
    db.session.flush()
    _happened(portfolio, 1, EntryKind.SUBMITTED, enrolment.user_id, submission_id=submission.id)
    for place, criterion in enumerate(criteria, start=2):
        decision = Decision(
            submission_id=submission.id,
            learner_id=enrolment.user_id,
            criterion=criterion,
            outcome=Outcome.MET,
            assessor_id=assessor.id,
            **dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), True),
        )
        db.session.add(decision)
        db.session.flush()
        entry = {"submission_id": submission.id, "criterion": criterion, "decision_id": decision.id}
        _happened(portfolio, place, EntryKind.DECIDED, assessor.id, **entry)
    if accepted:
        _happened(portfolio, len(criteria) + 2, EntryKind.ACCEPTED, iqa.id)
    db.session.flush()
    return portfolio


def issue(
    enrolment: Enrolment, place: Place, kind: CertificateKind = CertificateKind.ATTENDANCE
) -> Certificate:
    """A certificate, issued by the place's administrator."""
    return service.issue(
        enrolment, kind, signatory_role=ROLE, terms=making.terms(), by=as_actor(place.administrator)
    )


def _at_ten(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 10, tzinfo=clock.LONDON)


def _happened(portfolio: Portfolio, sequence: int, kind: EntryKind, actor_id: int, **more: object) -> None:
    db.session.add(Entry(portfolio_id=portfolio.id, sequence=sequence, kind=kind, actor_id=actor_id, **more))
