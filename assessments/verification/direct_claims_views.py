"""A provider's direct claims: how they stand, recording what the awarding body decided, and their history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, Optional

from assessments.verification import direct_claims
from assessments.verification.direct_claims_models import DirectClaimsStep
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.extensions import db
from lms.core.forms import BaseForm, choices, text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import Organisation

blueprint = Blueprint("direct_claims", __name__, url_prefix="/direct-claims")


class GrantForm(BaseForm):
    """What an awarding body granted."""

    granted_by = StringField(
        "Which awarding body granted them?",
        validators=[
            DataRequired("Say which awarding body granted them."),
            Length(max=160, message="Keep it under 160 letters."),
        ],
    )
    verifier = SelectField(
        "On which verifier do they rest?", validators=[DataRequired("Choose the verifier.")]
    )
    from_on = DateField("First day", validators=[DataRequired("Give the first day.")])
    until_on = DateField("Last day", validators=[Optional()])


_STOP_WORDS = {DirectClaimsStep.SUSPENDED: "Suspended for now", DirectClaimsStep.ENDED: "Ended"}


class StopForm(BaseForm):
    """Why direct claims stop."""

    step = RadioField(
        "What happened?",
        # what can no longer happen is answered by the service, which says why
        validate_choice=False,
        validators=[
            DataRequired("Choose what happened."),
            AnyOf([step.value for step in _STOP_WORDS], "Choose what happened."),
        ],
    )
    reason = TextAreaField(
        "Why?",
        validators=[DataRequired("Say why."), Length(max=600, message="Keep it under 600 letters.")],
    )

    def __init__(self, *args: Any, stops: Iterable[DirectClaimsStep], **kwargs: Any) -> None:
        """Offer what can happen to them now."""
        super().__init__(*args, **kwargs)
        self.step.choices = choices((step.value, _STOP_WORDS[step]) for step in stops)


def get_provider(*, within: Reach) -> Organisation:
    """The provider of the person who asks.

    Raises:
        NotFound: they have none.
    """
    provider = db.session.scalar(
        select(Organisation).where(Organisation.id.in_(within.organisation_ids)).order_by(Organisation.id)
    )
    if provider is None:
        raise NotFound
    return provider


@blueprint.get("/")
@requires(Permission.VERIFICATION_DIRECT_CLAIMS_RECORD, provider=get_provider)
def index(provider: Organisation) -> ResponseReturnValue:
    """How direct claims stand for each unit, and their history."""
    units, standing = direct_claims.units(), direct_claims.all_on_day(provider.id, clock.today())
    return render(
        "assessments/verification/direct_claims.html",
        units=[(slug, title, standing.get(slug, direct_claims.NOT_GRANTED)) for slug, title in units],
        history=direct_claims.history(provider.id),
        titles=dict(units),
    )


@blueprint.get("/<unit>")
@requires(Permission.VERIFICATION_DIRECT_CLAIMS_RECORD, provider=get_provider)
def record(provider: Organisation, unit: str) -> ResponseReturnValue:
    """Record a grant, or a stop."""
    return _record_page(provider, unit, _grant_form(provider, None), _stop_form(provider, unit, None))


@blueprint.post("/<unit>/grant")
@requires(Permission.VERIFICATION_DIRECT_CLAIMS_RECORD, provider=get_provider)
def grant(provider: Organisation, unit: str) -> ResponseReturnValue:
    """Record that direct claims were granted."""
    _title(unit)
    form = _grant_form(provider, request.form)
    if not form.validate() or form.from_on.data is None:
        return _record_page(provider, unit, form, _stop_form(provider, unit, None)), 422
    people = {person.ref: person for person in direct_claims.verifiers(provider.id, clock.today())}
    try:
        direct_claims.grant(
            provider,
            unit,
            verifier=people[form.verifier.data],
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            granted_by=text_of(form.granted_by),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _record_page(provider, unit, form, _stop_form(provider, unit, None)), error.status
    flash("The grant is recorded.")
    return see_other("direct_claims.index")


@blueprint.post("/<unit>/stop")
@requires(Permission.VERIFICATION_DIRECT_CLAIMS_RECORD, provider=get_provider)
def stop(provider: Organisation, unit: str) -> ResponseReturnValue:
    """Record that direct claims were suspended or ended."""
    _title(unit)
    form = _stop_form(provider, unit, request.form)
    if not form.validate():
        return _record_page(provider, unit, _grant_form(provider, None), form), 422
    try:
        direct_claims.stop(
            provider,
            unit,
            step=DirectClaimsStep(form.step.data),
            reason=text_of(form.reason),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _record_page(provider, unit, _grant_form(provider, None), form), error.status
    flash("It is recorded. From today a claim needs the sign-off of a visit.")
    return see_other("direct_claims.index")


def _title(unit: str) -> str:
    titles = dict(direct_claims.units())
    if unit not in titles:
        raise NotFound
    return titles[unit]


def _grant_form(provider: Organisation, given: object) -> GrantForm:
    form = GrantForm(given, data={"from_on": clock.today()})
    form.verifier.choices = choices(
        (person.ref, person.name) for person in direct_claims.verifiers(provider.id, clock.today())
    )
    return form


def _stop_form(provider: Organisation, unit: str, given: object) -> StopForm:
    return StopForm(given, stops=direct_claims.stops(provider.id, unit))


def _record_page(provider: Organisation, unit: str, grant_form: GrantForm, stop_form: StopForm) -> str:
    title = _title(unit)
    now = direct_claims.on_day(provider.id, unit, clock.today())
    return render(
        "assessments/verification/direct_claims_record.html",
        unit=unit,
        title=title,
        now=now,
        grant_form=grant_form,
        stop_form=stop_form,
        form=stop_form if stop_form.errors else grant_form,
    )
