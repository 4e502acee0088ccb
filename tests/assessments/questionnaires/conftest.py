"""A cohort whose course begins today, people in it, and their questionnaires."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from assessments.questionnaires import library, pseudonyms, queries, service, sheets
from assessments.questionnaires.models import InstrumentVersion, Wave
from assessments.questionnaires.paper_models import PaperSheet
from assessments.questionnaires.schema import Instrument, WaveKind
from courses.cohorts.models import Cohort, Enrolment, Pattern
from lms.core import clock, keys
from lms.core.access import Reach
from lms.core.extensions import db
from lms.people.roles import Role
from tests.factories.cohorts import make_course_version
from tests.factories.people import as_actor, make_organisation, make_user

DATA = Path(__file__).parent / "data"
_numbers = count(1)


def make_cohort(provider=None, *, code="", days_ago=0, lasts=70) -> Cohort:
    """A cohort that began so many days ago."""
    number = next(_numbers)
    starts_on = clock.today() - timedelta(days=days_ago)
    cohort = Cohort(
        provider=provider or make_organisation(),
        course_version=make_course_version(slug="course"),
        code=code or f"C{number}",
        name=f"Cohort {number}",
        pattern=Pattern.WEEKLY,
        region="london",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=lasts),
    )
    db.session.add(cohort)
    db.session.flush()
    return cohort


def enrol(cohort: Cohort, name: str = "") -> Enrolment:
    """A practitioner in a cohort."""
    enrolment = Enrolment(cohort=cohort, user=make_user(Role.PRACTITIONER, cohort.provider, name=name))
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def asked(enrolment: Enrolment, kind: WaveKind = WaveKind.PRE) -> queries.Asked:
    """A wave as the practitioner of an enrolment meets it; opened if it is not."""
    wave = service.open_waves(enrolment.cohort, by=None)[kind]
    return queries.get_own_wave(wave.ref, within=Reach(enrolment.user_id))


def answer(enrolment: Enrolment, answers, kind: WaveKind = WaveKind.PRE, *, finish: bool = False):
    """Save answers as the practitioner would; on a day when the wave is open."""
    mine = asked(enrolment, kind)
    person = as_actor(enrolment.user)
    response = service.save_answers(mine, answers, by=person, on=mine.wave.opens_on)
    if finish:
        service.finish(mine, by=person, on=mine.wave.opens_on)
    db.session.flush()
    return response


def ask_of(cohort: Cohort, kind: WaveKind, instrument: Instrument) -> Wave:
    """A wave of some kind that asks an instrument of the test's own, open now."""
    service.open_waves(cohort, by=None, kinds=())
    version = InstrumentVersion(
        slug=instrument.slug,
        number=next(_numbers),
        title=instrument.title,
        content_hash=library.content_hash(instrument),
        document=library.to_document(instrument),
    )
    wave = Wave(
        cohort=cohort,
        instrument_version=version,
        kind=kind,
        opens_on=clock.today(),
        closes_on=clock.today() + timedelta(days=20),
        key_check=pseudonyms.check_value(keys.response_key()),
    )
    db.session.add_all([version, wave])
    db.session.flush()
    return wave


def every_kind() -> Instrument:
    """An instrument with one question of every kind."""
    return library.read(DATA / "every_kind.yaml")


def everything(enrolment: Enrolment) -> queries.Asked:
    """One question of every kind, as the practitioner of an enrolment meets them."""
    wave = ask_of(enrolment.cohort, WaveKind.ONE_MONTH, every_kind())
    return queries.get_own_wave(wave.ref, within=Reach(enrolment.user_id))


def count(table) -> int:
    """How many rows a table has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def printed(wave, by, *, twice=False, many=1) -> list[PaperSheet]:
    """Forms of a wave with their numbers."""
    batch = sheets.print_sheets(wave, sheets=many, keyed_twice=twice, by=by)
    return list(db.session.scalars(sa.select(PaperSheet).where(PaperSheet.batch == batch)))


@pytest.fixture
def cohort(app) -> Cohort:
    return make_cohort()


@pytest.fixture
def enrolment(cohort) -> Enrolment:
    return enrol(cohort, "Amina Begum")


@pytest.fixture
def administrator(cohort):
    return make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider)


@pytest.fixture
def wave(cohort) -> Wave:
    """What the cohort is asked before the course, open."""
    return service.open_waves(cohort, by=None)[WaveKind.PRE]


@pytest.fixture
def joy(cohort):
    return as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider))


@pytest.fixture
def rita(cohort):
    return as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider))
