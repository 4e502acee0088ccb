"""Pages of the questionnaires for the practitioner who answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, request, session
from flask.typing import ResponseReturnValue

from assessments.questionnaires import forms, queries, service
from assessments.questionnaires.queries import Asked
from assessments.questionnaires.schema import Section
from lms.core import clock
from lms.core.access import Actor, Reach, current_actor, public, requires
from lms.core.errors import NotFound, Refused
from lms.core.permissions import Permission
from lms.core.text import clock_time
from lms.core.web import render, see_other

blueprint = Blueprint("questionnaires", __name__, url_prefix="/questionnaires")
OWN = Permission.QUESTIONNAIRES_RESPONSE_WRITE_OWN
SAVED_AT = "answers-saved-at"
"""Kept in the person's own cookie only: no table knows when somebody answered."""


def _by(asked: Asked) -> Actor | None:
    """Who answers: whoever is signed in; None for who came by their personal link."""
    return None if asked.by_link else current_actor()


def _section(asked: Asked, number: int) -> Section:
    if not 1 <= number <= len(asked.instrument.sections):
        raise NotFound
    return asked.instrument.sections[number - 1]


def _note_saved() -> str:
    session[SAVED_AT] = clock_time(clock.now())
    return str(session[SAVED_AT])


def _part_page(asked: Asked, number: int, *, faults: tuple[str, ...] = ()) -> str:
    answers = queries.own_answers(asked)
    return render(
        "assessments/questionnaires/part.html",
        form=forms.PartForm(),
        asked=asked,
        number=number,
        section=_section(asked, number),
        questions=forms.questions(asked.instrument, _section(asked, number), answers),
        answered=len(answers),
        saved_at=session.get(SAVED_AT) if answers else None,
        faults=faults,
    )


def _first_open_part(asked: Asked) -> int:
    answers = queries.own_answers(asked)
    return next(
        (
            number
            for number, section in enumerate(asked.instrument.sections, 1)
            if any(item.code not in answers for item in section.items)
        ),
        len(asked.instrument.sections),
    )


@blueprint.get("")
@requires(OWN)
def index(reach: Reach) -> ResponseReturnValue:
    """The person's own questionnaires."""
    waves = queries.list_own_waves(within=reach)
    return render("assessments/questionnaires/index.html", waves=waves)


@blueprint.get("/how-answers-are-kept")
@public("what confidential means here, for whoever is asked and for whoever asks")
def how_kept() -> ResponseReturnValue:
    """What confidential means here."""
    return render("assessments/questionnaires/how_kept.html")


@blueprint.get("/<ref:wave_ref>")
@requires(OWN, wave=queries.get_own_wave)
def show(wave: Asked) -> ResponseReturnValue:
    """What the questionnaire is about, and where the person stands with it."""
    standing = queries.standing_for(wave)
    return render(
        "assessments/questionnaires/show.html",
        asked=wave,
        standing=standing,
        next_part=_first_open_part(wave),
    )


@blueprint.get("/<ref:wave_ref>/parts/<int:number>")
@requires(OWN, wave=queries.get_own_wave)
def part(wave: Asked, number: int) -> ResponseReturnValue:
    """One part to answer; once the wave has closed, the answers to read."""
    _section(wave, number)
    if not queries.standing_for(wave).may_answer:
        return see_other(".show", wave_ref=wave.wave.ref)
    return _part_page(wave, number)


@blueprint.post("/<ref:wave_ref>/parts/<int:number>")
@requires(OWN, wave=queries.get_own_wave)
def save_part(wave: Asked, number: int) -> ResponseReturnValue:
    """Save a part and go where the person chose."""
    answers = forms.read_answers(_section(wave, number), request.form)
    try:
        service.save_answers(wave, answers, by=_by(wave))
    except Refused as refusal:
        return _part_page(wave, number, faults=(refusal.message,)), 422
    _note_saved()
    return _onward(wave, number, request.form.get("go", "next"))


def _onward(asked: Asked, number: int, go: str) -> ResponseReturnValue:
    ref, last = asked.wave.ref, len(asked.instrument.sections)
    if go == "later":
        flash("Your answers so far are saved. Come back when it suits you.", "success")
        return see_other(".show", wave_ref=ref)
    if go == "back" and number > 1:
        return see_other(".part", wave_ref=ref, number=number - 1)
    if go == "back":
        return see_other(".show", wave_ref=ref)
    if go == "review" or number >= last:
        return see_other(".review", wave_ref=ref)
    return see_other(".part", wave_ref=ref, number=number + 1)


@blueprint.post("/<ref:wave_ref>/parts/<int:number>/autosave")
@requires(OWN, wave=queries.get_own_wave)
def autosave(wave: Asked, number: int) -> ResponseReturnValue:
    """Save what is ticked so far, and say when."""
    answers = forms.read_answers(_section(wave, number), request.form)
    try:
        service.save_answers(wave, answers, by=_by(wave))
    except Refused as refusal:
        return jsonify(message=refusal.message), 422
    return jsonify(version=request.form.get("version", 0, type=int) + 1, saved_at=_note_saved())


@blueprint.get("/<ref:wave_ref>/review")
@requires(OWN, wave=queries.get_own_wave)
def review(wave: Asked) -> ResponseReturnValue:
    """Everything the person answered, to check, change or read."""
    answers = queries.own_answers(wave)
    parts: list[dict[str, Any]] = [
        {
            "number": number,
            "section": section,
            "questions": forms.questions(wave.instrument, section, answers),
        }
        for number, section in enumerate(wave.instrument.sections, 1)
    ]
    return render(
        "assessments/questionnaires/review.html",
        form=forms.PartForm(),
        asked=wave,
        parts=parts,
        standing=queries.standing_for(wave),
        unanswered=len(wave.instrument.items) - len(answers),
    )


@blueprint.post("/<ref:wave_ref>/finish")
@requires(OWN, wave=queries.get_own_wave)
def finish(wave: Asked) -> ResponseReturnValue:
    """The person has finished."""
    service.finish(wave, by=_by(wave))
    return see_other(".thanks", wave_ref=wave.wave.ref)


@blueprint.get("/<ref:wave_ref>/thanks")
@requires(OWN, wave=queries.get_own_wave)
def thanks(wave: Asked) -> ResponseReturnValue:
    """Thanks, and what the person can still do."""
    if queries.standing_for(wave) is not queries.Standing.FINISHED:
        return see_other(".show", wave_ref=wave.wave.ref)
    return render("assessments/questionnaires/thanks.html", asked=wave)


@blueprint.get("/<ref:wave_ref>/take-back")
@requires(OWN, wave=queries.get_own_wave)
def take_back(wave: Asked) -> ResponseReturnValue:
    """What taking one's answers back means, before it is done."""
    if queries.find_own_response(wave) is None:
        return see_other(".show", wave_ref=wave.wave.ref)
    return render("assessments/questionnaires/take_back.html", form=forms.PartForm(), asked=wave)


@blueprint.post("/<ref:wave_ref>/take-back")
@requires(OWN, wave=queries.get_own_wave)
def withdraw(wave: Asked) -> ResponseReturnValue:
    """Delete the person's own answers."""
    service.withdraw(wave, by=_by(wave))
    session.pop(SAVED_AT, None)
    flash("Your answers are deleted. Nothing of them is kept.", "success")
    return see_other(".show", wave_ref=wave.wave.ref) if wave.by_link else see_other("questionnaires.index")
