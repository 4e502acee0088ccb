"""A whole portfolio as plain facts: what was gathered, sent, decided and looked at, ready for paper or for a page.

Two kinds of people are handed one. The learner's own copy holds what has not been sent yet, and not the words that quality
assurers wrote for the assessor. A quality assurer's holds what was sent, and all that was said of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assessments.marking.outcomes import CriterionState, Standing
from assessments.portfolio.snapshot import Witness
from assessments.portfolio.unit_schema import EvidenceKind, Unit
from lms.core.text import day_year


@dataclass(frozen=True, slots=True)
class ItemFile:
    """A file of a piece of evidence: the name its sender gave it, where it lies in the zip, and its fingerprint."""

    ref: str
    name: str
    path: str
    media_type: str
    size: int
    sha256: str

    @property
    def is_picture(self) -> bool:
        """Whether pages show it as an image."""
        return self.media_type.startswith("image/")

    @property
    def is_pdf(self) -> bool:
        """Whether its pages can be added to a document."""
        return self.media_type == "application/pdf"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence, in the form in which it was sent, or in which it is now if it never was.

    Attributes:
        number: what it is called throughout, such as E3.
        why: the criteria that it serves, each with why its author says that it shows it; empty where nothing is said.
        place: where it happened, and `seen_by` who saw it; empty where that was not asked.
        author: who wrote it; empty for what a witness said. `by_assessor` says that it was an assessor.
        witness: who said what it holds, for a witness statement given here.
        sent_in: the submissions that carried it in this form; none for what has not been sent.
        is_withheld: whether it was taken out, so that its words and files are nowhere to be had.
        is_replaced: whether it stands in the place of what was sent.
    """

    number: str
    kind: EvidenceKind
    title: str
    text: str
    note: str
    happened_on: date
    family_code: str
    place: str
    seen_by: str
    author: str
    by_assessor: bool
    witness: Witness | None
    why: Mapping[str, str]
    files: tuple[ItemFile, ...]
    sent_in: tuple[int, ...]
    is_withheld: bool
    is_replaced: bool

    @property
    def became(self) -> str:
        """What became of it since it was sent, in a sentence; empty when nothing did."""
        if self.is_withheld:
            return "Taken out: somebody could be recognised in it. Its words and files are nowhere to be had."
        if self.is_replaced:
            return "Put here later, in the place of what was sent: somebody could be recognised in that."
        return ""

    @property
    def said_by(self) -> str:
        """Who says what it holds, in a line; empty when that is the learner, or is not known."""
        one = self.witness
        if one is None:
            seen = f"Seen by {self.seen_by}" if self.seen_by else ""
            return f"{self.author}, assessor" if self.by_assessor else seen
        known = f" Knows the work: {one.how_known}" if one.how_known else ""
        expert = f" Expert witness by their own word: {one.expert_basis}." if one.is_expert else ""
        if one.approved_by:
            expert = f" Expert witness, approved by {one.approved_by}: {one.approved_because}."
        interest = f" To know: {one.interest}" if one.interest else ""
        return (
            f"{one.name}, {one.role}, {one.relationship}. Signed {one.signature}, {day_year(one.given_on)}."
            f"{known}{expert}{interest}"
        )

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criteria that it serves, in the unit's order."""
        return tuple(self.why)

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """The criteria with a reason, and the reason."""
        return tuple((ref, why) for ref, why in self.why.items() if why)

    @property
    def family(self) -> str:
        """The family's code as people say it; empty when no family is in it."""
        return f"Family {self.family_code}" if self.family_code else ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission: what it was for, what was declared, the pieces that it carried, and the hash over all of it."""

    number: int
    at: datetime
    criteria: tuple[str, ...]
    declarations: tuple[str, ...]
    items: tuple[str, ...]
    content_hash: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a criterion: when, who did it, what, and what was said."""

    at: datetime
    by: str
    what: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionRecord:
    """One criterion: where it stands, the pieces that serve it, and everything that happened to it, oldest first."""

    ref: str
    wording: str
    state: CriterionState
    items: tuple[str, ...]
    history: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that was planned to be assessed: how, by whom, on what day and where, and which criteria it is about.

    Attributes:
        who: who else was to be there; empty when nobody was named.
        note: what the assessor said of it; empty when nothing.
        state: where it stands, in words.
        steps: what happened to it, oldest first.
    """

    method: EvidenceKind
    assessor: str
    criteria: tuple[str, ...]
    on_day: date
    place: str
    who: str
    note: str
    state: str
    steps: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A whole portfolio.

    Attributes:
        plan: the assessment plan, by day.
        decided_by: the assessors whose decisions it holds, by name.
    """

    learner: str
    provider: str
    cohort: str
    unit: Unit
    standing: Standing
    made_at: datetime
    items: tuple[Item, ...]
    plan: tuple[Planned, ...]
    submissions: tuple[Sent, ...]
    criteria: tuple[CriterionRecord, ...]
    decided_by: tuple[str, ...]

    @property
    def witnesses(self) -> tuple[Item, ...]:
        """The pieces in which somebody else says what they saw."""
        seen = {EvidenceKind.WITNESS_TESTIMONY, EvidenceKind.OBSERVATION}
        return tuple(item for item in self.items if item.kind in seen)

    @property
    def with_evidence(self) -> int:
        """How many criteria any piece serves."""
        return sum(bool(one.items) for one in self.criteria)

    @property
    def title(self) -> str:
        """What the document is called."""
        return f"Portfolio of {self.learner}"


STATE_WORDS = {
    CriterionState.NONE: "Nothing yet",
    CriterionState.READY: "Ready to send",
    CriterionState.WITH: "With the assessor",
    CriterionState.NOT_YET: "Not yet met",
    CriterionState.MET: "Met",
    CriterionState.AGREED: "Met and double-checked",
}
"""Where a criterion stands, in words for whoever reads."""
