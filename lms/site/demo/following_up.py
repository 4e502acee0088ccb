"""After the course, in the demonstration: the finished cohort a month and three months on, its managers, a group, parents.

As in `answering`, what is chosen is drawn from a seeded generator; what is written is in `following_words`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from assessments.questionnaires import library
from assessments.questionnaires import service as questionnaires
from assessments.questionnaires.items import Item
from assessments.questionnaires.models import Wave
from assessments.questionnaires.respondents import Asked, Given
from assessments.questionnaires.schema import Instrument, WaveKind
from assessments.questionnaires.written import Written
from courses.cohorts.models import Cohort, Enrolment
from lms.people.roles import Role
from lms.site.demo.characters import FINISHED
from lms.site.demo.days import Days
from lms.site.demo.following_words import WORDS
from lms.site.demo.stage import Moment, Stage, at
from lms.site.demo.teaching import BLOCK

SEED = 20110615
LEFT_OUT = 0.08
AFTER = {WaveKind.ONE_MONTH: 30, WaveKind.THREE_MONTHS: 92}
"""Days after the course on which the first practitioner answers."""
OTHERS = {
    WaveKind.FOCUS_GROUP: (40, 6),
    WaveKind.PARENT_START: (12, 5),
    WaveKind.PARENT_END: (84, 3),
    WaveKind.MANAGER: (94, 3),
}
"""Of those who have no place in the cohort: days after the course, and how many answer."""
STILL_TO_ANSWER = 2
"""Practitioners whose three months are still to be asked about."""


def moments(days: Days) -> Iterator[Moment]:
    """What is answered after the finished cohort's course, each in its time."""
    last = days.finished[-1]
    opened = at(last + timedelta(days=1), "09:00")
    yield Moment(opened, "follow-ups for the block", partial(_open, (*AFTER, *OTHERS)))
    for kind, after in AFTER.items():
        missing = STILL_TO_ANSWER if kind is WaveKind.THREE_MONTHS else 1
        for number, learner in enumerate(FINISHED[: len(FINISHED) - missing]):
            when = _soon(last, after + number, "19:40")
            act = partial(_by_practitioner, learner.key, kind, SEED + number)
            yield Moment(when, f"{learner.name} answers again", act)
    for kind, (after, count) in OTHERS.items():
        for number in range(count):
            yield Moment(
                _soon(last, after + number, "14:15"),
                f"{kind.answered_by} {number + 1} answers",
                partial(_by_other, kind, number, SEED + 100 + number),
            )


def _soon(last: date, days: int, clock_time: str) -> datetime:
    return at(last + timedelta(days=days), clock_time)


def _open(kinds: tuple[WaveKind, ...], stage: Stage) -> None:
    by = stage.actor(Role.PROVIDER_ADMINISTRATOR.value)
    for kind, wave in questionnaires.open_waves(stage.get(Cohort, BLOCK), by=by, kinds=kinds).items():
        if kind in kinds:
            stage.keep(f"{BLOCK} {kind}", wave)


def _by_practitioner(key: str, kind: WaveKind, seed: int, stage: Stage) -> None:
    wave = stage.get(Wave, f"{BLOCK} {kind}")
    asked = Asked(wave, stage.get(Enrolment, key), library.from_document(wave.instrument_version.document))
    answers = drawn(asked.instrument, random.Random(seed), wave.opens_on)  # noqa: S311 (invented answers)
    questionnaires.save_answers(asked, answers, by=stage.actor(key))
    questionnaires.finish(asked, by=stage.actor(key))


def _by_other(kind: WaveKind, number: int, seed: int, stage: Stage) -> None:
    wave = stage.get(Wave, f"{BLOCK} {kind}")
    instrument = library.from_document(wave.instrument_version.document)
    asked = Asked(wave, None, instrument, ("demonstration", str(number)))
    answers = drawn(instrument, random.Random(seed), wave.opens_on)  # noqa: S311 (invented answers)
    questionnaires.save_answers(asked, answers, by=None)
    questionnaires.finish(asked, by=None)


def drawn(instrument: Instrument, chance: random.Random, opened: date) -> dict[str, Given]:
    """An answer to nearly every question; what is not asked of somebody who answers so is let go when it is saved."""
    drawn = {item.code: _one(instrument, item, chance, opened) for item in instrument.items}
    return {code: answer for code, answer in drawn.items() if chance.random() >= LEFT_OUT}


def _one(instrument: Instrument, item: Item, chance: random.Random, opened: date) -> Given:
    if item.kind == "date":
        return Written(day=opened - timedelta(days=chance.randrange(4, 20)))
    if item.is_written:
        return Written(chance.choice(WORDS[item.code]), may_quote=chance.random() < 0.5)  # noqa: PLR2004
    codes = [option.code for option in instrument.options_of(item) if option.asked]
    if item.kind == "number":
        return codes[min(int(abs(chance.gauss(0.15, 0.08)) * len(codes)), len(codes) - 1)]
    if item.kind == "scale":
        middle = 5 if item.code.endswith("_before") or item.code.startswith("ps_") else 7
        return codes[max(0, min(round(chance.gauss(middle, 1.5)), len(codes) - 1))]
    chosen = codes[min(int(chance.expovariate(1.1)), len(codes) - 1)]
    return frozenset({chosen}) if item.kind == "multiple" else chosen
