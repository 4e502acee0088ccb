"""Witnesses, from the practitioner's side: whom they asked, how far it is, and what was said."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.portfolio import queries, witness_queries, witnesses
from assessments.portfolio.models import Portfolio
from assessments.portfolio.witness_forms import AskForm
from assessments.portfolio.witness_models import WitnessRequest
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.forms import BaseForm, text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("witnesses", __name__, url_prefix="/portfolio/witnesses")


@blueprint.get("/")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def index(portfolio: Portfolio) -> ResponseReturnValue:
    """Whom they asked, and a form to ask somebody."""
    return _page(portfolio, AskForm())


@blueprint.post("/")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def ask(portfolio: Portfolio) -> ResponseReturnValue:
    """Mail somebody the link."""
    form = AskForm(request.form)
    if not form.validate():
        return _page(portfolio, form), 422
    try:
        asked = witnesses.ask(
            portfolio,
            name=text_of(form.name),
            email=text_of(form.email),
            about=text_of(form.about),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field or "about")
        return _page(portfolio, form), error.status
    flash(f"A letter goes to {asked.name} now. We email you when they have answered.")
    return see_other("witnesses.index")


@blueprint.get("/<ref:witness_request_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, witness_request=witness_queries.own_request)
def show(witness_request: WitnessRequest) -> ResponseReturnValue:
    """What a witness said, and whether it is used."""
    if witness_request.testimony is None:
        raise NotFound("They have not answered yet.")
    return render(
        "assessments/portfolio/witness_said.html",
        asked=witness_request,
        said=witness_request.testimony,
        evidence=witness_queries.evidence_of(witness_request.testimony),
        form=BaseForm(),
    )


@blueprint.post("/<ref:witness_request_ref>/again")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, witness_request=witness_queries.own_request)
def send_again(witness_request: WitnessRequest) -> ResponseReturnValue:
    """Mail a new link; the old one opens nothing any more."""
    witnesses.send_again(witness_request, by=current_actor())
    flash(f"A new letter goes to {witness_request.name}. The link in the old one no longer works.")
    return see_other("witnesses.index")


@blueprint.post("/<ref:witness_request_ref>/call-back")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, witness_request=witness_queries.own_request)
def call_back(witness_request: WitnessRequest) -> ResponseReturnValue:
    """Let the link open nothing any more."""
    witnesses.call_back(witness_request, by=current_actor())
    flash(f"The link to {witness_request.name} no longer works. You can send it again.")
    return see_other("witnesses.index")


@blueprint.post("/<ref:witness_request_ref>/use")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, witness_request=witness_queries.own_request)
def use(witness_request: WitnessRequest) -> ResponseReturnValue:
    """Put what a witness said into the portfolio."""
    if witness_request.testimony is None:
        raise NotFound("They have not answered yet.")
    evidence = witnesses.use(witness_request.testimony, by=current_actor())
    flash("It is in your portfolio. Say now what it shows.")
    return see_other("evidence.show", evidence_ref=evidence.ref)


def _page(portfolio: Portfolio, form: AskForm) -> str:
    return render(
        "assessments/portfolio/witnesses.html",
        asked=witness_queries.requests_of(portfolio.id),
        form=form,
        press=BaseForm(),
        days=witnesses.LASTS.days,
    )
