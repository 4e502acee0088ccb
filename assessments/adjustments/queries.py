"""Reading what was agreed for somebody's assessment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from assessments.adjustments.models import AgreedAdjustment
from lms.core.extensions import db


def in_force(enrolment_id: int, *, on: date) -> list[AgreedAdjustment]:
    """What was agreed and holds on a day: for the assessor, who learns nothing of why."""
    return list(
        db.session.scalars(
            select(AgreedAdjustment)
            .where(
                AgreedAdjustment.enrolment_id == enrolment_id,
                AgreedAdjustment.agreed_on <= on,
                AgreedAdjustment.expires_on >= on,
            )
            .options(joinedload(AgreedAdjustment.agreed_by))
            .order_by(AgreedAdjustment.id)
        )
    )
