"""What the live cohort has done of the course, and one practitioner's journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

import yaml

from courses.cohorts.models import Enrolment
from courses.content import queries as content
from courses.content.models import CourseVersion
from courses.progress import drafts
from courses.progress import service as progress
from lms.site.demo.answers import answers_to
from lms.site.demo.characters import LIVE, PRACTITIONER
from lms.site.demo.days import Days
from lms.site.demo.editions import COURSE
from lms.site.demo.stage import Moment, Stage, at

JOURNAL = Path(__file__).parent / "data" / "journal.yaml"
MODULES_DONE = {"nour": 1, "gurpreet": 3, "tevita": 4, "callum": 4}
"""How many modules the slower ones have behind them, the reading before the course included; the others, all so far."""
MODULES_SO_FAR = 7


def moments(days: Days) -> Iterator[Moment]:
    """Activities done week by week, and journal entries on the evenings after sessions."""
    for learner in LIVE:
        last = MODULES_DONE.get(learner.key, MODULES_SO_FAR)
        for module in range(last):
            day = days.live[module] - timedelta(days=2) if module else days.live_first - timedelta(days=4)
            yield Moment(
                at(day, "20:30"),
                f"{learner.name}: module {module}",
                partial(_complete, learner.key, module),
            )
    for number, text in enumerate(_journal()):
        yield Moment(
            at(days.live[number], "21:15"), "a line in the journal", partial(_write, " ".join(text.split()))
        )


@cache
def _journal() -> list[str]:
    entries: list[str] = yaml.safe_load(JOURNAL.read_text(encoding="utf-8"))
    return entries


def _complete(key: str, module: int, stage: Stage) -> None:
    """Do every activity of one module, counted from the reading before the course."""
    enrolment, by = stage.get(Enrolment, key), stage.actor(key)
    course = content.get_document(stage.get(CourseVersion, COURSE).content_hash).course
    for activity in course.modules[module].activities:
        answers = answers_to(activity) if key == PRACTITIONER else {}
        if answers:
            drafts.save(answers, key=f"{enrolment.ref}:{activity.id}", based_on=0, by=by)
        progress.start(enrolment.id, activity.id, by=by)
        progress.complete(enrolment.id, activity.id, by=by)


def _write(text: str, stage: Stage) -> None:
    progress.keep_entry(stage.get(Enrolment, PRACTITIONER).id, text, by=stage.actor(PRACTITIONER))
