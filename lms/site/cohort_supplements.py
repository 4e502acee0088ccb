"""What the floors above the course add to what a cohort completed: work sent, criteria met, certificates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import select

from assessments.marking import queries as marking
from assessments.marking.outcomes import UnitState
from assessments.portfolio.models import Portfolio
from certificates import queries as certificates
from courses.cohorts.models import Enrolment
from courses.progress.supplements import Reached
from lms.core.extensions import db

ALL_MET = frozenset({UnitState.MET, UnitState.ACCEPTED})


def cohort_supplements(enrolment_ids: Collection[int]) -> tuple[Reached, ...]:
    """How many have sent their portfolio, met the unit and hold a certificate; without a unit, certificates alone.

    A fixed number of queries, whatever the number of people.
    """
    seeking = db.session.scalars(
        select(Enrolment.id).where(Enrolment.id.in_(enrolment_ids), Enrolment.seeks_accreditation)
    ).all()
    return (*(_portfolios(seeking) if seeking else ()), _certified(enrolment_ids))


def _portfolios(enrolment_ids: Collection[int]) -> tuple[Reached, Reached]:
    begun = db.session.scalars(select(Portfolio.id).where(Portfolio.enrolment_id.in_(enrolment_ids))).all()
    standings = [position.standing for position in marking.positions(begun).values()]
    states = Counter(standing.unit for standing in standings)
    return (
        Reached(
            sum(standing.submissions > 0 for standing in standings),
            len(enrolment_ids),
            "have sent work to an assessor",
        ),
        Reached(
            sum(states[state] for state in ALL_MET),
            len(enrolment_ids),
            "have met every criterion",
            f"{states[UnitState.ACCEPTED]} accepted by quality assurance",
        ),
    )


def _certified(enrolment_ids: Collection[int]) -> Reached:
    return Reached(len(certificates.list_awards(enrolment_ids)), len(enrolment_ids), "hold a certificate")
