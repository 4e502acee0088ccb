"""Who has a part in a case, and who may therefore answer it or must not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from assessments.cases import queries
from assessments.cases.models import Case, CaseStep
from assessments.cases.standing import WRONGS, Kind, Phase, Stage, Standing, StepKind
from assessments.marking import allocation_bars
from assessments.marking import queries as marking
from assessments.marking.models import Decision
from assessments.portfolio.models import Submission
from lms.core.extensions import db
from lms.people.models import User
from lms.people.roles import Role

RAISED = "You raised this, so another person decides it."


def whose(case: Case) -> set[int]:
    """Whose case it is: its practitioner, and whoever brought it, such as a member of staff who appeals.

    Who raises what is alleged of another brings no case of their own.
    """
    return {case.learner_id} if case.kind in WRONGS else {case.learner_id, case.opened_by_id}


def is_of(case: Case, person_id: int) -> bool:
    """Whether a case is somebody's own, or about what they did: another person then names, answers and closes."""
    return person_id in whose(case) or person_id == case.against_id


def why_not_answer(case: Case, standing: Standing, person_id: int) -> str | None:
    """Why somebody cannot answer a case now, in words; None when it is theirs."""
    steps = queries.steps_of(case.id)
    if standing.phase is not Phase.ANSWER:
        return "This case does not wait for an answer."
    if person_id in whose(case):
        return "Nobody answers a case of their own."
    if standing.stage is Stage.ASSESSOR:
        return None if person_id == case.against_id else "Its assessor is asked to look again first."
    if person_id == case.against_id:
        return "This is about something you did, so another person answers it."
    return _why_not_at(case, standing, person_id) or why_interested(case, standing, steps, person_id)


def _why_not_at(case: Case, standing: Standing, person_id: int) -> str | None:
    roles = queries.roles_of(person_id)
    provider_id = case.enrolment.cohort.provider_id
    match standing.stage:
        case Stage.IQA:
            allowed = provider_id in roles[Role.IQA]
            return None if allowed else "An internal quality assurer answers this."
        case Stage.INDEPENDENT:
            if standing.named_id is None:
                return "Name an independent person first."
            return None if person_id == standing.named_id else "The person who was named answers this."
        case _:
            allowed = provider_id in roles[Role.PROVIDER_ADMINISTRATOR]
            return None if allowed else "The provider’s administrator answers this."


def why_interested(case: Case, standing: Standing, steps: Sequence[CaseStep], person_id: int) -> str | None:
    """Why somebody has a part in what they would answer."""
    return interests(case, standing, steps, [person_id]).get(person_id)


def interests(
    case: Case, standing: Standing, steps: Sequence[CaseStep], person_ids: Collection[int]
) -> dict[int, str]:
    """Of some people, those who have a part in a case, and why; the same number of queries for any number.

    The awarding body's own answer is only written down here, by anybody but who raised what it is about.
    """
    raised = queries.raisers(case)
    if standing.stage is Stage.AWARDING_BODY:
        return dict.fromkeys(raised.intersection(person_ids), RAISED)
    answered = {one.by_id for one in steps if one.kind is StepKind.ANSWERED}
    ties = allocation_bars.ties_of(person_ids)
    place = allocation_bars.places_of([case.enrolment_id])[case.enrolment_id]
    decided = _judges(case) if case.kind is Kind.APPEAL else set()
    found: dict[int, str] = {}
    for person_id in person_ids:
        if person_id in answered:
            found[person_id] = "You answered this before, so another person does now."
        elif person_id in raised:
            found[person_id] = RAISED
        elif ties.bar(person_id, place) is not None:
            found[person_id] = (
                "You manage this person or have declared an interest in them, so another person answers."
            )
        elif person_id in decided:
            found[person_id] = "You made decisions in this portfolio, so another person answers."
    return found


def independent(case: Case, standing: Standing, steps: Sequence[CaseStep]) -> list[User]:
    """Who of the provider's staff can be named to answer a case, having no part in it, by name."""
    staff = queries.holders(
        *(Role.IQA, Role.ASSESSOR, Role.PROVIDER_ADMINISTRATOR),
        provider_id=case.enrolment.cohort.provider_id,
        without={*whose(case), case.against_key},
    )
    barred = interests(case, standing, steps, [one.id for one in staff])
    return sorted((one for one in staff if one.id not in barred), key=lambda one: one.name)


def _judges(case: Case) -> set[int]:
    """Everybody who ever decided or countersigned anything in the portfolio of a case."""
    decisions = db.session.scalars(
        select(Decision)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Submission.portfolio_id == case.portfolio_id)
    ).all()
    return marking.judges_of(decisions)
