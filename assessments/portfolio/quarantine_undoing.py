"""Giving a piece back that was taken out by mistake, while nothing of it has been deleted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from assessments.portfolio import quarantine_queries as queries
from assessments.portfolio import quarantine_telling as telling
from assessments.portfolio.models import (
    Evidence,
    EvidenceFile,
    Mapping,
    SentWords,
    Submission,
    SubmittedFile,
)
from assessments.portfolio.quarantine_models import (
    Mistake,
    Purge,
    Quarantine,
    SealedFile,
    SealedWords,
    Undone,
)
from assessments.portfolio.snapshot import hash_of
from lms.core import audit, withheld
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.files import StoredFile

SUBMISSION = "submission:"


def undo(made: Quarantine, mistake: Mistake, *, by: Actor) -> None:
    """Give a piece back, word for word: to its author, and to every submission that carried it.

    Notes on it, drafts of it and what its author said to the check for names do not come back: some of them are deleted when
    it is taken out. Nor do copies in packs, which are made anew, and in scripts.

    Raises:
        Forbidden: they took it out themselves.
        Conflict: it has been replaced and deleted, or given back.
        Refused: a witness wrote it, and what a witness signed was deleted.
    """
    if made.by_id == by.id:
        raise Forbidden("You took it out yourself. Somebody else has to say that it was a mistake.")
    evidence = made.evidence
    db.session.execute(select(Evidence.id).where(Evidence.id == evidence.id).with_for_update())
    standing = queries.standing_quarantine(evidence.id)
    if standing is None or standing.id != made.id:
        raise Conflict("It is out no more. Nothing was changed.")
    sealed = {
        row.came_from: row.words
        for row in db.session.scalars(select(SealedWords).where(SealedWords.quarantine_id == made.id))
    }
    if "testimony" in sealed:
        raise Refused(
            "A witness wrote it, and what a witness signed is not kept. Ask the witness for it again."
        )
    _give_back_sent(made, evidence, sealed)
    _give_back_piece(made, evidence, sealed)
    _open_again(made)
    db.session.add(Undone(quarantine_id=made.id, mistake=mistake, by_id=by.id))
    audit.record(
        Act.EVIDENCE_GIVEN_BACK,
        by=by,
        on=evidence,
        organisation_id=evidence.portfolio.enrolment.cohort.provider_id,
        mistake=mistake.value,
    )
    db.session.flush()
    db.session.expire_all()
    telling.tell_of_undoing(evidence, made)


def _give_back_sent(made: Quarantine, evidence: Evidence, sealed: dict[str, dict[str, Any]]) -> None:
    """What every submission carried of it."""
    replaced_in = db.session.scalar(
        select(Quarantine.id)
        .join(Purge, Purge.quarantine_id == Quarantine.id)
        .where(Quarantine.evidence_id == evidence.id, Quarantine.id < made.id)
        .order_by(Quarantine.id.desc())
        .limit(1)
    )
    said_in = {
        int(place.removeprefix(SUBMISSION)): said
        for place, said in sealed.items()
        if place.startswith(SUBMISSION)
    }
    for submission in db.session.scalars(select(Submission).where(Submission.id.in_(said_in))):
        said = said_in[submission.id]
        first = {piece["ref"]: piece["words_sha256"] for piece in submission.frame["evidence"]}[evidence.ref]
        db.session.add(
            SentWords(
                submission_id=submission.id,
                evidence_id=evidence.id,
                evidence_ref=evidence.ref,
                said=said,
                quarantine_id=None if hash_of(said) == first else replaced_in,
            )
        )
        refs = [file["ref"] for file in said["files"]]
        db.session.add_all(
            SubmittedFile(submission_id=submission.id, evidence_id=evidence.id, file_id=file_id)
            for file_id in db.session.scalars(select(StoredFile.id).where(StoredFile.ref.in_(refs)))
        )


def _give_back_piece(made: Quarantine, evidence: Evidence, sealed: dict[str, dict[str, Any]]) -> None:
    """The working copy: its words, why it shows its criteria, and its files."""
    for name, words in sealed["evidence"].items():
        setattr(evidence, name, words)
    evidence.version += 1
    for mapping in db.session.scalars(select(Mapping).where(Mapping.evidence_id == evidence.id)):
        kept = sealed.get(f"why:{mapping.criterion}", {"why": "", "is_changed": False})
        # what its author wrote while it was out is newer than what was sealed
        is_changed = kept["is_changed"] or (mapping.why != "" and mapping.why != kept["why"])
        mapping.why = mapping.why or kept["why"]
        if mapping.sent_version is not None:
            mapping.sent_version = evidence.version - is_changed
    db.session.add_all(
        EvidenceFile(evidence_id=evidence.id, file_id=file.file_id, place=file.place)
        for file in db.session.scalars(
            select(SealedFile).where(SealedFile.quarantine_id == made.id, SealedFile.place.is_not(None))
        )
    )


def _open_again(made: Quarantine) -> None:
    """Give the files to those who may see them, and keep nothing sealed."""
    for file_id in db.session.scalars(select(SealedFile.file_id).where(SealedFile.quarantine_id == made.id)):
        withheld.release(file_id)
    for kind in (SealedFile, SealedWords):
        db.session.execute(delete(kind).where(kind.quarantine_id == made.id))
