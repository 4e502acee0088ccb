"""The copy of responses by column says what the responses say, is gone when they change, and tells no more than they do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask

from assessments.questionnaires import columns, queries, service
from assessments.questionnaires.models import AnswerColumns, CopiedWave, Response, Wave
from assessments.questionnaires.schema import WaveKind
from courses.cohorts.models import Cohort, Enrolment
from lms.core.database import writing
from lms.core.extensions import db
from tests.assessments.questionnaires.conftest import answer, asked, enrol, make_cohort
from tests.factories.people import as_actor

LENGTHS = ("lt1", "y1_5", "y5_10", "gt10")


def copy_everything() -> int:
    return sum(columns.copy(waves) for waves in columns.list_to_copy())


def finished_cohort(people: int) -> tuple[Cohort, list[Enrolment]]:
    """A cohort whose questionnaires have closed: all answered before the course, two in three after it."""
    cohort = make_cohort(days_ago=365)
    enrolments = [enrol(cohort) for _ in range(people)]
    for number, enrolment in enumerate(enrolments):
        answer(enrolment, {"length": LENGTHS[number % 4], "bme": "yes" if number % 3 else "no"}, finish=True)
        if number % 3:
            answer(enrolment, {"sup_team": "A" if number % 2 else "SD"}, WaveKind.POST)
    return cohort, enrolments


def rows_of(cohorts: list[Cohort]) -> list[tuple[int, ...]]:
    """The respondents of some cohorts in the order in which they are read: cohort and every code."""
    paired = queries.paired_answers([cohort.id for cohort in cohorts])
    return [
        (own, *codes) for own, codes in zip(paired.cohort_ids.tolist(), paired.codes.tolist(), strict=True)
    ]


@pytest.fixture
def statements(app):
    """Every statement that the database is asked from here on."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_what_is_copied_dropped_and_copied_again_reads_the_same(app, statements):
    cohorts = [finished_cohort(people)[0] for people in (7, 1, 12)]
    parts = [cohorts, cohorts[1:], [cohorts[2]], []]
    as_stored = [rows_of(part) for part in parts]
    assert len(as_stored[0]) == 20
    assert copy_everything() == db.session.scalar(sa.select(sa.func.count()).select_from(Response)) > 20
    statements.clear()
    assert [rows_of(part) for part in parts] == as_stored
    assert not [text for text in statements if "FROM response" in text], "the copy was not used"
    columns.drop()
    assert db.session.scalars(sa.select(CopiedWave)).all() == []
    assert [rows_of(part) for part in parts] == as_stored
    copy_everything()
    assert [rows_of(part) for part in parts] == as_stored


def test_whoever_answers_corrects_or_takes_back_is_read_as_they_are_now(app):
    cohort, enrolments = finished_cohort(6)
    other, _ = finished_cohort(3)
    late = enrol(cohort)
    first, last = asked(enrolments[0]), asked(enrolments[5])
    changes = [
        lambda: answer(enrolments[0], {"length": "gt10"}),
        lambda: answer(enrolments[1], {"bme": "rather-not-say"}),
        lambda: answer(late, {"length": "lt1", "bme": "yes"}),
        lambda: service.finish(first, by=as_actor(enrolments[0].user), on=first.wave.opens_on),
        lambda: service.withdraw(last, by=as_actor(enrolments[5].user)),
    ]
    for change in changes:
        copy_everything()
        held = db.session.scalar(sa.select(CopiedWave.columns_id).where(CopiedWave.wave_id == first.wave.id))
        change()
        db.session.flush()
        assert db.session.scalars(sa.select(AnswerColumns.id).where(AnswerColumns.id == held)).all() == []
        now = rows_of([cohort, other])
        columns.drop()
        assert rows_of([cohort, other]) == now
    assert len(rows_of([cohort])) == 7


def test_an_answer_that_is_changed_without_letting_its_copy_go_is_refused(app):
    cohort, enrolments = finished_cohort(2)
    elsewhere = answer(enrol(make_cohort()), {"length": "lt1", "bme": "yes"})
    db.session.commit()
    copy_everything()
    db.session.commit()
    mine = queries.find_own_response(asked(enrolments[0]))
    special = queries.find_special_answers(mine)
    columns.forget([elsewhere.wave_id])
    mine.complete = False
    with pytest.raises(RuntimeError, match="only after"):
        db.session.flush()
    db.session.rollback()
    db.session.delete(special)
    with pytest.raises(RuntimeError, match="only after"):
        db.session.flush()
    db.session.rollback()
    assert len(rows_of([cohort])) == 2


def test_a_questionnaire_that_is_still_open_is_not_copied(app, cohort):
    answer(enrol(cohort), {"length": "lt1"})
    assert copy_everything() == 0
    assert len(rows_of([cohort])) == 1


def test_a_copy_is_not_read_for_a_small_part_of_it(app, monkeypatch, statements):
    cohorts = [finished_cohort(2)[0] for _ in range(3)]
    monkeypatch.setattr(columns, "WORTH", 2)
    as_stored = rows_of(cohorts[:1])
    copy_everything()
    statements.clear()
    assert rows_of(cohorts[:1]) == as_stored
    assert [text for text in statements if "FROM response" in text]


def test_a_copy_made_with_another_key_is_not_read(app, statements):
    cohort, _ = finished_cohort(3)
    copy_everything()
    app.config["RESPONSE_KEY"] = "another key " * 4
    statements.clear()
    rows_of([cohort])
    assert [text for text in statements if "FROM response" in text]


def test_special_category_answers_cannot_be_read_from_the_copy_without_the_key(app):
    """All of a cohort gave the same answer: sealed, it looks like any other bytes, and never twice the same."""
    cohort = make_cohort(days_ago=365)
    for _ in range(24):
        answer(enrol(cohort), {"length": "lt1", "bme": "yes", "disability": "no"})
    sealed = []
    for _ in range(2):
        columns.drop()
        copy_everything()
        (copy,) = db.session.scalars(sa.select(AnswerColumns).where(AnswerColumns.kind == WaveKind.PRE))
        sealed.append(copy.sealed_special)
        db.session.expunge_all()
    assert [len(each) for each in sealed] == [48, 48]
    assert sealed[0] != sealed[1]
    assert all(len(set(each)) > 24 for each in sealed)
    names = queries.paired_answers([cohort.id]).variables
    codes = queries.paired_answers([cohort.id]).codes
    assert set(codes[:, names.index("bme")].tolist()) == {1}
    assert set(codes[:, names.index("disability")].tolist()) == {2}


def test_the_copy_has_no_time_no_order_of_arrival_and_no_key_of_a_response(app):
    cohort, _ = finished_cohort(9)
    copy_everything()
    keys = db.session.scalars(sa.select(Response.id)).all()
    for copy in db.session.scalars(sa.select(AnswerColumns)):
        names = np.frombuffer(copy.pseudonyms, ">u8").reshape(-1, 2)
        in_database = db.session.scalars(
            sa.select(Response.pseudonym)
            .join(Wave)
            .where(Wave.cohort_id == cohort.id, Wave.kind == copy.kind)
        )
        assert {f"{a:016x}{b:016x}" for a, b in names.tolist()} == set(in_database)
        order = np.frombuffer(copy.pseudonyms, np.uint64)[::2]
        assert (order[1:] > order[:-1]).all()
        for cell in vars(copy).values():
            assert not any(
                key in str(cell) or (isinstance(cell, bytes) and key.encode() in cell) for key in keys
            )
    for column in AnswerColumns.__table__.columns:
        assert not isinstance(column.type, sa.DateTime | sa.Date)


def test_a_copy_can_hold_a_questionnaire_that_nobody_answered(app):
    cohort = make_cohort(days_ago=365)
    service.open_waves(cohort, by=None)
    assert copy_everything() == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CopiedWave)) >= 2
    assert rows_of([cohort]) == []


def test_the_command_copies_what_is_new_and_drops_when_told(app):
    cohort, _ = finished_cohort(6)
    db.session.commit()
    as_stored = rows_of([cohort])

    def run(*options: str) -> str:
        result = app.test_cli_runner().invoke(args=["evaluation", "columns", *options])
        assert result.exit_code == 0, result.output
        return result.output

    assert run() == "Copied 10 responses.\n"
    assert run() == "Copied 0 responses.\n"
    assert run("--rebuild") == "Copied 10 responses.\n"
    assert rows_of([cohort]) == as_stored
    assert run("--drop") == "Dropped every copy.\n"
    assert rows_of([cohort]) == as_stored
    assert app.test_cli_runner().invoke(args=["evaluation", "release"]).exit_code == 0
    assert run() == "Copied 0 responses.\n", "the daily command has copied them"


def meanwhile(app: Flask, work: Callable[[], object], *, waits_at: str) -> threading.Thread:
    """Begin work in a transaction of its own; comes back when it has sent the statement at which it has to wait."""
    waits = threading.Event()

    def note(*args: object) -> None:
        if waits_at in str(args[2]):
            waits.set()

    def run() -> None:
        with app.app_context(), writing():
            work()
            db.session.commit()

    sa.event.listen(db.engine, "before_cursor_execute", note)
    thread = threading.Thread(target=run)
    thread.start()
    sent = waits.wait(20)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    assert sent
    return thread


def test_a_copy_and_an_answer_at_the_same_time_wait_for_each_other(app):
    """On PostgreSQL; on SQLite there is one writer at a time."""
    if db.engine.dialect.name != "postgresql":
        return
    cohort, enrolments = finished_cohort(4)
    people = [enrolment.id for enrolment in enrolments]
    db.session.commit()

    def correct(person: int) -> None:
        answer(db.session.get_one(Enrolment, person), {"length": "gt10", "bme": "no"})

    correct(people[0])
    copying = meanwhile(app, copy_everything, waits_at="FOR UPDATE")
    db.session.commit()
    copying.join()
    copied = rows_of([cohort])
    columns.drop()
    assert rows_of([cohort]) == copied
    copy_everything()
    answering = meanwhile(app, lambda: correct(people[1]), waits_at="FOR SHARE")
    db.session.commit()
    answering.join()
    now = rows_of([cohort])
    columns.drop()
    assert rows_of([cohort]) == now != copied
