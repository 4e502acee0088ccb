"""Evidence as a page shows it beside the criteria: words, pages, sound and film, with the notes in their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from assessments.marking import passages
from assessments.marking.models import Decision
from assessments.marking.note_models import Note, NoteDraft
from assessments.marking.passages import Paragraph
from assessments.marking.queries import COUNTS
from assessments.portfolio.models import Evidence
from assessments.portfolio.snapshot import Piece, SentFile
from lms.core import files, previews
from lms.core.extensions import db
from lms.core.files import StoredFile

MOST_PAGES = 60
"""Of a longer document a page shows the beginning; the rest is read in the file itself."""
LONGEST_QUOTE = 300
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note in its place, numbered within its piece of evidence."""

    number: int
    ref: str
    comment: str
    criterion: str
    place: str
    file_ref: str | None
    page: int | None
    x: float
    y: float
    width: float
    height: float

    @property
    def is_point(self) -> bool:
        """Whether it stands at a point rather than over an area."""
        return not self.width and not self.height

    @property
    def is_whole(self) -> bool:
        """Whether it is about the whole page, where no mark is drawn."""
        return self.page is None or (self.width >= 1 and self.height >= 1)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a piece: of how many pages pictures can be had, or the words in it."""

    file: SentFile
    kind: str
    pages: int
    words: str

    @property
    def shown_pages(self) -> int:
        """How many pages are shown in the page."""
        return min(self.pages, MOST_PAGES)


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """A piece of evidence as it was sent, ready to be read."""

    piece: Piece
    paragraphs: tuple[Paragraph, ...]
    files: tuple[ShownFile, ...]
    notes: tuple[ShownNote, ...]
    is_old: bool

    def marks(self, file_ref: str, page: int) -> list[ShownNote]:
        """The notes that are drawn on a page."""
        return [
            note
            for note in self.notes
            if note.file_ref == file_ref and note.page == page and not note.is_whole
        ]


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note with the references of what it is about."""

    evidence_ref: str
    file_ref: str | None
    criterion: str
    note: Note | NoteDraft

    @property
    def submission_id(self) -> int:
        """The submission whose evidence it is about."""
        return self.note.submission_id


def stored_files(pieces: Iterable[Piece]) -> dict[str, StoredFile]:
    """The files of some pieces that can still be had, by reference: one query, and none where there are no files."""
    refs = [file.ref for piece in pieces for file in piece.files]
    if not refs:
        return {}
    return {one.ref: one for one in db.session.scalars(select(StoredFile).where(StoredFile.ref.in_(refs)))}


def show(
    pieces: Sequence[Piece],
    stored: Mapping[str, StoredFile],
    notes: Iterable[NoteRow] = (),
    *,
    current_years: int,
    today: date,
) -> list[ShownPiece]:
    """Pieces of evidence ready to be read.

    Args:
        pieces: the evidence, from a submission's snapshot.
        stored: what `stored_files` gives of them, or of more.
        notes: what `draft_notes` or `sent_notes` gives.
        current_years: after how many years the unit asks whether evidence is still current.
        today: the day from which age is counted.
    """
    rows = list(notes)
    return [
        _shown(piece, [row for row in rows if row.evidence_ref == piece.ref], stored, current_years, today)
        for piece in pieces
    ]


def draft_notes(submission_id: int) -> list[NoteRow]:
    """The notes of a submission that have not been sent, in one query."""
    rows = db.session.execute(
        _with_places(select(Evidence.ref, StoredFile.ref, NoteDraft.criterion, NoteDraft), NoteDraft)
        .where(NoteDraft.submission_id == submission_id)
        .order_by(NoteDraft.id)
    )
    return [NoteRow(*row) for row in rows]


def sent_notes(submission_ids: Iterable[int], *, counting_only: bool) -> list[NoteRow]:
    """The notes that went with the decisions of some submissions, in one query.

    Args:
        submission_ids: the submissions.
        counting_only: without those of decisions that wait for a countersignature.
    """
    statement = _with_places(select(Evidence.ref, StoredFile.ref, Decision.criterion, Note), Note)
    statement = statement.join(Decision, Decision.id == Note.decision_id).where(
        Note.submission_id.in_(list(submission_ids))
    )
    if counting_only:
        statement = statement.where(COUNTS)
    return [NoteRow(*row) for row in db.session.execute(statement.order_by(Note.id))]


def _with_places(
    statement: Select[*tuple[str, str | None, str, Note | NoteDraft]], of: type[Note | NoteDraft]
) -> Select[*tuple[str, str | None, str, Note | NoteDraft]]:
    return (
        statement.select_from(of)
        .join(Evidence, Evidence.id == of.evidence_id)
        .outerjoin(StoredFile, StoredFile.id == of.file_id)
    )


def _shown(
    piece: Piece, rows: Sequence[NoteRow], stored: Mapping[str, StoredFile], current_years: int, today: date
) -> ShownPiece:
    notes = tuple(_note(number, row, piece) for number, row in enumerate(sorted(rows, key=_order), start=1))
    ranges = [
        (number, row.note.starts, row.note.ends)
        for number, row in enumerate(sorted(rows, key=_order), start=1)
        if row.note.starts is not None and row.note.ends is not None
    ]
    return ShownPiece(
        piece=piece,
        paragraphs=tuple(passages.paragraphs(piece.text, ranges)),
        files=tuple(_file(file, stored.get(file.ref)) for file in piece.files),
        notes=notes,
        is_old=(today - piece.happened_on).days > current_years * DAYS_A_YEAR,
    )


def _order(row: NoteRow) -> tuple[str, int, float, int, int]:
    """By file, page, height on the page and place in the text: as somebody reads."""
    note = row.note
    return (row.file_ref or "", note.page or 0, note.y or 0, note.starts or 0, note.id)


def _note(number: int, row: NoteRow, piece: Piece) -> ShownNote:
    note = row.note
    return ShownNote(
        number=number,
        ref=note.ref,
        comment=note.comment,
        criterion=row.criterion,
        place=_place_words(note, piece),
        file_ref=row.file_ref,
        page=note.page,
        x=note.x or 0,
        y=note.y or 0,
        width=note.width or 0,
        height=note.height or 0,
    )


def _place_words(note: Note | NoteDraft, piece: Piece) -> str:
    """Where a note stands, in words: “Page 2, upper right”, or the words that it is about."""
    if note.starts is not None:
        words = passages.quoted(piece.text[note.starts : note.ends], LONGEST_QUOTE)
        return f"“{words}”" if words else "About words that are not shown any more"
    if note.page is None or note.x is None or note.y is None:
        return "About all of it"
    width, height = note.width or 0, note.height or 0
    if width >= 1 and height >= 1:
        return f"Page {note.page}"
    across = ("left", "middle", "right")[min(2, int((note.x + width / 2) * 3))]
    down = ("upper", "", "lower")[min(2, int((note.y + height / 2) * 3))]
    return f"Page {note.page}, {down} {across}".replace(",  ", ", ")


def _file(file: SentFile, stored: StoredFile | None) -> ShownFile:
    if stored is None:
        return ShownFile(file, "gone", 0, "")
    if stored.is_picture:
        return ShownFile(file, "picture", 1, "")
    if stored.is_sound:
        return ShownFile(file, "sound", 0, "")
    if stored.is_video:
        return ShownFile(file, "film", 0, "")
    if stored.media_type == files.PDF.media_type:
        return ShownFile(file, "pages", previews.pages(stored), "")
    words = previews.text(stored)
    return ShownFile(file, "words" if words else "other", 0, words or "")
