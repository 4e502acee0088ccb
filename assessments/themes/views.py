"""Pages of written answers: which questions there are, how far each has come, and redacting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.evaluation.thresholds import policy_in_force
from assessments.questionnaires.schema import WaveKind
from assessments.themes import code_queries, publishing, queries, redaction, service, standings
from assessments.themes.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.themes.forms import RedactForm
from assessments.themes.models import ThemeQuestion
from assessments.themes.queries import Original
from assessments.themes.reach import get_open_question, get_programme, get_question, list_programmes
from assessments.themes.redaction import Span
from courses.cohorts.models import Programme
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, Forbidden, NotFound, Refused
from lms.core.forms import PressForm
from lms.core.permissions import Permission
from lms.core.web import render, see_other

CODE, REDACT = Permission.THEMES_ANSWER_CODE, Permission.THEMES_ANSWER_REDACT


@blueprint.get("/themes/")
@requires(CODE)
def index(reach: Reach) -> ResponseReturnValue:
    """The programmes within reach whose written answers may be read."""
    return render("assessments/themes/index.html", programmes=list_programmes(within=reach))


@blueprint.get("/themes/programmes/<ref:programme_ref>/")
@requires(CODE, programme=get_programme)
def programme(programme: Programme) -> ResponseReturnValue:
    """The questions of a programme that people answered in their own words."""
    questions = queries.list_questions([programme.id])
    return render(
        "assessments/themes/programme.html",
        programme=programme,
        questions=questions,
        standings=standings.standings([question.id for question in questions]),
        offers=queries.list_offers(programme),
        threshold=policy_in_force().percent_base,
        form=PressForm(),
    )


@blueprint.post("/themes/programmes/<ref:programme_ref>/take-in")
@requires(CODE, programme=get_programme)
def take_in(programme: Programme) -> ResponseReturnValue:
    """Let the answers to a question that wait be read."""
    try:
        kind = WaveKind(request.form.get("kind", ""))
    except ValueError as error:
        raise NotFound from error
    question = service.take_in(
        programme, kind, request.form.get("item", ""), policy_in_force(), by=current_actor()
    )
    flash("The answers are in. They can be read when names are out of them.")
    return see_other("themes.question", question_ref=question.ref)


@blueprint.get("/themes/questions/<ref:question_ref>/")
@requires(CODE, question=get_question)
def question(question: ThemeQuestion) -> ResponseReturnValue:
    """How far a question has come, and what is next."""
    standing, actor = standings.standing(question), current_actor()
    codes = code_queries.codes_of(question)
    return render(
        "assessments/themes/question.html",
        question=question,
        standing=standing,
        mine=standing.of(actor.id),
        themes=queries.list_offered(question),
        codes=codes,
        figures=publishing.latest(question),
        may_redact=actor.may(REDACT),
        form=PressForm(),
    )


@blueprint.post("/themes/questions/<ref:question_ref>/open")
@requires(REDACT, question=get_open_question)
def open_answers(question: ThemeQuestion) -> ResponseReturnValue:
    """Open the answers to a question as they were written; it is noted."""
    service.open_answers(question, by=current_actor())
    places = queries.redacted_places(question)
    first = places.index(False) + 1 if False in places else 1
    return see_other("themes.redact", question_ref=question.ref, place=first)


@blueprint.get("/themes/questions/<ref:question_ref>/redact/")
@requires(REDACT, question=get_open_question)
def redact_next(question: ThemeQuestion) -> ResponseReturnValue:
    """On to the next answer that waits to be redacted, or back when none does."""
    places = queries.redacted_places(question)
    if False not in places:
        return see_other("themes.question", question_ref=question.ref)
    return see_other("themes.redact", question_ref=question.ref, place=places.index(False) + 1)


@blueprint.get("/themes/questions/<ref:question_ref>/redact/<int:place>")
@requires(REDACT, question=get_open_question)
def redact(question: ThemeQuestion, place: int) -> ResponseReturnValue:
    """One answer as it was written, with what had better be hidden."""
    original = _opened(question, place)
    spans = _offered(question, original)
    chosen = [Span(*each) for each in original.redaction.hidden] if original.redaction else spans
    form = _form(spans, written=original.id, hide=[span.key for span in chosen])
    return _redact_page(question, original, form, spans)


@blueprint.post("/themes/questions/<ref:question_ref>/redact/<int:place>")
@requires(REDACT, question=get_open_question)
def keep_redacted(question: ThemeQuestion, place: int) -> ResponseReturnValue:
    """Show how an answer would read without what is hidden, or keep it so."""
    original = _opened(question, place)
    form = RedactForm(request.form)
    if form.written.data != original.id:
        raise NotFound("This answer is not where it was: one before it was taken back. Look at it again.")
    spans = _offered(question, original)
    form = _form(spans, formdata=request.form)
    try:
        if not form.validate():
            raise Refused("Look at this answer again: something to hide is not where it was.")
        chosen = [span for span in spans if span.key in (form.hide.data or ())]
        chosen += service.words_to_hide(original.text, form.written_words.data or "")
        if request.form.get("look"):
            return _redact_page(question, original, form, spans, reads=redaction.hide(original.text, chosen))
        service.redact(question, original.id, chosen, by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _redact_page(question, original, form, spans), error.status
    return see_other("themes.redact_next", question_ref=question.ref)


def _opened(question: ThemeQuestion, place: int) -> Original:
    if not queries.has_opened(question, reader_id=current_actor().id):
        raise Forbidden(
            "Open the answers from the page of their question first. That you read them is noted."
        )
    return queries.get_original(question, place)


def _offered(question: ThemeQuestion, original: Original) -> list[Span]:
    """What is proposed, and what was hidden before besides."""
    spans = redaction.propose(original.text, queries.known_names(question.programme_id))
    kept = [Span(*each) for each in original.redaction.hidden] if original.redaction else []
    return sorted({span.key: span for span in [*kept, *spans]}.values())


def _form(spans: Sequence[Span], **values: Any) -> RedactForm:
    form = RedactForm(**values)
    form.hide.choices = [(span.key, span.label) for span in spans]
    return form


def _redact_page(
    question: ThemeQuestion,
    original: Original,
    form: RedactForm,
    spans: Sequence[Span],
    *,
    reads: str | None = None,
) -> str:
    return render(
        "assessments/themes/redact.html",
        question=question,
        original=original,
        form=form,
        spans=spans,
        reads=reads,
        places=queries.redacted_places(question),
    )
