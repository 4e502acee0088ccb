"""The provider administrator's page: when somebody's portfolio is due, what time was added, and adding more."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.deadlines import queries, service
from assessments.deadlines.forms import ExtensionForm
from assessments.deadlines.policy import policy_for
from assessments.portfolio.models import Portfolio
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.permissions import Permission
from lms.core.text import day
from lms.core.web import render, see_other

blueprint = Blueprint("deadlines", __name__, url_prefix="/deadlines")


@blueprint.get("/<ref:portfolio_ref>")
@requires(Permission.PORTFOLIO_EXTENSION_GIVE, portfolio=queries.get_portfolio)
def show(portfolio: Portfolio) -> ResponseReturnValue:
    """When it is due, what was added, and a form to add more."""
    return _page(portfolio, ExtensionForm(policy=policy_for(portfolio.enrolment.cohort.ends_on)))


@blueprint.post("/<ref:portfolio_ref>")
@requires(Permission.PORTFOLIO_EXTENSION_GIVE, portfolio=queries.get_portfolio)
def extend(portfolio: Portfolio) -> ResponseReturnValue:
    """Give more time."""
    form = ExtensionForm(request.form, policy=policy_for(portfolio.enrolment.cohort.ends_on))
    if not form.validate() or form.until.data is None:
        return _page(portfolio, form), 422
    try:
        extension = service.extend(
            portfolio,
            until=form.until.data,
            reason=form.reason.data or "",
            note=form.note.data or "",
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _page(portfolio, form), error.status
    flash(f"{portfolio.learner.name} has until {day(extension.until_on)}. We wrote to them.", "success")
    return see_other("deadlines.show", portfolio_ref=portfolio.ref)


def _page(portfolio: Portfolio, form: ExtensionForm) -> str:
    policy = policy_for(portfolio.enrolment.cohort.ends_on)
    return render(
        "assessments/deadlines/show.html",
        portfolio=portfolio,
        form=form,
        policy=policy,
        due_on=queries.due_on(portfolio.id),
        first_due_on=policy.due_on(portfolio.enrolment.cohort.ends_on),
        extensions=queries.extensions(portfolio.id),
    )
