"""Putting what its author replaced into the submissions from which the first was taken out."""

from __future__ import annotations

from sqlalchemy import select

from assessments.portfolio import quarantine_queries as queries
from assessments.portfolio.checking_queries import stays
from assessments.portfolio.checking_service import before_sending
from assessments.portfolio.evidence_queries import reasons_of
from assessments.portfolio.models import Evidence, Mapping, SentWords, Submission, SubmittedFile
from assessments.portfolio.sending import frozen
from assessments.portfolio.snapshot import WORDS
from assessments.portfolio.witness_queries import approvals_of
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict
from lms.core.extensions import db


def put_back(evidence: Evidence, *, by: Actor) -> list[Submission]:
    """Let a piece that was replaced stand in every submission that carried what was taken out, marked as put there later.

    Nothing else about the submissions changes: their numbers, days, declarations and decisions stay.

    Returns:
        The submissions, oldest first.

    Raises:
        Conflict: nothing of it was taken out, or it is not replaced yet.
        Unchecked: something in it could identify somebody, and its author has not said anything to it.
    """
    lacking = queries.lacking_in(evidence.id)
    last = queries.last_quarantine(evidence.id)
    if not lacking or last is None:
        raise Conflict("It stands in what you sent already. Nothing was changed.")
    before_sending([evidence])
    said = frozen(
        evidence, evidence.files, stays([evidence.id])[evidence.id], approvals_of([evidence]).get(evidence.id)
    )
    words = {name: said[name] for name in WORDS}
    why = reasons_of(evidence)
    submissions = list(
        db.session.scalars(select(Submission).where(Submission.id.in_(lacking)).order_by(Submission.id))
    )
    for submission in submissions:
        served = [ref for ref, pieces in submission.frame["criteria"].items() if evidence.ref in pieces]
        db.session.add(
            SentWords(
                submission_id=submission.id,
                evidence_id=evidence.id,
                evidence_ref=evidence.ref,
                said=words | {"why": {ref: why.get(ref, "") for ref in served}},
                quarantine_id=last.id,
            )
        )
        db.session.add_all(
            SubmittedFile(submission_id=submission.id, evidence_id=evidence.id, file_id=file.id)
            for file in evidence.files
        )
    for mapping in db.session.scalars(
        select(Mapping).where(Mapping.evidence_id == evidence.id, Mapping.submission_id.is_not(None))
    ):
        mapping.sent_version = evidence.version
    audit.record(
        Act.EVIDENCE_PUT_BACK,
        by=by,
        on=evidence,
        organisation_id=evidence.portfolio.enrolment.cohort.provider_id,
        submissions=len(submissions),
    )
    db.session.flush()
    db.session.expire_all()
    return submissions
