"""Agreeing an adjustment to somebody's assessment."""

from __future__ import annotations

from datetime import date

from assessments.adjustments.models import AgreedAdjustment, Authority, EvidenceSeen
from courses.cohorts.models import Enrolment
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Forbidden, Refused
from lms.core.extensions import db


def agree(
    enrolment: Enrolment,
    *,
    what: str,
    authority: Authority,
    evidence_seen: EvidenceSeen,
    until: date | None,
    standard_kept: bool,
    by: Actor,
) -> AgreedAdjustment:
    """Keep what is agreed, before the work is assessed.

    Args:
        enrolment: whose.
        what: what is done differently, as the assessor reads it; not why.
        authority: whose it is to allow.
        evidence_seen: the kind of thing that was looked at.
        until: the last day on which it holds.
        standard_kept: that what has to be shown stays the same.
        by: who agrees it.

    Raises:
        Refused: something is missing, or the standard would not stay.
        Forbidden: it is the person themselves.
    """
    if by.id == enrolment.user_id:
        raise Forbidden("Nobody agrees an adjustment of their own.")
    if not what.strip():
        raise Refused("Write what is agreed, as the assessor will read it.", field="what")
    if not standard_kept:
        raise Refused(
            "Tick that the standard stays. An adjustment changes how something is shown, not what.",
            field="standard_kept",
        )
    if until is None or until <= clock.today():
        raise Refused("Choose until when it holds.", field="until")
    agreed = AgreedAdjustment(
        enrolment_id=enrolment.id,
        learner_id=enrolment.user_id,
        what=what.strip(),
        authority=authority,
        evidence_seen=evidence_seen,
        standard_kept=True,
        agreed_by_id=by.id,
        agreed_on=clock.today(),
        expires_on=until,
    )
    db.session.add(agreed)
    db.session.flush()
    audit.record(Act.ADJUSTMENT_AGREED, by=by, on=agreed, organisation_id=enrolment.cohort.provider_id)
    return agreed
