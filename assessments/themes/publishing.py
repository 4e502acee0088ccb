"""What comes out: the figures of a question's themes, and the answers that are quoted for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from assessments import agreement
from assessments.agreement import Agreement
from assessments.evaluation.figures import people
from assessments.evaluation.policy import Policy
from assessments.questionnaires.models import WrittenAnswer
from assessments.themes import code_queries, queries, results, service, standings
from assessments.themes.codes import Codes
from assessments.themes.models import Quote, Redaction, Theme, ThemeFigures, ThemeQuestion
from assessments.themes.results import Before, Counted, InWords, Said
from lms.core import clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db


def count_themes(question: ThemeQuestion, codes: Codes) -> list[Counted]:
    """How many answers have each theme that is offered, exactly."""
    return [
        Counted(theme.ref, theme.name, theme.meaning, len(codes.of(theme.id)))
        for theme in queries.list_offered(question)
    ]


def agreement_over_all(question: ThemeQuestion, codes: Codes) -> Agreement:
    """How far the two agree over all themes that are offered."""
    return agreement.overall([codes.counts(theme.id) for theme in queries.list_offered(question)])


def latest(question: ThemeQuestion) -> ThemeFigures | None:
    """The figures of a question that came out last."""
    return db.session.scalar(
        select(ThemeFigures)
        .where(ThemeFigures.question_id == question.id)
        .order_by(ThemeFigures.id.desc())
        .limit(1)
    )


def before(question: ThemeQuestion) -> Before | None:
    """What came out last, for the next figures to be held against."""
    last = latest(question)
    return Before(last.answers, last.batch, last.figures["counts"]) if last else None


def why_not_yet(question: ThemeQuestion, policy: Policy) -> str:
    """Why the figures of a question may not come out now, in a sentence; empty where they may."""
    codes = code_queries.codes_of(question)
    answers = standings.count_answers(question)
    if len(codes.answers) < answers:
        return "Every answer is redacted, and coded by both, before figures come out."
    if codes.open:
        return "Settle where the two coders differ before figures come out."
    if not queries.list_offered(question):
        return "There are no themes to count."
    return results.why_not_yet(answers, standings.last_batch(question), policy, before(question))


def publish(question: ThemeQuestion, policy: Policy, *, by: Actor) -> ThemeFigures:
    """Let the figures of a question's themes come out. They stay as they are when an answer is taken back later.

    Raises:
        Refused: something is still to be done, or the figures would tell what somebody took back.
    """
    service.lock(question)
    why_not = why_not_yet(question, policy)
    if why_not:
        raise Refused(why_not)
    codes = code_queries.codes_of(question)
    counted, answers = count_themes(question, codes), len(codes.answers)
    shown = results.protect(counted, answers, policy, before(question))
    made = ThemeFigures(
        question_id=question.id,
        made_on=clock.today(),
        answers=answers,
        batch=standings.last_batch(question),
        figures={
            **results.to_stored(shown, counted),
            "kappa": agreement_over_all(question, codes).kappa,
        },
    )
    db.session.add(made)
    db.session.flush()
    service.record(Act.THEMES_PUBLISHED, question, by=by, themes=len(shown))
    return made


def quote(theme: Theme, answer_id: str, *, by: Actor) -> None:
    """Choose an answer to stand for a theme.

    Raises:
        Refused: its writer did not agree to be quoted, or it has not this theme in the end.
        Conflict: it was taken back.
    """
    codes = code_queries.codes_of(theme.question)
    found = next((each for each in codes.answers if each.id == answer_id), None)
    if found is None:
        raise Conflict(service.GONE)
    if not found.may_quote:
        raise Refused("Whoever wrote this did not agree to be quoted.")
    if found.is_open or theme.id not in found.final:
        raise Refused(f"This answer is not settled to be about “{theme.name}”.")
    if db.session.get(Quote, (answer_id, theme.id)) is None:
        db.session.add(Quote(answer_id=answer_id, theme_id=theme.id, by_id=by.id))
        db.session.flush()
    service.record(Act.ANSWERS_QUOTED, theme.question, by=by, theme=theme.name, chosen=True)


def drop_quote(theme: Theme, answer_id: str, *, by: Actor) -> None:
    """Quote an answer for a theme no more."""
    chosen = db.session.get(Quote, (answer_id, theme.id))
    if chosen is not None:
        db.session.delete(chosen)
        db.session.flush()
    service.record(Act.ANSWERS_QUOTED, theme.question, by=by, theme=theme.name, chosen=False)


def quoted(question: ThemeQuestion) -> set[tuple[str, int]]:
    """Which answers are chosen for which themes, by their keys and numbers."""
    rows = db.session.execute(
        select(Quote.answer_id, Quote.theme_id)
        .join(Redaction, Redaction.answer_id == Quote.answer_id)
        .where(Redaction.question_id == question.id)
    )
    return {(row[0], row[1]) for row in rows}


def in_words(programme_id: int) -> tuple[InWords, ...]:
    """What came out of a programme's written answers: themes, and quotes of those who agree to be quoted, now."""
    newest = (
        select(func.max(ThemeFigures.id))
        .join(ThemeQuestion, ThemeQuestion.id == ThemeFigures.question_id)
        .where(ThemeQuestion.programme_id == programme_id)
        .group_by(ThemeFigures.question_id)
    )
    rows = db.session.execute(
        select(ThemeQuestion, ThemeFigures)
        .join(ThemeFigures, ThemeFigures.question_id == ThemeQuestion.id)
        .where(ThemeFigures.id.in_(newest))
        .order_by(ThemeQuestion.kind, ThemeQuestion.id)
    ).all()
    texts = _quotes([question.id for question, _ in rows]) if rows else {}
    return tuple(
        InWords(
            question.instrument,
            question.wording,
            made.made_on,
            people(made.answers),
            tuple(
                Said(figure, tuple(texts.get(figure.ref, ())) if figure.people else ())
                for figure in results.from_stored(made.figures)
            ),
            made.figures["kappa"],
        )
        for question, made in rows
    )


def _quotes(question_ids: Sequence[int]) -> dict[str, list[str]]:
    """Texts by the reference of the theme that they count for, in the order of random keys; consent is asked anew."""
    themes = db.session.scalars(select(Theme).where(Theme.question_id.in_(question_ids))).all()
    counts_as, by_id = code_queries.counted_themes(themes), {theme.id: theme for theme in themes}
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(Quote.theme_id, Redaction.text)
        .join(Redaction, Redaction.answer_id == Quote.answer_id)
        .join(WrittenAnswer, WrittenAnswer.id == Quote.answer_id)
        .where(Redaction.question_id.in_(question_ids), WrittenAnswer.may_quote)
        .order_by(Quote.answer_id)
    )
    for theme_id, text in rows:
        if theme_id in counts_as:
            found[by_id[counts_as[theme_id]].ref].append(text)
    return found
