"""Paper in the demonstration: parents of the live cohort's families fill in forms, and two people key them.

One form is read alike and is in, one is read differently, one waits for each of the two to key it a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from assessments.questionnaires import service as questionnaires
from assessments.questionnaires.asking import families
from assessments.questionnaires.models import Wave
from assessments.questionnaires.paper import keying, sheets
from assessments.questionnaires.paper.keyed_answers import Given
from assessments.questionnaires.paper.models import PaperSheet
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.written import Written
from courses.cohorts.models import Cohort
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import Organisation
from lms.people.roles import Role
from lms.site.demo.characters import PROVIDER
from lms.site.demo.days import Days
from lms.site.demo.stage import Moment, Stage, at
from lms.site.demo.teaching import TUESDAYS

ADMINISTRATOR, COLLEAGUE = Role.PROVIDER_ADMINISTRATOR.value, "colleague"
FORMS, CARDS = 6, 8
WAVE = f"{TUESDAYS} {WaveKind.PARENT_START}"
FIRST: dict[str, Given] = {
    "ps_someone": "a_bit",
    "ps_help": "not_much",
    "ps_sure": "a_bit",
    "ps_play": "a_lot",
    "ps_home": "6",
    "ps_hope": Written("Somebody to ask about his sleep."),
}
SECOND: dict[str, Given] = {
    "ps_someone": "not_at_all",
    "ps_help": "not_much",
    "ps_calm": "a_bit",
    "ps_out": "not_much",
    "ps_home": "4",
}
MISREAD: dict[str, Given] = {**SECOND, "ps_calm": "not_much", "ps_home": "9"}


def moments(days: Days) -> Iterator[Moment]:
    """Forms and cards are printed, and what has come back is keyed."""
    printed = days.ago(19)
    yield Moment(at(printed, "09:10"), "a second person keys forms", _join)
    yield Moment(at(printed, "09:20"), "forms and cards for families", _print)
    keyed = days.ago(9)
    for number, (who, sheet, answers) in enumerate(
        (
            (COLLEAGUE, 0, FIRST),
            (COLLEAGUE, 1, SECOND),
            (COLLEAGUE, 2, FIRST),
            (ADMINISTRATOR, 0, FIRST),
            (ADMINISTRATOR, 1, MISREAD),
            (ADMINISTRATOR, 3, SECOND),
        )
    ):
        when = at(keyed, "14:00") + timedelta(minutes=3 * number)
        yield Moment(when, f"form {sheet + 1} is keyed", partial(_key, who, sheet, answers))


def _join(stage: Stage) -> None:
    by = stage.actor(Role.ADMINISTRATOR.value)
    user = people.create_user(name="Tom Beaumont", email="tom.beaumont@aire-valley.example", by=by)
    people.add_member(user, stage.get(Organisation, PROVIDER), Role.PROVIDER_ADMINISTRATOR, by=by)
    stage.keep(COLLEAGUE, user)


def _print(stage: Stage) -> None:
    by, cohort = stage.actor(ADMINISTRATOR), stage.get(Cohort, TUESDAYS)
    kinds = families.BY_PARENTS
    waves = questionnaires.open_waves(cohort, by=by, kinds=kinds)
    stage.keep(WAVE, waves[WaveKind.PARENT_START])
    families.print_cards(cohort, cards=CARDS, by=by)
    sheets.print_sheets(waves[WaveKind.PARENT_START], sheets=FORMS, keyed_twice=True, by=by)


def _key(who: str, number: int, answers: dict[str, Given], stage: Stage) -> None:
    wave = stage.get(Wave, WAVE)
    forms = select(PaperSheet).where(PaperSheet.wave_id == wave.id).order_by(PaperSheet.id)
    keying.key(db.session.scalars(forms).all()[number], code="", answers=answers, by=stage.actor(who))
