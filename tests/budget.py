"""Counting queries: a page costs the same number whatever the amount of data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from lms.core.extensions import db


@contextmanager
def queries() -> Iterator[list[str]]:
    """The SELECTs sent to the database within the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def assert_flat(add_one: Callable[[], object], look: Callable[[], object]) -> None:
    """Fail when looking costs more queries with three rows than with one."""
    add_one()
    look()
    with queries() as at_one:
        look()
    add_one()
    add_one()
    with queries() as at_three:
        look()
    assert len(at_three) == len(at_one), "\n".join(at_three)
