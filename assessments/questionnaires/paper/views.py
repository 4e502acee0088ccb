"""Pages of forms on paper for a provider: print them, key them in, compare two keyings."""

from __future__ import annotations

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue

from assessments.questionnaires import translations
from assessments.questionnaires.asking import counts
from assessments.questionnaires.blueprint import IMPORT
from assessments.questionnaires.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from assessments.questionnaires.models import Wave
from assessments.questionnaires.paper import (
    comparing,
    hands,
    keyed_form,
    keying,
    printed_form,
    sheets,
    slips,
    unsettled,
)
from assessments.questionnaires.paper.form_parts import spaced
from assessments.questionnaires.paper.keyed_form import Keyed
from assessments.questionnaires.paper.models import PaperSheet
from assessments.questionnaires.paper.web_forms import KeyForm, NumberForm, PrintForm
from assessments.questionnaires.schema import BY_PRACTITIONERS
from courses.cohorts.models import Cohort
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, Refused
from lms.core.text import plural
from lms.core.web import file_answer, render, see_other

PDF = "application/pdf"


def _paper_page(wave: Wave, form: PrintForm, status: int = 200) -> ResponseReturnValue:
    return render(
        "assessments/questionnaires/paper.html",
        wave=wave,
        form=form,
        batch=request.args.get("batch", ""),
        language=request.args.get("language", ""),
        until=sheets.keyed_until(wave),
        forms=sheets.count_forms(wave),
        of_practitioners=wave.kind in BY_PRACTITIONERS,
    ), status


def _print_form(wave: Wave, *, posted: bool = False) -> PrintForm:
    form = PrintForm(request.form) if posted else PrintForm()
    form.language.choices = [
        (language.code, language.name) for language in translations.offered(sheets.instrument_of(wave))
    ]
    return form


@blueprint.get("/waves/<ref:wave_ref>/paper")
@requires(IMPORT, wave=counts.get_wave)
def paper(wave: Wave) -> ResponseReturnValue:
    """Forms of a wave on paper: to print, and to key in."""
    return _paper_page(wave, _print_form(wave))


@blueprint.post("/waves/<ref:wave_ref>/paper")
@requires(IMPORT, wave=counts.get_wave)
def print_paper(wave: Wave) -> ResponseReturnValue:
    """Give out numbers for forms."""
    form = _print_form(wave, posted=True)
    if not form.validate():
        return _paper_page(wave, form, 422)
    try:
        batch = sheets.print_sheets(
            wave, sheets=form.sheets.data or 0, keyed_twice=bool(form.twice.data), by=current_actor()
        )
    except Refused as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _paper_page(wave, form, 422)
    return see_other("questionnaires.paper", wave_ref=wave.ref, batch=batch, language=form.language.data)


@blueprint.get("/waves/<ref:wave_ref>/paper/<ref:batch>/forms.pdf")
@requires(IMPORT, wave=counts.get_wave)
def paper_forms_pdf(wave: Wave, batch: str) -> ResponseReturnValue:
    """The forms of a batch, to print."""
    return _forms(wave, sheets.list_numbers(wave, batch))


@blueprint.get("/waves/<ref:wave_ref>/paper/specimen.pdf")
@requires(IMPORT, wave=counts.get_wave)
def specimen_pdf(wave: Wave) -> ResponseReturnValue:
    """A form without a number, to look at."""
    return _forms(wave, [""])


def _forms(wave: Wave, numbers: list[str]) -> ResponseReturnValue:
    provider = wave.cohort.provider.name
    home = current_app.config["PUBLIC_URL"].rstrip("/")
    facts = printed_form.Facts(
        words=translations.spoken(sheets.instrument_of(wave), request.args.get("language")),
        cohort=wave.cohort.name,
        provider=provider,
        give_to=f"When you have finished, put the form into an envelope, close it, and give or send it to {provider}.",
        code_asked=printed_form.code_asked(wave.kind.answered_by),
        home=f"{home}{url_for('questionnaires.keying_start')}?number=",
        made_at=clock.now(),
    )
    return file_answer(
        printed_form.document(facts, numbers), name=f"questionnaire-{wave.kind.value}.pdf", media_type=PDF
    )


@blueprint.post("/cohorts/<ref:cohort_ref>/paper-codes.pdf")
@requires(IMPORT, cohort=counts.get_cohort)
def paper_codes_pdf(cohort: Cohort) -> ResponseReturnValue:
    """The personal codes of a cohort as slips. Whoever takes them keys none of its forms."""
    codes = hands.list_codes(cohort, by=current_actor())
    made = slips.document(cohort.name, cohort.provider.name, codes, made_at=clock.now())
    return file_answer(made, name="personal-codes.pdf", media_type=PDF)


def _start_page(reach: Reach, form: NumberForm, status: int = 200) -> ResponseReturnValue:
    me = current_actor()
    last = keying.find_last(me)
    return render(
        "assessments/questionnaires/keying.html",
        form=form,
        today=keying.count_today(me),
        last=last,
        may_finish=last is not None and keying.is_ready(last.sheet),
        waiting=unsettled.list_waiting(within=reach, by=me),
    ), status


@blueprint.get("/keying")
@requires(IMPORT)
def keying_start(reach: Reach) -> ResponseReturnValue:
    """Where keying begins, form after form: the number of the next, typed or from the square code on a form."""
    if "number" not in request.args:
        return _start_page(reach, NumberForm())
    form = NumberForm(request.args)
    try:
        sheet = sheets.find_sheet(form.number.data or "", within=reach)
        keying.refuse_keying(sheet, by=current_actor())
    except DomainError as refusal:
        form.add_error(refusal.message, field="number")
        return _start_page(reach, form, refusal.status)
    return see_other("questionnaires.key_form", sheet_ref=sheet.ref)


def _key_page(sheet: PaperSheet, form: KeyForm, keyed: Keyed, status: int = 200) -> ResponseReturnValue:
    return render(
        "assessments/questionnaires/key_form.html",
        sheet=sheet,
        number=spaced(sheet.number),
        form=form,
        keyed=keyed,
        parts=keyed.parts,
        of_practitioners=sheet.wave.kind in BY_PRACTITIONERS,
    ), status


@blueprint.get("/keying/<ref:sheet_ref>")
@requires(IMPORT, sheet=sheets.get_sheet)
def key_form(sheet: PaperSheet) -> ResponseReturnValue:
    """One form to key, whole on one page."""
    keying.refuse_keying(sheet, by=current_actor())
    return _key_page(sheet, KeyForm(), keyed_form.read(sheets.instrument_of(sheet.wave), {}))


@blueprint.post("/keying/<ref:sheet_ref>")
@requires(IMPORT, sheet=sheets.get_sheet)
def keep_keyed(sheet: PaperSheet) -> ResponseReturnValue:
    """Keep what was keyed, and on to the next form."""
    form = KeyForm(request.form)
    keyed = keyed_form.read(sheets.instrument_of(sheet.wave), request.form)
    if request.form.get("go") != "save" or keyed.faults:
        return _key_page(sheet, form, keyed, 422)
    try:
        keying.key(sheet, code=form.code.data or "", answers=keyed.answers, by=current_actor())
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _key_page(sheet, form, keyed, refusal.status)
    flash(f"Form {spaced(sheet.number)} is keyed.", "success")
    return see_other("questionnaires.keying_start")


@blueprint.post("/keying/undo")
@requires(IMPORT)
def undo_keyed() -> ResponseReturnValue:
    """Throw away the last form."""
    number = keying.undo_last(by=current_actor())
    flash(f"Form {spaced(number)} is undone. It can be keyed again.", "success")
    return see_other("questionnaires.keying_start")


@blueprint.post("/keying/finish")
@requires(IMPORT)
def finish_keying() -> ResponseReturnValue:
    """Take in what is ready."""
    taken = keying.finish_keying(by=current_actor())
    flash(f"{plural(taken, 'form')} taken in.", "success")
    return see_other("questionnaires.keying_start")


def _settle_page(sheet: PaperSheet, form: KeyForm, keyed: Keyed, status: int = 200) -> ResponseReturnValue:
    return render(
        "assessments/questionnaires/settle_form.html",
        sheet=sheet,
        number=spaced(sheet.number),
        form=form,
        keyed=keyed,
        mismatches=comparing.mismatches(sheet),
    ), status


@blueprint.get("/keying/<ref:sheet_ref>/settle")
@requires(IMPORT, sheet=sheets.get_sheet)
def settle_form(sheet: PaperSheet) -> ResponseReturnValue:
    """Where the two keyings of a form differ."""
    return _settle_page(sheet, KeyForm(), keyed_form.read(sheets.instrument_of(sheet.wave), {}))


@blueprint.post("/keying/<ref:sheet_ref>/settle")
@requires(IMPORT, sheet=sheets.get_sheet)
def keep_settled(sheet: PaperSheet) -> ResponseReturnValue:
    """Keep what the form says where two keyings differ."""
    form = KeyForm(request.form)
    keyed = keyed_form.read(sheets.instrument_of(sheet.wave), request.form)
    if keyed.faults:
        return _settle_page(sheet, form, keyed, 422)
    chosen = {code: keyed.answers.get(code) for code in keyed.sent}
    try:
        comparing.settle(
            sheet, code=form.code.data if "code" in request.form else None, chosen=chosen, by=current_actor()
        )
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _settle_page(sheet, form, keyed, refusal.status)
    flash(f"Form {spaced(sheet.number)} is settled and taken in.", "success")
    return see_other("questionnaires.keying_start")
