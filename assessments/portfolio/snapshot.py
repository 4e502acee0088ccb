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
class LeftIn:
    """Words that look like a name or a number, which the author left in, and why."""

    words: str
    why: str
    said: str


@dataclass(frozen=True, slots=True)
class Witness:
    """Who said what a piece of evidence holds, as they said it of themselves."""

    name: str
    role: str
    relationship: str
    contact: str
    how_known: str
    expert_basis: str
    interest: str
    signature: str
    given_on: date

    @property
    def is_expert(self) -> bool:
        """Whether they declared themselves an expert witness."""
        return bool(self.expert_basis)


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
    place: str
    seen_by: str
    author: str
    """Who wrote it: the practitioner or an assessor; empty for what a witness said."""
    by_assessor: bool
    witness: Witness | None
    files: tuple[SentFile, ...]
    why: Mapping[str, str]
    """The criteria that it was sent for, each with why its author says it shows it."""
    left_in: tuple[LeftIn, ...] = ()

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criteria that it was sent for, in the unit's order."""
        return tuple(self.why)

    @property
    def words(self) -> int:
        """How many words a text has."""
        return len(self.text.split())


def pieces_of(snapshot: Mapping[str, Any]) -> list[Piece]:
    """All evidence of a submission, oldest work first."""
    served: Mapping[str, Mapping[str, str]] = snapshot["criteria"]
    return [
        _piece(piece, {ref: why[piece["ref"]] for ref, why in served.items() if piece["ref"] in why})
        for piece in snapshot["evidence"]
    ]


def pieces_for(snapshot: Mapping[str, Any], criterion: str) -> list[Piece]:
    """The evidence that was sent for one criterion."""
    return [piece for piece in pieces_of(snapshot) if criterion in piece.criteria]


def _piece(piece: Mapping[str, Any], why: Mapping[str, str]) -> Piece:
    return Piece(
        ref=piece["ref"],
        kind=EvidenceKind(piece["kind"]),
        title=piece["title"],
        text=piece["text"],
        note=piece["note"],
        happened_on=date.fromisoformat(piece["happened_on"]),
        family_code=piece["family_code"],
        place=piece["place"],
        seen_by=piece["seen_by"],
        author=piece["author"],
        by_assessor=piece["by_assessor"],
        witness=_witness(piece["testimony"]),
        files=tuple(
            SentFile(file["ref"], file["name"], file["media_type"], file["size"]) for file in piece["files"]
        ),
        why=why,
        left_in=tuple(LeftIn(**one) for one in piece["left_in"]),
    )


def _witness(said: Mapping[str, Any] | None) -> Witness | None:
    return None if said is None else Witness(**{**said, "given_on": date.fromisoformat(said["given_on"])})
