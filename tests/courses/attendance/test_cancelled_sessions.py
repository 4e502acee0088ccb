"""What registers, apologies, checking in and catch-ups make of a session that is not held, and of a cohort that is full."""

from __future__ import annotations

import pytest

from courses.attendance import apologies, catch_ups, check_in, hours_queries, registers, session_changes
from courses.attendance.hours import Mark
from courses.attendance.registers import Entry
from courses.cohorts.models import Cohort, Enrolment, Session, WaitingPlace
from courses.places import service as places
from courses.progress import completion_queries
from courses.progress.queries import get_learning
from lms.core import clock
from lms.core.access import Actor, Reach
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.roles import Role
from tests.factories.cohorts import make_cohort, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_user

pytestmark = pytest.mark.usefixtures("app")


def administrator(cohort: Cohort) -> Actor:
    return as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider))


def cancel(session: Session) -> None:
    session_changes.cancel(session, why="The hall is flooded.", seen=0, by=administrator(session.cohort))


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
    return [each.number for each in catch_ups.find_catch_ups(enrolment, hours_queries.hours_of(enrolment))]


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


def test_a_free_place_for_which_somebody_waits_is_no_room(missed: tuple[Enrolment, Cohort]) -> None:
    sade, later = missed
    places.set_capacity(later, 5, by=administrator(later))
    assert offered(sade) == [2]
    db.session.add(
        WaitingPlace(
            cohort_id=later.id,
            user_id=make_user(Role.PRACTITIONER, name="Grace").id,
            seeks_accreditation=True,
            shares_progress=False,
        )
    )
    db.session.flush()
    assert offered(sade) == []


def test_a_session_that_was_cancelled_can_be_made_up_elsewhere(missed: tuple[Enrolment, Cohort]) -> None:
    sade, later = missed
    cancel(session_of(sade.cohort, 9))
    assert offered(sade) == [2, 9]
    ninth = session_of(later, 9)
    with clock.set_to(ninth.starts_at):
        registers.add_guest(ninth, sade, by=administrator(later))
    hours = hours_queries.hours_of(sade)
    assert (hours.marks[8], hours.worths[8], hours.cancelled) == (Mark.MADE_UP, 180, 0)


def test_nobody_is_a_guest_of_a_session_that_is_not_held(missed: tuple[Enrolment, Cohort]) -> None:
    sade, later = missed
    second = session_of(later, 2)
    cancel(second)
    with clock.set_to(second.starts_at), pytest.raises(Refused, match="Session 2 is cancelled"):
        registers.add_guest(second, sade, by=administrator(later))


def test_a_session_somebody_has_checked_in_to_stays_where_it_is() -> None:
    ann = make_enrolment(make_cohort(first_day=weeks_ago(-1)))
    session = session_of(ann.cohort, 1)
    opens, closes = check_in.usual_window(session)
    code = check_in.open_window(session, opens_at=opens, closes_at=closes, by=administrator(ann.cohort)).code
    with clock.set_to(opens):
        check_in.check_in(code, by=as_actor(ann.user))
        with pytest.raises(Refused, match="The register of session 1 is taken, so it cannot be cancelled"):
            cancel(session)


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
    facts = completion_queries.facts_of(page.course, page.hours, set(), [each.line for each in page.sessions])
    assert facts.ahead == (180,) * 9


def test_a_page_looks_at_no_more_cohorts_than_so_many_those_that_end_soonest(
    missed: tuple[Enrolment, Cohort],
) -> None:
    sade, later = missed
    for week in range(2, 4):
        make_cohort(
            later.provider,
            name=f"Week {week}",
            version=later.course_version,
            first_day=weeks_ago(-week),
        )

    def looked_at(most: int | None) -> set[str]:
        return {each.cohort for each in catch_ups.read_alike(sade.cohort_id, most=most).ahead}

    assert looked_at(2) == {"Later", "Week 2"}
    assert looked_at(None) == {"Later", "Week 2", "Week 3"}
