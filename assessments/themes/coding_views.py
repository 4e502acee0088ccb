"""Pages of the two coders: one answer at a time, then both side by side."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments import agreement
from assessments.themes import code_queries, coding, publishing, queries, standings
from assessments.themes.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.themes.forms import CodeForm
from assessments.themes.models import ThemeQuestion
from assessments.themes.queries import ToCode
from assessments.themes.reach import get_open_question, get_question
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError, Forbidden, NotFound
from lms.core.forms import PressForm
from lms.core.permissions import Permission
from lms.core.web import render, see_other

CODE = Permission.THEMES_ANSWER_CODE


@blueprint.post("/themes/questions/<ref:question_ref>/coders")
@requires(CODE, question=get_question)
def join_coders(question: ThemeQuestion) -> ResponseReturnValue:
    """Take one of the two places."""
    coding.join(question, by=current_actor())
    return see_other("themes.question", question_ref=question.ref)


@blueprint.post("/themes/questions/<ref:question_ref>/coders/<int:place>/stand-down")
@requires(CODE, question=get_question)
def stand_down(question: ThemeQuestion, place: int) -> ResponseReturnValue:
    """Free a place; what was coded in it is deleted."""
    coding.stand_down(question, place, by=current_actor())
    flash("The place is free. What was coded in it is gone.")
    return see_other("themes.question", question_ref=question.ref)


@blueprint.get("/themes/questions/<ref:question_ref>/code/")
@requires(CODE, question=get_open_question)
def code_next(question: ThemeQuestion) -> ResponseReturnValue:
    """On to the next answer that one has not coded, or back when there is none."""
    _require_coder(question)
    places = queries.coded_places(question, coder_id=current_actor().id)
    if False not in places:
        return see_other("themes.question", question_ref=question.ref)
    return see_other("themes.code", question_ref=question.ref, place=places.index(False) + 1)


@blueprint.get("/themes/questions/<ref:question_ref>/code/<int:place>")
@requires(CODE, question=get_open_question)
def code(question: ThemeQuestion, place: int) -> ResponseReturnValue:
    """One redacted answer and the themes to choose from."""
    _require_coder(question)
    answer = queries.get_to_code(question, place, coder_id=current_actor().id)
    form = CodeForm(data={"written": answer.id, "themes": sorted(answer.themes)})
    return _code_page(question, answer, form)


@blueprint.post("/themes/questions/<ref:question_ref>/code/<int:place>")
@requires(CODE, question=get_open_question)
def keep_code(question: ThemeQuestion, place: int) -> ResponseReturnValue:
    """Keep which themes an answer has, and go on."""
    _require_coder(question)
    answer = queries.get_to_code(question, place, coder_id=current_actor().id)
    form = CodeForm(request.form)
    if form.written.data != answer.id:
        raise NotFound("This answer is not where it was: one before it was taken back. Look at it again.")
    form.offer(queries.list_offered(question))
    if not form.validate():
        return _code_page(question, answer, form), 422
    try:
        coding.code(question, answer.id, form.themes.data or (), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _code_page(question, answer, form), error.status
    return see_other("themes.code_next", question_ref=question.ref)


@blueprint.get("/themes/questions/<ref:question_ref>/compare/")
@requires(CODE, question=get_open_question)
def compare(question: ThemeQuestion) -> ResponseReturnValue:
    """How far the two agree, theme by theme, and where they differ."""
    return _compare_page(question)


@blueprint.post("/themes/questions/<ref:question_ref>/settle")
@requires(CODE, question=get_open_question)
def settle(question: ThemeQuestion) -> ResponseReturnValue:
    """Keep which themes an answer has in the end."""
    form = CodeForm(request.form)
    form.offer(queries.list_offered(question))
    if not form.validate():
        return _compare_page(question, "One of these themes is offered no more. Look at the list again."), 422
    try:
        coding.settle(question, str(form.written.data), form.themes.data or (), by=current_actor())
    except DomainError as error:
        return _compare_page(question, error.message), error.status
    flash("Settled.")
    return see_other("themes.compare", question_ref=question.ref, _anchor="differences")


def _require_coder(question: ThemeQuestion) -> None:
    if not standings.is_coder(question, current_actor().id):
        raise Forbidden("Take one of the two places of coders on the page of the question first.")


def _code_page(question: ThemeQuestion, answer: ToCode, form: CodeForm) -> str:
    themes = queries.list_offered(question)
    form.offer(themes)
    return render(
        "assessments/themes/code.html",
        question=question,
        answer=answer,
        form=form,
        themes=themes,
        places=queries.coded_places(question, coder_id=current_actor().id),
    )


def _compare_page(question: ThemeQuestion, error: str = "") -> str:
    codes, themes = code_queries.codes_of(question), queries.list_offered(question)
    return render(
        "assessments/themes/compare.html",
        question=question,
        standing=standings.standing(question),
        is_coder=standings.is_coder(question, current_actor().id),
        codes=codes,
        themes=themes,
        names={theme.id: theme.name for theme in themes},
        agreements=[(theme, agreement.agreement(codes.counts(theme.id))) for theme in themes],
        overall=publishing.agreement_over_all(question, codes),
        error=error,
        press=PressForm(),
    )
