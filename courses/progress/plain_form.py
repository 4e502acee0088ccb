"""What is written out, as plain text. Pure."""

from collections.abc import Iterable, Iterator

from courses.progress.written_out import Asked, Piece, Prose, Remark, Title
from lms.core.plain import plain_text

NO_ANSWER = "Your answer:"


def as_plain_text(title: str, place: str, pieces: Iterable[Piece]) -> str:
    """An activity as plain text that ends with a line break: its title, where it is in the course, and its pieces.

    Paragraphs stand apart by an empty line, titles by two. Lines are not broken.
    """
    lines = [title, place, *(line for piece in pieces for line in ("", *_lines(piece)))]
    return "\n".join(lines) + "\n"


def _lines(piece: Piece) -> Iterator[str]:
    match piece:
        case Title():
            yield from ("", piece.text)
        case Prose():
            yield plain_text(piece.markdown)
        case Remark():
            yield f"{piece.text} ({piece.note})"
            if piece.feedback:
                yield plain_text(piece.feedback)
        case Asked():
            yield from (piece.label, *([piece.hint] if piece.hint else []))
            for option in piece.options:
                yield f"- {option}{' (you chose this)' if option in piece.chosen else ''}"
            if not piece.options:
                yield from (NO_ANSWER, *([piece.answer] if piece.answer else []))
