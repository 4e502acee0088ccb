"""Cards for families, to print: they are handed out by whoever visits."""

from __future__ import annotations

from flask import current_app, request
from flask.typing import ResponseReturnValue

from assessments.questionnaires.asking import counts, families, wave_forms
from assessments.questionnaires.asking.wave_views import people_page
from assessments.questionnaires.blueprint import OPEN
from assessments.questionnaires.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from assessments.questionnaires.models import Wave
from assessments.questionnaires.paper import family_cards
from lms.core import clock
from lms.core.access import current_actor, requires
from lms.core.errors import NotFound
from lms.core.web import file_answer


@blueprint.post("/waves/<ref:wave_ref>/family-cards.pdf")
@requires(OPEN, wave=counts.get_wave)
def family_cards_pdf(wave: Wave) -> ResponseReturnValue:
    """New cards for families, to print and hand out."""
    if wave.kind not in families.BY_PARENTS:
        raise NotFound
    form = wave_forms.CardsForm(request.form)
    if not form.validate():
        return people_page(wave, wave_forms.PeopleForm(), form), 422
    cards = families.print_cards(wave.cohort, cards=form.cards.data or 0, by=current_actor())
    home = current_app.config["PUBLIC_URL"].rstrip("/")
    printed = [(f"{home}{card.path}", card.code) for card in cards]
    made = family_cards.document(wave.cohort.provider.name, printed, made_at=clock.now())
    return file_answer(made, name="family-cards.pdf", media_type="application/pdf")
