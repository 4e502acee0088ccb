"""A learner's own copy of their portfolio: asked for in one press, seen being made, and taken as a document or a zip."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from assessments.dossier import copy_service
from assessments.dossier.gathering import gather
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio
from lms.core import files
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.files import StoredFile
from lms.core.forms import BaseForm
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("dossier", __name__, url_prefix="/portfolio/copy")


@blueprint.get("/")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def index(portfolio: Portfolio) -> ResponseReturnValue:
    """What can be kept and what is in it: how to ask for it, how far it has come, and what is ready."""
    return _page(portfolio)


@blueprint.post("/")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def ask(portfolio: Portfolio) -> ResponseReturnValue:
    """Ask for a copy of everything as it is now."""
    try:
        copy_service.ask(portfolio, by=current_actor())
    except DomainError as error:
        return _page(portfolio, error=error.message), error.status
    return see_other("dossier.index")


@blueprint.get("/portfolio.pdf")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def document(portfolio: Portfolio) -> ResponseReturnValue:
    """The whole portfolio as one PDF."""
    made = copy_service.find_made(portfolio.id)
    return _sent(made.document if made is not None else None)


@blueprint.get("/portfolio.zip")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def everything(portfolio: Portfolio) -> ResponseReturnValue:
    """The whole portfolio as one zip, with every file."""
    made = copy_service.find_made(portfolio.id)
    return _sent(made.archive if made is not None else None)


def _page(portfolio: Portfolio, error: str = "") -> str:
    newest = copy_service.find_newest(portfolio.id)
    return render(
        "assessments/dossier/copy.html",
        dossier=gather(portfolio, to_learner=True),
        newest=newest,
        progress=copy_service.progress_of(newest) if newest is not None else None,
        made=copy_service.find_made(portfolio.id),
        days=current_app.config["KEEP_COPIES"],
        error=error,
        form=BaseForm(),
    )


def _sent(stored: StoredFile | None) -> Response:
    if stored is None:
        raise NotFound("No copy is ready yet. Ask for one first.")
    return files.send(stored)
