"""A learner's own copy of their portfolio: one document, and one zip of everything."""

from __future__ import annotations

import tempfile

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from assessments.dossier import packing, paper
from assessments.dossier.archive import Archive
from assessments.dossier.contents import Dossier
from assessments.dossier.gathering import gather
from assessments.dossier.stored import Shelf
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio
from lms.core import file_disk
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.web import file_answer, render

blueprint = Blueprint("dossier", __name__, url_prefix="/portfolio/copy")


@blueprint.get("/")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def index(portfolio: Portfolio) -> ResponseReturnValue:
    """What can be kept, and what is in it."""
    return render("assessments/dossier/copy.html", dossier=gather(portfolio, to_learner=True))


@blueprint.get("/portfolio.pdf")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def document(portfolio: Portfolio) -> ResponseReturnValue:
    """The whole portfolio as one PDF."""
    dossier = gather(portfolio, to_learner=True)
    made = paper.as_pdf(dossier, Shelf(dossier))
    return file_answer(made, name="portfolio.pdf", media_type="application/pdf")


@blueprint.get("/portfolio.zip")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def everything(portfolio: Portfolio) -> ResponseReturnValue:
    """The whole portfolio as one zip, with every file."""
    return _zipped(gather(portfolio, to_learner=True))


def _zipped(dossier: Dossier) -> Response:
    """A zip, written to a file without a name beside the stored files, which is gone once it has been sent."""
    file_disk.folder().mkdir(parents=True, exist_ok=True)
    out = tempfile.TemporaryFile(dir=file_disk.folder())  # noqa: SIM115 (the response closes it when it has been sent)
    with Archive(out, made_at=dossier.made_at) as archive:
        packing.pack(archive, dossier)
    out.seek(0)
    return send_file(out, "application/zip", as_attachment=True, download_name="portfolio.zip", max_age=0)
