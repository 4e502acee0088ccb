"""The codes under which a practitioner's families stand. No name is kept anywhere."""

from __future__ import annotations

from sqlalchemy import func, select

from assessments.portfolio.models import Evidence
from lms.core.extensions import db


def codes_in_use(portfolio_id: int) -> list[tuple[str, int]]:
    """Each code that a portfolio uses, with how many pieces of evidence it is in."""
    rows = db.session.execute(
        select(Evidence.family_code, func.count())
        .where(
            Evidence.portfolio_id == portfolio_id, Evidence.removed_at.is_(None), Evidence.family_code != ""
        )
        .group_by(Evidence.family_code)
        .order_by(Evidence.family_code)
    )
    return [(code, count) for code, count in rows]
