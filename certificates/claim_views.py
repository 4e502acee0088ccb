"""A provider's page for claiming the credit of a cohort's units from the awarding body."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from assessments.portfolio.models import Portfolio
from certificates import claiming, queries
from courses.cohorts.models import Cohort
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.forms import BaseForm
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("claims", __name__)


@blueprint.get("/cohorts/<ref:cohort_ref>/claims")
@requires(Permission.CERTIFICATES_CERTIFICATE_ISSUE, cohort=queries.get_cohort)
def cohort(cohort: Cohort) -> ResponseReturnValue:
    """For whom credit was claimed, for whom it can be, and what stands in the way of the others."""
    return _page(cohort)


@blueprint.post("/claims/<ref:portfolio_ref>")
@requires(Permission.CERTIFICATES_CERTIFICATE_ISSUE, portfolio=claiming.get_portfolio)
def claim(portfolio: Portfolio) -> ResponseReturnValue:
    """Claim one practitioner's credit."""
    cohort = portfolio.enrolment.cohort
    try:
        made = claiming.claim(portfolio, by=current_actor())
    except DomainError as error:
        return _page(cohort, error=error.message), error.status
    flash(
        f"Claimed for {portfolio.learner.name}, on {made.basis.words}. The awarding body issues the credit."
    )
    return see_other("claims.cohort", cohort_ref=cohort.ref)


def _page(cohort: Cohort, error: str = "") -> str:
    return render(
        "certificates/claims.html",
        cohort=cohort,
        lines=claiming.list_claims(cohort),
        error=error,
        form=BaseForm(),
    )
