"""The story of one criterion, newest first: evidence, sent, decided, referred, looked at by the IQA."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.marking.models import Decision, EntryKind, Outcome
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
    moments = [(one.at, _event(one, assessor, to_learner=to_learner)) for one in happened]
    moments += [
        (at, Event("done", "paperclip", "", f"{'You' if to_learner else 'They'} linked “{title}”", day(at)))
        for at, title in _links(portfolio_id, criterion)
    ]
    moments.sort(key=lambda moment: moment[0], reverse=True)
    decided = next((one for one in happened if one.kind is EntryKind.DECIDED), None)
    return Story(
        events=tuple(event for _, event in moments),
        said=decided.decision if decided else None,
        said_by=decided.actor if decided else "",
        said_at=decided.at if decided else None,
    )


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
    when = f"{day(one.at)}, {clock_time(one.at)}"
    you = "You" if to_learner else "They"
    to = assessor.name if assessor else "the assessor"
    match one.kind:
        case EntryKind.SUBMITTED:
            return Event("done", "send", "", f"{you} sent it to {to}", when)
        case EntryKind.DECIDED if one.decision is not None and one.decision.outcome is Outcome.MET:
            return Event("done", "check-lg", "Met.", f"{one.actor} decided", when)
        case EntryKind.DECIDED:
            return Event(
                "needs", "chat-left-text-fill", "Not yet met.", f"{one.actor} asks for one more thing", when
            )
        case EntryKind.AGREED:
            return Event("done", "check-all", "Double-checked.", f"{one.actor} agrees", when)
        case EntryKind.RETURNED:
            words = "" if to_learner else f": {one.comment}"
            return Event(
                "todo", "arrow-counterclockwise", "", f"{one.actor} asked for another look{words}", when
            )
        case _:
            raise ValueError(f"{one.kind} concerns no criterion")
