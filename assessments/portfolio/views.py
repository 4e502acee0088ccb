"""The practitioner's evidence: write it, send a photo or file, change it, take it out, look at it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from assessments.portfolio import checking_queries, evidence_drafts, evidence_queries, queries, service
from assessments.portfolio.course_work import CourseWork, find_course_work
from assessments.portfolio.evidence_drafts import Way
from assessments.portfolio.forms import (
    CHOSEN_KINDS,
    EvidenceForm,
    FileForm,
    MappingForm,
    PriorForm,
    SeenForm,
    WriteForm,
    make_form,
    values_of,
)
from assessments.portfolio.models import Evidence, Portfolio
from assessments.portfolio.unit_schema import EvidenceKind, Unit, criterion_order
from courses.progress import drafts
from lms.core import files, upload_views
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import Conflict, DomainError
from lms.core.files import Purpose, StoredFile
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("evidence", __name__, url_prefix="/portfolio")
PAGE = "assessments/portfolio/evidence_form.html"
FORMS: dict[Way, type[EvidenceForm]] = {
    Way.WRITE: WriteForm,
    Way.UPLOAD: FileForm,
    Way.SEEN: SeenForm,
    Way.PRIOR: PriorForm,
}


@blueprint.get("/add")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def ways(portfolio: Portfolio) -> ResponseReturnValue:
    """Every way in which evidence comes."""
    unit = queries.unit_of(portfolio)
    return render("assessments/portfolio/ways.html", unit=unit, wanted=next(iter(_asked_for(unit)), None))


@blueprint.get("/write")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def write(portfolio: Portfolio, reach: Reach) -> ResponseReturnValue:
    """A page to write evidence on; it begins with what was done on the course, when it is opened from there."""
    work = find_course_work(evidence_drafts.work(), within=reach)
    begun = _begun(work, queries.unit_of(portfolio)) if work else {}
    return _new(portfolio, Way.WRITE, {"kind": EvidenceKind.REFLECTIVE_ACCOUNT.value, **begun})


def _begun(work: CourseWork, unit: Unit) -> dict[str, Any]:
    """A form's first values from what was done on the course."""
    return {
        "title": work.title,
        "text": work.text,
        "kind": work.kind.value,
        "criteria": [ref for ref in work.criteria if ref in unit.criteria],
        "happened_on": work.done_on,
    }


@blueprint.get("/upload")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def upload(portfolio: Portfolio) -> ResponseReturnValue:
    """A page to send photos and files on."""
    return _new(portfolio, Way.UPLOAD, {"kind": EvidenceKind.WORK_PRODUCT.value})


@blueprint.get("/seen")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def seen(portfolio: Portfolio) -> ResponseReturnValue:
    """A page for what cannot leave the workplace, and who saw it there."""
    return _new(portfolio, Way.SEEN, {})


@blueprint.get("/prior-learning")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def prior(portfolio: Portfolio) -> ResponseReturnValue:
    """A page for what was learned before this course."""
    return _new(portfolio, Way.PRIOR, {})


@blueprint.post("/write")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def add_written(portfolio: Portfolio) -> ResponseReturnValue:
    """Add written evidence."""
    return _add(portfolio, Way.WRITE)


@blueprint.post("/upload")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def add_file(portfolio: Portfolio) -> ResponseReturnValue:
    """Add photos or files."""
    return _add(portfolio, Way.UPLOAD)


@blueprint.post("/seen")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def add_seen(portfolio: Portfolio) -> ResponseReturnValue:
    """Add what was seen in the workplace."""
    return _add(portfolio, Way.SEEN)


@blueprint.post("/prior-learning")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def add_prior(portfolio: Portfolio) -> ResponseReturnValue:
    """Add what was learned before this course."""
    return _add(portfolio, Way.PRIOR)


@blueprint.post("/write/draft")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=queries.own_portfolio)
def keep_draft(portfolio: Portfolio) -> ResponseReturnValue:
    """Keep new evidence as it is written."""
    way = request.args.get("way", Way.WRITE, type=Way)
    return evidence_drafts.keep(evidence_drafts.key_of(portfolio, way))


@blueprint.post("/evidence/<ref:evidence_ref>/draft")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=evidence_queries.own_evidence)
def keep_change_draft(evidence: Evidence) -> ResponseReturnValue:
    """Keep a change to evidence as it is typed."""
    return evidence_drafts.keep(evidence_drafts.key_of(evidence, _way_of(evidence)))


@blueprint.get("/evidence/<ref:evidence_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=evidence_queries.own_evidence)
def show(evidence: Evidence) -> ResponseReturnValue:
    """One piece of evidence: to change when it is one's own, to read and to use when somebody else wrote it."""
    unit = queries.unit_of(evidence.portfolio)
    values = values_of(evidence, evidence_queries.reasons_of(evidence))
    if not _is_own(evidence):
        return _read_page(evidence, make_form(MappingForm, unit, data=values), unit)
    way = _way_of(evidence)
    words = evidence_drafts.read(evidence, way)[0]
    return _page(make_form(FORMS[way], unit, data={**values, **words}), unit, evidence, way)


@blueprint.post("/evidence/<ref:evidence_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=evidence_queries.own_evidence)
def change(evidence: Evidence) -> ResponseReturnValue:
    """Change a piece of one's own evidence; what was sent of it stays as it was sent."""
    unit, way = queries.unit_of(evidence.portfolio), _way_of(evidence)
    form = make_form(FORMS[way], unit, _posted())
    if not form.validate():
        return _page(form, unit, evidence, way), 422
    try:
        service.change_evidence(
            evidence,
            form.fields(),
            text=form.said("text"),
            uploads=_arrived(),
            without=request.form.getlist("without"),
            version=form.version.data or 0,
            by=current_actor(),
        )
    except DomainError as error:
        return _refused(error, form, unit, evidence, way)
    drafts.empty(evidence_drafts.key_of(evidence, way), by=current_actor())
    flash(f"“{evidence.title}” is changed.")
    return _to_names(evidence) or see_other("evidence.show", evidence_ref=evidence.ref)


@blueprint.post("/evidence/<ref:evidence_ref>/criteria")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=evidence_queries.own_evidence)
def map_to_criteria(evidence: Evidence) -> ResponseReturnValue:
    """Say what a piece of evidence that somebody else wrote is used for, and why it shows that."""
    unit = queries.unit_of(evidence.portfolio)
    form = make_form(MappingForm, unit, request.form)
    if not form.validate():
        return _read_page(evidence, form, unit), 422
    chosen = form.criteria.data or []
    service.map_evidence(evidence, chosen, form.why(), by=current_actor())
    flash(f"“{evidence.title}” is now linked to {', '.join(sorted(chosen, key=criterion_order))}.")
    return see_other("evidence.show", evidence_ref=evidence.ref)


@blueprint.post("/evidence/<ref:evidence_ref>/take-back")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, evidence=evidence_queries.own_evidence)
def take_back(evidence: Evidence) -> ResponseReturnValue:
    """Take a piece of evidence out of the portfolio."""
    service.remove_evidence(evidence, by=current_actor())
    flash(f"“{evidence.title}” is taken out of your portfolio.")
    return see_other("portfolio.index")


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, file=queries.own_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """One's own file, shown when a browser can, else to keep."""
    return files.send(file, inline=True)


def _is_own(evidence: Evidence) -> bool:
    return evidence.author_id == current_actor().id


def _way_of(evidence: Evidence) -> Way:
    """The way in which a piece of evidence came, by which it is changed."""
    if evidence.kind is EvidenceKind.SEEN_IN_WORKPLACE:
        return Way.SEEN
    if evidence.kind is EvidenceKind.PRIOR_LEARNING:
        return Way.PRIOR
    return Way.WRITE if evidence.text else Way.UPLOAD


def _asked_for(unit: Unit) -> list[str]:
    """The criterion that the page was opened for, if it is one."""
    ref = request.args.get("for", "")
    return [ref] if ref in unit.criteria else []


def _new(portfolio: Portfolio, way: Way, first: dict[str, Any]) -> str:
    """The page of a new piece: what is being written, else its first values."""
    unit = queries.unit_of(portfolio)
    begun = evidence_drafts.read(portfolio, way)[0] or first
    criteria = sorted({*begun.get("criteria", ()), *_asked_for(unit)}, key=criterion_order)
    return _page(
        make_form(FORMS[way], unit, data={**first, **begun, "criteria": criteria}), unit, portfolio, way
    )


def _posted() -> CombinedMultiDict[str, Any]:
    return CombinedMultiDict([request.files, request.form])


def _add(portfolio: Portfolio, way: Way) -> ResponseReturnValue:
    unit = queries.unit_of(portfolio)
    form = make_form(FORMS[way], unit, _posted())
    if not form.validate():
        return _page(form, unit, portfolio, way), 422
    fields = form.fields()
    try:
        evidence = service.add_evidence(
            portfolio, fields, text=form.said("text"), uploads=_arrived(), by=current_actor()
        )
    except DomainError as error:
        return _refused(error, form, unit, portfolio, way)
    drafts.empty(evidence_drafts.key_of(portfolio, way), by=current_actor())
    first = min(fields.criteria, key=criterion_order)
    flash(f"“{evidence.title}” is in your portfolio. It is not sent yet.")
    return _to_names(evidence) or see_other("portfolio.criterion", criterion=first)


def _to_names(evidence: Evidence) -> ResponseReturnValue | None:
    """On to the check for names, when something in it could identify somebody."""
    found = bool(checking_queries.check(evidence).waiting)
    return see_other("names.show", evidence_ref=evidence.ref) if found else None


def _arrived() -> list[StoredFile]:
    return upload_views.sent_files(purpose=Purpose.EVIDENCE, by=current_actor())


def _refused(
    error: DomainError, form: EvidenceForm, unit: Unit, about: Portfolio | Evidence, way: Way
) -> ResponseReturnValue:
    """The form again, with what was typed and what stands in the way."""
    form.add_error(error.message, field=error.field)
    if isinstance(error, Conflict) and isinstance(about, Evidence):
        # whoever sees both may press again
        form.version.process_data(about.version)
        form.version.raw_data = None
        return _page(form, unit, about, way, is_overtaken=True), error.status
    return _page(form, unit, about, way), error.status


def _page(
    form: EvidenceForm,
    unit: Unit,
    about: Portfolio | Evidence,
    way: Way,
    *,
    is_overtaken: bool = False,
) -> str:
    """The form of a new piece of evidence in a portfolio, or of one that is there."""
    evidence = about if isinstance(about, Evidence) else None
    return render(
        PAGE,
        form=form,
        unit=unit,
        evidence=evidence,
        row=evidence and evidence_queries.evidence_row(evidence),
        is_overtaken=is_overtaken,
        draft=evidence_drafts.read(about, way)[1],
        way=way.value,
        work=evidence_drafts.work() or None,
        kinds=[(kind.value, kind.words, kind.meaning) for kind in CHOSEN_KINDS],
    )


def _read_page(evidence: Evidence, form: MappingForm, unit: Unit) -> str:
    return render(
        "assessments/portfolio/evidence_read.html",
        form=form,
        unit=unit,
        evidence=evidence,
        row=evidence_queries.evidence_row(evidence),
    )
