"""Claiming the credit of a unit: who can be claimed for today, why the others cannot, and making the claim.

Whether a claim may go out is looked at when it is made, not when a page was opened: direct claims are asked for on that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, exists, select
from sqlalchemy.exc import IntegrityError

from assessments.marking.models import DECIDING, Entry
from assessments.portfolio.models import Portfolio, UnitVersion
from assessments.verification import direct_claims
from assessments.verification.direct_claims import DirectClaims
from assessments.verification.visit_models import VisitSignOff
from certificates import cases, eligibility
from certificates.claim_models import ClaimBasis, CreditClaim
from courses.cohorts.models import Cohort, Enrolment
from lms.core import audit, clock
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, NotFound, Refused
from lms.core.extensions import db


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One practitioner of a cohort: the claim that was made, or why none can be made today."""

    name: str
    portfolio_ref: str | None
    claim: CreditClaim | None
    basis: ClaimBasis | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A practitioner's portfolio with the visitor's latest sign-off that still holds, and the claim, if there are any."""

    portfolio_id: int
    portfolio_ref: str
    slug: str
    sign_off_id: int | None
    claim: CreditClaim | None


def list_claims(cohort: Cohort) -> list[ClaimLine]:
    """Every practitioner of a cohort, by name; the same number of queries however many there are."""
    units = _units(cohort.id)
    standing = direct_claims.all_on_day(cohort.provider_id, clock.today())
    return [_line(case, units.get(case.enrolment_id), standing) for case in cases.list_cases(cohort)]


def _line(case: cases.Case, unit: _Unit | None, standing: Mapping[str, DirectClaims]) -> ClaimLine:
    if unit is None:
        return ClaimLine(case.name, None, None, None, eligibility.unit(case.assessed))
    if unit.claim is not None:
        return ClaimLine(case.name, unit.portfolio_ref, unit.claim, unit.claim.basis, ())
    now = standing.get(unit.slug, direct_claims.NOT_GRANTED)
    reasons = eligibility.claim(
        case.assessed, is_signed_off=unit.sign_off_id is not None, in_force=now.in_force, said=now.words
    )
    basis = ClaimBasis.VISIT if unit.sign_off_id is not None else ClaimBasis.DIRECT_CLAIMS
    return ClaimLine(case.name, unit.portfolio_ref, None, None if reasons else basis, reasons)


def get_portfolio(ref: str, *, within: Reach) -> Portfolio:
    """A portfolio of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    portfolio = db.session.scalar(
        select(Portfolio)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Portfolio.ref == ref)
    )
    if portfolio is None or not within.covers(portfolio.enrolment.cohort.provider_id):
        raise NotFound
    return portfolio


def claim(portfolio: Portfolio, *, by: Actor) -> CreditClaim:
    """Claim the credit of a unit; where it was claimed already, give that claim back and change nothing.

    Raises:
        Forbidden: it is the claimer's own, or they assessed the work.
        Refused: something still stands in the way today: the unit, the sign-off, or the direct claims.
        Conflict: somebody claimed at the same moment.
    """
    standing = find_claim(portfolio.id)
    if standing is not None:
        return standing
    if by.id == portfolio.learner_id or by.id in cases.assessors_of(portfolio):
        raise Forbidden("A colleague has to claim this: it is your own, or you assessed the work.")
    cohort = portfolio.enrolment.cohort
    case, unit = cases.get_case(portfolio.enrolment), _units(cohort.id)[portfolio.enrolment_id]
    now = direct_claims.on_day(cohort.provider_id, unit.slug, clock.today())
    is_signed_off = unit.sign_off_id is not None
    reasons = eligibility.claim(
        case.assessed, is_signed_off=is_signed_off, in_force=now.in_force, said=now.words
    )
    if reasons:
        raise Refused(f"{case.name}: {' '.join(reasons)}")
    made = CreditClaim(
        portfolio_id=portfolio.id,
        holder_id=portfolio.learner_id,
        claimed_on=clock.today(),
        claimed_by_id=by.id,
        basis=ClaimBasis.VISIT if is_signed_off else ClaimBasis.DIRECT_CLAIMS,
        direct_claims_id=None if is_signed_off or now.entry is None else now.entry.id,
        sign_off_id=unit.sign_off_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as error:
        raise Conflict("Somebody claimed this a moment ago. Nothing was claimed twice.") from error
    audit.record(
        Act.CREDIT_CLAIMED, by=by, on=made, organisation_id=cohort.provider_id, basis=made.basis.value
    )
    return made


def find_claim(portfolio_id: int) -> CreditClaim | None:
    """The claim for a portfolio, if it was made."""
    return db.session.scalar(select(CreditClaim).where(CreditClaim.portfolio_id == portfolio_id))


def list_own_claims(*, within: Reach) -> list[tuple[str, CreditClaim]]:
    """The claims that were made for the person who asks: the unit's title, and the claim."""
    rows = db.session.execute(
        select(UnitVersion.title, CreditClaim)
        .join(Portfolio, Portfolio.id == CreditClaim.portfolio_id)
        .join(UnitVersion, UnitVersion.id == Portfolio.unit_version_id)
        .where(CreditClaim.holder_id == within.person_id)
        .order_by(CreditClaim.id.desc())
    )
    return [(title, made) for title, made in rows]


def _units(cohort_id: int) -> dict[int, _Unit]:
    """The newest portfolio of each enrolment of a cohort. One query."""
    rows = db.session.execute(
        select(
            Portfolio.enrolment_id,
            Portfolio.id,
            Portfolio.ref,
            UnitVersion.slug,
            VisitSignOff.id,
            CreditClaim,
        )
        .join(UnitVersion, UnitVersion.id == Portfolio.unit_version_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .outerjoin(VisitSignOff, and_(VisitSignOff.portfolio_id == Portfolio.id, ~_DECIDED_SINCE))
        .outerjoin(CreditClaim, CreditClaim.portfolio_id == Portfolio.id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Portfolio.id, VisitSignOff.id)
    )
    return {row[0]: _Unit(row[1], row[2], row[3], row[4], row[5]) for row in rows}


_DECIDED_SINCE = exists().where(
    Entry.portfolio_id == VisitSignOff.portfolio_id,
    Entry.kind.in_(DECIDING),
    Entry.created_at > VisitSignOff.created_at,
)
"""Whether something was decided after a sign-off: the visitor did not agree to that."""
