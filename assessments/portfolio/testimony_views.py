"""What a witness sees: one page that a mailed link opens, without an account, and nothing else.

Following the link writes nothing: the browser's own cookie notes which link it was, for as long as a sign-in may lie idle,
and the address loses its token at once, so that it stands in no history, log or referrer of the pages after it.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assessments.identifying.findings import Finding
from assessments.portfolio import witness_queries, witnesses
from assessments.portfolio.models import Portfolio
from assessments.portfolio.service import Identifies
from assessments.portfolio.witness_forms import WitnessForm
from assessments.portfolio.witness_models import WitnessRequest
from lms.core import clock
from lms.core.access import current_actor, public
from lms.core.errors import DomainError, Forbidden, NotFound
from lms.core.extensions import db, limiter
from lms.core.forms import BaseForm
from lms.core.web import render, see_other

blueprint = Blueprint("testimony", __name__, url_prefix="/witness")
HOLDER = "whoever holds the link that was mailed to a witness, for the one page that it opens"
LINK, SENDING, SEEN = "witness-link", "witness-sending", "witness-seen"
"""What the witness's own cookie notes: the request and sending whose link they followed, and when they were last here."""
GIVEN = -1
"""What stands for the sending once the witness has written, so that a second press is thanked too."""
YOURSELF = "This link is for your witness. Sign out, or let them open it on their own phone."


def _limit() -> str:
    limit: str = current_app.config["WITNESS_LIMIT"]
    return limit


@blueprint.get("/<string(length=43):token>")
@public(HOLDER)
@limiter.limit(_limit)
def follow(token: str) -> ResponseReturnValue:
    """Go on from a link to the same page at an address without its token."""
    asked = witness_queries.find_by_token(token)
    if asked is None:
        raise NotFound(witness_queries.NO_LINK)
    session[LINK], session[SENDING] = asked.ref, asked.sendings
    session[SEEN] = clock.now().timestamp()
    return _without_referrer(see_other("testimony.index"))


@blueprint.get("/")
@public(HOLDER)
def index() -> ResponseReturnValue:
    """Who asks, for what, and what happens with it."""
    asked, portfolio = _asked()
    return _page("witness_asked.html", asked, portfolio, press=BaseForm(), days=witnesses.LASTS.days)


@blueprint.post("/start")
@public(HOLDER)
@limiter.limit(_limit)
def start() -> ResponseReturnValue:
    """Begin: from now on the practitioner sees that the letter was opened."""
    asked, _ = _asked()
    witnesses.note_opened(asked)
    return see_other("testimony.write")


@blueprint.get("/statement")
@public(HOLDER)
def write() -> ResponseReturnValue:
    """The page to write on."""
    asked, portfolio = _asked()
    return _form_page(WitnessForm(data={"name": asked.name, "is_expert": "no"}), asked, portfolio)


@blueprint.post("/statement")
@public(HOLDER)
@limiter.limit(_limit)
def give() -> ResponseReturnValue:
    """Keep what was said. It cannot be changed afterwards, by anybody."""
    if session.get(LINK) is None and session.get(SENDING) == GIVEN:
        return see_other("testimony.thanks")
    asked, portfolio = _asked()
    form = WitnessForm(request.form)
    if not form.validate():
        return _form_page(form, asked, portfolio), 422
    try:
        witnesses.give(asked, form.said())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        findings = error.findings if isinstance(error, Identifies) else ()
        return _form_page(form, asked, portfolio, findings), error.status
    session.pop(LINK)
    session[SENDING] = GIVEN
    return see_other("testimony.thanks")


@blueprint.get("/thanks")
@public("after a witness has written; it says nothing of what")
def thanks() -> ResponseReturnValue:
    """Thank the witness."""
    return _without_referrer(current_app.make_response(render("assessments/portfolio/witness_thanks.html")))


def _asked() -> tuple[WitnessRequest, Portfolio]:
    """The request that this browser holds the link of, and the portfolio it is for.

    Raises:
        NotFound: it followed none, or too long ago, or the link opens nothing any more.
        Forbidden: it is the practitioner's own browser.
    """
    idle = clock.now().timestamp() - float(session.get(SEEN, 0))
    if idle > current_app.config["SESSION_IDLE"].total_seconds():
        raise NotFound(witness_queries.NO_LINK)
    asked = witness_queries.get_followed(session.get(LINK), session.get(SENDING, 0))
    portfolio = db.session.get_one(Portfolio, asked.portfolio_id)
    if current_user.is_authenticated and current_actor().id == portfolio.learner_id:
        raise Forbidden(YOURSELF)
    session[SEEN] = clock.now().timestamp()
    return asked, portfolio


def _form_page(
    form: WitnessForm, asked: WitnessRequest, portfolio: Portfolio, findings: Sequence[Finding] = ()
) -> Response:
    return _page("witness_form.html", asked, portfolio, form=form, findings=findings)


def _page(template: str, asked: WitnessRequest, portfolio: Portfolio, **context: object) -> Response:
    page = render(
        f"assessments/portfolio/{template}",
        asked=asked,
        learner=portfolio.learner.name,
        provider=portfolio.enrolment.cohort.provider,
        **context,
    )
    return _without_referrer(current_app.make_response(page))


def _without_referrer(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
