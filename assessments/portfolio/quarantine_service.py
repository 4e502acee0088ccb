"""Taking a piece of evidence out because somebody can be recognised in it, and doing away with it once it is replaced.

What is taken out is moved, in the transaction of the return, from every table that a page reads into tables that nothing
reads: so there is no rule to forget. Its files are withheld where bytes are read. When its author has replaced it, what was
taken out is deleted; what remains is who, when, and the hashes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, delete, select

from assessments.portfolio import quarantine_followers
from assessments.portfolio import quarantine_queries as queries
from assessments.portfolio import quarantine_telling as telling
from assessments.portfolio.checking import WRITTEN_FIELDS
from assessments.portfolio.checking_models import NameAnswer, UnreadFile
from assessments.portfolio.models import Evidence, EvidenceFile, Mapping, SentWords, SubmittedFile
from assessments.portfolio.quarantine_models import Purge, Quarantine, SealedFile, SealedWords, Seen
from assessments.portfolio.snapshot import WITHHELD, hash_of
from courses.progress import drafts
from lms.core import audit, clock, held, previews, purging, uploads, withheld
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.model import Base, Entity

LONG_LINE = 30
"""Letters from which a line in two texts says that one is a draft of the other."""


def quarantine(evidence: Evidence, seen: Iterable[Seen], *, by: Actor) -> Quarantine:
    """Take a piece of evidence out, for everybody, from now until its author has replaced it.

    Every copy goes: the words in the portfolio and in every submission, files, previews, drafts, notes on it. One that is
    out already is given back as it is.

    Raises:
        Refused: it is not said by what somebody can be recognised.
    """
    told = sorted(set(seen))
    if not told:
        raise Refused("Say by what somebody can be recognised.", field="seen")
    standing = queries.standing_quarantine(evidence.id)
    if standing is not None:
        return standing
    last = queries.last_quarantine(evidence.id)
    made = Quarantine(
        evidence_id=evidence.id,
        number=last.number + 1 if last else 1,
        seen=[each.value for each in told],
        by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    _seal_drafts(made, evidence, by=by)
    _seal_sent(made, evidence, by=by)
    _seal_followers(made, evidence, by=by)
    _seal_piece(made, evidence, by=by)
    audit.record(
        Act.EVIDENCE_QUARANTINED,
        by=by,
        on=evidence,
        organisation_id=evidence.portfolio.enrolment.cohort.provider_id,
        seen=", ".join(made.seen),
    )
    telling.tell_of_quarantine(evidence, made)
    if evidence.removed_at is not None:
        # its author took it out of the portfolio before: nobody will replace it, so nothing is waited for
        end_when_replaced(evidence, by=by)
    return made


def end_when_replaced(evidence: Evidence, *, by: Actor) -> None:
    """Delete for good what was taken out of a piece that its author has now replaced, or given up. Else do nothing.

    Raises:
        Refused: what stands in its place is not written yet.
    """
    standing = queries.standing_quarantine(evidence.id)
    if standing is None:
        return
    if evidence.removed_at is None and WITHHELD in {evidence.title, evidence.text}:
        raise Refused("Give it a name and write it anew, so that nobody can be recognised.", field="title")
    words = [sealed.sha256 for sealed in _sealed(SealedWords, standing)]
    files = [_delete_file(sealed) for sealed in _sealed(SealedFile, standing)]
    db.session.execute(delete(SealedWords).where(SealedWords.quarantine_id == standing.id))
    db.session.add(
        Purge(quarantine_id=standing.id, words=words, files=[sha256 for sha256, _ in files], by_id=by.id)
    )
    telling.clean_disk([path for _, path in files], cause=standing.ref)
    audit.record(
        Act.EVIDENCE_PURGED,
        by=by,
        on=evidence,
        organisation_id=evidence.portfolio.enrolment.cohort.provider_id,
        words=len(words),
        files=len(files),
    )


def _seal_piece(made: Quarantine, evidence: Evidence, *, by: Actor) -> None:
    """The working copy: its words, why it shows its criteria, its files, and what was said to the check for names."""
    _keep(made, "evidence", {name: getattr(evidence, name) for name in WRITTEN_FIELDS})
    evidence.title, evidence.text = WITHHELD, WITHHELD if evidence.text else ""
    evidence.note = evidence.place = evidence.seen_by = ""
    was = evidence.version
    evidence.version += 1
    for mapping in db.session.scalars(select(Mapping).where(Mapping.evidence_id == evidence.id)):
        is_changed = mapping.sent_version is not None and mapping.sent_version < was
        _keep(made, f"why:{mapping.criterion}", {"why": mapping.why, "is_changed": is_changed})
        mapping.why = ""
        if mapping.sent_version is not None:
            mapping.sent_version = evidence.version
    for file in db.session.scalars(select(EvidenceFile).where(EvidenceFile.evidence_id == evidence.id)).all():
        _withhold(made, file.file_id, place=file.place)
        db.session.delete(file)
    for answer in db.session.scalars(select(NameAnswer).where(NameAnswer.evidence_id == evidence.id)).all():
        _keep(made, f"answer:{answer.place}", {"words": answer.words, "said": answer.said})
        db.session.delete(answer)
    db.session.execute(delete(UnreadFile).where(UnreadFile.evidence_id == evidence.id))
    testimony = evidence.testimony
    if testimony is not None:
        request = testimony.request
        _keep(made, "testimony", {"saw": testimony.saw, "about": request.about})
        evidence.testimony, evidence.author_id = None, evidence.portfolio.learner_id
        request.about, request.called_back_at, request.draft = WITHHELD, clock.now(), {}
        db.session.flush()
        purging.purge(testimony, cause=made.ref, by=by)
    db.session.flush()
    db.session.expire(evidence, ["files"])


def _seal_sent(made: Quarantine, evidence: Evidence, *, by: Actor) -> None:
    """What every submission carried of it."""
    for words in db.session.scalars(select(SentWords).where(SentWords.evidence_id == evidence.id)).all():
        _keep(made, f"submission:{words.submission_id}", words.said)
        purging.purge(words, cause=made.ref, by=by)
    for sent in db.session.scalars(
        select(SubmittedFile).where(SubmittedFile.evidence_id == evidence.id)
    ).all():
        _withhold(made, sent.file_id)
        purging.purge(sent, cause=made.ref, by=by)
    db.session.expire_all()


def _seal_drafts(made: Quarantine, evidence: Evidence, *, by: Actor) -> None:
    """What is being written to change it, and what was once kept of writing it."""
    lines = _long_lines([evidence.text, evidence.note])
    titles = {evidence.title}
    own, new = f"{evidence.__tablename__}:{evidence.ref}", f"portfolio:{evidence.portfolio.ref}"

    def is_of_it(key: str, values: dict[str, Any]) -> bool:
        said = [value for value in values.values() if isinstance(value, str)]
        like = values.get("title") in titles or bool(_long_lines(said) & lines)
        return key == own or (key.startswith(new) and like)

    author = evidence.author_id or evidence.portfolio.learner_id
    for place, values in drafts.take_out(author, is_of_it, cause=made.ref, by=by):
        _keep(made, place[:80], values)
    for typed in held.take_out(author, evidence.ref):
        _keep(made, "held", {"values": typed})


def _seal_followers(made: Quarantine, evidence: Evidence, *, by: Actor) -> None:
    """What rooms above keep that tells what is in it: notes that quote it, packs and scripts that hold a copy."""
    for copy in quarantine_followers.tell(evidence, by=by):
        _withhold(made, copy.id)
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if (
            not isinstance(table, Table)
            or not table.info.get("of_evidence")
            or not issubclass(mapper.class_, Entity)
        ):
            continue
        for row in db.session.scalars(select(mapper.class_).where(table.c.evidence_id == evidence.id)).all():
            told = {column.key: getattr(row, column.key) for column in mapper.column_attrs}
            _keep(made, table.name, {key: value for key, value in told.items() if isinstance(value, str)})
            if table.info.get("may_be_purged"):
                purging.purge(row, cause=made.ref, by=by)
            else:
                db.session.delete(row)
    db.session.flush()


def _long_lines(texts: Iterable[str]) -> set[str]:
    return {line.strip() for text in texts for line in text.splitlines() if len(line.strip()) >= LONG_LINE}


def _keep(made: Quarantine, place: str, words: dict[str, Any]) -> None:
    if any(words.values()):
        db.session.add(
            SealedWords(quarantine_id=made.id, came_from=place, words=words, sha256=hash_of(words))
        )


def _withhold(made: Quarantine, file_id: int, *, place: int | None = None) -> None:
    known = db.session.scalar(
        select(SealedFile).where(SealedFile.quarantine_id == made.id, SealedFile.file_id == file_id)
    )
    if known is not None:
        known.place = place
        return
    db.session.add(SealedFile(quarantine_id=made.id, file_id=file_id, place=place))
    db.session.flush()
    withheld.withhold(file_id)
    stored = db.session.get_one(StoredFile, file_id)
    previews.forget(stored.path)
    uploads.forget(stored)


def _sealed(kind: type[Any], standing: Quarantine) -> list[Any]:
    return list(db.session.scalars(select(kind).where(kind.quarantine_id == standing.id)))


def _delete_file(sealed: SealedFile) -> tuple[str, str]:
    """Delete the row of a file; gives back its hash, and where its bytes lie."""
    stored = db.session.get_one(StoredFile, sealed.file_id)
    previews.forget(stored.path)
    withheld.release(stored.id)
    db.session.delete(sealed)
    db.session.flush()
    db.session.delete(stored)
    db.session.flush()
    return stored.sha256, stored.path
