"""What a practitioner says of one piece of evidence, checked and put into its one form. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from assessments.identifying.findings import Finding
from assessments.portfolio.identifying import find
from assessments.portfolio.unit_schema import EvidenceKind

LONGEST_TEXT = 60_000
MOST_FILES = 20
"""Files of one piece of evidence, at most."""
Reasons = Mapping[str, str]
"""Why a piece of evidence shows a criterion, by the criterion's reference."""
_FAMILY = re.compile(r"^(?:family\s*)?([a-z]\d?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EvidenceFields:
    """What a practitioner says of one piece of evidence.

    Attributes:
        title: what she calls it.
        kind: what it is.
        happened_on: the day the work was done, or its last day.
        family_code: the letter of the family's code; empty when no family is in it.
        note: what she wants the assessor to know; for a file, what it shows.
        criteria: the criteria that it serves.
        own_work: whether she declares that it is her own work.
        names_covered: whether she has checked that nobody can be recognised.
        place: where it was, or is kept.
        seen_by: who saw it there.
        why: why it shows each of them, as far as that has been said.
        identifiers_stay: whether what looks like a phone number or the like is not about a family.
    """

    title: str
    kind: EvidenceKind
    happened_on: date
    family_code: str
    note: str
    criteria: frozenset[str]
    own_work: bool
    names_covered: bool
    identifiers_stay: bool = False
    place: str = ""
    seen_by: str = ""
    why: Reasons = field(default_factory=dict)


def what_is_lacking(fields: EvidenceFields, *, has_text: bool, has_files: bool) -> tuple[str, str] | None:
    """What a piece of evidence of its kind cannot do without: the field, and words for it; None when nothing is."""
    match fields.kind:
        case EvidenceKind.SEEN_IN_WORKPLACE if not fields.place:
            return "place", "Say where it is, so that your assessor can find it."
        case EvidenceKind.SEEN_IN_WORKPLACE if not fields.seen_by:
            return "seen_by", "Say who saw it there: their role, and their name if they are a colleague."
        case EvidenceKind.SEEN_IN_WORKPLACE | EvidenceKind.PRIOR_LEARNING if not has_text:
            return "text", "Say what it is, and what it shows."
        case _ if not (has_text or has_files):
            return "file", "Write what happened, or choose a photo or file."
    return None


def family_letter(code: str) -> str | None:
    """The letter of a family's code, from "B", "b" or "Family B"; None when it is not a code."""
    if not code.strip():
        return ""
    match = _FAMILY.match(code.strip())
    return match.group(1).upper() if match else None


def identifying(fields: EvidenceFields, text: str) -> list[Finding]:
    """What in a piece of evidence's words could identify a family."""
    return [finding for words in (fields.title, text, fields.note) for finding in find(words)]


def to_put_right(findings: list[Finding], *, may_stay: bool) -> list[Finding]:
    """Of what was found, what stands in the way: all of it, or only the kinds that may never stay."""
    return [finding for finding in findings if not (may_stay and finding.kind.may_stay)]
