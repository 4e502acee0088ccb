"""Reading a submission's snapshot: the evidence as it was when it was sent. Pure."""

from __future__ import annotations

import hashlib
import json
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
    """Who said what a piece of evidence holds, as they said it of themselves.

    `approved_by` is the assessor who had approved them as an expert witness when it was sent, `approved_because` why they
    can judge it; both are empty for anybody else.
    """

    name: str
    role: str
    relationship: str
    contact: str
    how_known: str
    expert_basis: str
    interest: str
    signature: str
    given_on: date
    approved_by: str = ""
    approved_because: str = ""

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
    is_withheld: bool = False
    """Taken out because somebody could be recognised in it; its words and files are nowhere to be had."""
    is_replaced: bool = False
    """Put in the place of what was sent, in which somebody could be recognised."""

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criteria that it was sent for, in the unit's order."""
        return tuple(self.why)

    @property
    def words(self) -> int:
        """How many words a text has."""
        return len(self.text.split())


WORDS = ("title", "text", "note", "place", "seen_by", "author", "testimony", "left_in", "files")
"""What of a piece of evidence is kept beside the submission rather than in it, together with why it shows its criteria."""
WITHHELD = "Taken out: somebody could be recognised in it"
"""What stands in the place of a piece whose words have gone."""


def take_apart(snapshot: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """A snapshot as its frame, and the words of each piece by the piece's reference. The frame keeps the words' hash."""
    said = {
        piece["ref"]: {name: piece[name] for name in WORDS}
        | {
            "why": {
                ref: why[piece["ref"]] for ref, why in snapshot["criteria"].items() if piece["ref"] in why
            }
        }
        for piece in snapshot["evidence"]
    }
    frame = {
        "criteria": {ref: list(why) for ref, why in snapshot["criteria"].items()},
        "evidence": [
            {name: value for name, value in piece.items() if name not in WORDS}
            | {"words_sha256": hash_of(said[piece["ref"]])}
            for piece in snapshot["evidence"]
        ],
    }
    return frame, said


def put_together(frame: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The snapshot of a frame and the words that there are; where there are none any more, it says so."""
    return {
        "criteria": {
            ref: {piece: said[piece]["why"][ref] if piece in said else "" for piece in pieces}
            for ref, pieces in frame["criteria"].items()
        },
        "evidence": [
            {name: value for name, value in piece.items() if name != "words_sha256"}
            | _words_of(said.get(piece["ref"]))
            for piece in frame["evidence"]
        ],
    }


def hash_of(said: Mapping[str, Any]) -> str:
    """The SHA-256, in hexadecimal, of a piece's words as canonical JSON."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _words_of(said: Mapping[str, Any] | None) -> dict[str, Any]:
    if said is None:
        gone: dict[str, Any] = {
            "title": WITHHELD,
            "testimony": None,
            "left_in": [],
            "files": [],
            "is_withheld": True,
        }
        return dict.fromkeys(("text", "note", "place", "seen_by", "author"), "") | gone
    return {name: said[name] for name in (*WORDS, "is_replaced")}


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
        is_withheld=piece.get("is_withheld", False),
        is_replaced=piece.get("is_replaced", False),
    )


def _witness(said: Mapping[str, Any] | None) -> Witness | None:
    return None if said is None else Witness(**{**said, "given_on": date.fromisoformat(said["given_on"])})
