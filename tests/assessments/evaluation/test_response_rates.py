"""How many of those who were asked answered: said, drawn and in the table alike, and nothing claimed that is not known."""

from assessments.evaluation.response_rates import rates
from assessments.evaluation.sections import Answered
from assessments.questionnaires.rates import count_asked
from assessments.questionnaires.schema import WaveKind
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import EnrolmentStatus
from lms.core import clock
from lms.core.extensions import db
from tests.assessments.questionnaires.conftest import answer, enrol, make_cohort

ANSWERED = Answered(before=545, after=500, both=480, both_percent=85)


def test_the_share_of_those_asked_is_told() -> None:
    found = rates(ANSWERED, {WaveKind.PRE: 603, WaveKind.POST: 598})
    assert found.finding == (
        "About 545 of about 605 people (90%) answered before the course and about 500 of about 600 people (84%) after it. "
        "About 480 answered both."
    )
    assert found.table.rows[:2] == (
        ("Before the course", 545, 605, 90),
        ("After the course", 500, 600, 84),
    )
    assert [line.length for line in found.lines][:2] == [90, 84]


def test_where_it_is_not_known_who_was_asked_no_share_is_made_up() -> None:
    found = rates(ANSWERED, {})
    assert (
        found.finding
        == "About 545 people answered before the course and about 500 people after it. About 480 answered both."
    )
    assert found.table.rows[0] == ("Before the course", 545, "not known", "")


def test_of_few_people_no_percentage_is_claimed_from_rounded_numbers() -> None:
    found = rates(Answered(25, 25, 25, None), {WaveKind.PRE: 26, WaveKind.POST: 24})
    assert found.lines[0].said == "about 25 of about 25 people"
    assert found.lines[1].said == "about 25 people"


def test_those_who_left_unanswered_were_not_asked(app) -> None:
    cohort = make_cohort()
    stays, leaves, answers_and_leaves = (enrol(cohort, name) for name in ("Amina", "Beth", "Cai"))
    answer(answers_and_leaves, {"pre_challenge": "A"}, finish=True)
    for left in (leaves, answers_and_leaves):
        left.status, left.left_reason, left.withdrawn_on = (
            EnrolmentStatus.WITHDRAWN,
            Leaving.OTHER,
            clock.today(),
        )
    db.session.flush()
    assert stays.status == EnrolmentStatus.ACTIVE
    assert count_asked([cohort.id]) == {WaveKind.PRE: 2, WaveKind.POST: 1}
