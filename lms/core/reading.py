"""Reading columns cheaply, for the pages that are opened most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import Row, Select

from lms.core.extensions import db

Columns = TypeVarTuple("Columns")


def read_rows(statement: Select[*Columns], **values: Any) -> Sequence[Row[*Columns]]:
    """Read columns within the transaction of the request: less than half the cost of asking the session for them.

    Args:
        statement: A statement that selects columns, never entities; best put together once, with `bindparam`.
        values: What its parameters are.

    Returns:
        Every row. What was changed and not yet flushed is flushed first, so that a read within a write sees it.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values).all()
