"""Many answered questionnaires in a database: cohorts of PEOPLE, each asked before and after the course, all of whom answered. On SQLite."""

from __future__ import annotations

import secrets
from datetime import timedelta

import numpy as np
from sqlalchemy import insert, select

from assessments.questionnaires import pseudonyms, service
from assessments.questionnaires.blocks import instrument_of
from assessments.questionnaires.codes import Bytes, highest_byte, stored_items
from assessments.questionnaires.models import Pairing, Wave, random_id
from assessments.questionnaires.pseudonyms import Purpose
from assessments.questionnaires.schema import STUDY, Instrument, WaveKind
from courses.cohorts.models import Cohort, Pattern
from courses.content.models import CourseVersion
from lms.core import clock, keys
from lms.core.extensions import db
from lms.people.models import Organisation, OrganisationKind

PEOPLE = 25
AT_ONCE = 2_000
"""Cohorts that are written at a time."""


def fill(responses: int) -> list[int]:
    """Put so many responses into a database that has none, half of them of each wave; gives the numbers of the cohorts."""
    kinds = sorted(STUDY)
    versions = {
        kind: version
        for version in service.publish_instruments(by=None)
        for kind in instrument_of(version.id).waves
    }
    cohort_ids = _cohorts(responses // PEOPLE // len(kinds))
    for start in range(0, len(cohort_ids), AT_ONCE):
        some = cohort_ids[start : start + AT_ONCE]
        names = [secrets.token_hex(pseudonyms.LENGTH // 2) for _ in range(PEOPLE * len(some))]
        for kind in kinds:
            _answer(_waves(some, kind, versions[kind].id), names, versions[kind].id)
        db.session.commit()
    return cohort_ids


def _check() -> str:
    return pseudonyms.check_value(keys.response_key())


def _cohorts(count: int) -> list[int]:
    """So many cohorts of one provider that ended long ago."""
    provider = Organisation(kind=OrganisationKind.PROVIDER, name="Bench")
    version = CourseVersion(
        slug="bench",
        number=1,
        title="Bench",
        taught_minutes=1800,
        reading_minutes=300,
        content_hash="",
        document={},
    )
    db.session.add_all([provider, version])
    db.session.flush()
    ended = clock.today() - timedelta(days=365)
    shared = {
        "provider_id": provider.id,
        "course_version_id": version.id,
        "pattern": Pattern.WEEKLY,
        "region": "london",
        "starts_on": ended - timedelta(days=70),
        "ends_on": ended,
    }
    cohorts = [{**shared, "code": f"B{number}", "name": f"Bench {number}"} for number in range(count)]
    db.session.execute(insert(Cohort), cohorts)
    cohort_ids = list(
        db.session.scalars(select(Cohort.id).where(Cohort.provider_id == provider.id).order_by(Cohort.id))
    )
    db.session.execute(insert(Pairing), [{"cohort_id": each, "key_check": _check()} for each in cohort_ids])
    return cohort_ids


def _waves(cohort_ids: list[int], kind: WaveKind, version_id: int) -> list[int]:
    day = clock.today() - timedelta(days=365)
    shared = {
        "instrument_version_id": version_id, "kind": kind, "opens_on": day, "closes_on": day, "key_check": _check(),
    }  # fmt: skip
    db.session.execute(insert(Wave), [{**shared, "cohort_id": each} for each in cohort_ids])
    own = select(Wave.id).where(Wave.cohort_id.in_(cohort_ids), Wave.kind == kind).order_by(Wave.cohort_id)
    return list(db.session.scalars(own))


def _answer(waves: list[int], names: list[str], version_id: int) -> None:
    """A response of everybody, PEOPLE to a wave, and of special-category answers as many as there are responses.

    Straight to the driver: a million rows would take minutes by way of the session.
    """
    instrument = instrument_of(version_id)
    ordinary, special = (_random_codes(instrument, len(names), special=apart) for apart in (False, True))
    ids = [random_id() for _ in names]
    check, day = _check(), (clock.today() - timedelta(days=365)).isoformat()
    responses = [
        (waves[place // PEOPLE], each, check, name, day, codes.tobytes(), True)
        for place, (each, name, codes) in enumerate(zip(ids, names, ordinary, strict=True))
    ]
    driver = db.session.connection().exec_driver_sql
    driver(
        "INSERT INTO response (wave_id, id, key_check, pseudonym, answered_on, codes, complete) VALUES (?, ?, ?, ?, ?, ?, ?)",
        sorted(responses),
    )
    if special.size:
        apart = pseudonyms.derive_each(keys.response_key(), Purpose.SPECIAL, ids)
        rows = [(name, version_id, codes.tobytes()) for name, codes in zip(apart, special, strict=True)]
        driver(
            "INSERT INTO special_answers (pseudonym, instrument_version_id, codes) VALUES (?, ?, ?)",
            sorted(rows),
        )


def _random_codes(instrument: Instrument, people: int, *, special: bool) -> Bytes:
    """Answers of people who choose by chance and leave out one question in a few."""
    items = stored_items(instrument, special=special)
    most = [highest_byte(item, instrument.options_of(item)) for item in items]
    random = np.random.default_rng(2011)
    return random.integers(0, np.array(most, np.int64) + 1, (people, len(items))).astype(np.uint8)
