"""Taking answers in to be read, opening them, and redacting them: what must be done before anybody looks for themes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, literal, select

from assessments.evaluation.policy import Policy
from assessments.questionnaires.models import Wave, WrittenAnswer
from assessments.questionnaires.schema import WaveKind
from assessments.themes import queries, redaction, standings
from assessments.themes.models import ReadingDay, Redaction, TakenIn, ThemeQuestion
from assessments.themes.redaction import NotInText, Span
from courses.cohorts.models import Programme
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db

GONE = "This answer was taken back or corrected a moment ago. What was made of it is gone with it."


def take_in(programme: Programme, kind: WaveKind, item: str, policy: Policy, *, by: Actor) -> ThemeQuestion:
    """Let the answers to a question that wait in closed waves be read, all of them together.

    They come in only when there are as many as a percentage needs, so that nobody ever reads the answers of a small group,
    and never the few that came in late.

    Raises:
        Refused: there are too few, or none.
    """
    offer = next(
        (each for each in queries.list_offers(programme) if (each.kind, each.item) == (kind, item)), None
    )
    if offer is None:
        raise Refused("There are no answers to this question that wait. They may have come in already.")
    if offer.waiting < policy.percent_base:
        raise Refused(
            f"Fewer than {policy.percent_base} people have answered. Their answers come in when more have, from "
            "questionnaires that have closed."
        )
    question = db.session.scalar(
        select(ThemeQuestion)
        .where(
            ThemeQuestion.programme_id == programme.id, ThemeQuestion.kind == kind, ThemeQuestion.item == item
        )
        .with_for_update()
    )
    if question is None:
        question = ThemeQuestion(
            programme=programme, kind=kind, item=item, instrument=offer.instrument, wording=offer.wording
        )
        db.session.add(question)
        db.session.flush()
    batch = standings.last_batch(question) + 1
    chosen = (
        queries.waiting(programme)
        .where(Wave.kind == kind, WrittenAnswer.item == item)
        .add_columns(literal(question.id), literal(batch))
    )
    db.session.execute(insert(TakenIn).from_select(["answer_id", "question_id", "batch"], chosen))
    record(Act.ANSWERS_TAKEN_IN, question, by=by, answers=offer.waiting)
    return question


def open_answers(question: ThemeQuestion, *, by: Actor) -> None:
    """Note that somebody opens the answers to a question as they were written; it holds for the day."""
    if not queries.has_opened(question, reader_id=by.id):
        db.session.add(ReadingDay(question_id=question.id, reader_id=by.id, opened_on=clock.today()))
    record(Act.ANSWERS_OPENED, question, by=by)


def words_to_hide(text: str, lines: str) -> list[Span]:
    """Where words stand that a reader wants hidden, one or more of them a line.

    Raises:
        Refused: some of them are not in the answer.
    """
    spans: list[Span] = []
    for words in filter(None, map(str.strip, lines.splitlines())):
        try:
            spans += redaction.find_words(text, words)
        except NotInText as error:
            raise Refused(
                f"“{words}” is not in this answer. Copy it from there.", field="written_words"
            ) from error
    return spans


def redact(question: ThemeQuestion, answer_id: str, spans: Iterable[Span], *, by: Actor) -> Redaction:
    """Keep an answer without what these places hold, as confirmed by a reader; a redaction that stands is replaced.

    Raises:
        Conflict: the answer was taken back or corrected.
        Refused: a place lies outside the answer.
    """
    text = queries.find_original(question, answer_id)
    if text is None:
        raise Conflict(GONE)
    places = sorted(set(spans))
    try:
        hidden = redaction.hide(text, places)
    except ValueError as error:
        raise Refused("Look at this answer again: something to hide is not where it was.") from error
    kept = db.session.get(Redaction, answer_id)
    if kept is None:
        kept = Redaction(answer_id=answer_id, question_id=question.id)
        db.session.add(kept)
    kept.text, kept.hidden = hidden, [[span.start, span.end, span.label] for span in places]
    kept.by_id, kept.at = by.id, clock.now()
    db.session.flush()
    record(Act.ANSWERS_REDACTED, question, by=by, places=len(places))
    return kept


def lock(question: ThemeQuestion) -> None:
    """Let nobody else change what is made of a question's answers until the commit."""
    db.session.execute(select(ThemeQuestion.id).where(ThemeQuestion.id == question.id).with_for_update())


def record(act: Act, question: ThemeQuestion, *, by: Actor, **facts: str | float) -> None:
    """Note an act about a question. Which answer it was about is not noted: the trail is for good, and an answer may be taken back."""
    organisation_id = question.programme.commissioner_id
    audit.record(
        act, by=by, on=question, kind=None, organisation_id=organisation_id, item=question.item, **facts
    )
