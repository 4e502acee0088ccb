"""Reading a submission's snapshot: the evidence as it was when it was sent. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments.portfolio.unit_schema import EvidenceKind


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file within a submission."""

    ref: str
    name: str
    media_type: str
    size: int

    @property
    def is_picture(self) -> bool:
        """Whether a page shows it as an image."""
        return self.media_type.startswith("image/")

    @property
    def is_pdf(self) -> bool:
        """Whether a browser opens it by itself."""
        return self.media_type == "application/pdf"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as it was sent."""

    ref: str
    kind: EvidenceKind
    title: str
    text: str
    note: str
    happened_on: date
    family_code: str
    file: SentFile | None
    criteria: tuple[str, ...]

    @property
    def words(self) -> int:
        """How many words a text has."""
        return len(self.text.split())


def pieces_of(snapshot: Mapping[str, Any]) -> list[Piece]:
    """All evidence of a submission, oldest work first."""
    served: Mapping[str, list[str]] = snapshot["criteria"]
    return [
        _piece(piece, tuple(ref for ref, refs in served.items() if piece["ref"] in refs))
        for piece in snapshot["evidence"]
    ]


def pieces_for(snapshot: Mapping[str, Any], criterion: str) -> list[Piece]:
    """The evidence that was sent for one criterion."""
    return [piece for piece in pieces_of(snapshot) if criterion in piece.criteria]


def _piece(piece: Mapping[str, Any], criteria: tuple[str, ...]) -> Piece:
    file = piece["file"]
    return Piece(
        ref=piece["ref"],
        kind=EvidenceKind(piece["kind"]),
        title=piece["title"],
        text=piece["text"],
        note=piece["note"],
        happened_on=date.fromisoformat(piece["happened_on"]),
        family_code=piece["family_code"],
        file=SentFile(file["ref"], file["name"], file["media_type"], file["size"]) if file else None,
        criteria=criteria,
    )
