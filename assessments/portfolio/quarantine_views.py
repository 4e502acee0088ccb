"""What was taken out: its author puts it back, and the provider sees what happened to it."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.portfolio import quarantine_queries, quarantine_service
from assessments.portfolio.evidence_queries import own_evidence
from assessments.portfolio.models import Evidence, Portfolio
from assessments.portfolio.putting_back import put_back
from assessments.portfolio.quarantine_forms import TakeOutForm
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.permissions import Permission
from lms.core.text import plural
from lms.core.web import render, see_other

blueprint = Blueprint("quarantine", __name__)


@blueprint.post("/portfolio/evidence/<ref:evidence_ref>/put-back")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=own_evidence)
def return_piece(evidence: Evidence) -> ResponseReturnValue:
    """Put what was replaced into what had been sent."""
    try:
        submissions = put_back(evidence, by=current_actor())
    except DomainError as error:
        flash(error.message, "warning")
        return see_other("names.show", evidence_ref=evidence.ref)
    flash(f"“{evidence.title}” is back in {plural(len(submissions), 'submission')}.")
    return see_other("portfolio.index")


@blueprint.get("/quarantine/")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE)
def index(reach: Reach) -> ResponseReturnValue:
    """Everything that was ever taken out at the provider: who, when, and what went. Never what it said."""
    rows = quarantine_queries.at_provider(within=reach)
    return render(
        "assessments/portfolio/quarantine.html",
        rows=rows,
        criteria=quarantine_queries.criteria_of(quarantine.evidence_id for quarantine, _ in rows),
    )


@blueprint.get("/quarantine/portfolios/<ref:portfolio_ref>")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, portfolio=quarantine_queries.provided_portfolio)
def portfolio(portfolio: Portfolio) -> ResponseReturnValue:
    """What was sent of one portfolio, to take out what an external quality assurer has told of."""
    return _portfolio_page(portfolio, TakeOutForm(formdata=None))


@blueprint.post("/quarantine/portfolios/<ref:portfolio_ref>")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, portfolio=quarantine_queries.provided_portfolio)
def take_out(portfolio: Portfolio) -> ResponseReturnValue:
    """Take a piece out that somebody else has told of."""
    form = TakeOutForm(request.form)
    if not form.validate():
        return _portfolio_page(portfolio, form), 422
    evidence = quarantine_queries.sent_evidence(request.form.get("piece", ""), portfolio.id)
    quarantine_service.quarantine(evidence, form.told(), by=current_actor())
    flash("It is taken out. Nobody can open it until it has been replaced.")
    return see_other("quarantine.index")


def _portfolio_page(portfolio: Portfolio, form: TakeOutForm) -> str:
    pieces = quarantine_queries.sent_pieces(portfolio.id)
    return render(
        "assessments/portfolio/quarantine_portfolio.html",
        portfolio=portfolio,
        pieces=pieces,
        criteria=quarantine_queries.criteria_of(piece.id for piece in pieces),
        out=quarantine_queries.quarantined_among([piece.id for piece in pieces]),
        form=form,
        asked=request.form.get("piece", ""),
    )
