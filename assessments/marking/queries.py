"""Reading marking: where portfolios stand, the assessor's queue, and what waits for a practitioner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assessments.marking import happened, outcomes
from assessments.marking.models import (
    DECIDING,
    Allocation,
    Countersignature,
    Decision,
    DecisionDraft,
    Entry,
    EntryKind,
    Outcome,
    SignOutcome,
    Waiting,
)
from assessments.marking.outcomes import Standing, UnitState
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.queries import Version
from assessments.portfolio.unit_schema import Unit
from lms.core.access import Reach
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.kept import kept
from lms.core.reading import Rows, read_rows
from lms.people.models import User

HistoryRows = Rows[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a portfolio stands, and the number of the last thing that happened to it."""

    standing: Standing
    sequence: int


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a portfolio, as a page tells it."""

    sequence: int
    kind: EntryKind
    at: datetime
    actor: str
    criterion: str
    comment: str
    submission_number: int | None
    submission_ref: str | None
    criteria: tuple[str, ...]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class WaitingFact:
    """Something that waits for a practitioner: words, and the page that answers it."""

    title: str
    text: str
    action: str
    endpoint: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HomeStanding:
    """A portfolio in a few figures, for a home page, never one blended percentage; and what waits in it."""

    have_evidence: int
    met: int
    total: int
    state: UnitState
    waiting: tuple[WaitingFact, ...]


def positions(portfolio_ids: Iterable[int]) -> dict[int, Position]:
    """Where each of some portfolios stands, in two queries and one more for each unit not read before."""
    wanted = list(portfolio_ids)
    versions = db.session.execute(
        select(Portfolio.id, Portfolio.unit_version_id).where(Portfolio.id.in_(wanted))
    ).all()
    histories: dict[int, list[happened.Entry]] = defaultdict(list)
    for row in db.session.execute(_history().where(Entry.portfolio_id.in_(wanted))):
        histories[row.portfolio_id].append(_pure(row))
    units = {
        version_id: portfolios.unit_of_version(version_id) for version_id in {row[1] for row in versions}
    }
    return {
        portfolio_id: Position(
            outcomes.fold(units[version_id].criteria, histories[portfolio_id]), len(histories[portfolio_id])
        )
        for portfolio_id, version_id in versions
    }


def position(portfolio: Portfolio, unit: Unit) -> Position:
    """Where one portfolio stands."""
    return _position(portfolio.id, unit)


def _position(portfolio_id: int, unit: Unit) -> Position:
    rows = read_rows(_one_history(), portfolio=portfolio_id)
    return Position(outcomes.fold(unit.criteria, map(_pure, rows)), len(rows))


@cache
def _one_history() -> Select[*tuple[Any, ...]]:
    """The history of one portfolio (`portfolio`). Built once: building costs more than asking."""
    return _history().where(Entry.portfolio_id == bindparam("portfolio"))


def _history() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Entry.portfolio_id,
            Entry.kind,
            Entry.criterion,
            Submission.number,
            Submission.criteria,
            Decision.outcome,
            Decision.in_training,
        )
        .outerjoin(Submission, Submission.id == Entry.submission_id)
        .outerjoin(Decision, Decision.id == Entry.decision_id)
        .order_by(Entry.portfolio_id, Entry.sequence)
    )


_OF_ONE_CRITERION: dict[EntryKind, Callable[[str], happened.Entry]] = {
    EntryKind.COUNTERSIGNED: happened.Countersigned,
    EntryKind.QUESTIONED: happened.Questioned,
    EntryKind.RETURNED: happened.Returned,
    EntryKind.AGREED: happened.Agreed,
    EntryKind.REOPENED: happened.Reopened,
}


def _pure(row: Sequence[Any]) -> happened.Entry:
    _, kind, criterion, number, criteria, outcome, in_training = row
    if kind in _OF_ONE_CRITERION:
        return _OF_ONE_CRITERION[kind](criterion)
    match kind:
        case EntryKind.SUBMITTED:
            return happened.Submitted(number, frozenset(criteria))
        case EntryKind.DECIDED:
            return happened.Decided(criterion, met=outcome is Outcome.MET, in_training=in_training)
        case EntryKind.REVERSED:
            return happened.Reversed(criterion, met=outcome is Outcome.MET)
        case EntryKind.REFERRED:
            return happened.Referred(number)
        case EntryKind.ACCEPTED:
            return happened.Accepted()
    raise ValueError(f"an entry of the kind {kind!r}")


def happenings(portfolio_id: int) -> list[Happening]:
    """Everything that happened to a portfolio, newest first, in one query."""
    rows = db.session.execute(
        select(Entry, User.name, Submission.number, Submission.ref, Submission.criteria, Decision)
        .join(User, User.id == Entry.actor_id)
        .outerjoin(Submission, Submission.id == Entry.submission_id)
        .outerjoin(Decision, Decision.id == Entry.decision_id)
        .where(Entry.portfolio_id == portfolio_id)
        .order_by(Entry.sequence.desc())
    )
    return [
        Happening(
            sequence=entry.sequence,
            kind=entry.kind,
            at=entry.created_at,
            actor=actor,
            criterion=entry.criterion,
            comment=entry.comment,
            submission_number=number,
            submission_ref=ref,
            criteria=tuple(criteria or ()),
            decision=decision,
        )
        for entry, actor, number, ref, criteria, decision in rows
    ]


def concerning(happened: Iterable[Happening], criterion: str) -> list[Happening]:
    """Of what happened, what concerns one criterion."""
    return [
        one
        for one in happened
        if one.criterion == criterion or (one.kind is EntryKind.SUBMITTED and criterion in one.criteria)
    ]


COUNTS = ~Decision.in_training | exists().where(
    Countersignature.decision_id == Decision.id, Countersignature.outcome == SignOutcome.SIGNED
)
"""Whether a decision counts: one by an assessor in training does once it is countersigned."""


def spoken_file(ref: str) -> Select[StoredFile]:
    """The file of spoken feedback on any portfolio; the caller adds which portfolios may be read."""
    spoke = aliased(Decision)
    return (
        select(StoredFile)
        .join(spoke, spoke.spoken_id == StoredFile.id)
        .join(Submission, Submission.id == spoke.submission_id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .where(StoredFile.ref == ref)
        .limit(1)
    )


def files_within(ref: str) -> tuple[Select[StoredFile], Select[StoredFile]]:
    """A file within any portfolio, by its reference: as it was sent, and as spoken feedback."""
    return portfolios.sent_file(ref), spoken_file(ref)


def latest_decisions(portfolio_id: int) -> dict[str, Decision]:
    """The decision that counts for each criterion that has one, by reference."""
    return latest_decisions_of([portfolio_id])[portfolio_id]


def latest_decisions_of(portfolio_ids: Collection[int]) -> dict[int, dict[str, Decision]]:
    """The decision that counts for each criterion that has one, of several portfolios, in one query."""
    return _newest(portfolio_ids, COUNTS)


def proposed_decisions(portfolio_id: int) -> dict[str, Decision]:
    """The decisions by an assessor in training that nobody has answered yet, by reference."""
    answered = exists().where(Countersignature.decision_id == Decision.id)
    return _newest([portfolio_id], Decision.in_training & ~answered)[portfolio_id]


def _newest(portfolio_ids: Collection[int], which: ColumnElement[bool]) -> dict[int, dict[str, Decision]]:
    rows = db.session.execute(
        select(Entry.portfolio_id, Entry.criterion, Decision)
        .join(Decision, Decision.id == Entry.decision_id)
        .where(Entry.portfolio_id.in_(portfolio_ids), Entry.kind.in_(DECIDING), which)
        .order_by(Entry.portfolio_id, Entry.sequence)
    )
    found: dict[int, dict[str, Decision]] = {portfolio_id: {} for portfolio_id in portfolio_ids}
    for portfolio_id, criterion, decision in rows:
        found[portfolio_id][criterion] = decision  # a later row replaces an earlier one
    return found


def judges_of(decisions: Iterable[Decision]) -> set[int]:
    """Everybody who made or countersigned some decisions: none of them verifies these."""
    made = list(decisions)
    signed = select(Countersignature.countersigner_id).where(
        Countersignature.decision_id.in_([decision.id for decision in made])
    )
    return {decision.assessor_id for decision in made} | set(db.session.scalars(signed))


def judges_in(portfolio_id: int) -> set[int]:
    """Everybody who has decided or countersigned anything in a portfolio, overtaken or not: none of them is its IQA."""
    here = select(Decision.id).join(Submission, Submission.id == Decision.submission_id)
    here = here.where(Submission.portfolio_id == portfolio_id)
    decided = select(Decision.assessor_id).where(Decision.id.in_(here))
    signed = select(Countersignature.countersigner_id).where(Countersignature.decision_id.in_(here))
    return set(db.session.scalars(decided.union(signed)))


BY_IQA = (EntryKind.AGREED, EntryKind.RETURNED, EntryKind.ACCEPTED, EntryKind.REOPENED)


def iqas_of(portfolio_id: int) -> set[int]:
    """Everybody who has verified something of a portfolio."""
    return set(
        db.session.scalars(
            select(Entry.actor_id).where(Entry.portfolio_id == portfolio_id, Entry.kind.in_(BY_IQA))
        )
    )


def is_accepted(portfolio_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Within a query: whether the unit of a portfolio is accepted, and nothing of it was reopened since."""
    later = aliased(Entry)
    reopened = exists().where(
        later.portfolio_id == Entry.portfolio_id,
        later.kind == EntryKind.REOPENED,
        later.sequence > Entry.sequence,
    )
    return exists().where(Entry.portfolio_id == portfolio_id, Entry.kind == EntryKind.ACCEPTED, ~reopened)


def waiting_of(submission_id: int) -> Waiting | None:
    """The place of a submission in a queue, while it waits."""
    return db.session.scalar(select(Waiting).where(Waiting.submission_id == submission_id))


def drafts(submission_id: int) -> dict[str, DecisionDraft]:
    """What the assessor means to decide of a submission, by criterion."""
    rows = db.session.scalars(select(DecisionDraft).where(DecisionDraft.submission_id == submission_id))
    return {draft.criterion: draft for draft in rows}


def assessor_of(portfolio_id: int) -> User | None:
    """The assessor of a portfolio, once there is one."""
    return db.session.scalar(
        select(User)
        .join(Allocation, Allocation.assessor_id == User.id)
        .where(Allocation.portfolio_id == portfolio_id)
    )


def answers_due(portfolio_id: int) -> date | None:
    """By when the last of what is with the assessor is answered; None when nothing is."""
    return db.session.scalar(select(func.max(Waiting.answer_by)).where(Waiting.portfolio_id == portfolio_id))


def standing_for_home(user_id: int) -> HomeStanding | None:
    """A practitioner's newest portfolio in a few figures, with the referral that waits in it; None when there is none."""
    found = portfolios.find_own_unit_version(within=Reach(person_id=user_id))
    if found is None:
        return None
    portfolio_id, version = found
    rows = read_rows(_one_history(), portfolio=portfolio_id)
    return kept(_home_standing, version, rows, portfolios.read_criteria_with_evidence(portfolio_id))


def _home_standing(version: Version, history: HistoryRows, served: Rows[str]) -> HomeStanding:
    unit = version.unit
    standing = outcomes.fold(unit.criteria, map(_pure, history))
    return HomeStanding(
        have_evidence=len(
            ({criterion for (criterion,) in served} | standing.sent.keys()) & unit.criteria.keys()
        ),
        met=standing.met,
        total=len(unit.criteria),
        state=standing.unit,
        waiting=(_referral(standing.referred, unit),) if standing.referred else (),
    )


def _referral(referred: Sequence[str], unit: Unit) -> WaitingFact:
    first = referred[0]
    if len(referred) == 1:
        title, text = f"Your assessor asks for one more thing in {first}", f"{unit.criteria[first].plain}."
    else:
        title = f"Your assessor asks for more in {len(referred)} criteria"
        text = f"They are {', '.join(referred[:-1])} and {referred[-1]}."
    return WaitingFact(
        title=title,
        text=text,
        action=f"Go to {first}",
        endpoint="portfolio.criterion",
        values={"criterion": first},
    )
