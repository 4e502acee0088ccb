"""Notes on evidence: on words of a text, or on a place of a page. Kept with the draft, sent with the decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from assessments.holds import service as holds
from assessments.marking.drafting import require_assessor
from assessments.marking.ledger import OVERTAKEN, position_of
from assessments.marking.models import Decision
from assessments.marking.note_models import Note, NoteDraft
from assessments.portfolio.models import Evidence, Submission
from assessments.portfolio.snapshot import Piece
from lms.core import audit, previews
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, NotFound, Refused
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.model import new_ref

LONGEST_NOTE = 1200
PLACE_COLUMNS = ("file_id", "page", "x", "y", "width", "height", "starts", "ends", "comment")


@dataclass(frozen=True, slots=True)
class Area:
    """A point or rectangle on a page, in fractions of its width and height from the upper left corner."""

    x: float
    y: float
    width: float = 0
    height: float = 0


WHOLE = Area(0, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class Spot:
    """What a note is about: a file and a place on one of its pages, or a range of letters of a text."""

    file_ref: str | None = None
    page: int | None = None
    area: Area | None = None
    starts: int | None = None
    ends: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A note as it stands written on a page: what the page knows it by, what it is about, and its words, if any yet."""

    ref: str
    piece: Piece
    spot: Spot
    comment: str


def notes_of(submission: Submission) -> list[NoteDraft]:
    """The notes on a submission's evidence that have not been sent."""
    mine = NoteDraft.submission_id == submission.id
    return list(db.session.scalars(select(NoteDraft).where(mine).order_by(NoteDraft.id)))


def add_note(
    submission: Submission, criterion: str, piece: Piece, spot: Spot, comment: str, *, by: Actor
) -> NoteDraft:
    """Keep a note on a piece of evidence; only the assessor sees it until the decision is sent.

    Raises:
        Refused: it has no words, too many, or a place that is not there.
        NotFound: the piece has no such file.
        Conflict: the criterion is not to be decided, or on hold.
        Forbidden: somebody else assesses it.
    """
    _require_open(submission, criterion, by=by)
    return _keep_new(submission, criterion, Written(new_ref(), piece, spot, comment), by=by)


def keep_written(submission: Submission, criterion: str, written: Iterable[Written], *, by: Actor) -> None:
    """Keep notes as they stand written: new ones, and other words for those kept before; one without words goes.

    Raises:
        As `add_note`.
    """
    kept = {note.ref: note for note in notes_of(submission) if note.criterion == criterion}
    wanted = [one for one in written if one.comment or one.ref in kept]
    if not wanted:
        return
    _require_open(submission, criterion, by=by)
    for one in wanted:
        note = kept.get(one.ref)
        if not one.comment and note is not None:
            _remove(note, by=by)
        elif note is not None:
            _fill(note, one)
            audit.record(Act.DRAFT_KEPT, by=by, on=note, what="note")
        else:
            _keep_new(submission, criterion, one, by=by)


def change_note(note: NoteDraft, comment: str, *, by: Actor) -> None:
    """Put other words into a note that has not been sent.

    Raises:
        Refused: it has no words, or too many.
        Conflict: its criterion is not to be decided, or on hold.
        Forbidden: somebody else assesses it.
    """
    if comment == note.comment:
        return
    require_words(comment)
    _require_open(db.session.get_one(Submission, note.submission_id), note.criterion, by=by)
    note.comment = comment
    audit.record(Act.DRAFT_KEPT, by=by, on=note, what="note")


def remove_note(note: NoteDraft, *, by: Actor) -> None:
    """Take back a note that has not been sent.

    Raises:
        Conflict: its criterion is not to be decided, or on hold.
        Forbidden: somebody else assesses it.
    """
    _require_open(db.session.get_one(Submission, note.submission_id), note.criterion, by=by)
    _remove(note, by=by)


def release_notes(submission: Submission, decisions: Iterable[Decision]) -> None:
    """Send the notes of a submission with the decisions they belong to."""
    by_criterion = {decision.criterion: decision.id for decision in decisions}
    db.session.add_all(
        Note(
            decision_id=by_criterion[draft.criterion],
            submission_id=draft.submission_id,
            evidence_id=draft.evidence_id,
            **{column: getattr(draft, column) for column in PLACE_COLUMNS},
        )
        for draft in notes_of(submission)
        if draft.criterion in by_criterion
    )
    db.session.execute(delete(NoteDraft).where(NoteDraft.submission_id == submission.id))


def restore_notes(decision: Decision) -> None:
    """Give an assessor in training the notes of a questioned decision back, to change."""
    notes = db.session.scalars(select(Note).where(Note.decision_id == decision.id).order_by(Note.id))
    db.session.add_all(
        NoteDraft(
            submission_id=note.submission_id,
            evidence_id=note.evidence_id,
            criterion=decision.criterion,
            **{column: getattr(note, column) for column in PLACE_COLUMNS},
        )
        for note in notes
    )


def require_words(comment: str) -> None:
    """Let a note be neither empty nor endless.

    Raises:
        Refused: it has no words, or too many.
    """
    if not comment:
        raise Refused("Write the note first.", field="comment")
    if len(comment) > LONGEST_NOTE:
        raise Refused(f"Keep a note under {LONGEST_NOTE:,} letters.", field="comment")


def require_place(piece: Piece, spot: Spot) -> None:
    """Let a note be only about what is there.

    Raises:
        Refused: no such page, or no such place on it; no such words in the text.
        NotFound: the piece has no such file.
    """
    if spot.file_ref is not None:
        if spot.file_ref not in {file.ref for file in piece.files}:
            raise NotFound
        _require_on_page(spot.area or WHOLE, spot.page, of=_pages(_stored(spot.file_ref)))
    elif (
        spot.starts is not None
        and spot.ends is not None
        and not 0 <= spot.starts < spot.ends <= len(piece.text)
    ):
        raise Refused("Those words are not in the text. Mark them again.", field="words")


def _keep_new(submission: Submission, criterion: str, one: Written, *, by: Actor) -> NoteDraft:
    note = NoteDraft(
        ref=one.ref,
        submission_id=submission.id,
        evidence_id=_evidence_id(submission, one.piece),
        criterion=criterion,
    )
    _fill(note, one)
    db.session.add(note)
    db.session.flush()
    audit.record(Act.DRAFT_KEPT, by=by, on=submission, criterion=criterion, what="note")
    return note


def _fill(note: NoteDraft, one: Written) -> None:
    """Put words and place into a note."""
    require_words(one.comment)
    require_place(one.piece, one.spot)
    spot, on_page = one.spot, one.spot.file_ref is not None
    area = spot.area or WHOLE
    note.comment = one.comment
    note.file_id = _stored(spot.file_ref).id if spot.file_ref is not None else None
    note.page = spot.page if on_page else None
    for side in ("x", "y", "width", "height"):
        setattr(note, side, getattr(area, side) if on_page else None)
    is_range = not on_page and spot.starts is not None and spot.ends is not None
    note.starts, note.ends = (spot.starts, spot.ends) if is_range else (None, None)


def _remove(note: NoteDraft, *, by: Actor) -> None:
    audit.record(Act.DRAFT_KEPT, by=by, on=note, what="note taken back")
    db.session.delete(note)


def _require_open(submission: Submission, criterion: str, *, by: Actor) -> None:
    """Let only the assessor write, and only beside what is still to be decided."""
    require_assessor(submission, by)
    holds.require_free(submission.portfolio_id, [criterion])
    if criterion not in position_of(submission).standing.to_decide(submission.number):
        raise Conflict(f"{criterion} is not to be decided any more. {OVERTAKEN}")


def _require_on_page(area: Area, page: int | None, *, of: int) -> None:
    sides = (area.x, area.y, area.width, area.height)
    inside = all(0 <= side <= 1 for side in sides) and area.x + area.width <= 1 and area.y + area.height <= 1
    if page is None or not 1 <= page <= of:
        raise Refused(f"Choose a page from 1 to {of}." if of > 1 else "There is one page.", field="page")
    if not inside:
        raise Refused("That place is not on the page. Choose it again.", field="page")


def _pages(stored: StoredFile) -> int:
    """On how many pages of a file a note can stand."""
    return 1 if stored.is_picture else previews.pages(stored)


def _evidence_id(submission: Submission, piece: Piece) -> int:
    found = db.session.scalar(
        select(Evidence.id).where(Evidence.ref == piece.ref, Evidence.portfolio_id == submission.portfolio_id)
    )
    if found is None:
        raise NotFound
    return found


def _stored(ref: str) -> StoredFile:
    found = db.session.scalar(select(StoredFile).where(StoredFile.ref == ref))
    if found is None:
        raise NotFound
    return found
