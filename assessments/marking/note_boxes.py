"""The boxes for notes on a criterion's page, as somebody left them: kept with the judgement, whatever is pressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from assessments.marking import annotating
from assessments.marking.annotating import Spot, Written
from assessments.marking.forms import NoteForm
from assessments.marking.note_models import NoteDraft
from assessments.portfolio.models import Submission
from assessments.portfolio.snapshot import Piece, pieces_for
from lms.core.access import Actor
from lms.core.errors import Refused
from lms.core.forms import text_of, tidy


@dataclass(frozen=True, slots=True)
class Boxes:
    """What stood in the boxes.

    Attributes:
        written: the notes that can be kept, and those whose words were taken out of their box again.
        changed: notes kept before, with the words that stand there now.
        errors: why a note cannot be kept, by its reference, or by that of the piece or file it is about.
    """

    written: tuple[Written, ...]
    changed: tuple[tuple[NoteDraft, str], ...]
    errors: Mapping[str, str]


def read(
    submission: Submission,
    criterion: str,
    posted: MultiDict[str, str],
    *,
    asked: str = "",
    leaving: str = "",
) -> Boxes:
    """The boxes of a page that was sent.

    Args:
        submission: the submission.
        criterion: the criterion of the page.
        posted: what was sent.
        asked: the piece or file whose note was to be kept, which then must have words.
        leaving: the note that is to be taken back, whose words do not matter.
    """
    errors: dict[str, str] = {}
    changed = []
    for note in annotating.notes_of(submission):
        words = posted.get(f"words-{note.ref}")
        if words is None or note.ref == leaving:
            continue
        with _kept_in(errors, note.ref):
            annotating.require_words(str(tidy(words)))
            changed.append((note, str(tidy(words))))
    written = []
    for piece, file_ref in _places(submission, criterion):
        key = file_ref or piece.ref
        with _kept_in(errors, key):
            written.append(
                _read(NoteForm(posted, prefix=f"note-{key}-"), piece, file_ref, is_asked=key == asked)
            )
    return Boxes(tuple(written), tuple(changed), errors)


def refs_in(submission: Submission, criterion: str, posted: MultiDict[str, str]) -> set[str]:
    """What the notes are known by that stand in the boxes of a page that was sent; empty when none was."""
    keys = (file_ref or piece.ref for piece, file_ref in _places(submission, criterion))
    return {posted[name] for key in keys if (name := f"note-{key}-ref") in posted}


def keep(boxes: Boxes, submission: Submission, criterion: str, *, by: Actor) -> None:
    """Keep what can be kept; where other words were put into a note kept before, its box does not undo them.

    Raises:
        Conflict: the criterion is not to be decided, or on hold.
        Forbidden: somebody else assesses it.
    """
    renewed = {note.ref for note, words in boxes.changed if words != note.comment}
    for note, words in boxes.changed:
        annotating.change_note(note, words, by=by)
    written = (one for one in boxes.written if one.ref not in renewed)
    annotating.keep_written(submission, criterion, written, by=by)


def _read(box: NoteForm, piece: Piece, file_ref: str | None, *, is_asked: bool) -> Written:
    """One box.

    Raises:
        Refused: the note in it cannot be kept as it is.
    """
    comment = str(tidy(text_of(box.comment)))
    if not comment and not is_asked:
        return Written(box.known_by(), piece, Spot(), "")
    annotating.require_words(comment)
    spot = box.spot(piece, file_ref)
    annotating.require_place(piece, spot)
    return Written(box.known_by(), piece, spot, comment)


@contextmanager
def _kept_in(errors: dict[str, str], key: str) -> Iterator[None]:
    """Note why something was refused, and go on."""
    try:
        yield
    except Refused as error:
        errors[key] = error.message


def _places(submission: Submission, criterion: str) -> Iterator[tuple[Piece, str | None]]:
    """What a note can be about: each piece, and each file of one."""
    for piece in pieces_for(submission.snapshot, criterion):
        yield piece, None
        for file in piece.files:
            yield piece, file.ref
