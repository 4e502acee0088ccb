"""The programme of 2010-11: five providers, 39 cohorts in nine regions, and what 547 respondents answered.

The respondents come in through the same path as any provider's file. See data/README.md for where it is from.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial

from assessments.evaluation import releasing, study_2011
from assessments.evaluation.thresholds import policy_in_force
from assessments.questionnaires import importing
from courses.cohorts import service as cohorts
from courses.cohorts.calendar import CannotLayOut, Pattern, Wishes, lay_out
from courses.cohorts.models import Programme
from courses.cohorts.regions import REGIONS
from courses.content.models import CourseVersion
from lms.core.clock import LONDON
from lms.people import service as people
from lms.people.models import Organisation, OrganisationKind
from lms.people.roles import Role
from lms.site.demo.characters import COMMISSIONER
from lms.site.demo.days import MODULES
from lms.site.demo.editions import COURSE
from lms.site.demo.stage import Moment, Stage, at

FILE = study_2011.RESPONDENTS
NAME = "Families Going Forward 2010-11"
PREPARED = date(2010, 8, 3)
COLLECTED = date(2011, 3, 14)
RELEASED = date(2011, 5, 2)
STARTS = {Pattern.WEEKLY: time(9, 30), Pattern.BLOCK: time(9)}
PROVIDERS = {
    "ARISE": "ARISE Development Ltd",
    "FMI": "Family Matters Institute",
    "NCB": "National Children's Bureau",
    "SUNLIGHT": "Sunlight Social Enterprise",
    "SURREY": "Surrey Parenting and Education Services",
}
"""The training providers of the programme, by their codes in the file."""


@dataclass(frozen=True, slots=True, order=True)
class PastCohort:
    """A cohort as the file's rows tell of it."""

    provider: str
    code: str
    region: str
    pattern: Pattern
    starts_on: date
    ends_on: date


def read_cohorts() -> list[PastCohort]:
    """The cohorts that the file's rows belong to, by provider and code."""
    with FILE.open(encoding="utf-8", newline="") as rows:
        return sorted(
            {
                PastCohort(
                    row["provider"],
                    row["cohort"],
                    row["region_taught"],
                    Pattern(row["delivery"]),
                    date.fromisoformat(row["course_start"]),
                    date.fromisoformat(row["course_end"]),
                )
                for row in csv.DictReader(rows)
            }
        )


def moments() -> Iterator[Moment]:
    """The programme, each provider with its cohorts, and each provider's respondents."""
    yield Moment(at(PREPARED, "09:00"), NAME, _programme)
    past = read_cohorts()
    for code, name in PROVIDERS.items():
        own = [cohort for cohort in past if cohort.provider == code]
        yield Moment(at(PREPARED, "10:00"), f"the cohorts of {name}", partial(_provider, code, own))
    for code, name in PROVIDERS.items():
        yield Moment(at(COLLECTED, "10:00"), f"answers from {name}", partial(_answers, code))
    yield Moment(at(RELEASED, "06:00"), "the results", _release)


def _programme(stage: Stage) -> None:
    by = stage.actor(Role.COMMISSIONER.value)
    commissioner = stage.get(Organisation, COMMISSIONER)
    stage.keep(NAME, cohorts.create_programme(commissioner=commissioner, name=NAME, by=by))


def _provider(code: str, own: list[PastCohort], stage: Stage) -> None:
    by = stage.actor(Role.ADMINISTRATOR.value)
    provider = people.create_organisation(kind=OrganisationKind.PROVIDER, name=PROVIDERS[code], by=by)
    stage.keep(code, provider)
    for past in own:
        first, without = _first_day(past)
        cohorts.create_cohort(
            provider=provider,
            course_version=stage.get(CourseVersion, COURSE),
            name=f"{REGIONS[past.region]}, {first.day} {first:%B %Y}",
            wishes=Wishes(past.pattern, first, STARTS[past.pattern], without),
            region=past.region,
            programme=stage.get(Programme, NAME),
            code=past.code,
            by=by,
        )


def _first_day(past: PastCohort) -> tuple[date, Collection[date]]:
    """The first day of a cohort, and the days around Christmas that make it end when the file says.

    Two blocks of the file begin on the bank holiday of 3 January 2011, when nobody was taught: they begin a day later.
    """
    first = past.starts_on
    for days_off in ((), *_CHRISTMAS):
        try:
            timetable = lay_out(
                past.pattern,
                modules=MODULES,
                first_day=first,
                starts=STARTS[past.pattern],
                without=frozenset(days_off),
            )
        except CannotLayOut:
            first += timedelta(days=1)
            continue
        if timetable.sessions[-1].starts_at.astimezone(LONDON).date() == past.ends_on:
            return first, frozenset(days_off)
    return first, frozenset()


_CHRISTMAS = (
    tuple(date(2010, 12, day) for day in range(20, 32)),
    tuple(date(2010, 12, day) for day in range(20, 25)),
)


def _answers(code: str, stage: Stage) -> None:
    importing.import_responses(
        FILE.read_bytes(),
        name=FILE.name,
        provider=stage.get(Organisation, code),
        only=code,
        by=stage.actor(Role.ADMINISTRATOR.value),
    )


def _release(stage: Stage) -> None:  # noqa: ARG001 (what a moment is called with)
    releasing.release(policy_in_force(), on=RELEASED)
