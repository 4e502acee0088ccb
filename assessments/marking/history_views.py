"""All that happened to one criterion, in one page: for the practitioner, the assessor and the IQA."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from assessments.marking import assessor_queries, history, queries
from assessments.marking.forms import ReopenForm
from assessments.marking.outcomes import CriterionState
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio
from lms.core import files, previews
from lms.core.access import Reach, requires
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.core.permissions import Permission
from lms.core.web import render

blueprint = Blueprint("history", __name__)


@blueprint.get("/portfolio/criteria/<criterion>/history")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def for_learner(portfolio: Portfolio, criterion: str) -> ResponseReturnValue:
    """The practitioner's own, with what reached them."""
    return _page(portfolio, criterion, to_learner=True, files_of="history.own", within=None)


@blueprint.get("/marking/portfolios/<ref:portfolio_ref>/criteria/<criterion>/history")
@requires(Permission.MARKING_SUBMISSION_DECIDE, portfolio=assessor_queries.allocated_portfolio)
def for_assessor(portfolio: Portfolio, criterion: str) -> ResponseReturnValue:
    """The assessor's, with what assessors and the IQA said to one another."""
    return _page(portfolio, criterion, to_learner=False, files_of="marking.file", within=None)


@blueprint.get("/verification/portfolios/<ref:portfolio_ref>/criteria/<criterion>/history")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, portfolio=assessor_queries.portfolio_of_provider)
def for_iqa(portfolio: Portfolio, criterion: str, reach: Reach) -> ResponseReturnValue:
    """The IQA's, from which a criterion can be reopened."""
    return page_for_iqa(portfolio, criterion, ReopenForm(), reach)


def page_for_iqa(portfolio: Portfolio, criterion: str, form: ReopenForm, reach: Reach) -> str:
    """The IQA's page, with why a criterion is to be reopened as it was typed."""
    return _page(portfolio, criterion, to_learner=False, files_of="history.verified", within=reach, form=form)


@blueprint.get("/portfolio/sent-files/<ref:file_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, file=assessor_queries.own_sent_file)
def own(file: StoredFile) -> ResponseReturnValue:
    """A file that the practitioner has sent."""
    return files.send(file, inline=True)


@blueprint.get("/portfolio/sent-files/<ref:file_ref>/pages/<int:number>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, file=assessor_queries.own_sent_file)
def own_page(file: StoredFile, number: int) -> ResponseReturnValue:
    """The picture of a page that the practitioner has sent."""
    return previews.send_page(file, number)


@blueprint.get("/verification/sent-files/<ref:file_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, file=assessor_queries.file_of_provider)
def verified(file: StoredFile) -> ResponseReturnValue:
    """A file within a portfolio of the IQA's provider."""
    return files.send(file, inline=True)


@blueprint.get("/verification/sent-files/<ref:file_ref>/pages/<int:number>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, file=assessor_queries.file_of_provider)
def verified_page(file: StoredFile, number: int) -> ResponseReturnValue:
    """The picture of a page within a portfolio of the IQA's provider."""
    return previews.send_page(file, number)


def _page(
    portfolio: Portfolio,
    criterion: str,
    *,
    to_learner: bool,
    files_of: str,
    within: Reach | None,
    form: ReopenForm | None = None,
) -> str:
    unit = portfolios.unit_of(portfolio)
    if criterion not in unit.criteria:
        raise NotFound
    standing = queries.position(portfolio, unit).standing
    return render(
        "assessments/marking/history.html",
        portfolio=portfolio,
        unit=unit,
        criterion=unit.criteria[criterion],
        state=standing.state(criterion).value,
        rounds=history.rounds(portfolio, unit, criterion, to_learner=to_learner),
        to_learner=to_learner,
        form=form,
        reopenable=_reopenable(portfolio, criterion, standing.state(criterion), within),
        file_endpoint=files_of,
        page_endpoint="marking.file_page" if files_of == "marking.file" else f"{files_of}_page",
    )


def _reopenable(portfolio: Portfolio, criterion: str, state: CriterionState, within: Reach | None) -> Any:
    """The decision that the IQA who looks may reopen, if any."""
    if within is None or state not in {CriterionState.MET, CriterionState.AGREED}:
        return None
    decision = queries.latest_decisions(portfolio.id).get(criterion)
    if decision is None or within.person_id in {*queries.judges_of([decision]), portfolio.learner_id}:
        return None
    return decision
