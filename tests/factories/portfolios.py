"""Portfolios for tests, at whatever stage of their life, made by calling the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from assessments.marking import allocating, assessors, queries, service
from assessments.marking.judgement import Judgement, Rule
from assessments.portfolio import checking_queries, checking_service
from assessments.portfolio import service as portfolio_service
from assessments.portfolio.evidence_fields import EvidenceFields
from assessments.portfolio.models import Evidence, Portfolio, Submission, UnitVersion
from assessments.portfolio.sending import Declaration
from assessments.portfolio.unit_files import UNITS, read_unit
from assessments.portfolio.unit_schema import EvidenceKind
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.factories.cohorts import UNIT, make_cohort, make_course_version, make_enrolment
from tests.factories.people import as_actor, make_organisation, make_user

_numbers = count(1)
EVERY_RULE = frozenset(Rule)
MET = Judgement(met=True, rules=EVERY_RULE, feedback="You let her choose the order.")
NOT_YET = Judgement(
    met=False,
    rules=EVERY_RULE - {Rule.SUFFICIENT},
    reason="It shows one visit of three.",
    feedback="You listened well. Show what the two of you agreed.",
)


OWN_WORK = Declaration(own_work=True, ai_used=False)


def make_unit(slug: str = UNIT) -> UnitVersion:
    """A unit that comes with the product, published: the one of the 24 criteria, unless another is named."""
    return portfolio_service.publish_unit(read_unit(UNITS / f"{slug}.yaml"), by=None)


@dataclass
class Desk:
    """A provider with a unit, a cohort, an assessor and an IQA; and what they do, in one line each."""

    provider: Organisation = field(default_factory=make_organisation)
    unit_slug: str = UNIT

    def __post_init__(self) -> None:
        """Fill the desk."""
        self.unit = make_unit(self.unit_slug)
        self.cohort = make_cohort(self.provider, version=make_course_version(unit=self.unit_slug))
        self.assessor = make_user(Role.ASSESSOR, self.provider, name="Rukhsana Iqbal")
        self.iqa = make_user(Role.IQA, self.provider, name="Joy Okafor")

    def begin(self, *, name: str = "Ṣadé Adéyẹmí", assessor: User | None = None) -> Portfolio:
        """A portfolio that has begun, with its assessor."""
        enrolment = make_enrolment(self.cohort, name=name)
        portfolio = portfolio_service.open_portfolio(enrolment, by=as_actor(enrolment.user))
        allocating.allocate(portfolio, assessor or self.assessor, by=as_actor(self.iqa))
        return portfolio

    def send(self, portfolio: Portfolio, *criteria: str) -> Submission:
        """New evidence for some criteria (all, when none is named), sent."""
        refs = criteria or tuple(self.criteria)
        add_text(portfolio, *refs)
        submission = service.send(portfolio, refs, declaration=OWN_WORK, by=as_actor(portfolio.learner))
        db.session.flush()
        return submission

    def decide(self, submission: Submission, *, but: tuple[str, ...] = (), by: User | None = None) -> None:
        """Decide everything that waits in a submission as met, but for some, and send it."""
        assessor = as_actor(by or self.assessor)
        waiting = service.position_of(submission).standing.to_decide(submission.number)
        for ref in waiting:
            service.save_draft(submission, ref, NOT_YET if ref in but else MET, version=0, by=assessor)
        service.release(submission, sequence=service.position_of(submission).sequence, by=assessor)

    def meet(self, *, name: str = "Ṣadé Adéyẹmí", assessor: User | None = None) -> Portfolio:
        """A portfolio whose every criterion is met."""
        portfolio = self.begin(name=name, assessor=assessor)
        self.decide(self.send(portfolio), by=assessor)
        return portfolio

    @property
    def criteria(self) -> list[str]:
        """The references of the unit's criteria."""
        return [one["ref"] for outcome in self.unit.document["outcomes"] for one in outcome["criteria"]]


def fields_for(*criteria: str) -> EvidenceFields:
    """What a practitioner says of a piece of evidence."""
    return EvidenceFields(
        title=f"Visit {next(_numbers)} with Family B",
        kind=EvidenceKind.REFLECTIVE_ACCOUNT,
        happened_on=clock.today() - timedelta(days=3),
        family_code="B",
        note="",
        criteria=frozenset(criteria),
        why={ref: f"It shows {ref}: she chose the order." for ref in criteria},
        own_work=True,
        names_covered=True,
    )


def add_text(portfolio: Portfolio, *criteria: str, text: str = "We agreed who would do what.") -> Evidence:
    """Written evidence for some criteria."""
    return portfolio_service.add_evidence(
        portfolio, fields_for(*criteria), text=text, by=as_actor(portfolio.learner)
    )


def add_file(portfolio: Portfolio, *criteria: str, upload: portfolio_service.Upload) -> Evidence:
    """A file for some criteria, of which its author says that nobody can be recognised in it."""
    learner = as_actor(portfolio.learner)
    evidence = portfolio_service.add_evidence(portfolio, fields_for(*criteria), uploads=[upload], by=learner)
    declare_unread(evidence, by=portfolio.learner)
    return evidence


def declare_unread(evidence: Evidence, *, by: User) -> None:
    """Say of each file that no machine can read that nobody can be recognised in it."""
    for unread in checking_queries.check(evidence).unread:
        checking_service.declare_unread(evidence, unread.sha256, by=as_actor(by))


def states(portfolio: Portfolio) -> dict[str, str]:
    """Where each criterion of a portfolio stands."""
    return queries.positions([portfolio.id])[portfolio.id].standing.states()


def evidence_form(*criteria: str, **others: object) -> dict[str, object]:
    """The fields of the evidence form, filled in."""
    return {
        "title": "First visit with Family B",
        "kind": "reflective-account",
        "happened_on": date(2026, 2, 26).isoformat(),
        "family_code": "B",
        "note": "",
        "criteria": list(criteria),
        **{f"why-{ref}": f"It shows {ref}: she chose the order." for ref in criteria},
        "own_work": "y",
        "names_covered": "y",
        **others,
    }


def put_in_training(desk: Desk, *, name: str = "Amina Yusuf") -> User:
    """An assessor in training at a desk, whom its own assessor countersigns."""
    trainee = make_user(Role.ASSESSOR, desk.provider, name=name)
    assessors.set_training(trainee, desk.provider, countersigner=desk.assessor, by=as_actor(desk.iqa))
    return trainee
