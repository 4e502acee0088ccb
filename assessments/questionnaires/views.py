"""Pages of the questionnaires for the practitioner who answers, signed in."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from assessments.questionnaires import answering, own_waves, personal_codes, queries
from assessments.questionnaires.answering import Answering
from assessments.questionnaires.blueprint import OWN
from assessments.questionnaires.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from assessments.questionnaires.respondents import Asked
from lms.core.access import Reach, current_actor, public, requires
from lms.core.web import render


def _at(asked: Asked) -> Answering:
    return Answering(asked, current_actor(), "questionnaires.{}", {"wave_ref": asked.wave.ref})


@blueprint.get("")
@requires(OWN)
def index(reach: Reach) -> ResponseReturnValue:
    """The person's own questionnaires."""
    waves = own_waves.list_own_waves(within=reach)
    codes = personal_codes.own_codes(within=reach)
    return render("assessments/questionnaires/index.html", waves=waves, codes=codes)


@blueprint.get("/how-answers-are-kept")
@public("what confidential means here, for whoever is asked and for whoever asks")
def how_kept() -> ResponseReturnValue:
    """What confidential means here."""
    return render("assessments/questionnaires/how_kept.html")


@blueprint.get("/<ref:wave_ref>")
@requires(OWN, wave=queries.get_own_wave)
def show(wave: Asked) -> ResponseReturnValue:
    """What the questionnaire is about, and where the person stands with it."""
    return answering.show(_at(wave))


@blueprint.get("/<ref:wave_ref>/parts/<int:number>")
@requires(OWN, wave=queries.get_own_wave)
def part(wave: Asked, number: int) -> ResponseReturnValue:
    """One part to answer."""
    return answering.part(_at(wave), number)


@blueprint.post("/<ref:wave_ref>/parts/<int:number>")
@requires(OWN, wave=queries.get_own_wave)
def save_part(wave: Asked, number: int) -> ResponseReturnValue:
    """Save a part and go where the person chose."""
    return answering.save_part(_at(wave), number)


@blueprint.post("/<ref:wave_ref>/parts/<int:number>/autosave")
@requires(OWN, wave=queries.get_own_wave)
def autosave(wave: Asked, number: int) -> ResponseReturnValue:
    """Save what is there so far, and say when."""
    return answering.autosave(_at(wave), number)


@blueprint.get("/<ref:wave_ref>/review")
@requires(OWN, wave=queries.get_own_wave)
def review(wave: Asked) -> ResponseReturnValue:
    """Everything the person answered, to check, change or read."""
    return answering.review(_at(wave))


@blueprint.post("/<ref:wave_ref>/finish")
@requires(OWN, wave=queries.get_own_wave)
def finish(wave: Asked) -> ResponseReturnValue:
    """The person has finished."""
    return answering.finish(_at(wave))


@blueprint.get("/<ref:wave_ref>/thanks")
@requires(OWN, wave=queries.get_own_wave)
def thanks(wave: Asked) -> ResponseReturnValue:
    """Thanks, and what the person can still do."""
    return answering.thanks(_at(wave))


@blueprint.get("/<ref:wave_ref>/take-back")
@requires(OWN, wave=queries.get_own_wave)
def take_back(wave: Asked) -> ResponseReturnValue:
    """What taking one's answers back means, before it is done."""
    return answering.take_back(_at(wave))


@blueprint.post("/<ref:wave_ref>/take-back")
@requires(OWN, wave=queries.get_own_wave)
def withdraw(wave: Asked) -> ResponseReturnValue:
    """Delete the person's own answers."""
    return answering.withdraw(_at(wave))
