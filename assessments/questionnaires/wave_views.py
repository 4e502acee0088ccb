"""Pages of one wave for the provider who asks: its days, reminders, and people who are asked without an account."""

from __future__ import annotations

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue

from assessments.questionnaires import (
    families,
    family_cards,
    inviting,
    laying_out,
    provider_queries,
    reminders,
    service,
    wave_forms,
)
from assessments.questionnaires.models import Wave
from assessments.questionnaires.provider_views import blueprint as blueprint  # noqa: PLC0414 (the room has one; importing this module adds these routes to it)
from courses.cohorts.models import Cohort
from lms.core import clock
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError, NotFound, Refused
from lms.core.permissions import Permission
from lms.core.text import day, plural
from lms.core.web import file_answer, render, see_other

OPEN = Permission.QUESTIONNAIRES_WAVE_OPEN


def _to_cohort(wave: Wave) -> ResponseReturnValue:
    return see_other("questionnaires.cohort", cohort_ref=wave.cohort.ref)


def _days_page(wave: Wave, form: wave_forms.DaysForm) -> str:
    return render("assessments/questionnaires/wave_days.html", wave=wave, form=form)


@blueprint.post("/cohorts/<ref:cohort_ref>/ask/<string:kind>")
@requires(OPEN, cohort=provider_queries.get_cohort)
def ask_on_request(cohort: Cohort, kind: str) -> ResponseReturnValue:
    """Lay out a questionnaire that is not laid out by itself, such as the one for a focus group."""
    wanted = {
        each.value: each
        for each, _ in provider_queries.list_on_request(provider_queries.list_wave_counts(cohort))
    }
    if kind not in wanted:
        raise NotFound
    wave = service.open_waves(cohort, by=current_actor(), kinds=[wanted[kind]])[wanted[kind]]
    flash(
        f"“{wave.instrument_version.title}” can be answered from {day(wave.opens_on)}. Say whom to ask.",
        "success",
    )
    return see_other("questionnaires.cohort", cohort_ref=cohort.ref)


@blueprint.get("/waves/<ref:wave_ref>/days")
@requires(OPEN, wave=provider_queries.get_wave)
def wave_days(wave: Wave) -> ResponseReturnValue:
    """The first and the last day of a wave, to change."""
    form = wave_forms.DaysForm()
    form.fill(wave)
    return _days_page(wave, form)


@blueprint.post("/waves/<ref:wave_ref>/days")
@requires(OPEN, wave=provider_queries.get_wave)
def move_wave(wave: Wave) -> ResponseReturnValue:
    """Give a wave other days."""
    form = wave_forms.DaysForm(request.form)
    if not form.validate():
        return _days_page(wave, form), 422
    try:
        laying_out.move(wave, form.days(), by=current_actor())
    except Refused as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _days_page(wave, form), 422
    flash(
        f"“{wave.instrument_version.title}” has its new days. They no longer follow the sessions.", "success"
    )
    return _to_cohort(wave)


@blueprint.post("/waves/<ref:wave_ref>/remind")
@requires(OPEN, wave=provider_queries.get_wave)
def remind(wave: Wave) -> ResponseReturnValue:
    """Remind those who have not answered."""
    told = reminders.send_now(wave, by=current_actor())
    flash(f"A reminder goes to {plural(told, 'person', 'people')} who have not answered.", "success")
    return _to_cohort(wave)


def _people_page(wave: Wave, form: wave_forms.PeopleForm, cards: wave_forms.CardsForm | None = None) -> str:
    if wave.kind in families.BY_PARENTS:
        cards = cards or wave_forms.CardsForm()
    return render("assessments/questionnaires/wave_people.html", wave=wave, form=form, cards=cards)


@blueprint.get("/waves/<ref:wave_ref>/people")
@requires(OPEN, wave=provider_queries.get_wave)
def wave_people(wave: Wave) -> ResponseReturnValue:
    """Whom to ask who has no place in the cohort."""
    return _people_page(wave, wave_forms.PeopleForm())


@blueprint.post("/waves/<ref:wave_ref>/people")
@requires(OPEN, wave=provider_queries.get_wave)
def ask_people(wave: Wave) -> ResponseReturnValue:
    """Ask people who have no place in the cohort, each by a personal link."""
    form = wave_forms.PeopleForm(request.form)
    if not form.validate():
        return _people_page(wave, form), 422
    try:
        new = inviting.ask_outside(wave, form.asked(), by=current_actor())
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _people_page(wave, form), refusal.status
    flash(f"{plural(new, 'person is', 'people are')} asked.", "success")
    return _to_cohort(wave)


@blueprint.post("/waves/<ref:wave_ref>/family-cards.pdf")
@requires(OPEN, wave=provider_queries.get_wave)
def family_cards_pdf(wave: Wave) -> ResponseReturnValue:
    """New cards for families, to print and hand out."""
    if wave.kind not in families.BY_PARENTS:
        raise NotFound
    form = wave_forms.CardsForm(request.form)
    if not form.validate():
        return _people_page(wave, wave_forms.PeopleForm(), form), 422
    cards = families.print_cards(wave.cohort, cards=form.cards.data or 0, by=current_actor())
    home = current_app.config["PUBLIC_URL"].rstrip("/")
    printed = [(f"{home}{card.path}", card.code) for card in cards]
    made = family_cards.document(wave.cohort.provider.name, printed, made_at=clock.now())
    return file_answer(made, name="family-cards.pdf", media_type="application/pdf")
