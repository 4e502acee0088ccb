"""The audit trail: sealed by the commit that makes a change true, and one altered byte is found."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from lms.core import audit
from lms.core.audit import Act, AuditRecord
from lms.core.extensions import db
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user


def entries() -> list[AuditRecord]:
    return list(db.session.scalars(select(AuditRecord).order_by(AuditRecord.sequence)))


def test_entries_are_numbered_without_gaps_and_linked(app: object) -> None:
    joy = make_user(Role.ADMINISTRATOR)
    db.session.commit()
    audit.record(Act.PREFERENCE_CHANGED, by=as_actor(joy), on=joy, theme="dark")
    db.session.commit()
    found = entries()
    assert [entry.sequence for entry in found] == list(range(1, len(found) + 1))
    assert audit.broken_entries(found) == []
    assert found[-1].actor_id == joy.id
    assert found[-1].facts == {"theme": "dark"}


def test_a_rolled_back_change_leaves_no_entry(app: object) -> None:
    make_user()
    db.session.rollback()
    db.session.commit()
    assert entries() == []


def test_any_alteration_is_found(app: object) -> None:
    make_user()
    db.session.commit()
    found = entries()
    altered = found[1]
    db.session.expunge_all()
    for attribute, value in (
        ("act", "people:user:deleted"),
        ("facts", {"role": "administrator"}),
        ("actor_id", 7),
        ("at", altered.at + timedelta(seconds=1)),
    ):
        kept = getattr(altered, attribute)
        setattr(altered, attribute, value)
        assert audit.broken_entries(found) == [altered.sequence]
        setattr(altered, attribute, kept)


def test_a_missing_entry_is_found(app: object) -> None:
    make_user()
    db.session.commit()
    found = entries()
    assert audit.broken_entries([found[0], *found[2:]]) != []


def test_the_command_says_that_every_link_holds(app: object) -> None:
    make_user()
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 0
    assert "every link holds" in result.output
