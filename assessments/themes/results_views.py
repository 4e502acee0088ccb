"""Pages of what comes out: choosing quotes, letting figures out, and what readers of results see."""

from __future__ import annotations

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import charts_svg
from assessments.evaluation import queries as evaluation
from assessments.evaluation.queries import Scope
from assessments.evaluation.thresholds import policy_in_force, reason_for_looser
from assessments.evaluation.views import tabs
from assessments.themes import code_queries, publishing, queries
from assessments.themes.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.themes.forms import QuoteForm
from assessments.themes.models import Theme, ThemeQuestion
from assessments.themes.reach import get_open_question, get_theme
from lms.core.access import current_actor, requires
from lms.core.forms import PressForm
from lms.core.permissions import Permission
from lms.core.web import render, see_other

words_blueprint = Blueprint("words", __name__)
"""What readers of results see stands among the results in the menu."""
CODE = Permission.THEMES_ANSWER_CODE


@blueprint.get("/themes/questions/<ref:question_ref>/figures/")
@requires(CODE, question=get_open_question)
def figures(question: ThemeQuestion) -> ResponseReturnValue:
    """The answers by theme, to choose quotes from, and what came out."""
    policy = policy_in_force()
    return render(
        "assessments/themes/figures.html",
        question=question,
        codes=code_queries.codes_of(question),
        themes=queries.list_offered(question),
        quoted=publishing.quoted(question),
        latest=publishing.latest(question),
        why_not=publishing.why_not_yet(question, policy),
        least=policy.smallest_count,
        form=PressForm(),
    )


@blueprint.post("/themes/questions/<ref:question_ref>/publish")
@requires(CODE, question=get_open_question)
def publish(question: ThemeQuestion) -> ResponseReturnValue:
    """Let figures come out."""
    publishing.publish(question, policy_in_force(), by=current_actor())
    flash("The figures are out. Whoever reads the programme’s results sees them.")
    return see_other("words.programme", programme_ref=question.programme.ref)


@blueprint.post("/themes/themes/<ref:theme_ref>/quote")
@requires(CODE, theme=get_theme)
def quote(theme: Theme) -> ResponseReturnValue:
    """Quote an answer for a theme, or do so no more."""
    form = QuoteForm(request.form)
    act = publishing.quote if form.quoted.data else publishing.drop_quote
    act(theme, str(form.written.data), by=current_actor())
    flash("Chosen as a quote." if form.quoted.data else "Not quoted any more.")
    return see_other("themes.figures", question_ref=theme.question.ref, _anchor=f"t{theme.ref}")


@words_blueprint.get("/evaluation/programmes/<ref:programme_ref>/words/")
@requires(Permission.EVALUATION_PROGRAMME_READ, programme=evaluation.get_programme)
def programme(programme: Scope) -> ResponseReturnValue:
    """What people said in their own words: themes by count, and quotes of those who agreed to be quoted."""
    return render(
        "assessments/themes/words.html",
        scope=programme,
        section="words",
        sections=tabs(programme, "words"),
        home=url_for("evaluation.index"),
        report=url_for("reporting.programme", programme_ref=programme.ref),
        hatch="",
        draw=charts_svg.DRAW,
        questions=publishing.in_words(programme.id),
        policy=policy_in_force(),
        reason=reason_for_looser(),
        may_code=current_actor().may(CODE),
    )
