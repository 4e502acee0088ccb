"""Who is told that a piece of evidence was taken out, and clearing the disk behind a purge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import select

from assessments.portfolio.models import Evidence
from assessments.portfolio.quarantine_models import Quarantine
from lms.core import clock, file_disk, jobs, mail, previews, purging
from lms.core.extensions import db
from lms.people.models import Membership, User
from lms.people.roles import Role

CLEAN_DISK = "portfolio.clean-disk"
CLEANED = (
    "evidence",
    "mapping",
    "sent_words",
    "sealed_words",
    "name_answer",
    "upload",
    "testimony",
    "witness_request",
    "evidence_note",
    "note_draft",
    "standard_piece",
    "draft",
    "draft_copy",
    "stored_file",
    "held_form",
)
"""Tables that held the words of what was purged."""


def tell_of_quarantine(evidence: Evidence, made: Quarantine) -> None:
    """Write to the learner, to the assessor who recorded it, the provider's administrators and the contact for data protection. Never what it says."""
    portfolio = evidence.portfolio
    provider = portfolio.enrolment.cohort.provider
    facts = _facts(evidence, made)
    learner = portfolio.learner
    mail.queue(to=learner.email, template="assessments/mail/taken_out", name=learner.name, **facts)
    if evidence.by_assessor and evidence.author is not None:
        author = evidence.author
        mail.queue(to=author.email, template="assessments/mail/record_taken_out", name=author.name, **facts)
    for name, address in _guardians(provider.id):
        mail.queue(to=address, template="assessments/mail/quarantined", name=name, **facts)


def tell_of_undoing(evidence: Evidence, made: Quarantine) -> None:
    """Write to all those who were told that a piece was taken out that it is back, and to whoever took it out."""
    people = [evidence.portfolio.learner, made.by]
    if evidence.by_assessor and evidence.author is not None:
        people.append(evidence.author)
    told = {person.email: person.name for person in people}
    told |= {email: name for name, email in _guardians(evidence.portfolio.enrolment.cohort.provider_id)}
    for email, name in told.items():
        mail.queue(to=email, template="assessments/mail/given_back", name=name, **_facts(evidence, made))


def _facts(evidence: Evidence, made: Quarantine) -> dict[str, Any]:
    portfolio = evidence.portfolio
    return {
        "provider": portfolio.enrolment.cohort.provider,
        "quarantine": made,
        "learner": portfolio.learner,
        "evidence": evidence,
    }


def _guardians(provider_id: int) -> list[tuple[str, str]]:
    """The provider's administrators of today, and whoever answers for data protection here."""
    today = clock.today()
    rows = db.session.execute(
        select(User.name, User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == provider_id,
            Membership.role == Role.PROVIDER_ADMINISTRATOR,
            Membership.from_on <= today,
            Membership.until_on.is_(None) | (Membership.until_on >= today),
        )
        .distinct()
        .order_by(User.email)
    )
    contact = current_app.config["DATA_PROTECTION_CONTACT"]
    return [(name, email) for name, email in rows] + ([("colleague", contact)] if contact else [])


def clean_disk(paths: Sequence[str], *, cause: str) -> None:
    """After the present transaction, delete the bytes of files, and what the database's own files still hold of old rows."""
    jobs.enqueue(CLEAN_DISK, {"paths": list(paths)}, key=f"{CLEAN_DISK}:{cause}")


@jobs.job(CLEAN_DISK)
def _clean_disk(payload: dict[str, Any]) -> None:
    """Safe to run again: what is gone stays gone."""
    db.session.rollback()  # nothing is done in it yet, and while it is open the log cannot be emptied
    for path in payload["paths"]:
        (file_disk.folder() / path).unlink(missing_ok=True)
        previews.forget(path)  # somebody may have been reading it while it was taken out
    purging.forget_what_went(CLEANED)
