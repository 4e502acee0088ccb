"""Planning an assessment, and recording at the workplace what was seen and said there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from assessments.marking import queries as marking
from assessments.planning import queries
from assessments.planning.models import PlannedAssessment, PlanStep
from assessments.planning.steps import ImpossibleStep, StepKind, fold
from assessments.portfolio import service as portfolios
from assessments.portfolio.evidence_fields import EvidenceFields
from assessments.portfolio.identifying import refuse_numbers
from assessments.portfolio.models import Evidence, Portfolio
from assessments.portfolio.queries import unit_of
from assessments.portfolio.service import Upload
from assessments.portfolio.unit_schema import EvidenceKind
from assessments.portfolio.witness_models import ApprovedExpert
from lms.core import audit, clock, mail
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import User

OVERTAKEN = "Something has happened to this plan since you opened the page. Look at it again."
OVER = (
    "This plan is called off or done by now. What you wrote stays here. Look at the plan first; if it is still to go"
    " into the portfolio, record it without a plan."
)
METHODS = (
    EvidenceKind.OBSERVATION,
    EvidenceKind.PROFESSIONAL_DISCUSSION,
    EvidenceKind.QUESTIONS,
    EvidenceKind.WORK_PRODUCT,
    EvidenceKind.WITNESS_TESTIMONY,
    EvidenceKind.PRIOR_LEARNING,
)
"""Ways to assess that can be planned."""
RECORDED = (EvidenceKind.OBSERVATION, EvidenceKind.PROFESSIONAL_DISCUSSION, EvidenceKind.QUESTIONS)
"""Those of which the assessor makes the evidence."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is put forward.

    Attributes:
        method: in which way it is assessed.
        criteria: what it is about.
        on_day: the day.
        place: where; never a family's address.
        who: who else is there, families by their code.
        note: anything to have ready or to know.
    """

    method: EvidenceKind
    criteria: tuple[str, ...]
    on_day: date
    place: str
    who: str = ""
    note: str = ""


def propose(portfolio: Portfolio, terms: Terms, *, by: Actor) -> PlannedAssessment:
    """Put an assessment forward to the practitioner.

    Raises:
        Forbidden: the portfolio is with another assessor.
        Refused: a criterion is not the unit's, the day is over, or words in it could identify a family.
    """
    _require_assessor(portfolio, by)
    _check(portfolio, terms)
    planned = PlannedAssessment(
        portfolio_id=portfolio.id, learner_id=portfolio.learner_id, assessor_id=by.id, **_values(terms)
    )
    db.session.add(planned)
    db.session.flush()
    _step(planned, StepKind.PROPOSED, terms=terms, by=by)
    _tell(portfolio.learner, planned, "Your assessor has planned something with you")
    return planned


def propose_anew(planned: PlannedAssessment, terms: Terms, *, by: Actor) -> None:
    """Put another day, place or way forward in place of what was.

    Raises:
        Forbidden: the portfolio is with another assessor.
        Conflict: it is done or called off.
        Refused: as for `propose`.
    """
    _require_assessor(planned.portfolio, by)
    _check(planned.portfolio, terms)
    _step(planned, StepKind.PROPOSED, terms=terms, by=by)
    for name, value in _values(terms).items():
        setattr(planned, name, value)
    planned.assessor_id = by.id
    _tell(planned.portfolio.learner, planned, "Your assessor has changed a plan")


def agree(planned: PlannedAssessment, *, by: Actor) -> None:
    """The practitioner agrees. Again, it changes nothing.

    Raises:
        Conflict: it does not wait for an answer.
    """
    if queries.state_of(planned) is StepKind.AGREED:
        return
    _step(planned, StepKind.AGREED, by=by)
    _tell_assessor(planned, "Your learner agrees to a plan")


def ask(planned: PlannedAssessment, words: str, *, by: Actor) -> None:
    """The practitioner asks for another day, place or way.

    Raises:
        Refused: it is not said what would be better, or a number in it could identify a family.
        Conflict: it does not wait for an answer.
    """
    if not words:
        raise Refused("Say what would be better: another day, another place, another way.", field="words")
    refuse_numbers(words)
    _step(planned, StepKind.ASKED, words=words, by=by)
    _tell_assessor(planned, "Your learner asks for another way")


def call_off(planned: PlannedAssessment, words: str, *, by: Actor) -> None:
    """Call it off, with the reason.

    Raises:
        Forbidden: the portfolio is with another assessor.
        Refused: no reason is given, or a number in it could identify a family.
        Conflict: it is done or called off already.
    """
    _require_assessor(planned.portfolio, by)
    if not words:
        raise Refused("Say why it is called off: your learner reads it.", field="words")
    refuse_numbers(words)
    _step(planned, StepKind.CALLED_OFF, words=words, by=by)
    planned.is_open, planned.assessor_id = False, by.id
    _tell(planned.portfolio.learner, planned, "A plan is called off")


def record(
    portfolio: Portfolio,
    fields: EvidenceFields,
    *,
    text: str,
    uploads: Sequence[Upload | StoredFile] = (),
    planned: PlannedAssessment | None = None,
    by: Actor,
) -> Evidence:
    """Keep what the assessor saw or talked about as evidence in the learner's portfolio; what was planned is then done.

    It is the assessor's record: the learner reads it and says what it is used for, and cannot change it.

    Raises:
        Forbidden: the portfolio is with another assessor.
        Conflict: what was planned is done or called off.
        Refused: something in it cannot be used; the error names the field.
    """
    _require_assessor(portfolio, by)
    if fields.kind not in RECORDED:
        raise Refused("This kind of evidence is the learner's to add.", field="kind")
    if planned is not None and planned.portfolio_id != portfolio.id:
        raise Refused("This plan is with another learner.")
    if planned is not None and not planned.is_open:
        raise Conflict(OVER)
    refuse_numbers(text, fields.place, fields.seen_by, *fields.why.values())
    evidence = portfolios.add_evidence(portfolio, fields, text=text, uploads=uploads, by=by)
    if planned is not None:
        _step(planned, StepKind.DONE, evidence=evidence, by=by)
        planned.is_open, planned.assessor_id = False, by.id
    audit.record(
        Act.ASSESSMENT_RECORDED, by=by, on=evidence, kind=fields.kind.value, learner_id=portfolio.learner_id
    )
    mail.queue(
        to=portfolio.learner.email,
        template="assessments/mail/work_recorded",
        name=portfolio.learner.name,
        provider=portfolio.enrolment.cohort.provider,
        evidence=evidence,
        assessor=by.name,
    )
    return evidence


@dataclass(frozen=True, slots=True)
class Expert:
    """An expert witness as an assessor puts them into the plan.

    Attributes:
        name: who they are.
        email: where the letter that asks them goes; by this their testimony is known.
        role: their job or role.
        basis: why they can judge this work.
    """

    name: str
    email: str
    role: str
    basis: str


def approve_expert(portfolio: Portfolio, expert: Expert, *, by: Actor) -> ApprovedExpert:
    """Take somebody as an expert witness: what they say from now on is shown as such to whoever assesses or verifies it.

    Raises:
        Forbidden: the portfolio is with another assessor.
        Refused: it is the learner or the assessor, or a number in it could identify a family.
    """
    _require_assessor(portfolio, by)
    email = expert.email.lower()
    if email in {portfolio.learner.email.lower(), by.email.lower()}:
        raise Refused("A witness is neither of you two. Give the address of the expert.", field="email")
    refuse_numbers(expert.role, expert.basis)
    approved = ApprovedExpert(
        portfolio_id=portfolio.id,
        learner_id=portfolio.learner_id,
        approved_by_id=by.id,
        **asdict(expert) | {"email": email},
    )
    db.session.add(approved)
    db.session.flush()
    audit.record(Act.ASSESSMENT_PLANNED, by=by, on=approved, what="expert approved")
    return approved


def _values(terms: Terms) -> dict[str, Any]:
    return {**asdict(terms), "criteria": list(terms.criteria)}


def _frozen(terms: Terms) -> dict[str, Any]:
    return {**_values(terms), "method": terms.method.value, "on_day": terms.on_day.isoformat()}


def _step(
    planned: PlannedAssessment,
    kind: StepKind,
    *,
    words: str = "",
    terms: Terms | None = None,
    evidence: Evidence | None = None,
    by: Actor,
) -> None:
    """Append a step; of two at once, the second is told so."""
    steps = queries.list_steps(planned.id)
    try:
        fold([*(step.kind for step in steps), kind])
        with db.session.begin_nested():
            db.session.add(
                PlanStep(
                    planned_id=planned.id,
                    number=len(steps) + 1,
                    kind=kind,
                    words=words,
                    terms=_frozen(terms) if terms else None,
                    by_id=by.id,
                    evidence_id=evidence.id if evidence else None,
                )
            )
    except (ImpossibleStep, IntegrityError) as error:
        raise Conflict(OVERTAKEN) from error
    audit.record(Act.ASSESSMENT_PLANNED, by=by, on=planned, what=kind.value)


def _require_assessor(portfolio: Portfolio, by: Actor) -> None:
    assessor = marking.assessor_of(portfolio.id)
    if assessor is None or assessor.id != by.id:
        raise Forbidden("This portfolio is with another assessor.")


def _check(portfolio: Portfolio, terms: Terms) -> None:
    if terms.method not in METHODS:
        raise Refused("This cannot be planned: it is the learner's to add.", field="method")
    if not terms.criteria:
        raise Refused("Tick at least one criterion that it is about.", field="criteria")
    unknown = sorted(set(terms.criteria) - unit_of(portfolio).criteria.keys())
    if unknown:
        raise Refused(f"The unit has no criterion {', '.join(unknown)}.", field="criteria")
    if terms.on_day < clock.today():
        raise Refused("That day is over. Give a day to come, or record what was done.", field="on_day")
    refuse_numbers(terms.place, terms.who, terms.note)


def _tell_assessor(planned: PlannedAssessment, heading: str) -> None:
    """Write to whoever assesses the portfolio now, who need not be the one who planned."""
    _tell(marking.assessor_of(planned.portfolio_id) or planned.assessor, planned, heading)


def _tell(to: User, planned: PlannedAssessment, heading: str) -> None:
    """Write that there is news. What it says stands on the page alone: a letter holds no family's code and no assessor's words."""
    mail.queue(
        to=to.email,
        template="assessments/mail/plan_news",
        name=to.name,
        provider=planned.portfolio.enrolment.cohort.provider,
        planned=planned,
        is_learner=to.id == planned.learner_id,
        heading=heading,
    )
