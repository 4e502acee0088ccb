"""The practitioner's evidence: write it, send a photo or file, change it, take it back, look at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from assessments.portfolio import queries, service
from assessments.portfolio.course_work import CourseWork, find_course_work
from assessments.portfolio.forms import EvidenceForm, FileForm, MappingForm, WriteForm, values_of
from assessments.portfolio.identifying import Finding
from assessments.portfolio.models import Evidence, Portfolio
from assessments.portfolio.service import Identifies, Upload
from assessments.portfolio.unit_schema import EvidenceKind, Unit
from courses.progress import drafts
from courses.progress.queries import writing
from lms.core import files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.files import Purpose, StoredFile
from lms.core.permissions import Permission
from lms.core.text import clock_time
from lms.core.web import render, see_other

blueprint = Blueprint("evidence", __name__, url_prefix="/portfolio")
PAGE = "assessments/portfolio/evidence_form.html"
LONGEST_ID = 80
"""Characters of an activity's id at most."""
DRAFTED = frozenset({"title", "text", "kind", "happened_on", "family_code", "note", "criteria"})


@blueprint.get("/write")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def write(portfolio: Portfolio, reach: Reach) -> ResponseReturnValue:
    """A page to write evidence on; it begins with what was done on the course, when it is opened from there."""
    unit = queries.unit_of(portfolio)
    words = _draft(portfolio)[0]
    work = find_course_work(_work(), within=reach)
    begun = words or (_begun(work, unit) if work else {})
    criteria = sorted({*begun.get("criteria", ()), *_asked_for(unit)}, key=queries.criterion_order)
    values = {"kind": EvidenceKind.REFLECTIVE_ACCOUNT.value, **begun, "criteria": criteria}
    return _page(WriteForm(unit=unit, data=values), unit, portfolio)


def _work() -> str:
    """The activity of the course that a new piece begins with; empty for one that begins with nothing."""
    return request.args.get("work", "")[:LONGEST_ID]


def _begun(work: CourseWork, unit: Unit) -> dict[str, Any]:
    """A form's first values from what was done on the course."""
    return {
        "title": work.title,
        "text": work.text,
        "kind": work.kind.value,
        "happened_on": work.done_on,
        "criteria": [ref for ref in work.criteria if ref in unit.criteria],
    }


@blueprint.post("/write")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def add_written(portfolio: Portfolio) -> ResponseReturnValue:
    """Add evidence that was written here."""
    unit = queries.unit_of(portfolio)
    form = WriteForm(request.form, unit=unit)
    return _add(form, portfolio, unit)


@blueprint.post("/write/draft")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def keep_draft(portfolio: Portfolio) -> ResponseReturnValue:
    """Keep new evidence as it is written."""
    return _keep(_draft_key(portfolio))


@blueprint.post("/evidence/<ref:evidence_ref>/draft")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=queries.own_evidence)
def keep_change_draft(evidence: Evidence) -> ResponseReturnValue:
    """Keep a change to written evidence as it is typed."""
    return _keep(_draft_key(evidence))


@blueprint.get("/upload")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def upload(portfolio: Portfolio) -> ResponseReturnValue:
    """A page to send a photo or a file on."""
    unit = queries.unit_of(portfolio)
    form = FileForm(unit=unit, data={"criteria": _asked_for(unit), "kind": EvidenceKind.WORK_PRODUCT.value})
    return _page(form, unit, portfolio)


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
    values = values_of(evidence, list(row.criteria))
    if evidence.files:
        return _page(FileForm(unit=unit, data=values), unit, evidence)
    words = _draft(evidence)[0]
    return _page(WriteForm(unit=unit, data={**values, **words}), unit, evidence)


@blueprint.post("/evidence/<ref:evidence_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=queries.own_evidence)
def change(evidence: Evidence) -> ResponseReturnValue:
    """Change a piece of evidence that has not been sent."""
    unit = queries.unit_of(evidence.portfolio)
    kind = FileForm if evidence.files else WriteForm
    form = kind(CombinedMultiDict([request.files, request.form]), unit=unit)
    if not form.validate():
        return _page(form, unit, evidence), 422
    try:
        service.change_evidence(
            evidence,
            form.fields(),
            text=_text(form),
            uploads=_uploads(),
            without=request.form.getlist("without"),
            version=form.version.data or 0,
            by=current_actor(),
        )
    except DomainError as error:
        return _refused(error, form, unit, evidence)
    drafts.empty(_draft_key(evidence), by=current_actor())
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
    return see_other("portfolio.index")


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, file=queries.own_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """One's own file, shown when a browser can, else to keep."""
    return files.send(file, inline=file.is_picture)


def _draft_key(about: Portfolio | Evidence) -> str:
    key = f"{about.__tablename__}:{about.ref}"
    return f"{key}:{_work()}" if isinstance(about, Portfolio) and _work() else key


def _keep(key: str) -> ResponseReturnValue:
    """Keep words that are being written; when somebody saved since, both versions are kept and theirs given back."""
    saved = drafts.save(
        {
            name: request.form.getlist(name) if name == "criteria" else request.form[name]
            for name in request.form
            if name in DRAFTED
        },
        key=key,
        based_on=request.form.get("version", 0, type=int),
        by=current_actor(),
    )
    answer = {"version": saved.draft.version, "saved_at": clock_time(saved.draft.saved_at)}
    if saved.kept_both:
        return jsonify(**answer, values=saved.draft.values), 202
    return jsonify(answer)


def _draft(about: Portfolio | Evidence) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is being written: the values that a form begins from, and what autosave needs to know."""
    written = writing(_draft_key(about), person_id=current_actor().id)
    action = (
        url_for("evidence.keep_draft", work=_work() or None)
        if isinstance(about, Portfolio)
        else url_for("evidence.keep_change_draft", evidence_ref=about.ref)
    )
    saved_text = f"Saved at {clock_time(written.saved_at)}" if written.saved_at else ""
    values: dict[str, Any] = dict(written.values)
    if "happened_on" in values:
        values["happened_on"] = _day_or_none(values["happened_on"])
    return values, {"action": action, "version": written.version, "saved_text": saved_text}


def _day_or_none(text: str) -> date | None:
    """A day as a form's date box posts it; nothing while it is half typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _asked_for(unit: Unit) -> list[str]:
    """The criterion that the page was opened for, if it is one."""
    ref = request.args.get("for", "")
    return [ref] if ref in unit.criteria else []


def _add(form: WriteForm | FileForm, portfolio: Portfolio, unit: Unit) -> ResponseReturnValue:
    if not form.validate():
        return _page(form, unit, portfolio), 422
    fields = form.fields()
    try:
        evidence = service.add_evidence(
            portfolio, fields, text=_text(form), uploads=_uploads(), by=current_actor()
        )
    except DomainError as error:
        return _refused(error, form, unit, portfolio)
    if isinstance(form, WriteForm):
        drafts.empty(_draft_key(portfolio), by=current_actor())
    first = min(fields.criteria, key=queries.criterion_order)
    flash(f"“{evidence.title}” is in your portfolio. It is not sent yet.")
    return see_other("portfolio.criterion", criterion=first)


def _text(form: EvidenceForm) -> str:
    return (form.text.data or "") if isinstance(form, WriteForm) else ""


def _uploads() -> list[Upload]:
    return [Upload(given.stream, given.filename) for given in request.files.getlist("file") if given.filename]


def _refused(
    error: DomainError, form: EvidenceForm, unit: Unit, about: Portfolio | Evidence
) -> ResponseReturnValue:
    """The form again, with what was typed and what stands in the way."""
    form.add_error(error.message, field=error.field)
    return _page(form, unit, about, error.findings if isinstance(error, Identifies) else ()), error.status


def _page(
    form: EvidenceForm,
    unit: Unit,
    about: Portfolio | Evidence,
    findings: Sequence[Finding] = (),
) -> str:
    """The form of a new piece of evidence in a portfolio, or of one that is there."""
    return render(
        PAGE,
        form=form,
        unit=unit,
        evidence=about if isinstance(about, Evidence) else None,
        findings=findings,
        draft=_draft(about)[1] if isinstance(form, WriteForm) else None,
        is_file=isinstance(form, FileForm),
        work=_work() or None,
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
