"""The story of one criterion, newest first: evidence, sent, decided, referred, looked at by the IQA."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.marking.models import DECIDING, Decision, EntryKind, Outcome
from assessments.marking.queries import Happening, concerning, happenings
from assessments.portfolio.models import Evidence, Mapping
from lms.core.extensions import db
from lms.core.text import clock_time, day
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a story, as the timeline draws it."""

    state: str
    icon: str
    strong: str
    text: str
    when: str


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to one criterion.

    Attributes:
        events: newest first.
        said: the decision that counts, if there is one.
        said_by: who made it.
        said_at: when it was sent.
    """

    events: tuple[Event, ...]
    said: Decision | None
    said_by: str
    said_at: datetime | None

    @property
    def is_met(self) -> bool:
        """Whether the decision that counts is that it is met."""
        return self.said is not None and self.said.outcome is Outcome.MET


def tell(portfolio_id: int, criterion: str, *, assessor: User | None, to_learner: bool) -> Story:
    """The story of one criterion of a portfolio.

    Args:
        portfolio_id: the portfolio.
        criterion: its reference.
        assessor: whom the practitioner's work goes to now.
        to_learner: whether the practitioner reads it, who is then "you", and whom the IQA's words are not for.
    """
    happened = concerning(happenings(portfolio_id), criterion)
    if to_learner:
        happened = list(reaching_learner(happened))
    moments = [(one.at, _event(one, assessor, to_learner=to_learner)) for one in happened]
    moments += [
        (at, Event("done", "paperclip", "", f"{'You' if to_learner else 'They'} linked “{title}”", day(at)))
        for at, title in _links(portfolio_id, criterion)
    ]
    moments.sort(key=lambda moment: moment[0], reverse=True)
    decided = next((one for one in _counting(happened) if one.kind in DECIDING), None)
    return Story(
        events=tuple(event for _, event in moments),
        said=decided.decision if decided else None,
        said_by=decided.actor if decided else "",
        said_at=decided.at if decided else None,
    )


def _counting(happened: Sequence[Happening]) -> Iterator[Happening]:
    """What happened, without decisions by an assessor in training that are not countersigned."""
    signed = {
        one.decision.id
        for one in happened
        if one.kind is EntryKind.COUNTERSIGNED and one.decision is not None
    }
    for one in happened:
        if one.decision is None or not one.decision.in_training or one.decision.id in signed:
            yield one


def reaching_learner(happened: Sequence[Happening]) -> Iterator[Happening]:
    """What a practitioner may know of: decisions that count, and not what assessors say to one another."""
    return (one for one in _counting(happened) if one.kind is not EntryKind.QUESTIONED)


def _links(portfolio_id: int, criterion: str) -> list[tuple[datetime, str]]:
    rows = db.session.execute(
        select(Mapping.created_at, Evidence.title)
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .where(
            Evidence.portfolio_id == portfolio_id,
            Mapping.criterion == criterion,
            Evidence.removed_at.is_(None),
        )
    )
    return [(at, title) for at, title in rows]


def _event(one: Happening, assessor: User | None, *, to_learner: bool) -> Event:
    state, icon, strong, text = _words(one, assessor, to_learner=to_learner)
    return Event(state, icon, strong, text, f"{day(one.at)}, {clock_time(one.at)}")


def _words(one: Happening, assessor: User | None, *, to_learner: bool) -> tuple[str, str, str, str]:
    """The state, icon, strong words and text of a line."""
    match one.kind:
        case EntryKind.SUBMITTED:
            you, to = "You" if to_learner else "They", assessor.name if assessor else "the assessor"
            return "done", "send", "", f"{you} sent it to {to}"
        case EntryKind.DECIDED if not _is_met(one):
            return "needs", "chat-left-text-fill", "Not yet met.", f"{one.actor} asks for one more thing"
        case EntryKind.REVERSED:
            now = "It is met now." if _is_met(one) else "It is not yet met now."
            return "needs", "arrow-left-right", now, f"{one.actor} changed it: {one.comment}"
        case EntryKind.RETURNED if to_learner:
            return "todo", "arrow-counterclockwise", "", f"{one.actor} asked for another look"
        case kind if kind in _LINES:
            state, icon, strong, text = _LINES[kind]
            return state, icon, strong, text.format(who=one.actor, words=one.comment)
    raise ValueError(f"{one.kind} concerns no criterion")


_LINES = {
    EntryKind.DECIDED: ("done", "check-lg", "Met.", "{who} decided"),
    EntryKind.COUNTERSIGNED: ("done", "pen", "Countersigned.", "{who} signed"),
    EntryKind.QUESTIONED: ("todo", "arrow-counterclockwise", "", "{who} did not sign: {words}"),
    EntryKind.REOPENED: ("needs", "arrow-counterclockwise", "Decided once more.", "{who}: {words}"),
    EntryKind.AGREED: ("done", "check-all", "Double-checked.", "{who} agrees"),
    EntryKind.RETURNED: ("todo", "arrow-counterclockwise", "", "{who} asked for another look: {words}"),
}


def _is_met(one: Happening) -> bool:
    return one.decision is not None and one.decision.outcome is Outcome.MET
