"""The practitioner's evidence: write it, send a photo or file, change it, take it back, look at it."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from assessments.portfolio import queries, service
from assessments.portfolio.forms import EvidenceForm, FileForm, MappingForm, WriteForm, values_of
from assessments.portfolio.models import Evidence, Portfolio
from assessments.portfolio.service import Identifies, Upload
from assessments.portfolio.unit_schema import EvidenceKind, Unit
from lms.core import files
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.files import Purpose, StoredFile
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("evidence", __name__, url_prefix="/portfolio")
PAGE = "assessments/portfolio/evidence_form.html"


@blueprint.get("/write")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def write(portfolio: Portfolio) -> ResponseReturnValue:
    """A page to write evidence on."""
    unit = queries.unit_of(portfolio)
    form = WriteForm(
        unit=unit, data={"criteria": _asked_for(unit), "kind": EvidenceKind.REFLECTIVE_ACCOUNT.value}
    )
    return _page(form, unit)


@blueprint.post("/write")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def add_written(portfolio: Portfolio) -> ResponseReturnValue:
    """Add evidence that was written here."""
    unit = queries.unit_of(portfolio)
    form = WriteForm(request.form, unit=unit)
    return _add(form, portfolio, unit)


@blueprint.get("/upload")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def upload(portfolio: Portfolio) -> ResponseReturnValue:
    """A page to send a photo or a file on."""
    unit = queries.unit_of(portfolio)
    form = FileForm(unit=unit, data={"criteria": _asked_for(unit), "kind": EvidenceKind.WORK_PRODUCT.value})
    return _page(form, unit)


@blueprint.post("/upload")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def add_file(portfolio: Portfolio) -> ResponseReturnValue:
    """Add a photo or a file."""
    unit = queries.unit_of(portfolio)
    form = FileForm(CombinedMultiDict([request.files, request.form]), unit=unit)
    return _add(form, portfolio, unit)


@blueprint.get("/evidence/<ref:evidence_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=queries.own_evidence)
def show(evidence: Evidence) -> ResponseReturnValue:
    """One piece of evidence: to change while it has not been sent, to read afterwards."""
    unit = queries.unit_of(evidence.portfolio)
    row = queries.evidence_row(evidence)
    if evidence.sent:
        return _sent_page(evidence, MappingForm(unit=unit, data={"criteria": list(row.criteria)}), unit)
    kind = FileForm if evidence.file_id else WriteForm
    return _page(kind(unit=unit, data=values_of(evidence, list(row.criteria))), unit, evidence=evidence)


@blueprint.post("/evidence/<ref:evidence_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=queries.own_evidence)
def change(evidence: Evidence) -> ResponseReturnValue:
    """Change a piece of evidence that has not been sent."""
    unit = queries.unit_of(evidence.portfolio)
    kind = FileForm if evidence.file_id else WriteForm
    form = kind(CombinedMultiDict([request.files, request.form]), unit=unit)
    if not form.validate():
        return _page(form, unit, evidence=evidence), 422
    try:
        service.change_evidence(
            evidence,
            form.fields(),
            text=_text(form),
            upload=_upload(),
            version=form.version.data or 0,
            by=current_actor(),
        )
    except DomainError as error:
        return _refused(error, form, unit, evidence=evidence)
    flash(f"“{evidence.title}” is changed.")
    return see_other("evidence.show", evidence_ref=evidence.ref)


@blueprint.post("/evidence/<ref:evidence_ref>/criteria")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=queries.own_evidence)
def map_to_criteria(evidence: Evidence) -> ResponseReturnValue:
    """Use a piece of evidence that has been sent for other criteria too."""
    unit = queries.unit_of(evidence.portfolio)
    form = MappingForm(request.form, unit=unit)
    sent_for = queries.evidence_row(evidence)
    if not form.validate():
        return _sent_page(evidence, form, unit), 422
    chosen = {*(form.criteria.data or ()), *(ref for ref in sent_for.criteria if ref not in sent_for.unsent)}
    service.map_evidence(evidence, chosen, by=current_actor())
    flash(f"“{evidence.title}” is now linked to {', '.join(sorted(chosen, key=queries.criterion_order))}.")
    return see_other("evidence.show", evidence_ref=evidence.ref)


@blueprint.post("/evidence/<ref:evidence_ref>/take-back")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=queries.own_evidence)
def take_back(evidence: Evidence) -> ResponseReturnValue:
    """Take back a piece of evidence that has not been sent."""
    service.remove_evidence(evidence, by=current_actor())
    flash(f"“{evidence.title}” is taken out of your portfolio.")
    return see_other("portfolio.show")


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, file=queries.own_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """One's own file, shown when a browser can, else to keep."""
    return files.send(file, inline=True)


def _asked_for(unit: Unit) -> list[str]:
    """The criterion that the page was opened for, if it is one."""
    ref = request.args.get("for", "")
    return [ref] if ref in unit.criteria else []


def _add(form: WriteForm | FileForm, portfolio: Portfolio, unit: Unit) -> ResponseReturnValue:
    if not form.validate():
        return _page(form, unit), 422
    fields = form.fields()
    try:
        evidence = service.add_evidence(
            portfolio, fields, text=_text(form), upload=_upload(), by=current_actor()
        )
    except DomainError as error:
        return _refused(error, form, unit)
    first = min(fields.criteria, key=queries.criterion_order)
    flash(f"“{evidence.title}” is in your portfolio. It is not sent yet.")
    return see_other("portfolio.criterion", criterion=first)


def _text(form: EvidenceForm) -> str:
    return (form.text.data or "") if isinstance(form, WriteForm) else ""


def _upload() -> Upload | None:
    given = request.files.get("file")
    return Upload(given.stream, given.filename) if given is not None and given.filename else None


def _refused(
    error: DomainError, form: EvidenceForm, unit: Unit, evidence: Evidence | None = None
) -> ResponseReturnValue:
    """The form again, with what was typed and what stands in the way."""
    found = error.findings if isinstance(error, Identifies) else []
    form.add_error(error.message, field=error.field)
    return _page(form, unit, evidence=evidence, findings=found), error.status


def _page(form: EvidenceForm, unit: Unit, *, evidence: Evidence | None = None, findings: object = ()) -> str:
    return render(
        PAGE,
        form=form,
        unit=unit,
        evidence=evidence,
        findings=findings,
        is_file=isinstance(form, FileForm),
        accepted=files.accepted_words(Purpose.EVIDENCE),
        kinds=[(kind.value, kind.words, kind.meaning) for kind in EvidenceKind],
    )


def _sent_page(evidence: Evidence, form: MappingForm, unit: Unit) -> str:
    return render(
        "assessments/portfolio/evidence_sent.html",
        form=form,
        unit=unit,
        evidence=evidence,
        row=queries.evidence_row(evidence),
    )
