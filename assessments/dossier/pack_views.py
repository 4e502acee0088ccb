"""The pack of a visit: asked for in one press, seen being made, and taken by the provider or the visitor."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from assessments.dossier import pack_service, paper
from assessments.dossier.gathering import gather, plain_name
from assessments.dossier.models import VisitPack
from assessments.dossier.stored import Shelf
from assessments.portfolio.models import Portfolio
from assessments.verification import visit_queries, visit_service
from assessments.verification.visit_models import Visit
from lms.core import files
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.forms import BaseForm
from lms.core.permissions import Permission
from lms.core.web import file_answer, logged, noted, render, see_other

blueprint = Blueprint("packs", __name__, url_prefix="/visits")


@blueprint.get("/given/<ref:visit_ref>/pack")
@requires(Permission.VERIFICATION_VISIT_OPEN, visit=visit_queries.get_given_visit)
def show(visit: Visit) -> ResponseReturnValue:
    """The pack: how to ask for one, how far it has come, and the one that is ready."""
    return _page(visit)


@blueprint.post("/given/<ref:visit_ref>/pack")
@requires(Permission.VERIFICATION_VISIT_OPEN, visit=visit_queries.get_given_visit)
def ask(visit: Visit) -> ResponseReturnValue:
    """Ask for a pack of what the visitor chose."""
    try:
        pack_service.ask(visit, by=current_actor())
    except DomainError as error:
        return _page(visit, error=error.message), error.status
    return see_other("packs.show", visit_ref=visit.ref)


@blueprint.get("/given/<ref:visit_ref>/pack.zip")
@requires(Permission.VERIFICATION_VISIT_OPEN, visit=visit_queries.get_given_visit)
def download(visit: Visit) -> ResponseReturnValue:
    """The newest pack that is ready, for the provider."""
    return _sent(visit)


@blueprint.get("/<ref:visit_ref>/pack")
@requires(Permission.VERIFICATION_VISIT_READ_OWN, visit=visit_queries.get_visit)
def offered(visit: Visit) -> ResponseReturnValue:
    """Whether the provider has made a pack, for the visitor."""
    return render(
        "assessments/dossier/visit_pack_offered.html", visit=visit, made=pack_service.find_made(visit.id)
    )


@blueprint.get("/<ref:visit_ref>/pack.zip")
@logged
@requires(Permission.VERIFICATION_VISIT_READ_OWN, visit=visit_queries.get_visit)
def take(visit: Visit) -> ResponseReturnValue:
    """The newest pack that is ready, for the visitor: noted like every opening."""
    answer = _sent(visit)
    visit_service.note_read(visit, what="pack", by=current_actor())
    return answer


@blueprint.get("/portfolios/<ref:portfolio_ref>/portfolio.pdf")
@logged
@requires(Permission.VERIFICATION_VISIT_READ_OWN, portfolio=visit_queries.visited_portfolio)
def document(portfolio: tuple[Visit, Portfolio]) -> ResponseReturnValue:
    """One portfolio as a document, for the visitor."""
    visit, wanted = portfolio
    visit_service.note_read(visit, what="document", by=current_actor(), portfolio=wanted.ref)
    with noted():
        dossier = gather(wanted, to_learner=False)
        made = paper.as_pdf(dossier, Shelf(dossier))
    name = f"portfolio-{plain_name(dossier.learner)}.pdf"
    return file_answer(made, name=name, media_type="application/pdf")


def _page(visit: Visit, error: str = "") -> str:
    newest = pack_service.find_newest(visit.id)
    return render(
        "assessments/dossier/visit_pack.html",
        visit=visit,
        newest=newest,
        progress=pack_service.progress_of(newest) if newest is not None else None,
        made=pack_service.find_made(visit.id),
        count=len(pack_service.portfolio_ids(visit.id)),
        days=current_app.config["KEEP_PACKS"],
        error=error,
        form=BaseForm(),
    )


def _sent(visit: Visit) -> Response:
    pack: VisitPack | None = pack_service.find_made(visit.id)
    if pack is None or pack.file is None:
        raise NotFound("No pack is ready yet.")
    return files.send(pack.file)
