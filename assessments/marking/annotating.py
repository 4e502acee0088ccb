"""Notes on evidence: on words of a text, or on a place of a page. Kept with the draft, sent with the decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from assessments.marking import passages
from assessments.marking.models import Decision
from assessments.marking.note_models import Note, NoteDraft
from assessments.portfolio.models import Evidence, Submission
from assessments.portfolio.snapshot import Piece
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db
from lms.core.files import StoredFile

LONGEST_NOTE = 1200
LONGEST_QUOTE = 300
PLACE_COLUMNS = ("file_id", "page", "x", "y", "width", "height", "starts", "ends", "words", "comment")


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


def add_note(
    submission: Submission, criterion: str, piece: Piece, spot: Spot, comment: str, *, by: Actor
) -> NoteDraft:
    """Keep a note on a piece of evidence; only the assessor sees it until the decision is sent.

    Raises:
        Refused: it has no words, too many, or a place that is not there.
        NotFound: the piece has no such file.
    """
    _require_words(comment)
    note = NoteDraft(
        submission_id=submission.id,
        evidence_id=_evidence_id(submission, piece),
        criterion=criterion,
        comment=comment,
    )
    if spot.file_ref is not None:
        note.file_id = _file_id(spot.file_ref)
        area = spot.area or WHOLE
        _require_on_page(area, spot.page)
        note.page, note.x, note.y, note.width, note.height = (
            spot.page,
            area.x,
            area.y,
            area.width,
            area.height,
        )
    elif spot.starts is not None and spot.ends is not None:
        if not 0 <= spot.starts < spot.ends <= len(piece.text):
            raise Refused("Those words are not in the text. Mark them again.", field="words")
        note.starts, note.ends = spot.starts, spot.ends
        note.words = passages.quoted(piece.text[spot.starts : spot.ends], LONGEST_QUOTE)
    db.session.add(note)
    db.session.flush()
    audit.record(Act.DRAFT_KEPT, by=by, on=submission, criterion=criterion, what="note")
    return note


def change_note(note: NoteDraft, comment: str, *, by: Actor) -> None:
    """Put other words into a note that has not been sent.

    Raises:
        Refused: it has no words, or too many.
    """
    _require_words(comment)
    note.comment = comment
    audit.record(Act.DRAFT_KEPT, by=by, on=note, what="note")


def remove_note(note: NoteDraft, *, by: Actor) -> None:
    """Take back a note that has not been sent."""
    audit.record(Act.DRAFT_KEPT, by=by, on=note, what="note taken back")
    db.session.delete(note)


def release_notes(submission: Submission, decisions: Iterable[Decision]) -> None:
    """Send the notes of a submission with the decisions they belong to."""
    by_criterion = {decision.criterion: decision.id for decision in decisions}
    drafts = db.session.scalars(
        select(NoteDraft).where(NoteDraft.submission_id == submission.id).order_by(NoteDraft.id)
    ).all()
    db.session.add_all(
        Note(
            decision_id=by_criterion[draft.criterion],
            submission_id=draft.submission_id,
            evidence_id=draft.evidence_id,
            **{column: getattr(draft, column) for column in PLACE_COLUMNS},
        )
        for draft in drafts
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


def _require_words(comment: str) -> None:
    if not comment:
        raise Refused("Write the note first.", field="comment")
    if len(comment) > LONGEST_NOTE:
        raise Refused(f"Keep a note under {LONGEST_NOTE:,} letters.", field="comment")


def _require_on_page(area: Area, page: int | None) -> None:
    sides = (area.x, area.y, area.width, area.height)
    inside = all(0 <= side <= 1 for side in sides) and area.x + area.width <= 1 and area.y + area.height <= 1
    if page is None or page < 1 or not inside:
        raise Refused("That place is not on the page. Choose it again.", field="page")


def _evidence_id(submission: Submission, piece: Piece) -> int:
    found = db.session.scalar(
        select(Evidence.id).where(Evidence.ref == piece.ref, Evidence.portfolio_id == submission.portfolio_id)
    )
    if found is None:
        raise NotFound
    return found


def _file_id(ref: str) -> int:
    found = db.session.scalar(select(StoredFile.id).where(StoredFile.ref == ref))
    if found is None:
        raise NotFound
    return found
