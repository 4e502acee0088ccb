"""Two operations for revisions: refuse changes to a table's rows, and allow them again.

An append-only table refuses UPDATE and DELETE by trigger, on both databases, whoever asks. One whose rows `may_go`
refuses UPDATE alone: they are never changed, and go as a whole when nothing needs them any more. One whose rows
`may_be_purged` lets a row be deleted for which a warrant stands in `purge_warrant`, and no other.
"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, Operations


def _refused(*, may_go: bool) -> tuple[str, ...]:
    return ("UPDATE",) if may_go else ("UPDATE", "DELETE")


def refusing(dialect: str, table: str, *, may_go: bool, may_be_purged: bool = False) -> list[str]:
    """Statements that make a table refuse to have its rows changed."""
    message = f"rows of {table} are never changed"
    verbs = _refused(may_go=may_go)
    warranted = f"EXISTS (SELECT 1 FROM purge_warrant WHERE table_name = '{table}' AND row_ref = OLD.ref)"  # noqa: S608 (a table's name of ours)
    if dialect == "sqlite":
        unless = {"DELETE": f"WHEN NOT {warranted} "} if may_be_purged else {}
        return [
            f'CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON "{table}" {unless.get(verb, "")}'
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for verb in verbs
        ]
    unless_purged = (
        f"IF TG_OP = 'DELETE' THEN IF {warranted} THEN RETURN OLD; END IF; END IF; " if may_be_purged else ""
    )
    function = (
        f"CREATE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {unless_purged}RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    trigger = (
        f'CREATE TRIGGER {table}_no_change BEFORE {" OR ".join(verbs)} ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{table}()"
    )
    return [function, trigger]


def allowing(dialect: str, table: str, *, may_go: bool) -> list[str]:
    """Statements that take the refusal away."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb.lower()}" for verb in _refused(may_go=may_go)]
    return [f'DROP TRIGGER {table}_no_change ON "{table}"', f"DROP FUNCTION refuse_change_of_{table}()"]


@Operations.register_operation("refuse_changes")
class RefuseChangesOp(MigrateOperation):
    """The operation `op.refuse_changes(table)`."""

    def __init__(self, table: str, *, may_go: bool = False, may_be_purged: bool = False) -> None:
        self.table, self.may_go, self.may_be_purged = table, may_go, may_be_purged

    @classmethod
    def refuse_changes(
        cls, operations: Operations, table: str, *, may_go: bool = False, may_be_purged: bool = False
    ) -> Any:
        """Make a table append-only."""
        return operations.invoke(cls(table, may_go=may_go, may_be_purged=may_be_purged))

    def reverse(self) -> MigrateOperation:
        """Its opposite."""
        return AllowChangesOp(self.table, may_go=self.may_go, may_be_purged=self.may_be_purged)


@Operations.register_operation("allow_changes")
class AllowChangesOp(MigrateOperation):
    """The operation `op.allow_changes(table)`."""

    def __init__(self, table: str, *, may_go: bool = False, may_be_purged: bool = False) -> None:
        self.table, self.may_go, self.may_be_purged = table, may_go, may_be_purged

    @classmethod
    def allow_changes(
        cls, operations: Operations, table: str, *, may_go: bool = False, may_be_purged: bool = False
    ) -> Any:
        """Make a table changeable again."""
        return operations.invoke(cls(table, may_go=may_go, may_be_purged=may_be_purged))

    def reverse(self) -> MigrateOperation:
        """Its opposite."""
        return RefuseChangesOp(self.table, may_go=self.may_go, may_be_purged=self.may_be_purged)


@Operations.implementation_for(RefuseChangesOp)
def _refuse(operations: Operations, operation: RefuseChangesOp) -> None:
    dialect = operations.get_bind().dialect.name
    for statement in refusing(
        dialect, operation.table, may_go=operation.may_go, may_be_purged=operation.may_be_purged
    ):
        operations.execute(statement)


@Operations.implementation_for(AllowChangesOp)
def _allow(operations: Operations, operation: AllowChangesOp) -> None:
    for statement in allowing(operations.get_bind().dialect.name, operation.table, may_go=operation.may_go):
        operations.execute(statement)


@renderers.dispatch_for(RefuseChangesOp)
def _render_refuse(_context: Any, operation: RefuseChangesOp) -> str:
    return f"op.refuse_changes({_rendered(operation)})"


@renderers.dispatch_for(AllowChangesOp)
def _render_allow(_context: Any, operation: AllowChangesOp) -> str:
    return f"op.allow_changes({_rendered(operation)})"


def _rendered(operation: RefuseChangesOp | AllowChangesOp) -> str:
    leave = "".join(f", {name}=True" for name in ("may_go", "may_be_purged") if getattr(operation, name))
    return f"{operation.table!r}{leave}"
