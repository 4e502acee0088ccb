"""In people's own words, in the demonstration: focus groups of 2011 write, two people find the themes, quotes come out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from assessments.evaluation import releasing
from assessments.evaluation.thresholds import policy_in_force
from assessments.questionnaires import library
from assessments.questionnaires import service as questionnaires
from assessments.questionnaires.respondents import Asked
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.written import Written
from assessments.themes import code_queries, codebook, coding, publishing, queries, redaction, service
from assessments.themes.models import Redaction, Theme, ThemeQuestion
from courses.cohorts.models import Cohort, Programme
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import Organisation
from lms.people.roles import Role
from lms.site.demo.characters import COMMISSIONER
from lms.site.demo.following_up import drawn
from lms.site.demo.own_words_texts import SHEETS, THEMES, Sheet
from lms.site.demo.programme_2010 import NAME
from lms.site.demo.stage import Moment, Stage, at

ITEM = "fg_difference"
GROUPS = 5
"""Cohorts of which a group met."""
SEED = 20110620
MET, READ = date(2011, 4, 4), date(2011, 9, 5)
"""The first group met; what they wrote is read when every questionnaire has closed."""
SECOND = "a second commissioner"


def moments() -> Iterator[Moment]:
    """The groups, one a day; then names are taken out, two people code, and the results come out."""
    size = len(SHEETS) // GROUPS
    for number in range(GROUPS):
        sheets = SHEETS[number * size : (number + 1) * size]
        when = at(MET + timedelta(days=number), "14:00")
        yield Moment(when, f"focus group {number + 1}", partial(_meet, number, sheets))
    for days, what, act in (
        (0, "names are taken out of what people wrote", _redact),
        (7, "two people code it", _code),
        (9, "they settle and let it out", _let_out),
    ):
        yield Moment(at(READ + timedelta(days=days), "10:00"), what, act)


def _meet(number: int, sheets: tuple[Sheet, ...], stage: Stage) -> None:
    programme = stage.get(Programme, NAME)
    cohort = db.session.scalars(
        select(Cohort)
        .where(Cohort.programme_id == programme.id, Cohort.ends_on < MET)
        .order_by(Cohort.ends_on.desc(), Cohort.id)
        .offset(number)
        .limit(1)
    ).one()
    kind = WaveKind.FOCUS_GROUP
    by = stage.actor(Role.ADMINISTRATOR.value)
    wave = questionnaires.open_waves(cohort, by=by, kinds=(kind,))[kind]
    instrument = library.from_document(wave.instrument_version.document)
    for place, sheet in enumerate(sheets):
        # nobody is in two groups: whose words were the same would count as one person
        asked = Asked(wave, None, instrument, ("demonstration", str(number), str(place)))
        chance = random.Random(SEED + 10 * number + place)  # noqa: S311 (invented answers)
        answers = drawn(instrument, chance, wave.opens_on)
        answers[ITEM] = Written(sheet.text, may_quote=sheet.quotable)
        questionnaires.save_answers(asked, answers, by=None)
        questionnaires.finish(asked, by=None)


def _redact(stage: Stage) -> None:
    reader = stage.actor(Role.ADMINISTRATOR.value)
    programme = stage.get(Programme, NAME)
    question = service.take_in(programme, WaveKind.FOCUS_GROUP, ITEM, policy_in_force(), by=reader)
    stage.keep(ITEM, question)
    service.open_answers(question, by=reader)
    hide = {sheet.text: sheet.hide for sheet in SHEETS}
    known = queries.known_names(programme.id)
    for place in range(1, len(SHEETS) + 1):
        written = queries.get_original(question, place)
        spans = redaction.propose(written.text, known)
        spans += service.words_to_hide(written.text, hide[written.text])
        service.redact(question, written.id, spans, by=reader)


def _code(stage: Stage) -> None:
    question = stage.get(ThemeQuestion, ITEM)
    first = stage.actor(Role.COMMISSIONER.value)
    other = people.create_user(
        name="Marcus Oduya",
        email="second.reader@commissioner.example",
        by=stage.actor(Role.ADMINISTRATOR.value),
    )
    people.add_member(other, stage.get(Organisation, COMMISSIONER), Role.COMMISSIONER, by=first)
    stage.keep(SECOND, other)
    for letter, words in THEMES.items():
        stage.keep(letter, codebook.add(question, words, by=first))
    for name, of in ((Role.COMMISSIONER.value, "first"), (SECOND, "second")):
        by = stage.actor(name)
        coding.join(question, by=by)
        for answer_id, sheet in _sheets(question).items():
            themes = [stage.get(Theme, letter).id for letter in getattr(sheet, of)]
            coding.code(question, answer_id, themes, by=by)


def _let_out(stage: Stage) -> None:
    question = stage.get(ThemeQuestion, ITEM)
    by = stage.actor(Role.COMMISSIONER.value)
    sheets = _sheets(question)
    for each in code_queries.codes_of(question).open:
        # what either saw is kept: they talked, and the other agreed
        coding.settle(question, each.id, each.first | each.second, by=by)
    for answer_id, sheet in sheets.items():
        if sheet.is_quoted:
            publishing.quote(stage.get(Theme, sheet.first), answer_id, by=by)
    publishing.publish(question, policy_in_force(), by=by)
    releasing.release(policy_in_force(), on=READ + timedelta(days=9))


def _sheets(question: ThemeQuestion) -> dict[str, Sheet]:
    """The sheet that each redacted answer was written on, by the answer's key."""
    texts = db.session.execute(
        select(Redaction.answer_id, Redaction.text).where(Redaction.question_id == question.id)
    )
    by_text = {sheet.text: sheet for sheet in SHEETS}
    return {
        answer_id: by_text.get(text) or by_text[queries.find_original(question, answer_id) or ""]
        for answer_id, text in texts
    }
