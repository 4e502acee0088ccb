"""Two people code the same answers, blind to each other until both are done; then they talk and settle where they differ."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, exists, select, update

from assessments.themes import code_queries, queries, service, standings
from assessments.themes.codes import Coded
from assessments.themes.models import (
    CodedTheme,
    Coder,
    Coding,
    Quote,
    Redaction,
    SettledTheme,
    Settlement,
    ThemeQuestion,
)
from lms.core import clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db

TWO = 2


def join(question: ThemeQuestion, *, by: Actor) -> Coder:
    """Take one of the two places of coders.

    Raises:
        Conflict: the person has one, or both are taken.
    """
    service.lock(question)
    places = {each.place: each.id for each in standings.standing(question).coders}
    if by.id in places.values():
        raise Conflict("You code this question already.")
    if len(places) == TWO:
        raise Conflict(
            "Two people code this question already. If one has stopped, let them stand down first."
        )
    coder = Coder(question_id=question.id, coder_id=by.id, place=min({1, TWO} - set(places)))
    db.session.add(coder)
    db.session.flush()
    service.record(Act.CODERS_CHANGED, question, by=by, place=coder.place, joined=True)
    return coder


def stand_down(question: ThemeQuestion, place: int, *, by: Actor) -> None:
    """Free a coder's place; what they coded is deleted.

    Raises:
        Refused: nobody has the place, or both are done, so that what they coded is fixed.
    """
    service.lock(question)
    if _is_any_fixed(question):
        raise Refused(
            "Both have finished once. What they coded is fixed, and nobody can stand down any more."
        )
    gone = db.session.execute(delete(Coder).where(Coder.question_id == question.id, Coder.place == place))
    if not gone.rowcount:  # type: ignore[attr-defined]  # a deletion has one
        raise Refused("Nobody codes in this place.")
    service.record(Act.CODERS_CHANGED, question, by=by, place=place, joined=False)


def code(question: ThemeQuestion, answer_id: str, theme_ids: Collection[int], *, by: Actor) -> None:
    """Say which themes an answer has, none of them if so. When both have coded everything, all of it is fixed.

    Raises:
        Forbidden: the person does not code this question.
        Conflict: the answer was taken back or corrected, or what both said of it is fixed.
        Refused: a theme is offered no more.
    """
    service.lock(question)
    if not standings.is_coder(question, by.id):
        raise Forbidden("Two people code this question, and you are not one of them.")
    _require_offered(question, theme_ids)
    redacted = db.session.get(Redaction, answer_id)
    if redacted is None or redacted.question_id != question.id:
        raise Conflict(service.GONE)
    standing = db.session.get(Coding, (answer_id, by.id))
    if standing is not None and standing.is_fixed:
        raise Conflict("Both have finished, so what you said is fixed. Settle differences together.")
    if standing is None:
        db.session.add(Coding(answer_id=answer_id, coder_id=by.id, question_id=question.id))
    else:
        standing.at = clock.now()
        db.session.execute(
            delete(CodedTheme).where(CodedTheme.answer_id == answer_id, CodedTheme.coder_id == by.id)
        )
    db.session.flush()
    db.session.add_all(
        CodedTheme(answer_id=answer_id, coder_id=by.id, theme_id=theme_id)
        for theme_id in sorted(set(theme_ids))
    )
    db.session.flush()
    if standings.standing(question).is_coded_by_both:
        db.session.execute(update(Coding).where(Coding.question_id == question.id).values(is_fixed=True))
    service.record(Act.ANSWERS_CODED, question, by=by)


def settle(question: ThemeQuestion, answer_id: str, theme_ids: Collection[int], *, by: Actor) -> Coded:
    """Say which themes an answer has in the end, when the two have talked about where they differ.

    A quote that stands for a theme which the answer does not have in the end is dropped.

    Returns:
        The answer as it was before.

    Raises:
        Forbidden: the person does not code this question.
        Conflict: the answer was taken back, or there is nothing to settle about it.
        Refused: a theme is offered no more.
    """
    service.lock(question)
    if not standings.is_coder(question, by.id):
        raise Forbidden("The two who coded this question settle where they differ.")
    _require_offered(question, theme_ids)
    found = next((each for each in code_queries.codes_of(question).answers if each.id == answer_id), None)
    if found is None or (found.first == found.second and found.settled is None):
        raise Conflict("There is nothing to settle about this answer any more.")
    db.session.execute(delete(Settlement).where(Settlement.answer_id == answer_id))
    db.session.add(Settlement(answer_id=answer_id, question_id=question.id, by_id=by.id, at=clock.now()))
    db.session.flush()
    chosen = sorted(set(theme_ids))
    db.session.add_all(SettledTheme(answer_id=answer_id, theme_id=theme_id) for theme_id in chosen)
    db.session.execute(delete(Quote).where(Quote.answer_id == answer_id, Quote.theme_id.not_in(chosen)))
    db.session.flush()
    service.record(Act.ANSWERS_SETTLED, question, by=by)
    return found


def _require_offered(question: ThemeQuestion, theme_ids: Collection[int]) -> None:
    if not set(theme_ids) <= {theme.id for theme in queries.list_offered(question)}:
        raise Refused("One of these themes is offered no more. Look at the list again.")


def _is_any_fixed(question: ThemeQuestion) -> bool:
    fixed = exists().where(Coding.question_id == question.id, Coding.is_fixed)
    return bool(db.session.scalar(select(fixed)))
