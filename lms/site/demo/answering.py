"""The questionnaires of the demonstration: waves opened, most of the live cohort's pre-course answers given.

Answers are drawn from a seeded generator, so that the same people answer the same on every machine; what they
answer says nothing of anybody.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from assessments.questionnaires import library
from assessments.questionnaires import service as questionnaires
from assessments.questionnaires.codes import Answer
from assessments.questionnaires.models import Wave
from assessments.questionnaires.respondents import Asked
from assessments.questionnaires.schema import Instrument, WaveKind
from courses.cohorts.models import Cohort, Enrolment
from lms.people.roles import Role
from lms.site.demo.characters import FINISHED, LIVE, Answering, Learner
from lms.site.demo.days import Days
from lms.site.demo.stage import Moment, Stage, at
from lms.site.demo.teaching import BLOCK, TUESDAYS

SEED = 20110331
LEFT_OUT = 0.04
"""Share of the questions that people leave out."""


def moments(days: Days) -> Iterator[Moment]:
    """Waves of both cohorts: the finished one has answered twice, most of the live one before the course."""
    asked = days.finished[0] - timedelta(days=13)
    yield Moment(at(asked, "09:00"), "questionnaires for the block", partial(_open, BLOCK))
    for number, learner in enumerate(FINISHED):
        yield _answers(
            learner, BLOCK, WaveKind.PRE, number, at(days.finished[0] - timedelta(days=3), "12:15")
        )
        day = days.finished[-1] + timedelta(days=number)
        yield _answers(learner, BLOCK, WaveKind.POST, number, at(day, "18:20"))
    asked = days.live_first - timedelta(days=13)
    yield Moment(at(asked, "09:00"), "questionnaires for Tuesdays", partial(_open, TUESDAYS))
    for number, learner in enumerate(LIVE):
        if learner.answering is not Answering.NOT:
            day = days.live_first - timedelta(days=number % 6)
            yield _answers(learner, TUESDAYS, WaveKind.PRE, number, at(day, "08:10"))


def _answers(learner: Learner, cohort: str, kind: WaveKind, number: int, when: datetime) -> Moment:
    done = learner.answering is Answering.DONE
    act = partial(_fill_in, learner.key, f"{cohort} {kind}", SEED + number, done)
    return Moment(when, f"{learner.name} answers", act)


def _open(cohort: str, stage: Stage) -> None:
    by = stage.actor(Role.PROVIDER_ADMINISTRATOR.value)
    for kind, wave in questionnaires.open_waves(stage.get(Cohort, cohort), by=by).items():
        stage.keep(f"{cohort} {kind}", wave)


def _fill_in(key: str, name: str, seed: int, done: bool, stage: Stage) -> None:
    wave = stage.get(Wave, name)
    instrument = library.from_document(wave.instrument_version.document)
    asked = Asked(wave, stage.get(Enrolment, key), instrument)
    answers = _drawn(instrument, random.Random(seed))  # noqa: S311 (invented answers, the same on every machine)
    if not done:
        answers = dict(list(answers.items())[:5])
    questionnaires.save_answers(asked, answers, by=stage.actor(key))
    if done:
        questionnaires.finish(asked, by=stage.actor(key))


def _drawn(instrument: Instrument, chance: random.Random) -> dict[str, Answer]:
    """An answer to nearly every question, the first options of a list the likelier."""
    answers: dict[str, Answer] = {}
    for item in instrument.items:
        codes = [option.code for option in instrument.options_of(item) if option.asked]
        chosen = codes[min(int(chance.expovariate(1.1)), len(codes) - 1)]
        if chance.random() >= LEFT_OUT:
            answers[item.code] = frozenset({chosen}) if item.kind == "multiple" else chosen
    return answers
