"""Revisions make what the models say, go up and down, and keep append-only tables append-only."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from lms.core.audit import Act, record
from lms.core.extensions import db
from tests.factories.people import make_user

MIGRATIONS = str(Path(__file__).parents[2] / "migrations")


def test_the_revisions_make_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_revisions_go_down_and_up_again(app: Flask) -> None:
    before = _schema()
    make_user()
    db.session.commit()
    db.session.remove()
    downgrade(directory=MIGRATIONS, revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(directory=MIGRATIONS)
    assert _schema() == before


def _schema() -> dict[str, list[str]]:
    inspector = sa.inspect(db.engine)
    return {
        name: sorted(column["name"] for column in inspector.get_columns(name))
        for name in sorted(inspector.get_table_names())
    }


def test_append_only_tables_refuse_changes(app: Flask) -> None:
    user = make_user()
    record(Act.USER_CREATED, by=None, on=user)
    db.session.commit()
    for statement in ("UPDATE audit_record SET act = 'x'", "DELETE FROM audit_record"):
        with pytest.raises(sa.exc.DatabaseError, match="never changed"):
            db.session.execute(sa.text(statement))
        db.session.rollback()


def test_every_append_only_table_has_its_guard(app: Flask) -> None:
    guarded = {name for name, table in db.metadata.tables.items() if table.info.get("append_only")}
    catalogue = (
        "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if db.engine.dialect.name == "sqlite"
        else "SELECT event_object_table FROM information_schema.triggers"
    )
    assert set(db.session.scalars(sa.text(catalogue))) == guarded
