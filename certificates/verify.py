"""The public check: whoever holds a certificate, on paper or on a screen, can see whether it is genuine.

No sign-in. The page repeats what is printed and says how the certificate stands; it never says more, and an unknown number
looks like a known one with the wrong last name. Nothing is kept about who looked.
"""

from __future__ import annotations

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue

from certificates import queries
from certificates.facts import facts_from
from certificates.forms import CheckForm
from certificates.models import Certificate
from certificates.serials import CODE_LENGTH
from lms.core import clock
from lms.core.access import public
from lms.core.extensions import limiter
from lms.core.forms import text_of
from lms.core.web import render, see_other

LIMIT = "20 per minute"

blueprint = Blueprint("verify", __name__)


@blueprint.get("/verify")
@public("whoever holds a certificate may check it")
def index() -> ResponseReturnValue:
    """Ask for a number and a last name."""
    return _quiet(render("certificates/verify/index.html", form=CheckForm()))


@blueprint.post("/verify")
@public("whoever holds a certificate may check it")
@limiter.limit(LIMIT)
def check() -> ResponseReturnValue:
    """Go to the certificate with that number, if the last name is the one in print."""
    form = CheckForm(request.form)
    if not form.validate():
        return _quiet(render("certificates/verify/index.html", form=form), 422)
    found = queries.find_by_number(text_of(form.number), text_of(form.last_name))
    if found is None:
        return _answer(None)
    return see_other("verify.show", code=found.code)


@blueprint.get(f"/verify/<string(length={CODE_LENGTH}):code>")
@public("whoever holds a certificate may check it")
@limiter.limit(LIMIT)
def show(code: str) -> ResponseReturnValue:
    """How the certificate with this code stands, and what is printed on it."""
    return _answer(queries.find_by_code(code))


def _answer(certificate: Certificate | None) -> ResponseReturnValue:
    if certificate is None:
        return _quiet(render("certificates/verify/unknown.html", check_form=CheckForm(formdata=None)), 404)
    page = render(
        "certificates/verify/show.html",
        facts=facts_from(certificate.facts),
        standing=queries.standing_of(certificate),
        provider_phone=certificate.enrolment.cohort.provider.phone,
        checked_at=clock.now(),
        check_form=CheckForm(formdata=None),
    )
    return _quiet(page)


def _quiet(page: str, status: int = 200) -> ResponseReturnValue:
    """Keep the page out of search engines."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
