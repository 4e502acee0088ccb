"""A programme of two cohorts in which people have answered a question in their own words, and those who read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from assessments.evaluation.policy import Policy
from assessments.questionnaires import service as questionnaires
from assessments.questionnaires.models import Wave
from assessments.questionnaires.respondents import Asked
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.written import Written
from assessments.themes import codebook, coding, queries, service, standings
from assessments.themes.codebook import Words
from assessments.themes.models import Coding, Redaction, Theme, ThemeQuestion
from courses.cohorts.models import Cohort, Programme
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import OrganisationKind, User
from lms.people.roles import Role
from tests.assessments.questionnaires.conftest import ask_of, every_kind, make_cohort
from tests.factories.people import as_actor, make_organisation, make_user

ITEM = "story"


@dataclass
class World:
    """Who and what there is; `asked` are those who answered, in the order in which they did."""

    programme: Programme
    waves: list[Wave]
    reader: User
    first: User
    second: User
    asked: list[Asked] = field(default_factory=list)
    policy: Policy = field(default_factory=Policy)

    def write(self, texts: Sequence[str], *, may_quote: bool = True) -> None:
        """Answers of as many people, turn by turn in the two cohorts, on a day when they are asked."""
        self._set(clock.today())
        for text in texts:
            number = len(self.asked)
            asked = Asked(self.waves[number % 2], None, every_kind(), ("test", str(number)))
            questionnaires.save_answers(asked, {ITEM: Written(text, may_quote=may_quote)}, by=None)
            self.asked.append(asked)
        self._set(clock.today() - timedelta(days=1))

    def _set(self, closes_on) -> None:
        for wave in self.waves:
            wave.opens_on, wave.closes_on = closes_on - timedelta(days=20), closes_on
        db.session.flush()

    def take_in(self) -> ThemeQuestion:
        return service.take_in(
            self.programme, WaveKind.FOCUS_GROUP, ITEM, self.policy, by=as_actor(self.first)
        )

    def redact_all(self, question: ThemeQuestion) -> None:
        for place, done in enumerate(queries.redacted_places(question), start=1):
            if not done:
                service.redact(
                    question, queries.get_original(question, place).id, [], by=as_actor(self.reader)
                )

    def themes(self, question: ThemeQuestion, *names: str) -> list[Theme]:
        return [
            codebook.add(question, Words(name, f"About {name}."), by=as_actor(self.first)) for name in names
        ]

    def code(self, question: ThemeQuestion, coder: User, chosen) -> None:
        """Code everything; `chosen` gives the themes of a text."""
        if standings.standing(question).of(coder.id) is None:
            coding.join(question, by=as_actor(coder))
        said = db.session.query(Coding.answer_id, Coding.is_fixed).filter_by(coder_id=coder.id)
        is_fixed = {row.answer_id: row.is_fixed for row in said}
        answers = db.session.query(Redaction).filter_by(question_id=question.id).all()
        # what is changed goes before what is new: once both have coded everything, nothing can be changed
        answers.sort(key=lambda redacted: redacted.answer_id not in is_fixed)
        waiting = [redacted for redacted in answers if not is_fixed.get(redacted.answer_id)]
        for redacted in waiting:
            ids = [theme.id for theme in chosen(redacted.text)]
            coding.code(question, redacted.answer_id, ids, by=as_actor(coder))


def make_world() -> World:
    """Two cohorts of a programme that are asked, an administrator who reads and two commissioners who code."""
    commissioner = make_organisation(OrganisationKind.COMMISSIONER)
    programme = Programme(commissioner_id=commissioner.id, name="Going on")
    db.session.add(programme)
    db.session.flush()
    cohorts: list[Cohort] = [make_cohort(), make_cohort()]
    waves = []
    for cohort in cohorts:
        cohort.programme_id = programme.id
        waves.append(ask_of(cohort, WaveKind.FOCUS_GROUP, every_kind()))
    return World(
        programme,
        waves,
        make_user(Role.ADMINISTRATOR),
        make_user(Role.COMMISSIONER, commissioner),
        make_user(Role.COMMISSIONER, commissioner),
    )


@pytest.fixture
def world(app) -> World:
    return make_world()
