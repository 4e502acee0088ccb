"""What a plan can draw from: the portfolios of a cohort that are met, who decided them, and the risk that suggests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from assessments.marking.models import AwaitingIqa, Decision, Entry, EntryKind
from assessments.portfolio.models import Portfolio, Submission
from assessments.verification.models import Sample, SampledDecision
from assessments.verification.sampling import Candidate, Risk
from courses.cohorts.models import Cohort, Enrolment
from lms.core.extensions import db
from lms.people.models import User

NEW_UNDER = 3
"""An assessor with fewer decided portfolios than this is new: red is suggested."""


@dataclass(frozen=True, slots=True)
class AssessorRisk:
    """An assessor in the population of a plan, with the risk that is suggested and why."""

    ref: str
    name: str
    portfolios: int
    suggested: Risk
    why: str


@dataclass(frozen=True, slots=True)
class Population:
    """The portfolios of a cohort that a plan can draw from, with who decided them."""

    candidates: tuple[Candidate, ...]
    portfolio_ids: dict[str, int]
    assessors: tuple[AssessorRisk, ...]
    own: int
    """How many more wait that this IQA may not verify: their own decisions, or their own work."""


def of_cohort(cohort: Cohort, *, iqa_id: int) -> Population:
    """The portfolios of a cohort that are met and in no plan yet, with what a draw needs to know of each.

    Portfolios whose decisions the IQA made, and the IQA's own work, are counted apart: another IQA draws from them.
    """
    met = db.session.execute(
        select(Portfolio.id, Portfolio.ref, Portfolio.learner_id)
        .join(AwaitingIqa, AwaitingIqa.portfolio_id == Portfolio.id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .where(Enrolment.cohort_id == cohort.id, Portfolio.id.not_in(select(Sample.portfolio_id)))
        .order_by(Portfolio.id)
    ).all()
    ids = [row.id for row in met]
    deciders: dict[int, list[int]] = defaultdict(list)
    for portfolio_id, assessor_id in db.session.execute(
        select(Entry.portfolio_id, Decision.assessor_id)
        .join(Decision, Decision.id == Entry.decision_id)
        .where(Entry.portfolio_id.in_(ids), Entry.kind == EntryKind.DECIDED)
        .order_by(Entry.portfolio_id, Entry.sequence)
    ):
        deciders[portfolio_id].append(assessor_id)
    again = set(
        db.session.scalars(
            select(Entry.portfolio_id).where(Entry.portfolio_id.in_(ids), Entry.kind == EntryKind.REFERRED)
        )
    )
    allowed = [row for row in met if iqa_id != row.learner_id and iqa_id not in deciders[row.id]]
    people = _deciders({deciders[row.id][-1] for row in allowed})
    candidates = tuple(
        Candidate(
            portfolio=row.ref,
            assessor=people[deciders[row.id][-1]].ref,
            resubmitted=row.id in again,
            first=people[deciders[row.id][-1]].first_portfolio == row.id,
        )
        for row in allowed
    )
    return Population(
        candidates=candidates,
        portfolio_ids={row.ref: row.id for row in allowed},
        assessors=tuple(
            person.risk for person in sorted(people.values(), key=lambda person: person.risk.name)
        ),
        own=len(met) - len(allowed),
    )


@dataclass(frozen=True, slots=True)
class _Decider:
    ref: str
    first_portfolio: int
    risk: AssessorRisk


def _deciders(ids: Iterable[int]) -> dict[int, _Decider]:
    """Assessors, with the first portfolio each decided and the risk that their record suggests."""
    wanted = list(ids)
    first: dict[int, int] = {}
    seen: dict[int, set[int]] = defaultdict(set)
    for assessor_id, portfolio_id in db.session.execute(
        select(Decision.assessor_id, Submission.portfolio_id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Decision.assessor_id.in_(wanted))
        .group_by(Decision.assessor_id, Submission.portfolio_id)
        .order_by(func.min(Decision.id))
    ):
        first.setdefault(assessor_id, portfolio_id)
        seen[assessor_id].add(portfolio_id)
    returned = dict(
        db.session.execute(
            select(SampledDecision.assessor_id, func.count())
            .where(SampledDecision.assessor_id.in_(wanted), SampledDecision.outcome == "returned")
            .group_by(SampledDecision.assessor_id)
        ).all()
    )
    names = db.session.execute(select(User.id, User.ref, User.name).where(User.id.in_(wanted)))
    return {
        row.id: _Decider(
            row.ref, first[row.id], _suggested(row.ref, row.name, len(seen[row.id]), returned.get(row.id, 0))
        )
        for row in names
    }


def _suggested(ref: str, name: str, portfolios: int, returned: int) -> AssessorRisk:
    if portfolios < NEW_UNDER:
        return AssessorRisk(ref, name, portfolios, Risk.RED, f"new: has decided {portfolios} so far")
    if returned:
        return AssessorRisk(
            ref, name, portfolios, Risk.AMBER, f"{returned} of the decisions looked at came back"
        )
    return AssessorRisk(ref, name, portfolios, Risk.GREEN, f"{portfolios} portfolios, nothing came back")
