"""Making certificates in the background, one job each, and what the operator has set for them."""

from __future__ import annotations

from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select

from certificates import service
from certificates.facts import CertificateKind
from certificates.queries import ISSUE_JOB
from certificates.service import Terms
from courses.cohorts.models import Enrolment
from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.core.jobs import job
from lms.people.queries import get_person

_log = structlog.get_logger(__name__)


def terms() -> Terms:
    """What the operator has set."""
    return Terms(public_url=current_app.config["PUBLIC_URL"])


@job(ISSUE_JOB)
def issue(payload: dict[str, Any]) -> None:
    """Issue one certificate. One that exists is left alone; a refusal is final and noted, for trying again changes nothing."""
    enrolment = db.session.scalars(select(Enrolment).where(Enrolment.ref == payload["enrolment_ref"])).one()
    try:
        service.issue(
            enrolment,
            CertificateKind(payload["kind"]),
            signatory_role=payload["signatory_role"],
            terms=terms(),
            by=get_person(payload["by_id"]),
        )
    except DomainError as refusal:
        _log.info("certificate refused", enrolment=enrolment.ref, why=type(refusal).__name__)
