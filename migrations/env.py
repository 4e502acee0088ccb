"""How Alembic meets this application: its models, their constraint names, and its append-only tables."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.operations import ops
from flask import current_app
from sqlalchemy import MetaData

from lms.core.model import guards_of
from migrations.append_only import RefuseChangesOp
from migrations.guards import GuardRowsOp

database = current_app.extensions["migrate"].db
metadata: MetaData = database.metadatas[None]


def _guard_new_tables(_context: Any, _revision: Any, directives: list[ops.MigrationScript]) -> None:
    """Behind the new tables, refuse changes to rows of those that are append-only, and rows that guards refuse."""
    for script in directives:
        made = [
            metadata.tables[operation.table_name]
            for operation in script.upgrade_ops.ops
            if isinstance(operation, ops.CreateTableOp)
        ]
        refusals: list[RefuseChangesOp | GuardRowsOp] = [
            RefuseChangesOp(table.name, may_go=table.info.get("may_go", False))
            for table in made
            if table.info.get("append_only")
        ]
        refusals += [
            GuardRowsOp(
                table.name, guard.name, refuse_when=guard.refuse_when, lock=guard.lock, message=guard.message
            )
            for table in made
            for guard in guards_of(table.name)
        ]
        script.upgrade_ops.ops.extend(refusals)
        script.downgrade_ops.ops[:0] = [refusal.reverse() for refusal in reversed(refusals)]


def _render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Revisions are frozen: they name plain types, never ours."""
    return (
        "sa.DateTime(timezone=True)" if kind == "type" and type(item).__module__.startswith("lms.") else False
    )


def run() -> None:
    """Run the revisions on a live connection."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            process_revision_directives=_guard_new_tables,
            render_item=_render_item,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
