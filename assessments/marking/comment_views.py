"""The pages of the comments that assessors use again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assessments.marking import assessors, comment_bank
from assessments.marking.forms import CommentForm
from assessments.marking.models import Allocation
from assessments.marking.note_models import BankComment
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio
from assessments.portfolio.unit_schema import criterion_order
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.core.forms import tidy
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import Organisation
from lms.people.queries import get_organisation, list_organisations

blueprint = Blueprint("comments", __name__, url_prefix="/marking/comments")


@blueprint.get("")
@requires(Permission.MARKING_SUBMISSION_DECIDE)
def index(reach: Reach) -> ResponseReturnValue:
    """Everything that the assessor may use."""
    return _page(reach, CommentForm(criteria=_criteria(reach)), {})


@blueprint.post("/of/<ref:provider_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, provider=get_organisation)
def add(provider: Organisation, reach: Reach) -> ResponseReturnValue:
    """Keep a comment."""
    form = CommentForm(request.form, criteria=_criteria(reach))
    if not form.validate():
        return _page(reach, form, {}), 422
    try:
        comment = comment_bank.add_comment(
            provider.id,
            form.text.data or "",
            criterion=form.criterion.data or "",
            is_shared=bool(form.shared.data),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _page(reach, form, {}), error.status
    return see_other("comments.index", _anchor=f"comment-{comment.ref}")


@blueprint.post("/<ref:comment_ref>")
@requires(Permission.MARKING_SUBMISSION_DECIDE, comment=comment_bank.get_comment)
def change(comment: BankComment, reach: Reach) -> ResponseReturnValue:
    """Put other words into a comment, or take it out."""
    words = str(tidy(request.form.get("text", "")))
    try:
        if "remove" in request.form:
            comment_bank.remove_comment(comment, by=current_actor())
            flash("Taken out of the comments.")
            return see_other("comments.index")
        version = request.form.get("version", type=int) or 0
        comment_bank.change_comment(comment, words, version=version, by=current_actor())
    except DomainError as error:
        form = CommentForm(criteria=_criteria(reach))
        page = _page(reach, form, {comment.ref: error.message}, typed={comment.ref: words})
        return page, error.status
    return see_other("comments.index", _anchor=f"comment-{comment.ref}")


def _criteria(reach: Reach) -> list[tuple[str, str]]:
    """The criteria of the units of the assessor's portfolios."""
    versions = db.session.scalars(
        select(Portfolio.unit_version_id)
        .join(Allocation, Allocation.portfolio_id == Portfolio.id)
        .where(Allocation.assessor_id == reach.person_id)
        .distinct()
    )
    named: dict[str, str] = {}
    for version in versions:
        for ref, one in portfolios.unit_of_version(version).criteria.items():
            named.setdefault(ref, f"{ref} {one.plain}")
    return sorted(named.items(), key=lambda pair: criterion_order(pair[0]))


def _page(
    reach: Reach,
    form: CommentForm,
    error: Mapping[str, str],
    *,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> str:
    providers = list_organisations(within=reach)
    banks = [
        (
            provider,
            comment_bank.comments_for(reach.person_id, provider.id),
            not assessors.standing_of(reach.person_id, provider.id).in_training,
        )
        for provider in providers
    ]
    return render("assessments/marking/comments.html", banks=banks, form=form, error=error, typed=typed)
