"""Answering by a personal link: the same pages as for who is signed in, behind another door.

A link opens one questionnaire of one wave for one person, and signs nobody in. Following it writes nothing: the browser's own
cookie notes which link it was, for as long as a sign-in may lie idle, and the address loses its token at once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, flash, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assessments.questionnaires import queries, views
from assessments.questionnaires.models import PersonalLink
from lms.core import clock
from lms.core.access import current_actor, public
from lms.core.errors import NotFound
from lms.core.extensions import limiter
from lms.core.web import render, see_other

blueprint = Blueprint("answering", __name__, url_prefix="/answer")
HOLDER = "whoever holds a personal link, for the one questionnaire that it opens"
LINK, SEEN = "answering-link", "answering-seen"
"""What the person's own cookie notes: the link that they followed, and when they were last here."""

PAGES: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("", views.show),
    ("/parts/<int:number>", views.part),
    ("/parts/<int:number>", views.save_part),
    ("/parts/<int:number>/autosave", views.autosave),
    ("/review", views.review),
    ("/finish", views.finish),
    ("/thanks", views.thanks),
    ("/take-back", views.take_back),
    ("/take-back", views.withdraw),
)
POSTED = {"save_part", "autosave", "finish", "withdraw"}


def _limit() -> str:
    limit: str = current_app.config["LINK_LIMIT"]
    return limit


@blueprint.get("/<string(length=43):token>")
@public(HOLDER)
@limiter.limit(_limit)
def follow(token: str) -> ResponseReturnValue:
    """Open the questionnaire of a link, at an address without its token."""
    link = queries.find_link(token)
    if link is None:
        raise NotFound(
            "This link opens nothing any more. Look for a newer letter, or ring your training provider."
        )
    if current_user.is_authenticated and link.enrolment is not None:
        if current_actor().id == link.enrolment.user_id:
            return _without_referrer(see_other("questionnaires.show", wave_ref=link.wave.ref))
        return _without_referrer(current_app.make_response(_somebody_else(link)))
    session.pop(views.SAVED_AT, None)
    session[LINK] = link.ref
    session[SEEN] = clock.now().timestamp()
    return _without_referrer(see_other(".show", wave_ref=link.wave.ref))


def _somebody_else(link: PersonalLink) -> str:
    """For a device on which somebody else is signed in than the link is for; the page does not say who that is."""
    return render("assessments/questionnaires/link_of_another.html", wave=link.wave)


def _without_referrer(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.post("/close")
@public(HOLDER)
def leave() -> ResponseReturnValue:
    """Forget on this device which link was followed."""
    for name in (LINK, SEEN, views.SAVED_AT):
        session.pop(name, None)
    flash("The questionnaire is closed on this device. Your link opens it again.", "success")
    return see_other("questionnaires.how_kept")


def _link_followed() -> str:
    """The link that this browser followed, unless it has lain idle for longer than a sign-in may.

    Raises:
        NotFound: none, or too long ago.
    """
    idle = clock.now().timestamp() - float(session.get(SEEN, 0))
    if LINK not in session or idle > current_app.config["SESSION_IDLE"].total_seconds():
        raise NotFound(queries.NO_LINK)
    return str(session[LINK])


def _by_link(page: Callable[..., Any]) -> Callable[..., Any]:
    """A page of whoever is signed in, as one of whoever followed a link."""
    view = inspect.unwrap(page)

    @wraps(view)
    def opened(wave_ref: str, **values: Any) -> Any:
        try:
            asked = queries.get_by_link(wave_ref, _link_followed())
        except NotFound as none:
            if request.headers.get("X-Requested-With") == "fetch":
                return jsonify(error="signed-out", message=none.message), 401
            raise
        session[SEEN] = clock.now().timestamp()
        return view(wave=asked, **values)

    return public(HOLDER)(opened)


for _rule, _page in PAGES:
    blueprint.add_url_rule(
        f"/<ref:wave_ref>{_rule}",
        endpoint=_page.__name__,
        view_func=_by_link(_page),
        methods=["POST" if _page.__name__ in POSTED else "GET"],
    )
