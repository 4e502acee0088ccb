"""What registers, apologies, checking in and catch-ups make of a session that is not held, and of a cohort that is full."""

from __future__ import annotations

import pytest

from courses.cohorts import apologies, catch_ups, check_in, places, queries, registers, sessions_service
from courses.cohorts.hours import Mark
from courses.cohorts.models import Cohort, Enrolment, Session
from courses.cohorts.registers import Entry
from courses.progress import completion_queries
from courses.progress.queries import get_learning
from lms.core import clock
from lms.core.access import Actor, Reach
from lms.core.errors import Refused
from lms.people.roles import Role
from tests.factories.cohorts import make_cohort, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_user

pytestmark = pytest.mark.usefixtures("app")


def administrator(cohort: Cohort) -> Actor:
    return as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider))


def cancel(session: Session) -> None:
    sessions_service.cancel(session, why="The hall is flooded.", seen=0, by=administrator(session.cohort))


@pytest.fixture
def missed() -> tuple[Enrolment, Cohort]:
    """Somebody who missed session 2, and another cohort of the provider that has it ahead."""
    sade = make_enrolment()
    cohort = sade.cohort
    by = administrator(cohort)
    registers.take_register(session_of(cohort, 2), {sade.ref: Entry(Mark.MISSED)}, by=by)
    later = make_cohort(cohort.provider, name="Later", version=cohort.course_version, first_day=weeks_ago(-1))
    return sade, later


def offered(enrolment: Enrolment) -> list[int]:
    return [each.number for each in catch_ups.find_catch_ups(enrolment, queries.hours_of(enrolment))]


def test_a_cancelled_session_is_no_catch_up(missed: tuple[Enrolment, Cohort]) -> None:
    sade, later = missed
    assert offered(sade) == [2]
    cancel(session_of(later, 2))
    assert offered(sade) == []


def test_a_full_cohort_offers_none_and_one_with_room_does(missed: tuple[Enrolment, Cohort]) -> None:
    sade, later = missed
    make_enrolment(later, name="Grace")
    by = administrator(later)
    places.set_capacity(later, 1, by=by)
    assert offered(sade) == []
    places.set_capacity(later, 2, by=by)
    assert offered(sade) == [2]


def test_nobody_sends_apologies_for_a_session_that_is_not_held() -> None:
    ann = make_enrolment()
    ahead = session_of(ann.cohort, 9)
    cancel(ahead)
    with pytest.raises(Refused, match="Session 9 is cancelled"):
        apologies.send(ahead, words="", by=as_actor(ann.user))


def test_a_code_of_a_session_cancelled_since_is_not_recorded() -> None:
    ann = make_enrolment(make_cohort(first_day=weeks_ago(-1)))
    session = session_of(ann.cohort, 1)
    opens, closes = check_in.usual_window(session)
    by = administrator(ann.cohort)
    code = check_in.open_window(session, opens_at=opens, closes_at=closes, by=by).code
    cancel(session)
    with (
        clock.set_to(session.starts_at),
        pytest.raises(Refused, match=r"Not recorded\. Session 1 is cancelled"),
    ):
        check_in.check_in(code, by=as_actor(ann.user))
    with pytest.raises(Refused, match="is cancelled, so it has no register"):
        check_in.open_window(session, opens_at=opens, closes_at=closes, by=by)


def test_my_hours_says_cancelled_and_does_not_count_on_it() -> None:
    ann = make_enrolment()
    cancel(session_of(ann.cohort, 9))
    page = completion_queries.hours_page(get_learning(within=Reach(person_id=ann.user_id)))
    ninth = page.sessions[8]
    assert (ninth.words, ninth.is_to_come) == ("cancelled", False)
    assert page.hours.reachable == 1_800 - 180
