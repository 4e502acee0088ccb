"""A cohort is not taken into the figures while forms on paper may still be keyed, or wait to be settled."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from assessments.evaluation import queries
from assessments.questionnaires import comparing, keying, service
from assessments.questionnaires.models import Wave
from assessments.questionnaires.schema import WaveKind
from lms.core import clock
from lms.core.extensions import db
from lms.people.roles import Role
from tests.assessments.questionnaires.conftest import make_cohort, printed
from tests.factories.people import as_actor, make_user


def has_closed() -> bool:
    (part,) = queries.list_all_cohorts()
    return part.has_closed(clock.today())


def close(days_ago: int) -> None:
    day = clock.today() - timedelta(days=days_ago)
    db.session.execute(sa.update(Wave).values(opens_on=day, closes_on=day))


def test_the_figures_wait_for_forms_that_may_still_be_keyed(app) -> None:
    cohort = make_cohort()
    joy, rita = (as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider)) for _ in range(2))
    wave = service.open_waves(cohort, by=None)[WaveKind.POST]
    close(1)
    assert has_closed(), "without forms it waits for nothing"
    one, two = printed(wave, joy, twice=True, many=2)
    assert not has_closed()
    close(14)
    for who, answers in ((joy, {"sup_team": "A"}), (rita, {"sup_team": "SD"})):
        keying.key(one, code="", answers=answers, by=who)
    keying.key(two, code="", answers={}, by=joy)
    keying.key(two, code="", answers={}, by=rita)
    keying.finish_keying(by=rita)
    close(15)
    assert not has_closed(), "one form waits to be settled"
    comparing.settle(one, code=None, chosen={"sup_team": "A"}, by=joy)
    assert has_closed()


def test_forms_that_never_come_back_hold_the_figures_up_for_two_weeks(app) -> None:
    cohort = make_cohort()
    joy = as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider))
    printed(service.open_waves(cohort, by=None)[WaveKind.PRE], joy)
    close(14)
    assert not has_closed()
    close(15)
    assert has_closed()
