"""The pages of those who answer cases and of the administrator who sees that they are answered in time."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assessments.cases import answering, opening, pages, parts, queries, settling
from assessments.cases.forms import (
    AllegationForm,
    AnswerForm,
    FurtherForm,
    PersonForm,
    ReviewForm,
    WordsForm,
)
from assessments.cases.models import AffectedDecision, Case
from assessments.cases.standing import Kind
from assessments.deadlines.queries import get_portfolio
from assessments.marking import allocation_queries
from assessments.portfolio.models import Portfolio
from lms.core import audit
from lms.core.access import Reach, current_actor, requires
from lms.core.audit import Act
from lms.core.errors import DomainError, NotFound
from lms.core.extensions import db
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import User

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
UNCHANGED = 422


@blueprint.get("/")
@requires(Permission.CASES_CASE_ANSWER)
def index(reach: Reach) -> ResponseReturnValue:
    """The cases somebody has a part in, what is due first on top."""
    rows = queries.for_staff(within=reach)
    return render(
        "assessments/cases/index.html",
        open_rows=[row for row in rows if row.standing.is_open],
        closed_rows=[row for row in rows if not row.standing.is_open],
    )


@blueprint.get("/<ref:case_ref>")
@requires(Permission.CASES_CASE_ANSWER, case=queries.get_case)
def show(case: Case) -> ResponseReturnValue:
    """One case, with what the reader can do about it."""
    return pages.staff(case)


@blueprint.post("/<ref:case_ref>/answer")
@requires(Permission.CASES_CASE_ANSWER, case=queries.get_case)
def answer(case: Case) -> ResponseReturnValue:
    """Answer a case."""
    form = AnswerForm(request.form, kind=case.kind)
    if not form.validate():
        return pages.staff(case, form, "answer"), UNCHANGED
    try:
        answering.answer(
            case,
            form.chosen(),
            words=form.words.data or "",
            agreement=form.agreement(),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return pages.staff(case, form, "answer"), error.status
    flash("Answered. We wrote to them.", "success")
    return see_other("cases.show", case_ref=case.ref)


@blueprint.post("/<ref:case_ref>/respond")
@requires(Permission.CASES_CASE_ANSWER, case=queries.get_case)
def respond(case: Case) -> ResponseReturnValue:
    """Respond to what is alleged of oneself."""
    return _said(case, "respond")


@blueprint.post("/<ref:case_ref>/appeal")
@requires(Permission.CASES_CASE_ANSWER, case=queries.get_case)
def appeal(case: Case) -> ResponseReturnValue:
    """Appeal against what was found of oneself."""
    return _said(case, "appeal")


@blueprint.post("/<ref:case_ref>/put")
@requires(Permission.CASES_CASE_MANAGE, case=queries.get_case)
def put(case: Case) -> ResponseReturnValue:
    """Put what is alleged to the person."""
    return _said(case, "put")


@blueprint.post("/<ref:case_ref>/tell")
@requires(Permission.CASES_CASE_MANAGE, case=queries.get_case)
def tell(case: Case) -> ResponseReturnValue:
    """Note that the awarding body was told."""
    return _said(case, "tell")


def _said(case: Case, act: str) -> ResponseReturnValue:
    form = WordsForm(request.form)
    if not form.validate():
        return pages.staff(case, form, act), UNCHANGED
    said, by = form.words.data or "", current_actor()
    try:
        match act:
            case "respond":
                answering.respond(case, words=said, by=by)
            case "put":
                answering.put(case, words=said, by=by)
            case "tell":
                answering.tell_awarding_body(case, words=said, by=by)
            case _:
                opening.appeal_case(case, words=said, by=by)
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return pages.staff(case, form, act), error.status
    flash("Noted.", "success")
    return see_other("cases.show", case_ref=case.ref)


@blueprint.post("/<ref:case_ref>/name")
@requires(Permission.CASES_CASE_MANAGE, case=queries.get_case)
def name(case: Case) -> ResponseReturnValue:
    """Name the independent person."""
    steps = queries.steps_of(case.id)
    people = parts.independent(case, queries.standing_of(case, steps), steps)
    form = PersonForm(request.form, people=people)
    if not form.validate():
        return pages.staff(case, form, "name"), UNCHANGED
    person = db.session.scalars(select(User).where(User.ref == form.person.data)).one()
    try:
        answering.name_independent(case, person, by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return pages.staff(case, form, "name"), error.status
    flash(f"{person.name} answers this now. We wrote to them.", "success")
    return see_other("cases.show", case_ref=case.ref)


@blueprint.post("/<ref:case_ref>/lapse")
@requires(Permission.CASES_CASE_MANAGE, case=queries.get_case)
def lapse(case: Case) -> ResponseReturnValue:
    """Note that no response came in time."""
    return _pressed(case, "lapse")


@blueprint.post("/<ref:case_ref>/hold")
@requires(Permission.CASES_CASE_MANAGE, case=queries.get_case)
def hold(case: Case) -> ResponseReturnValue:
    """Put the portfolio on hold while a complaint is answered."""
    return _pressed(case, "hold")


@blueprint.post("/<ref:case_ref>/close")
@requires(Permission.CASES_CASE_MANAGE, case=queries.get_case)
def close(case: Case) -> ResponseReturnValue:
    """Close a case that was answered and not taken further in time."""
    return _pressed(case, "close")


@blueprint.post("/<ref:case_ref>/further")
@requires(Permission.CASES_CASE_ANSWER, case=queries.get_case)
def further(case: Case) -> ResponseReturnValue:
    """Take one's own appeal to the next stage."""
    form = FurtherForm(request.form)
    if not form.validate():
        return pages.staff(case, form, "further"), UNCHANGED
    try:
        answering.take_further(case, words=form.words.data or "", by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return pages.staff(case, form, "further"), error.status
    flash("Taken further.", "success")
    return see_other("cases.show", case_ref=case.ref)


@blueprint.post("/<ref:case_ref>/accept")
@requires(Permission.CASES_CASE_ANSWER, case=queries.get_case)
def accept(case: Case) -> ResponseReturnValue:
    """Accept the answer to one's own appeal, which closes it."""
    return _pressed(case, "accept")


@blueprint.post("/<ref:case_ref>/withdraw")
@requires(Permission.CASES_CASE_ANSWER, case=queries.get_case)
def withdraw(case: Case) -> ResponseReturnValue:
    """Take one's own appeal back."""
    return _pressed(case, "withdraw")


_PRESSED = {
    "lapse": answering.lapse,
    "hold": answering.hold,
    "close": answering.close,
    "accept": answering.accept,
    "withdraw": answering.withdraw,
}


def _pressed(case: Case, act: str) -> ResponseReturnValue:
    form = FurtherForm(request.form)
    try:
        _PRESSED[act](case, by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return pages.staff(case, form, act), error.status
    flash("Noted.", "success")
    return see_other("cases.show", case_ref=case.ref)


@blueprint.post("/<ref:case_ref>/need")
@requires(Permission.CASES_NEED_READ, case=queries.get_case)
def need(case: Case) -> ResponseReturnValue:
    """Why an adjustment is asked for: opened on purpose, and that it was opened is on record."""
    found = queries.need_of(case.id)
    if found is None:
        raise NotFound
    audit.record(
        Act.CASE_NEED_READ, by=current_actor(), on=case, organisation_id=case.enrolment.cohort.provider_id
    )
    return render("assessments/cases/need.html", case=case, need=found)


@blueprint.get("/portfolios/<ref:portfolio_ref>/new")
@requires(Permission.CASES_CASE_MANAGE, portfolio=get_portfolio)
def suspect(portfolio: Portfolio) -> ResponseReturnValue:
    """Say what is suspected."""
    return _allegation_page(portfolio, AllegationForm(people=_people_of(portfolio)))


@blueprint.post("/portfolios/<ref:portfolio_ref>/new")
@requires(Permission.CASES_CASE_MANAGE, portfolio=get_portfolio)
def allege(portfolio: Portfolio) -> ResponseReturnValue:
    """Record suspected malpractice or maladministration."""
    form = AllegationForm(request.form, people=_people_of(portfolio))
    if not form.validate():
        return _allegation_page(portfolio, form), UNCHANGED
    against = db.session.scalars(select(User).where(User.ref == form.against.data)).one()
    try:
        case = opening.allege(
            portfolio,
            against=against,
            kind=Kind(form.kind.data),
            words=form.words.data or "",
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _allegation_page(portfolio, form), error.status
    flash("Recorded. The portfolio is on hold.", "success")
    return see_other("cases.show", case_ref=case.ref)


def _people_of(portfolio: Portfolio) -> list[tuple[str, str]]:
    """Whom an allegation about a portfolio can be about: its practitioner, and the provider's assessors."""
    learner = portfolio.learner
    assessors = allocation_queries.assessors(portfolio.enrolment.cohort.provider_id)
    return [
        (learner.ref, f"{learner.name}, the practitioner"),
        *((row.ref, f"{row.name}, assessor") for row in assessors),
    ]


def _allegation_page(portfolio: Portfolio, form: AllegationForm) -> str:
    return render("assessments/cases/allege.html", portfolio=portfolio, form=form)


@blueprint.get("/affected/<ref:affected_ref>")
@requires(Permission.CASES_CASE_ANSWER, affected=queries.get_affected)
def look_again(affected: AffectedDecision) -> ResponseReturnValue:
    """A decision that may have the same fault."""
    return render("assessments/cases/affected.html", affected=affected, form=ReviewForm())


@blueprint.post("/affected/<ref:affected_ref>")
@requires(Permission.CASES_CASE_ANSWER, affected=queries.get_affected)
def review(affected: AffectedDecision) -> ResponseReturnValue:
    """Say what came of looking again."""
    form = ReviewForm(request.form)
    if not form.validate():
        return render("assessments/cases/affected.html", affected=affected, form=form), UNCHANGED
    try:
        settling.review(
            affected,
            reopens=form.found.data == "reopen",
            words=form.words.data or "",
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return render("assessments/cases/affected.html", affected=affected, form=form), error.status
    flash("Noted.", "success")
    return see_other("cases.show", case_ref=affected.case.ref)
