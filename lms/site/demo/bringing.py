"""What people bring in the demonstration: an appeal that was answered twice, requests, a complaint, a concern, more time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from assessments.adjustments.models import Authority, EvidenceSeen
from assessments.cases import answering, opening
from assessments.cases.models import Case
from assessments.cases.settling import Agreement
from assessments.cases.standing import Kind, Outcome
from assessments.deadlines import queries as deadline_queries
from assessments.deadlines import service as deadlines
from assessments.marking import interests
from assessments.marking import queries as marking
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Enrolment
from lms.core import clock
from lms.people.models import User
from lms.people.roles import Role
from lms.site.demo.days import Days
from lms.site.demo.stage import Moment, Stage, at

ADMINISTRATOR, ASSESSOR, IQA = (role.value for role in (Role.PROVIDER_ADMINISTRATOR, Role.ASSESSOR, Role.IQA))
APPEALS, APPEALED = "fatima", "3.2"
ADJUSTED, HELD_BACK, COMPLAINS, CONCERNS, GIVEN_TIME = "linh", "tevita", "dilnoza", "ioana", "owain"
TIED = "gurpreet"
LOOKED = (
    "I read the visit notes again. They show what you offered; I still cannot find what the mother chose."
)
CHECKED = (
    "Rukhsana asked for the right thing. One line in the mother’s words, or a note signed by her, would show it. "
    "Nothing else of the work is in doubt."
)


def moments(days: Days) -> Iterator[Moment]:
    """Each case in the order in which its steps would have been taken."""
    yield Moment(at(days.ago(24), "20:10"), "an adjustment is asked for", _ask_adjustment)
    yield Moment(at(days.ago(22), "11:30"), "an adjustment is agreed", _agree_adjustment)
    yield Moment(at(days.ago(16), "19:05"), "an appeal", _appeal)
    yield Moment(
        at(days.ago(15), "15:40"), "the assessor looks again", partial(_not_upheld, ASSESSOR, LOOKED)
    )
    yield Moment(at(days.ago(14), "20:15"), "the appeal is taken further", _take_further)
    yield Moment(at(days.ago(11), "10:20"), "the IQA answers", partial(_not_upheld, IQA, CHECKED))
    yield Moment(at(days.ago(10), "18:30"), "the answer is accepted", _accept)
    yield Moment(at(days.ago(9), "09:45"), "more time is given", _give_time)
    yield Moment(at(days.ago(8), "12:10"), "an interest is declared", _declare)
    yield Moment(at(days.ago(5), "21:00"), "a complaint", _complain)
    yield Moment(at(days.ago(4), "14:30"), "a concern is put to somebody", _suspect)
    yield Moment(at(days.ago(2), "21:40"), "special consideration is asked for", _ask_consideration)


def _ask_adjustment(stage: Stage) -> None:
    case = opening.ask_adjustment(
        stage.get(Enrolment, ADJUSTED),
        words="I would like to talk through outcome 1 instead of writing it.",
        need="I am dyslexic. I had the same at college.",
        by=stage.actor(ADJUSTED),
    )
    stage.keep(ADJUSTED, case)


def _agree_adjustment(stage: Stage) -> None:
    answering.answer(
        stage.get(Case, ADJUSTED),
        Outcome.AGREED,
        words="Yes. Rukhsana rings you to find an hour for it.",
        agreement=Agreement(
            what="Outcome 1 by professional discussion, recorded, instead of in writing.",
            authority=Authority.CENTRE,
            evidence_seen=EvidenceSeen.EARLIER_SUPPORT,
            until=clock.today() + timedelta(days=180),
            standard_kept=True,
        ),
        by=stage.actor(ADMINISTRATOR),
    )


def _appeal(stage: Stage) -> None:
    decision = marking.latest_decisions(stage.get(Portfolio, APPEALS).id)[APPEALED]
    words = "The second visit says that she wanted to come on Thursdays. I think that shows it."
    stage.keep(APPEALS, opening.appeal(decision, words=words, by=stage.actor(APPEALS)))


def _not_upheld(who: str, words: str, stage: Stage) -> None:
    answering.answer(stage.get(Case, APPEALS), Outcome.NOT_UPHELD, words=words, by=stage.actor(who))


def _take_further(stage: Stage) -> None:
    words = "I would like somebody else to read it."
    answering.take_further(stage.get(Case, APPEALS), words=words, by=stage.actor(APPEALS))


def _accept(stage: Stage) -> None:
    answering.accept(stage.get(Case, APPEALS), by=stage.actor(APPEALS))


def _give_time(stage: Stage) -> None:
    portfolio = stage.get(Portfolio, GIVEN_TIME)
    until = deadline_queries.due_on(portfolio.id) + timedelta(days=14)
    note = "Two weeks more, as we said on the phone."
    deadlines.extend(portfolio, until=until, reason="caring", note=note, by=stage.actor(ADMINISTRATOR))


def _declare(stage: Stage) -> None:
    interests.declare(
        stage.get(User, ASSESSOR),
        about=stage.get(User, TIED),
        reason="We share a car to work.",
        by=stage.actor(ASSESSOR),
    )


def _complain(stage: Stage) -> None:
    words = "Two sessions began twenty minutes late, and I had to leave on time for my bus."
    opening.complain(stage.get(Enrolment, COMPLAINS), words=words, by=stage.actor(COMPLAINS))


def _suspect(stage: Stage) -> None:
    case = opening.allege(
        stage.get(Portfolio, CONCERNS),
        against=stage.get(User, CONCERNS),
        kind=Kind.MALPRACTICE,
        words="Two paragraphs are word for word those of another portfolio.",
        by=stage.actor(ADMINISTRATOR),
    )
    words = "Two paragraphs of your first account are word for word in another portfolio. Tell us how that came about."
    answering.put(case, words=words, by=stage.actor(ADMINISTRATOR))


def _ask_consideration(stage: Stage) -> None:
    words = "My mother has been in hospital this week. Two weeks more would help."
    opening.ask_consideration(stage.get(Enrolment, HELD_BACK), words=words, by=stage.actor(HELD_BACK))
