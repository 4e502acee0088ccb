"""Pages for the provider who has answers in a file: sent, checked, taken in or let go."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from assessments.questionnaires import forms, import_queries, importing
from assessments.questionnaires.blueprint import IMPORT
from assessments.questionnaires.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from assessments.questionnaires.models import ResponseImport
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.spreadsheets import Fault
from lms.core.web import render, see_other


def _file_form(reach: Reach, sent: CombinedMultiDict[str, Any] | None = None) -> forms.ResponsesFileForm:
    form = forms.ResponsesFileForm(sent)
    form.provider.choices = forms.provider_choices(import_queries.list_providers(within=reach))
    return form


def _imports_page(
    form: forms.ResponsesFileForm, reach: Reach, faults: tuple[Fault, ...] = (), notes: tuple[str, ...] = ()
) -> str:
    return render(
        "assessments/questionnaires/imports.html",
        form=form,
        faults=faults,
        notes=notes,
        taken=import_queries.list_imports(within=reach),
    )


@blueprint.get("/imports")
@requires(IMPORT)
def imports(reach: Reach) -> ResponseReturnValue:
    """Files of answers: one to send, and those taken in."""
    return _imports_page(_file_form(reach), reach)


@blueprint.post("/imports")
@requires(IMPORT)
def offer_import(reach: Reach) -> ResponseReturnValue:
    """Check a file; show its faults, or go on to what would be taken in."""
    form = _file_form(reach, CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _imports_page(form, reach), 422
    upload = form.file.data
    try:
        offer = importing.offer_import(
            upload.read(),
            name=upload.filename or "",
            provider=import_queries.get_provider(form.provider.data, within=reach),
            by=current_actor(),
        )
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _imports_page(form, reach), refusal.status
    if offer.offered is None:
        return _imports_page(form, reach, offer.faults, offer.notes), 422
    return see_other("questionnaires.show_import", offered_ref=offer.offered.ref)


@blueprint.get("/imports/<ref:offered_ref>")
@requires(IMPORT, offered=import_queries.get_import)
def show_import(offered: ResponseImport) -> ResponseReturnValue:
    """What a file would add, or has added."""
    return render("assessments/questionnaires/import.html", form=forms.PartForm(), offered=offered)


@blueprint.post("/imports/<ref:offered_ref>/confirm")
@requires(IMPORT, offered=import_queries.get_import)
def confirm_import(offered: ResponseImport) -> ResponseReturnValue:
    """Take a file in, whole."""
    importing.confirm_import(offered, by=current_actor())
    return see_other("questionnaires.show_import", offered_ref=offered.ref)


@blueprint.post("/imports/<ref:offered_ref>/discard")
@requires(IMPORT, offered=import_queries.get_import)
def discard_import(offered: ResponseImport) -> ResponseReturnValue:
    """Let a file go."""
    importing.discard_import(offered, by=current_actor())
    flash("The file was not taken in. Nothing of it is kept.", "success")
    return see_other("questionnaires.imports")
