"""What is kept under what it was made from: found again for equal arguments alone, and bounded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select

from lms.core.extensions import db
from lms.core.kept import Memory, kept, memory
from lms.core.packing import instant, packed, unpacked
from lms.core.reading import read_rows
from lms.people.models import User
from tests.factories.people import make_user

NAMES = select(User.id, User.name).where(User.id.in_(bindparam("people", expanding=True))).order_by(User.id)
PACKED = select(packed(User.id, User.theme, User.created_at)).where(
    User.id.in_(bindparam("people", expanding=True))
)
FIRST = select(User.name).order_by(User.id).limit(1)
asked: list[object] = []


def greeting(rows: object, day: str) -> str:
    """Notes that it was asked."""
    asked.append(rows)
    return f"{list(rows)} on {day}"  # type: ignore[call-overload]


def test_what_does_not_fit_goes_the_least_used_first_and_what_is_too_large_is_not_kept() -> None:
    small = Memory(100_000)
    for number in range(60):
        small.keep(number, "x" * 4_000)
        small.find(0)
        assert small.bytes <= small.most_bytes
    assert small.find(0) is not None
    assert small.find(1) is None
    assert small.find(59) is not None
    small.keep("whole", "x" * 50_000)
    assert small.find("whole") is None
    small.keep(59, "y")
    assert small.find(59) != small.find(0)
    small.forget()
    assert (len(small), small.bytes) == (0, 0)


@pytest.mark.usefixtures("app")
def test_equal_rows_find_what_was_made_and_others_do_not() -> None:
    ann, bo = make_user(name="Ann"), make_user(name="Bo")
    both = [ann.id, bo.id]
    asked.clear()
    first = kept(greeting, read_rows(NAMES, people=both), "Monday")
    assert kept(greeting, read_rows(NAMES, people=both), "Monday") is first
    assert len(asked) == 1
    kept(greeting, read_rows(NAMES, people=both), "Tuesday")
    kept(greeting, read_rows(NAMES, people=[ann.id]), "Monday")
    assert len(asked) == 3
    bo.name = "Bob"
    assert "Bob" in kept(greeting, read_rows(NAMES, people=both), "Monday")
    bo.name = "Bo"
    assert kept(greeting, read_rows(NAMES, people=both), "Monday") is first


def test_each_application_has_a_memory_of_its_own_with_a_bound(app) -> None:
    assert 0 < memory(app).most_bytes <= 64 * 1024 * 1024


@pytest.mark.usefixtures("app")
def test_rows_that_are_read_as_one_text_come_back_whole() -> None:
    people = [make_user(), make_user()]
    ((text,),) = read_rows(PACKED, people=[one.id for one in people])
    rows = sorted((int(key), theme, instant(at)) for key, theme, at in unpacked(text))
    assert rows == [(one.id, one.theme.value, one.created_at) for one in people]
    ((nothing,),) = read_rows(PACKED, people=[])
    assert unpacked(nothing) == []
    assert instant("2026-03-10 09:30:00.5+00") == datetime(2026, 3, 10, 9, 30, 0, 500_000, UTC)


@pytest.mark.usefixtures("app")
def test_on_sqlite_a_limit_stands_in_the_statement_so_that_it_is_prepared_once() -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans for a value as well")
    ann = make_user(name="Ann")
    compiled = FIRST.compile(db.engine, compile_kwargs={"render_postcompile": True})
    assert "LIMIT 1" in str(compiled)
    assert [tuple(row) for row in read_rows(FIRST)] == [(ann.name,)]
    assert db.session.scalar(FIRST) == "Ann"
    assert db.session.scalars(select(User.id).order_by(User.id).limit(5).offset(1)).all() == []
