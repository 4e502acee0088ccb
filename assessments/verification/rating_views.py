"""The pages of risk and policy: how closely each assessor is looked at and why, and by which rule samples are drawn."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.verification import policies, ratings
from assessments.verification.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.verification.forms import PolicyForm, RatingForm, policy_values
from assessments.verification.sampling import Risk
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import Organisation, User
from lms.people.queries import get_organisation, list_organisations


@blueprint.get("/assessors/")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE)
def assessors(reach: Reach) -> ResponseReturnValue:
    """Every assessor with the risk that holds."""
    today = clock.today()
    found = []
    for provider in list_organisations(within=reach):
        in_policy = policies.in_force(provider.id, today)
        people = ratings.standings(
            provider.id, ratings.assessor_ids(provider.id, today=today), in_policy=in_policy, today=today
        )
        found.append((provider, in_policy, list(people.values())))
    return render("assessments/verification/assessors.html", providers=found)


@blueprint.get("/providers/<ref:provider_ref>/assessors/<ref:assessor_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, provider=get_organisation)
def assessor(provider: Organisation, assessor_ref: str) -> ResponseReturnValue:
    """One assessor: the facts, what each adds, what was said and when."""
    return _assessor_page(provider, ratings.get_assessor(provider, assessor_ref), None)


@blueprint.post("/providers/<ref:provider_ref>/assessors/<ref:assessor_ref>")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, provider=get_organisation)
def rate_assessor(provider: Organisation, assessor_ref: str) -> ResponseReturnValue:
    """Confirm the risk, or say otherwise."""
    someone = ratings.get_assessor(provider, assessor_ref)
    form = RatingForm(request.form)
    if not form.validate():
        return _assessor_page(provider, someone, form), 422
    try:
        said = ratings.say(
            provider,
            someone,
            risk=Risk(form.risk.data),
            reason=form.reason.data or "",
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _assessor_page(provider, someone, form), error.status
    flash(f"{someone.name} is {said.risk.value}. It is kept with the facts of today.")
    return see_other("verification.assessor", provider_ref=provider.ref, assessor_ref=someone.ref)


@blueprint.get("/providers/<ref:provider_ref>/policy")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, provider=get_organisation)
def policy(provider: Organisation) -> ResponseReturnValue:
    """The policy that holds, those before it, and a form to change it."""
    return _policy_page(provider, None)


@blueprint.post("/providers/<ref:provider_ref>/policy")
@requires(Permission.VERIFICATION_SAMPLE_DECIDE, provider=get_organisation)
def change_policy(provider: Organisation) -> ResponseReturnValue:
    """Give the provider a new version of its policy."""
    form = PolicyForm(request.form)
    if not form.validate():
        return _policy_page(provider, form), 422
    try:
        policies.change(
            provider,
            form.changed(),
            holds_from=form.holds_from.data or clock.today(),
            why=form.why.data or "",
            today=clock.today(),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _policy_page(provider, form), error.status
    flash("The policy is kept. Plans drawn before it keep theirs.")
    return see_other("verification.policy", provider_ref=provider.ref)


def _assessor_page(provider: Organisation, someone: User, form: RatingForm | None) -> str:
    today = clock.today()
    in_policy = policies.in_force(provider.id, today)
    standing = ratings.standings(provider.id, [someone.id], in_policy=in_policy, today=today)[someone.id]
    return render(
        "assessments/verification/assessor.html",
        provider=provider,
        standing=standing,
        in_policy=in_policy,
        history=ratings.history(provider.id, someone.id),
        own=someone.id == current_actor().id,
        form=form or RatingForm(data={"risk": standing.now.risk.value}),
    )


def _policy_page(provider: Organisation, form: PolicyForm | None) -> str:
    today = clock.today()
    in_policy = policies.in_force(provider.id, today)
    values = {**policy_values(in_policy.policy), "holds_from": today}
    return render(
        "assessments/verification/policy.html",
        provider=provider,
        in_policy=in_policy,
        versions=policies.own_versions(provider.id),
        form=form or PolicyForm(data=values),
    )
