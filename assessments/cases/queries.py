"""Reading cases: where each stands, whose it is to answer, and what its person sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from assessments.adjustments.models import AgreedAdjustment
from assessments.cases import standing as fold
from assessments.cases import words
from assessments.cases.models import (
    AdjustmentNeed,
    AffectedDecision,
    AffectedReview,
    Case,
    CaseAdjustment,
    CaseHold,
    CaseStep,
)
from assessments.cases.standing import WRONGS, Kind, Outcome, Phase, Stage, Standing, Step
from assessments.holds.models import Hold, HoldLifting
from assessments.marking.models import Decision
from assessments.portfolio.models import Portfolio
from courses.cohorts import reach
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import Membership, User
from lms.people.roles import Role

ANY = true()
"""Within a query of cases: every one."""


def disputed_portfolios() -> Select[int]:
    """The portfolios of everybody who has complained or appealed in the place that it belongs to, whatever came of it."""
    return (
        select(Portfolio.id)
        .join(Case, Case.enrolment_id == Portfolio.enrolment_id)
        .where(Case.kind.in_((Kind.COMPLAINT, Kind.APPEAL)))
    )


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list: what it is, whose, where it stands and by when somebody is to act.

    While an appeal against its answer is open, nobody is to act in the case itself: nothing is due in it.
    """

    case: Case
    learner: str
    cohort: str
    provider_id: int
    standing: Standing
    due_on: date | None
    is_under_appeal: bool

    @property
    def title(self) -> str:
        """What it is called."""
        return words.title(self.case.kind, self.case.criterion)

    @property
    def where(self) -> str:
        """Where it stands, in a few words."""
        return "Under appeal" if self.is_under_appeal else words.where_words(self.standing)

    @property
    def is_late(self) -> bool:
        """Whether the day by which somebody is to act has passed."""
        return self.due_on is not None and self.due_on < clock.today()


def pure_steps(steps: Iterable[CaseStep]) -> list[Step]:
    """Steps as the fold takes them."""
    return [Step(one.kind, outcome=one.outcome, person_id=one.person_id) for one in steps]


def standing_of(case: Case, steps: Sequence[CaseStep]) -> Standing:
    """Where a case stands after its steps."""
    stages = fold.stages_of(case.kind, about_decision=case.decision_id is not None)
    return fold.fold(case.kind, stages, pure_steps(steps))


def steps_of(case_id: int) -> list[CaseStep]:
    """What happened in a case, oldest first."""
    return _steps([case_id])[case_id]


def _steps(case_ids: Iterable[int]) -> dict[int, list[CaseStep]]:
    found: dict[int, list[CaseStep]] = defaultdict(list)
    rows = db.session.scalars(
        select(CaseStep)
        .where(CaseStep.case_id.in_(list(case_ids)))
        .options(joinedload(CaseStep.by), joinedload(CaseStep.person))
        .order_by(CaseStep.case_id, CaseStep.sequence)
    )
    for one in rows:
        found[one.case_id].append(one)
    return found


def due_on(standing: Standing, steps: Sequence[CaseStep]) -> date | None:
    """By when what a case waits for is to be done; None once it is closed or the awarding body has answered."""
    if not standing.is_open or standing.is_last_word:
        return None
    return next((one.due_on for one in reversed(steps) if one.due_on), None)


def rows(condition: ColumnElement[bool]) -> list[CaseRow]:
    """The cases that a condition picks, what is due first on top and closed ones last; four queries for any number."""
    learner = aliased(User)
    found = db.session.execute(
        select(Case, learner.name, Cohort.name, Cohort.provider_id)
        .join(learner, learner.id == Case.learner_id)
        .join(Enrolment, Enrolment.id == Case.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(condition)
        .options(joinedload(Case.against))
    ).all()
    steps = _steps(row[0].id for row in found)
    appealed = _under_appeal(row[0].id for row in found)
    made = []
    for case, name, cohort, provider_id in found:
        standing = standing_of(case, steps[case.id])
        due = None if case.id in appealed else due_on(standing, steps[case.id])
        made.append(CaseRow(case, name, cohort, provider_id, standing, due, case.id in appealed))
    return sorted(made, key=lambda row: (not row.standing.is_open, row.due_on or date.max, -row.case.id))


def own(user_id: int, *, only: ColumnElement[bool] = ANY) -> list[CaseRow]:
    """A practitioner's own cases: what they brought, and what is alleged of them once it has been put to them."""
    return [
        row
        for row in rows(and_(Case.learner_id == user_id, only))
        if (row.case.opened_by_id == user_id and row.case.against_id != user_id) or is_told(row, user_id)
    ]


def is_told(row: CaseRow, user_id: int) -> bool:
    """Whether what is alleged of a person has been put to them."""
    return row.case.against_id == user_id and row.standing.phase is not Phase.TO_PUT


def for_staff(*, within: Reach, only: ColumnElement[bool] = ANY) -> list[CaseRow]:
    """The cases somebody may open: of providers they administer, of an IQA when it is theirs, and where they have a part."""
    reached = or_(Cohort.provider_id.in_(within.organisation_ids), Case.against_id == within.person_id)
    theirs = rows(and_(reached, only))
    roles = roles_of(within.person_id)
    return [
        row
        for row in theirs
        if (row.provider_id in roles[Role.PROVIDER_ADMINISTRATOR] and row.case.against_id != within.person_id)
        or has_part(row, within.person_id)
        or (row.provider_id in roles[Role.IQA] and _is_iqas(row.standing))
        or is_told(row, within.person_id)
    ]


def _is_iqas(standing: Standing) -> bool:
    """Whether a case has come to the IQA, who then sees it to its end; upheld before, it leaves others to look at again."""
    if Stage.IQA not in standing.stages:
        return False
    return standing.at >= standing.stages.index(Stage.IQA) or standing.outcome is Outcome.UPHELD


def roles_of(person_id: int) -> dict[Role, set[int]]:
    """Where somebody holds which role today."""
    today = clock.today()
    held: dict[Role, set[int]] = defaultdict(set)
    rows_held = db.session.execute(
        select(Membership.role, Membership.organisation_id).where(
            Membership.user_id == person_id,
            Membership.from_on <= today,
            or_(Membership.until_on.is_(None), Membership.until_on >= today),
        )
    )
    for role, organisation_id in rows_held:
        held[role].add(organisation_id)
    return held


def has_part(row: CaseRow, person_id: int) -> bool:
    """Whether somebody is the assessor who is asked to look again, or the independent person who was named."""
    standing = row.standing
    looks_again = Stage.ASSESSOR in standing.stages and row.case.against_id == person_id
    return looks_again or person_id in (standing.named_id, row.case.opened_by_id)


def get_case(ref: str, *, within: Reach) -> Case:
    """A case that a member of staff may open.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    found = for_staff(within=within, only=Case.ref == ref)
    if not found:
        raise NotFound
    return found[0].case


def get_own(ref: str, *, within: Reach) -> Case:
    """A practitioner's own case.

    Raises:
        NotFound: there is none.
    """
    found = own(within.person_id, only=Case.ref == ref)
    if not found:
        raise NotFound
    return found[0].case


def own_enrolment(*, within: Reach) -> Enrolment:
    """The practitioner's newest place.

    Raises:
        NotFound: they have none.
    """
    found = db.session.scalar(
        select(Enrolment)
        .join(Enrolment.cohort)
        .where(Enrolment.user_id == within.person_id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def raisers(case: Case) -> set[int]:
    """Who raised what is alleged, in a case or in the one that it appeals against."""
    return {one.opened_by_id for one in (case, case.about) if one is not None and one.kind in WRONGS}


def answerers(case: Case, stage: Stage) -> list[User]:
    """Whom a case is passed to at a stage: the assessor, the IQAs, or the administrators who answer or find who does."""
    if stage is Stage.ASSESSOR:
        return [case.against] if case.against is not None else []
    role = Role.IQA if stage is Stage.IQA else Role.PROVIDER_ADMINISTRATOR
    others = {case.learner_id, case.against_key, case.opened_by_id}
    if stage is Stage.AWARDING_BODY:
        others |= raisers(case)
    return holders(role, provider_id=case.enrolment.cohort.provider_id, without=others)


def holders(*roles: Role, provider_id: int, without: Collection[int]) -> list[User]:
    """Who holds one of some roles with a provider today and can sign in, but for some people."""
    return list(
        db.session.scalars(
            select(User)
            .where(
                or_(*(reach.holds(role, User.id, provider_id) for role in roles)),
                User.id.not_in(without),
                User.disabled_at.is_(None),
            )
            .order_by(User.id)
        )
    )


def case_of_decision(decision_id: int) -> Case | None:
    """The appeal against a decision, if there is one."""
    return db.session.scalar(select(Case).where(Case.decision_id == decision_id))


def appeal_against(case_id: int) -> Case | None:
    """The appeal against the answer to a case, if there is one."""
    return db.session.scalar(select(Case).where(Case.about_id == case_id))


def is_under_appeal(case_id: int) -> bool:
    """Whether an appeal against the answer to a case has not come to its end."""
    return case_id in _under_appeal([case_id])


def _under_appeal(case_ids: Iterable[int]) -> set[int]:
    """Of some cases, those against whose answer an appeal is open; two queries for any number."""
    appeals = db.session.scalars(select(Case).where(Case.about_id.in_(list(case_ids)))).all()
    steps = _steps(one.id for one in appeals)
    return {
        one.about_id
        for one in appeals
        if one.about_id is not None and standing_of(one, steps[one.id]).is_open
    }


def standing_holds(case_id: int) -> list[Hold]:
    """The holds that stand because of a case."""
    return list(
        db.session.scalars(
            select(Hold)
            .join(CaseHold, CaseHold.hold_id == Hold.id)
            .where(CaseHold.case_id == case_id, ~exists().where(HoldLifting.hold_id == Hold.id))
        )
    )


def need_of(case_id: int) -> AdjustmentNeed | None:
    """Why an adjustment is asked for. Its reader has been seen to by the caller."""
    return db.session.scalar(select(AdjustmentNeed).where(AdjustmentNeed.case_id == case_id))


def adjustment_of(case_id: int) -> AgreedAdjustment | None:
    """What was agreed in a case."""
    return db.session.scalar(
        select(AgreedAdjustment)
        .join(CaseAdjustment, CaseAdjustment.adjustment_id == AgreedAdjustment.id)
        .where(CaseAdjustment.case_id == case_id)
    )


@dataclass(frozen=True, slots=True)
class AffectedRow:
    """A decision to be looked at again because an appeal was upheld, and what came of it."""

    affected: AffectedDecision
    learner: str
    outcome: str
    assessor_id: int
    reopened: bool | None
    words: str
    reviewer: str


def affected(case_id: int) -> list[AffectedRow]:
    """The decisions that may have the same fault, by name: two joins, one query."""
    learner, reviewer = aliased(User), aliased(User)
    found = db.session.execute(
        select(
            AffectedDecision,
            learner.name,
            Decision.outcome,
            AffectedDecision.assessor_id,
            AffectedReview.reopened,
            func.coalesce(AffectedReview.words, ""),
            func.coalesce(reviewer.name, ""),
        )
        .join(Decision, Decision.id == AffectedDecision.decision_id)
        .join(learner, learner.id == Decision.learner_id)
        .outerjoin(AffectedReview, AffectedReview.affected_id == AffectedDecision.id)
        .outerjoin(reviewer, reviewer.id == AffectedReview.by_id)
        .where(AffectedDecision.case_id == case_id)
        .order_by(learner.name)
    )
    return [AffectedRow(*row) for row in found]


def get_affected(ref: str, *, within: Reach) -> AffectedDecision:
    """A decision to be looked at again, of a provider that the asking person is an IQA of.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(
        select(AffectedDecision)
        .join(Case, Case.id == AffectedDecision.case_id)
        .join(Enrolment, Enrolment.id == Case.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(AffectedDecision.ref == ref, reach.holds(Role.IQA, within.person_id, Cohort.provider_id))
    )
    if found is None:
        raise NotFound
    return found
