"""Quality assurance in the demonstration: a plan for each cohort, portfolios accepted, one decision returned, a visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from assessments.marking import queries as marking
from assessments.portfolio.models import Portfolio
from assessments.verification import development, direct_claims, ratings
from assessments.verification import service as verification
from assessments.verification import visit_service as visits
from assessments.verification.development_models import RecordKind
from assessments.verification.models import Sample, SampleOutcome
from assessments.verification.sampling import Risk
from assessments.verification.visit_models import Visit
from courses.cohorts.models import Cohort
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from lms.site.demo.characters import FINISHED, LIVE, PROVIDER, Learner, Standing
from lms.site.demo.days import Days
from lms.site.demo.portfolios import returned_words
from lms.site.demo.stage import Moment, Stage, at
from lms.site.demo.teaching import BLOCK, TUESDAYS

IQA = Role.IQA.value
VISIT = "visit"
RETURNED, RETURNED_CRITERION = "teresa", "4.6"


def moments(days: Days) -> Iterator[Moment]:
    """The block's plan and what came of it, then the live cohort's, then the visit that is on now."""
    drawn = days.finished[-1] + timedelta(days=36)
    yield Moment(at(drawn, "09:00"), "awards and development are recorded", _record)
    yield Moment(at(drawn, "09:30"), "how closely the assessor is looked at", _rate)
    yield Moment(at(drawn, "10:00"), "a plan for the block", partial(_draw, BLOCK))
    closed = at(drawn + timedelta(days=2), "11:00")
    yield from _accepted(FINISHED, closed)
    yield Moment(at(days.ago(6), "14:00"), "one decision is returned", _return_one)
    yield Moment(at(days.ago(8), "10:00"), "a plan for Tuesdays", partial(_draw, TUESDAYS))
    yield from _accepted(LIVE, at(days.ago(7), "11:00"))
    yield Moment(at(closed.date(), "09:00"), "direct claims are granted", _grant_claims)
    yield Moment(at(days.ago(2), "09:30"), "a visit by the awarding body", partial(_visit, days))
    yield Moment(at(days.ago(1), "10:15"), "the visitor chooses and reads", _choose)


def _accepted(learners: Sequence[Learner], when: datetime) -> Iterator[Moment]:
    for number, learner in enumerate(one for one in learners if one.standing is Standing.ACCEPTED):
        yield Moment(
            when + timedelta(minutes=25 * number),
            f"the unit of {learner.name} is accepted",
            partial(_accept, learner.key),
        )


def _record(stage: Stage) -> None:
    """The award of the assessor and that of the IQA, and what the assessor did to keep up to date."""
    today = clock.today()
    for who, kind, words, on, hours in (
        (Role.ASSESSOR.value, RecordKind.AWARD, "Level 3 award in assessing", today - timedelta(400), None),
        (IQA, RecordKind.AWARD, "Level 4 award in internal quality assurance", today - timedelta(900), None),
        (Role.ASSESSOR.value, RecordKind.DEVELOPMENT, "Safeguarding update", today - timedelta(12), 3.5),
    ):
        development.add(
            stage.get(Organisation, PROVIDER),
            stage.get(User, who),
            kind=kind,
            words=words,
            on=on,
            hours=hours,
            by=stage.actor(IQA),
        )


def _rate(stage: Stage) -> None:
    """Red, so that everything is drawn: with less, whose portfolio is drawn would differ from one build to the next."""
    ratings.say(
        stage.get(Organisation, PROVIDER),
        stage.get(User, Role.ASSESSOR.value),
        risk=Risk.RED,
        reason="New to us. I look at everything in her first half-year.",
        by=stage.actor(IQA),
    )


def _draw(name: str, stage: Stage) -> None:
    cohort = stage.get(Cohort, name)
    verification.draw_plan(cohort, seed=f"{cohort.code} 1", by=stage.actor(IQA))


def _sample(key: str, stage: Stage) -> Sample:
    return db.session.scalars(
        select(Sample).where(Sample.portfolio_id == stage.get(Portfolio, key).id, Sample.drawn)
    ).one()


def _accept(key: str, stage: Stage) -> None:
    verification.agree_the_rest(_sample(key, stage), by=stage.actor(IQA))


def _return_one(stage: Stage) -> None:
    sample = _sample(RETURNED, stage)
    decision = marking.latest_decisions(sample.portfolio_id)[RETURNED_CRITERION]
    verification.answer(
        sample,
        decision,
        outcome=SampleOutcome.RETURNED,
        comment=returned_words(RETURNED_CRITERION),
        by=stage.actor(IQA),
    )


def _grant_claims(stage: Stage) -> None:
    """The awarding body lets the provider claim without a visit, on the word of its IQA."""
    accepted = next(one.key for one in FINISHED if one.standing is Standing.ACCEPTED)
    direct_claims.grant(
        stage.get(Organisation, PROVIDER),
        stage.get(Portfolio, accepted).unit_version.slug,
        verifier=stage.get(User, IQA),
        from_on=clock.today(),
        until_on=None,
        granted_by="Pennine Awards, letter of the same day",
        by=stage.actor(Role.PROVIDER_ADMINISTRATOR.value),
    )


def _visit(days: Days, stage: Stage) -> None:
    """The visitor is proposed what is accepted."""
    read = [one.key for one in (*FINISHED, *LIVE) if one.standing is Standing.ACCEPTED]
    visit = visits.open_visit(
        stage.get(Organisation, PROVIDER),
        eqa=stage.get(User, Role.EQA.value),
        from_on=days.ago(1),
        until_on=days.today + timedelta(days=3),
        portfolio_refs=[stage.get(Portfolio, key).ref for key in read],
        by=stage.actor(Role.PROVIDER_ADMINISTRATOR.value),
    )
    stage.keep(VISIT, visit)


def _choose(stage: Stage) -> None:
    """Two portfolios are chosen, and one of them is opened."""
    visit, visitor = stage.get(Visit, VISIT), stage.actor(Role.EQA.value)
    read = [one.key for one in (*FINISHED, *LIVE) if one.standing is Standing.ACCEPTED]
    chosen = [stage.get(Portfolio, key).ref for key in read[:2]]
    visits.choose(visit, chosen, by=visitor)
    for what, detail in (("portfolio", ""), ("criterion", "1.1"), ("criterion", "4.2")):
        visits.note_read(visit, what=what, by=visitor, portfolio=chosen[0], detail=detail)
