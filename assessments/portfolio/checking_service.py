"""What a practitioner does about what could identify somebody: cover it, say why it stays, put another file in its place."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from assessments.portfolio.checking import WRITTEN_FIELDS, Check, Found, Reason, covering, key_of, masked
from assessments.portfolio.checking_models import LONGEST_SAID, LONGEST_WORDS, NameAnswer, UnreadFile
from assessments.portfolio.checking_queries import check, checks, name_place, words_place
from assessments.portfolio.document_covering import covered_bytes, require_covered
from assessments.portfolio.models import Evidence, EvidenceFile, Mapping
from assessments.portfolio.quarantine_queries import quarantined_among
from assessments.portfolio.quarantine_telling import clean_disk
from lms.core import audit, files, previews, uploads
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db
from lms.core.files import Purpose, StoredFile
from lms.core.retention import is_unnamed


class Unchecked(Refused):
    """Something in the evidence could identify somebody, and its author has not said anything to it."""

    def __init__(self, pieces: Sequence[tuple[Evidence, Check]]) -> None:
        named = ", ".join(f"“{piece.title}” ({one.left})" for piece, one in pieces)
        typed = [
            found.words for _, one in pieces for found in one.waiting if found.place.key.startswith("why:")
        ]
        beside = f" Among it, in why it shows a criterion: {', '.join(typed)}." if typed else ""
        super().__init__(
            f"Check for names first. There is something to look at in {named}.{beside}", field="criteria"
        )


def cover(evidence: Evidence, key: str, *, with_code: bool = False, by: Actor) -> None:
    """Cover what was found wherever it stands in its place: in words by a mask, in a document by a copy.

    Args:
        evidence: the piece.
        key: the finding's key.
        with_code: write the code of the evidence's family, rather than what kind of thing it was.
        by: its author.

    Raises:
        NotFound: nothing is found there any more.
        Refused: it stands in a document of which no copy can be made, or what is put over it has no room there.
    """
    found = _found(evidence, key)
    instead = f"Family {evidence.family_code}" if with_code and evidence.family_code else covering(found.kind)
    if found.place.file_ref:
        _cover_in_file(evidence, found, instead, by=by)
    else:
        _check_fit(evidence, found, instead)
        _answer(evidence, found, instead=instead, by=by)
    _record(evidence, "covered", found, by=by)


def leave(evidence: Evidence, key: str, *, reason: Reason, said: str = "", by: Actor) -> None:
    """Say why what was found may stay.

    Raises:
        NotFound: nothing is found there any more.
        Refused: its kind may never stay, or another reason is not given.
    """
    found = _found(evidence, key)
    said = said.strip()
    if not found.kind.may_stay:
        raise Refused(f"That looks like {found.kind.words}, which may never stay. Cover it.")
    if reason is Reason.OTHER and not said:
        raise Refused("Say in a few words why it stays.")
    if len(said) > LONGEST_SAID:
        raise Refused(f"Keep this under {LONGEST_SAID} letters.")
    _answer(evidence, found, reason=reason, said=said, by=by)
    _record(evidence, "stays", found, by=by)


def reopen(evidence: Evidence, key: str, *, by: Actor) -> None:
    """Take back what was said to a finding: what was covered shows again to its author, until it is sent."""
    db.session.execute(delete(NameAnswer).where(NameAnswer.evidence_id == evidence.id, NameAnswer.key == key))
    audit.record(Act.EVIDENCE_CHECKED, by=by, on=evidence, what="asked again")


def declare_unread(evidence: Evidence, sha256: str, *, by: Actor) -> None:
    """Say that nobody can be recognised in a file that cannot be read here.

    Raises:
        NotFound: it has no such file.
    """
    unread = next((one for one in check(evidence).unread if one.sha256 == sha256), None)
    if unread is None:
        raise NotFound("That file is not part of this piece any more.")
    if not unread.is_declared:
        db.session.add(UnreadFile(evidence_id=evidence.id, sha256=sha256, by_id=by.id))
        audit.record(Act.EVIDENCE_CHECKED, by=by, on=evidence, what="declared", sha256=sha256)


def before_sending(pieces: Sequence[Evidence]) -> None:
    """Let evidence go only when all that could identify somebody is answered; then put the masks into its words.

    From then on the covered words are nowhere in it, and the masks cannot be undone.

    Raises:
        Unchecked: something is not answered.
        Refused: a piece is out, or what is covered has no room in its place.
    """
    out = quarantined_among([piece.id for piece in pieces])
    if out:
        raise Refused(
            "A piece that was taken out has to be replaced before it can go again. Open it from your portfolio.",
            field="criteria",
        )
    looked = checks(pieces)
    waiting = [(piece, looked[piece.id]) for piece in pieces if looked[piece.id].left]
    if waiting:
        raise Unchecked(waiting)
    _settle(pieces)


def _settle(pieces: Sequence[Evidence]) -> None:
    """Put the masks of some pieces into their words, and let go what they covered. The queries do not grow with the pieces."""
    masks = _masks([piece.id for piece in pieces])
    for piece in pieces:
        for name in WRITTEN_FIELDS:
            if put := masks.get((piece.id, name)):
                setattr(piece, name, _fitting(name, getattr(piece, name), put))
    explained = {number for number, _ in masks}
    for mapping in db.session.scalars(select(Mapping).where(Mapping.evidence_id.in_(explained))):
        place = f"why:{mapping.criterion}"
        if put := masks.get((mapping.evidence_id, place)):
            mapping.why = _fitting(place, mapping.why, put)
    db.session.execute(
        delete(NameAnswer).where(NameAnswer.evidence_id.in_(explained), NameAnswer.reason.is_(None))
    )
    db.session.flush()


def _check_fit(evidence: Evidence, found: Found, instead: str) -> None:
    """See that words can be covered where they stand.

    Raises:
        Refused: they are too long to be remembered, or their place has no room.
    """
    if len(found.words) > LONGEST_WORDS:
        raise Refused(f"That is {len(found.words)} letters, too long to cover. Shorten it first.")
    place = found.place.key
    already = _masks([evidence.id])[evidence.id, place]
    _fitting(place, found.place.text, [*already, (found.words, instead)])


def _masks(evidence_ids: Collection[int]) -> dict[tuple[int, str], list[tuple[str, str]]]:
    """The words that are covered, and what is written in their stead, by piece and place."""
    found: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    rows = select(NameAnswer).where(NameAnswer.evidence_id.in_(evidence_ids), NameAnswer.reason.is_(None))
    for mask in db.session.scalars(rows):
        found[mask.evidence_id, mask.place].append((mask.words, mask.instead))
    return found


def _fitting(place: str, text: str, masks: Sequence[tuple[str, str]]) -> str:
    """What stands in a place, covered.

    Raises:
        Refused: covered it would be longer than there is room for.
    """
    covered = masked(text, masks)
    column = Mapping.__table__.c.why if place.startswith("why:") else Evidence.__table__.c[place]
    most = getattr(column.type, "length", None)
    if most is not None and len(covered) > most:
        label = WRITTEN_FIELDS.get(place) or f"Why it shows {place.removeprefix('why:')}"
        raise Refused(
            f"“{label}” would come to {len(covered)} letters with the words covered, and {most} is the most. Shorten it first.",
            field="criteria",
        )
    return covered


def _found(evidence: Evidence, key: str) -> Found:
    found = next((one for one in check(evidence).found if one.key == key), None)
    if found is None:
        raise NotFound("Those words are not there any more.")
    return found


def _answer(
    evidence: Evidence,
    found: Found,
    *,
    instead: str = "",
    reason: Reason | None = None,
    said: str = "",
    by: Actor,
) -> None:
    row = db.session.scalar(
        select(NameAnswer).where(NameAnswer.evidence_id == evidence.id, NameAnswer.key == found.key)
    )
    if row is None:
        row = NameAnswer(evidence_id=evidence.id, key=found.key, place=found.place.key)
        db.session.add(row)
    row.words, row.instead, row.reason, row.said = found.words[:LONGEST_WORDS], instead, reason, said
    row.times, row.by_id = found.times, by.id
    db.session.flush()


def _cover_in_file(evidence: Evidence, found: Found, instead: str, *, by: Actor) -> None:
    stored = next(file for file in evidence.files if file.ref == found.place.file_ref)
    if found.place.is_name:
        ending = "." + stored.name.rpartition(".")[2]
        name = masked(stored.name.rpartition(".")[0].replace("_", " "), [(found.words, instead)]) + ending
        copy = files.store(io.BytesIO(files.read(stored)), name=name, purpose=Purpose.EVIDENCE, by=by)
    else:
        masks = [(found.words, instead)]
        covered = covered_bytes(stored, masks)
        copy = files.store(covered, name=stored.name, purpose=Purpose.EVIDENCE, by=by)
        require_covered(copy, masks)
    _replace_file(evidence, stored, copy)


def _replace_file(evidence: Evidence, old: StoredFile, new: StoredFile) -> None:
    """Put a copy in a file's place. What was answered to the old one's words stands for the same words in the new one."""
    for row in db.session.scalars(
        select(EvidenceFile).where(EvidenceFile.evidence_id == evidence.id, EvidenceFile.file_id == old.id)
    ):
        row.file_id = new.id
    moved = {name_place(old): name_place(new), words_place(old): words_place(new)}
    for answer in db.session.scalars(
        select(NameAnswer).where(NameAnswer.evidence_id == evidence.id, NameAnswer.place.in_(moved))
    ):
        answer.place = moved[answer.place]
        answer.key = key_of(answer.place, answer.words)
    evidence.version += 1
    db.session.flush()
    db.session.expire(evidence, ["files"])
    _forget_unless_named(old)


def _forget_unless_named(old: StoredFile) -> None:
    """Do away with a file that was never sent, with all that was made of it: what is covered in its copy stands in it."""
    uploads.forget(old)
    db.session.flush()
    if db.session.scalar(select(StoredFile.id).where(StoredFile.id == old.id, is_unnamed(StoredFile.id))):
        previews.forget(old.path)
        db.session.delete(old)
        db.session.flush()
        clean_disk([old.path], cause=old.ref)


def _record(evidence: Evidence, what: str, found: Found, *, by: Actor) -> None:
    audit.record(Act.EVIDENCE_CHECKED, by=by, on=evidence, what=what, kind=found.kind.value)
