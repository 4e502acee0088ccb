"""Two operations for revisions: refuse a new row by what stands in other tables, and allow it again.

A check constraint sees one row and a foreign key one other. A guard sees whatever its condition selects, by trigger, on both
databases, whoever asks. Two transactions that would each be refused because of the other take turns by `lock`.
"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, Operations


def guarding(dialect: str, table: str, name: str, *, refuse_when: str, lock: str, message: str) -> list[str]:
    """Statements that make a table refuse new rows of which a condition holds."""
    if dialect == "sqlite":  # one writer at a time: nothing to lock
        refusal = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        return [f'CREATE TRIGGER {table}_{name} BEFORE INSERT ON "{table}" WHEN {refuse_when} {refusal}']
    function = (
        f"CREATE FUNCTION guard_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM pg_advisory_xact_lock(hashtext('{lock.partition(' ')[0]}'), ({lock.partition(' ')[2]})::int); "
        f"IF {refuse_when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    trigger = (
        f'CREATE TRIGGER {table}_{name} BEFORE INSERT ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION guard_{table}_{name}()"
    )
    return [function, trigger]


def releasing(dialect: str, table: str, name: str) -> list[str]:
    """Statements that take the guard away."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_{name}"]
    return [f'DROP TRIGGER {table}_{name} ON "{table}"', f"DROP FUNCTION guard_{table}_{name}()"]


@Operations.register_operation("guard_rows")
class GuardRowsOp(MigrateOperation):
    """The operation `op.guard_rows(table, name, refuse_when=, lock=, message=)`."""

    def __init__(self, table: str, name: str, *, refuse_when: str, lock: str, message: str) -> None:
        self.table, self.name = table, name
        self.refuse_when, self.lock, self.message = refuse_when, lock, message

    @classmethod
    def guard_rows(cls, operations: Operations, table: str, name: str, **condition: str) -> Any:
        """Make a table refuse some rows."""
        return operations.invoke(cls(table, name, **condition))

    def reverse(self) -> MigrateOperation:
        """Its opposite."""
        return ReleaseRowsOp(self.table, self.name)


@Operations.register_operation("release_rows")
class ReleaseRowsOp(MigrateOperation):
    """The operation `op.release_rows(table, name)`."""

    def __init__(self, table: str, name: str) -> None:
        self.table, self.name = table, name

    @classmethod
    def release_rows(cls, operations: Operations, table: str, name: str) -> Any:
        """Make a table take every row again."""
        return operations.invoke(cls(table, name))


@Operations.implementation_for(GuardRowsOp)
def _guard(operations: Operations, op: GuardRowsOp) -> None:
    dialect = operations.get_bind().dialect.name
    for statement in guarding(
        dialect, op.table, op.name, refuse_when=op.refuse_when, lock=op.lock, message=op.message
    ):
        operations.execute(statement)


@Operations.implementation_for(ReleaseRowsOp)
def _release(operations: Operations, op: ReleaseRowsOp) -> None:
    for statement in releasing(operations.get_bind().dialect.name, op.table, op.name):
        operations.execute(statement)


@renderers.dispatch_for(GuardRowsOp)
def _render_guard(_context: Any, op: GuardRowsOp) -> str:
    condition = f"refuse_when={op.refuse_when!r}, lock={op.lock!r}, message={op.message!r}"
    return f"op.guard_rows({op.table!r}, {op.name!r}, {condition})"


@renderers.dispatch_for(ReleaseRowsOp)
def _render_release(_context: Any, op: ReleaseRowsOp) -> str:
    return f"op.release_rows({op.table!r}, {op.name!r})"
