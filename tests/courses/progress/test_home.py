"""The practitioner's first page: where am I, what is next, by when."""

from datetime import UTC, datetime

import pytest
import time_machine

from courses.cohorts.calendar import in_words
from courses.cohorts.leaving import Leaving
from courses.places import withdrawals
from courses.progress import service
from courses.progress.supplements import EXTENSION, CriteriaCount, Errand, Supplements
from lms.people.roles import Role
from tests import budget
from tests.factories import learning
from tests.factories.people import as_actor, make_user

FIRST = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)


BEFORE = datetime(2025, 12, 1, 9, tzinfo=UTC)
TO_COME = ("contract", "consider", "reflect-and-carry-on")


@pytest.fixture
def cohort(app):
    with time_machine.travel(BEFORE, tick=False):
        return learning.make_cohort(first=FIRST)


@pytest.fixture
def learner(cohort):
    with time_machine.travel(BEFORE, tick=False):
        return learning.make_learner(cohort)


@pytest.fixture
def early(app):
    """Somebody on a course of which three modules are only outlined yet."""
    with time_machine.travel(BEFORE, tick=False):
        document = learning.course_document(to_come=TO_COME)
        return learning.make_learner(learning.make_cohort(first=FIRST, document=document))


class Said(str):
    """A page's words, in which white space does not count: neighbouring blocks touch in the text of a page."""

    __slots__ = ()

    def __contains__(self, words):
        return "".join(words.split()) in "".join(self.split())


def home(client, learner, now):
    with time_machine.travel(now, tick=False):
        client.sign_in(learner.user)
        return Said(client.see("progress.home").text)


def parts(learner, *numbers):
    """How many parts there are in these modules."""
    return sum(
        len(module.steps) for module in learner.learning.document.course.modules if module.number in numbers
    )


def finish(learner, *numbers):
    for module in learner.learning.document.course.modules:
        if module.number in numbers:
            for step in module.steps:
                service.complete(learner.enrolment.id, step.id, by=as_actor(learner.user))


def test_before_the_course_it_says_when_it_starts_and_what_to_read_first(client, learner):
    text = home(client, learner, datetime(2026, 1, 2, 12, tzinfo=UTC))
    assert "Hello, Ṣadé Friday 2 January. Your course starts on Tuesday 6 January." in text
    assert "Write about “Why you came”" in text
    assert "By Tuesday 6 January, before session 1" in text
    assert "0 of 30 hours You can still reach all 30." in text
    assert "0 of 5 hours read" in text
    assert f"You are here: 0 of {parts(learner, 0)} parts done" in text


def test_half_way_it_counts_hours_from_the_register(client, learner):
    finish(learner, 0, 1, 2)
    learning.mark(learner, 180, 90, 0)
    text = home(client, learner, datetime(2026, 1, 22, 12, tzinfo=UTC))
    assert "You have done 2 of 10 sessions." in text
    assert "4.5 of 30 hours You can reach 25.5 hours here. Ask about making up the rest." in text
    assert "5 of 5 hours read" in text
    assert "Read “First contact” About 12 minutes." in text
    assert "By Tuesday 27 January, before session 4" in text
    assert (
        "Session 4 Tuesday 27 January, 9.30am to 12.45pm St Aidan's Hall, Harehills. Bronwen Pryce is" in text
    )
    assert "I cannot come: ring 0113 496 0000" in text


def test_a_later_mark_corrects_an_earlier_one(client, learner):
    learning.mark(learner, 0)
    learning.mark(learner, 180)
    text = home(client, learner, datetime(2026, 1, 7, tzinfo=UTC))
    assert "3 of 30 hours You can still reach all 30." in text


def test_when_nothing_is_left_before_a_session_it_says_to_come(client, learner):
    finish(learner, 0)
    text = home(client, learner, datetime(2026, 1, 5, 12, tzinfo=UTC))
    assert "Come to session 1 It is about “The role, and what you bring to it”." in text
    assert "Tuesday 6 January, 9.30am" in text


def test_material_that_is_not_written_is_said_to_be_to_come(client, early):
    learning.mark(early, 180, 180, 180, 180)
    text = home(client, early, datetime(2026, 1, 28, tzinfo=UTC))
    modules = early.learning.document.course.modules
    assert f"{modules[4].title} You were there. Pages to come" in text
    assert f"{modules[5].title} 3 February. Pages to come" in text
    assert "“Pages to come” means that you are taught it in the session" in text


def test_when_all_is_done_it_says_so(client, learner):
    finish(learner, *range(11))
    learning.mark(learner, *[180] * 10)
    text = home(client, learner, datetime(2026, 4, 1, tzinfo=UTC))
    assert "You have done all there is" in text
    assert "30 of 30 hours You have had them all." in text


def test_the_roof_can_add_needs_a_first_errand_and_the_portfolios_count(app, client, learner, monkeypatch):
    box = Errand(
        "Your assessor asks for one more thing",
        "3.1: what you both wrote down.",
        "/there",
        "See what they said",
    )

    def supplier(enrolment_id):
        return Supplements(
            first=Errand(
                "Fill in the first questionnaire",
                f"For {enrolment_id}.",
                "/ask",
                "Begin",
                "By Monday 5 January",
            ),
            needs=(box, box, box),
            criteria=CriteriaCount(met=9, with_evidence=18, total=24),
        )

    monkeypatch.setitem(app.extensions, EXTENSION, supplier)
    text = home(client, learner, datetime(2026, 1, 2, 12, tzinfo=UTC))
    assert f"Next for you Fill in the first questionnaire For {learner.enrolment.id}." in text
    assert text.count("Your assessor asks for one more thing") == 2
    assert "9 of 24 met 18 have evidence so far." in text
    assert "0 of 5 hours of the reading before the course" in text


def test_the_latest_of_several_courses_is_shown_and_a_withdrawn_one_is_not(client, app):
    old = learning.make_learner(learning.make_cohort(first=datetime(2025, 1, 7, 9, 30, tzinfo=UTC)))
    new = learning.make_cohort(first=FIRST)
    enrolment = learning.enrol(new, old.user)
    assert old.learning.enrolment_id == enrolment.id
    withdrawals.withdraw(enrolment, reason=Leaving.OTHER, note="Moved away", by=as_actor(old.user))
    assert old.learning.enrolment_id == old.enrolment.id


def test_it_costs_the_same_queries_whatever_was_done(app, client, learner, monkeypatch):
    """This room's own share; what other floors add to the page is counted with them, in tests/site."""
    monkeypatch.setitem(app.extensions, EXTENSION, lambda _enrolment_id: Supplements())
    client.sign_in(learner.user)
    steps = iter(["why-you-came", "why-outreach-matters", "local-practice"])
    budget.assert_flat(
        lambda: client.send(
            "progress.save_activity", activity_id=next(steps), data={"text": "A line.", "version": "0"}
        ),
        lambda: client.see("progress.home"),
    )
    with budget.queries() as seen:
        client.see("progress.home")
    assert len(seen) <= 7, seen


def test_the_course_page_and_its_modules_say_where_one_is(client, learner):
    finish(learner, 0)
    with time_machine.travel(datetime(2026, 1, 7, tzinfo=UTC), tick=False):
        client.sign_in(learner.user)
        course = Said(client.see("progress.course").text)
        module = Said(client.see("progress.module", module_id="connect").text)
        client.see("progress.module", module_id="no-such", status=404)
    done, total = parts(learner, 0), parts(learner, *range(11))
    connect = learner.learning.document.course.modules[3]
    assert f"{done} of {total} parts done. Nothing is locked" in course
    assert "Module 3 of 10 Connect: the first meeting" in module
    assert f"parts, about {in_words(sum(step.minutes for step in connect.steps))}." in module
    assert (
        "plan and make a first contact that fits the family’s culture, language, faith and day (2.1, 2.2)"
        in module
    )


def test_the_course_page_and_a_module_say_what_is_not_written_yet(client, early):
    client.sign_in(early.user)
    assert "You will be taught modules 4, 5 and 10 in the sessions" in Said(
        client.see("progress.course").text
    )
    module = Said(client.see("progress.module", module_id="contract").text)
    assert "The pages for this module are not written yet." in module


@pytest.mark.parametrize(
    "role", [Role.FACILITATOR, Role.ASSESSOR, Role.EMPLOYER, Role.PROVIDER_ADMINISTRATOR]
)
def test_others_do_not_open_it(client, app, role):
    client.sign_in(make_user(role))
    client.see("progress.home", status=403)
    client.see("progress.journal", status=403)


def test_session_plans_are_for_who_teaches_the_cohort(client, learner, cohort):
    facilitator = learning.facilitator_of(cohort)
    client.sign_in(facilitator)
    plans = Said(client.see("progress.session_plans", cohort_ref=cohort.ref).text)
    plan = Said(client.see("progress.session_plan", cohort_ref=cohort.ref, module_id="connect").text)
    rows = learner.learning.document.course.modules[3].session_plan.rows
    assert f"Connect: the first meeting {len(rows)} parts, 180 minutes" in plans
    assert "At the start: 15 minutes Welcome" in plan
    place, row = next((n, row) for n, row in enumerate(rows) if row.title == "With an interpreter")
    begins = in_words(sum(earlier.minutes for earlier in rows[:place]))
    assert f"{begins} in: {in_words(row.minutes)} With an interpreter" in plan
    client.see("progress.session_plan", cohort_ref=cohort.ref, module_id="coach", status=404)
    client.sign_in(learning.facilitator_of(learning.make_cohort()))
    client.see("progress.session_plans", cohort_ref=cohort.ref, status=404)
    client.sign_in(learner.user)
    client.see("progress.session_plans", cohort_ref=cohort.ref, status=403)


def test_a_session_plan_that_is_not_written_is_said_to_be(client, early):
    client.sign_in(learning.facilitator_of(early.cohort))
    plans = Said(client.see("progress.session_plans", cohort_ref=early.cohort.ref).text)
    assert f"{early.learning.document.course.modules[4].title} The plan is not written yet" in plans
    client.see("progress.session_plan", cohort_ref=early.cohort.ref, module_id="contract", status=404)


def test_hours_that_run_out_are_on_the_first_page_while_they_can_be_reached(client, learner):
    learning.mark(learner, *[180] * 7, 0)
    text = home(client, learner, datetime(2026, 2, 26, 12, tzinfo=UTC))
    assert "Every session counts now You have had 21 of the 27 hours needed." in text
    assert "To complete the course you need two more sessions. There is nothing to spare" in text
    assert "See your hours" in text


def test_the_first_page_names_the_catch_up_and_says_when_the_hours_are_out_of_reach(client, learner):
    with time_machine.travel(BEFORE, tick=False):
        other = learning.make_cohort(learner.cohort.provider, first=datetime(2026, 3, 3, 9, 30, tzinfo=UTC))
    other.course_version = learner.cohort.course_version
    other.name = "Beeston"
    learning.mark(learner, 0, *[180] * 8)
    text = home(client, learner, datetime(2026, 2, 28, 12, tzinfo=UTC))
    assert "You have had 24 of the 27 hours needed." in text
    assert "one more session, or the catch-up on Tuesday 3 March (session 1 of Beeston)" in text
    other.name = "Full"
    learning.mark(learner, 0, 0)
    text = home(client, learner, datetime(2026, 5, 28, 12, tzinfo=UTC))
    assert "Your hours need a plan" in text
    assert "that cannot be reached in this cohort any more." in text


def test_nobody_is_warned_before_a_session_was_lost(client, learner):
    text = home(client, learner, datetime(2026, 1, 2, 12, tzinfo=UTC))
    assert "Every session counts now" not in text


def test_a_warning_costs_one_query_more(app, client, learner, monkeypatch):
    monkeypatch.setitem(app.extensions, EXTENSION, lambda _enrolment_id: Supplements())
    learning.mark(learner, 0)
    client.sign_in(learner.user)
    client.see("progress.home")
    with budget.queries() as seen:
        assert "Every session counts now" in client.see("progress.home").text
    assert len(seen) <= 8, seen
