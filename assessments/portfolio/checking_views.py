"""The practitioner's check for names: what was found in each piece of evidence, in its place, and what to do about it."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.portfolio import checking_queries, checking_service, families, quarantine_queries, queries
from assessments.portfolio.checking import Reason
from assessments.portfolio.checking_forms import StaysForm
from assessments.portfolio.document_covering import MASKABLE
from assessments.portfolio.evidence_queries import own_evidence
from assessments.portfolio.models import Evidence, Portfolio
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.forms import PressForm
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("names", __name__, url_prefix="/portfolio")
LONGEST_KEY = 64


@blueprint.get("/names")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def index(portfolio: Portfolio) -> ResponseReturnValue:
    """Every piece that has not been sent as it is now, with how much in it asks for a look."""
    pieces = checking_queries.to_check(portfolio.id)
    looked = checking_queries.checks(pieces)
    return render(
        "assessments/portfolio/names.html",
        rows=sorted(((piece, looked[piece.id]) for piece in pieces), key=lambda row: -row[1].left),
    )


@blueprint.get("/evidence/<ref:evidence_ref>/names")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=own_evidence)
def show(evidence: Evidence) -> ResponseReturnValue:
    """One piece: each thing that could identify somebody, where it stands."""
    return _page(evidence)


@blueprint.post("/evidence/<ref:evidence_ref>/names/cover")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=own_evidence)
def cover(evidence: Evidence) -> ResponseReturnValue:
    """Cover what was found."""
    try:
        checking_service.cover(
            evidence, _key(), with_code=request.form.get("with") == "code", by=current_actor()
        )
    except DomainError as error:
        return _page(evidence, problem=error.message), error.status
    return _onward(evidence)


@blueprint.post("/evidence/<ref:evidence_ref>/names/leave")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=own_evidence)
def leave(evidence: Evidence) -> ResponseReturnValue:
    """Say why what was found stays."""
    form = StaysForm(request.form)
    if not form.validate():
        return _page(evidence, form=form, asked=_key()), 422
    try:
        checking_service.leave(
            evidence, _key(), reason=Reason(form.reason.data), said=form.said.data or "", by=current_actor()
        )
    except DomainError as error:
        form.add_error(error.message, field="said")
        return _page(evidence, form=form, asked=_key()), error.status
    return _onward(evidence)


@blueprint.post("/evidence/<ref:evidence_ref>/names/undo")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=own_evidence)
def undo(evidence: Evidence) -> ResponseReturnValue:
    """Ask again about something that was answered."""
    checking_service.reopen(evidence, _key(), by=current_actor())
    return see_other("names.show", evidence_ref=evidence.ref)


@blueprint.post("/evidence/<ref:evidence_ref>/names/nobody")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=own_evidence)
def declare(evidence: Evidence) -> ResponseReturnValue:
    """Say that nobody can be recognised in a file that cannot be read here."""
    checking_service.declare_unread(evidence, _key(), by=current_actor())
    return _onward(evidence)


@blueprint.get("/families")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def my_families(portfolio: Portfolio) -> ResponseReturnValue:
    """The codes in use, and how many pieces of evidence each is in."""
    return render("assessments/portfolio/families.html", codes=families.codes_in_use(portfolio.id))


def _key() -> str:
    return request.form.get("key", "")[:LONGEST_KEY]


def _onward(evidence: Evidence) -> ResponseReturnValue:
    """The next thing to look at; when there is none, say so."""
    left = checking_queries.check(evidence).left
    if not left:
        flash(f"Nothing is left to look at in “{evidence.title}”.")
    return see_other("names.show", evidence_ref=evidence.ref)


def _page(evidence: Evidence, *, problem: str = "", form: StaysForm | None = None, asked: str = "") -> str:
    maskable = {file.ref for file in evidence.files if file.media_type in MASKABLE}
    return render(
        "assessments/portfolio/names_of_piece.html",
        evidence=evidence,
        check=checking_queries.check(evidence),
        maskable=maskable,
        problem=problem,
        stays=form or StaysForm(formdata=None),
        asked=asked,
        press=PressForm(formdata=None),
        goes_back=evidence.sent and quarantine_queries.is_to_put_back(evidence),
    )
