"""Answering by a personal link: the same pages as for who is signed in, behind another door.

A link opens one questionnaire of one wave for one person, and signs nobody in. Following it writes nothing: the browser's own
cookie notes which link it was, for as long as a sign-in may lie idle, and the address loses its token at once.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, jsonify, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assessments.questionnaires import answering, families, queries
from assessments.questionnaires.answering import LANGUAGE, SAVED_AT, Answering
from assessments.questionnaires.answering import SEEN as WORDS_SEEN
from assessments.questionnaires.models import PersonalLink
from lms.core import clock
from lms.core.access import current_actor, public
from lms.core.errors import NotFound
from lms.core.extensions import limiter
from lms.core.web import render, see_other

blueprint = Blueprint("answering", __name__, url_prefix="/answer")
NO_CARD = "This page opens with the square on your card. Point your phone's camera at it again."
HOLDER = "whoever holds a personal link, for the one questionnaire that it opens"
LINK, CARD, SEEN = "answering-link", "answering-card", "answering-seen"
"""What the person's own cookie notes: the personal link or family's card that they followed, and when they were last here."""


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
        card = families.find_link(token)
        if card is not None:
            return _note(CARD, card.ref, see_other(".family"))
        raise NotFound(
            "This link opens nothing any more. Look for a newer letter, or ring your training provider."
        )
    if current_user.is_authenticated and link.enrolment is not None:
        if current_actor().id == link.enrolment.user_id:
            return _without_referrer(see_other("questionnaires.show", wave_ref=link.wave.ref))
        return _without_referrer(current_app.make_response(_somebody_else(link)))
    return _note(LINK, link.ref, see_other(".show", wave_ref=link.wave.ref))


def _note(name: str, ref: str, onward: Response) -> Response:
    """Note which link was followed, and nothing of whoever answered here before."""
    _forget()
    session[name] = ref
    session[SEEN] = clock.now().timestamp()
    return _without_referrer(onward)


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
    _forget()
    flash("The questionnaire is closed on this device. Your link opens it again.", "success")
    return see_other("questionnaires.how_kept")


def _forget() -> None:
    """Nothing in the cookie is left of whoever answered here before."""
    for name in (LINK, CARD, SEEN, SAVED_AT, WORDS_SEEN, LANGUAGE):
        session.pop(name, None)


def _followed(name: str) -> str | None:
    """The link (or card) that this browser followed, unless it has lain idle for longer than a sign-in may."""
    idle = clock.now().timestamp() - float(session.get(SEEN, 0))
    return None if idle > current_app.config["SESSION_IDLE"].total_seconds() else session.get(name)


def _at(wave_ref: str) -> Answering:
    """Whoever holds the link that this browser followed, at the questionnaire that it opens.

    Raises:
        NotFound: none was followed, or too long ago; or it opens another one, or none any more.
    """
    link, card = _followed(LINK), _followed(CARD)
    if link is not None:
        asked = queries.get_by_link(wave_ref, link)
    elif card is not None:
        asked = families.get_wave(wave_ref, link_ref=card)
    else:
        raise NotFound(queries.NO_LINK)
    session[SEEN] = clock.now().timestamp()
    return Answering(
        asked,
        None,
        "answering.{}",
        {"wave_ref": wave_ref},
        is_signed_in=False,
        list_page="" if card is None else "answering.family",
    )


@blueprint.get("/family")
@public("whoever holds a family's card, for the questionnaires for parents that it opens")
def family() -> ResponseReturnValue:
    """What a family with a card can answer, now or later."""
    card = _followed(CARD)
    if card is None:
        raise NotFound(NO_CARD)
    session[SEEN] = clock.now().timestamp()
    link = families.get_link(card)
    return render(
        "assessments/questionnaires/family.html", cohort=link.cohort, waves=families.list_waves(link)
    )


@blueprint.get("/<ref:wave_ref>")
@public(HOLDER)
def show(wave_ref: str) -> ResponseReturnValue:
    """What the questionnaire is about, and where the person stands with it."""
    return answering.show(_at(wave_ref))


@blueprint.get("/<ref:wave_ref>/parts/<int:number>")
@public(HOLDER)
def part(wave_ref: str, number: int) -> ResponseReturnValue:
    """One part to answer."""
    return answering.part(_at(wave_ref), number)


@blueprint.post("/<ref:wave_ref>/parts/<int:number>")
@public(HOLDER)
def save_part(wave_ref: str, number: int) -> ResponseReturnValue:
    """Save a part and go where the person chose."""
    return answering.save_part(_at(wave_ref), number)


@blueprint.post("/<ref:wave_ref>/parts/<int:number>/autosave")
@public(HOLDER)
def autosave(wave_ref: str, number: int) -> ResponseReturnValue:
    """Save what is there so far, and say when; 401 in the script's own words when the link has run out."""
    try:
        at = _at(wave_ref)
    except NotFound as none:
        return jsonify(error="signed-out", message=none.message), 401
    return answering.autosave(at, number)


@blueprint.get("/<ref:wave_ref>/review")
@public(HOLDER)
def review(wave_ref: str) -> ResponseReturnValue:
    """Everything the person answered, to check, change or read."""
    return answering.review(_at(wave_ref))


@blueprint.post("/<ref:wave_ref>/finish")
@public(HOLDER)
def finish(wave_ref: str) -> ResponseReturnValue:
    """The person has finished."""
    return answering.finish(_at(wave_ref))


@blueprint.get("/<ref:wave_ref>/thanks")
@public(HOLDER)
def thanks(wave_ref: str) -> ResponseReturnValue:
    """Thanks, and what the person can still do."""
    return answering.thanks(_at(wave_ref))


@blueprint.get("/<ref:wave_ref>/take-back")
@public(HOLDER)
def take_back(wave_ref: str) -> ResponseReturnValue:
    """What taking one's answers back means, before it is done."""
    return answering.take_back(_at(wave_ref))


@blueprint.post("/<ref:wave_ref>/take-back")
@public(HOLDER)
def withdraw(wave_ref: str) -> ResponseReturnValue:
    """Delete the person's own answers."""
    return answering.withdraw(_at(wave_ref))
