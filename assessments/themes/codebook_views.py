"""Pages of a codebook: its themes, and a theme's words."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.themes import codebook, queries
from assessments.themes.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.themes.forms import MergeForm, ThemeForm, offer_merging
from assessments.themes.models import Theme, ThemeQuestion
from assessments.themes.reach import get_question, get_theme
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.forms import PressForm
from lms.core.permissions import Permission
from lms.core.web import render, see_other

CODE = Permission.THEMES_ANSWER_CODE


@blueprint.get("/themes/questions/<ref:question_ref>/codebook/")
@requires(CODE, question=get_question)
def codebook_page(question: ThemeQuestion) -> ResponseReturnValue:
    """The themes of a question, with room for one more."""
    return _codebook(question, ThemeForm())


@blueprint.post("/themes/questions/<ref:question_ref>/codebook/")
@requires(CODE, question=get_question)
def add_theme(question: ThemeQuestion) -> ResponseReturnValue:
    """Add a theme."""
    form = ThemeForm(request.form)
    try:
        theme = codebook.add(question, form.words(), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _codebook(question, form), error.status
    flash(f"“{theme.name}” is in the codebook. Both coders have it.")
    return see_other("themes.codebook_page", question_ref=question.ref)


@blueprint.get("/themes/themes/<ref:theme_ref>/")
@requires(CODE, theme=get_theme)
def theme(theme: Theme) -> ResponseReturnValue:
    """What a theme is, to be reworded, merged or retired."""
    return _theme(theme, ThemeForm(obj=theme))


@blueprint.post("/themes/themes/<ref:theme_ref>/")
@requires(CODE, theme=get_theme)
def reword_theme(theme: Theme) -> ResponseReturnValue:
    """Say otherwise what a theme is."""
    form = ThemeForm(request.form)
    try:
        codebook.reword(theme, form.words(), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _theme(theme, form), error.status
    flash(f"“{theme.name}” is reworded. What was coded with it stays.")
    return see_other("themes.codebook_page", question_ref=theme.question.ref)


@blueprint.post("/themes/themes/<ref:theme_ref>/retire")
@requires(CODE, theme=get_theme)
def retire_theme(theme: Theme) -> ResponseReturnValue:
    """Offer a theme no more."""
    codebook.retire(theme, by=current_actor())
    flash(f"“{theme.name}” is retired. You can bring it back.")
    return see_other("themes.codebook_page", question_ref=theme.question.ref)


@blueprint.post("/themes/themes/<ref:theme_ref>/bring-back")
@requires(CODE, theme=get_theme)
def bring_theme_back(theme: Theme) -> ResponseReturnValue:
    """Offer a theme again."""
    codebook.bring_back(theme, by=current_actor())
    flash(f"“{theme.name}” is back.")
    return see_other("themes.codebook_page", question_ref=theme.question.ref)


@blueprint.post("/themes/themes/<ref:theme_ref>/merge")
@requires(CODE, theme=get_theme)
def merge_theme(theme: Theme, reach: Reach) -> ResponseReturnValue:
    """Count a theme as another."""
    form = _merging(theme, MergeForm(request.form))
    if not form.validate():
        return _theme(theme, ThemeForm(obj=theme), form), 422
    into = get_theme(str(form.into.data), within=reach)
    codebook.merge(theme, into, by=current_actor())
    flash(f"“{theme.name}” counts as “{into.name}” from now on.")
    return see_other("themes.codebook_page", question_ref=theme.question.ref)


def _codebook(question: ThemeQuestion, form: ThemeForm) -> str:
    return render(
        "assessments/themes/codebook.html",
        question=question,
        themes=queries.list_themes(question),
        form=form,
        press=PressForm(),
    )


def _theme(theme: Theme, form: ThemeForm, merging: MergeForm | None = None) -> str:
    return render(
        "assessments/themes/theme.html",
        theme=theme,
        form=form,
        merging=merging or _merging(theme, MergeForm(formdata=None)),
        press=PressForm(),
    )


def _merging(theme: Theme, form: MergeForm) -> MergeForm:
    offer_merging(form, queries.list_offered(theme.question), besides=theme)
    return form
