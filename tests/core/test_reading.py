"""Reading columns straight from the driver gives what asking the session for them gives."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import DBAPIError

from courses.attendance import adjustments
from courses.attendance.models import Adjustments
from courses.attendance.needs import Need
from courses.cohorts.calendar import Pattern
from courses.cohorts.models import Cohort, Session
from lms.core.extensions import db
from lms.core.reading import read_rows
from tests.budget import queries
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import as_actor

pytestmark = pytest.mark.usefixtures("app")

FIRST_SESSIONS = (
    select(Cohort.id, Cohort.pattern, Cohort.starts_on, Cohort.capacity, Cohort.takes_requests, Session.starts_at)
    .join(Session, Session.cohort_id == Cohort.id)
    .where(
        Cohort.id.in_(bindparam("cohorts", expanding=True)),
        Cohort.pattern.in_([Pattern.WEEKLY, Pattern.BLOCK]),
        Cohort.starts_on < bindparam("before"),
        Session.starts_at > bindparam("after"),
        Session.number == 1,
    )
    .order_by(Cohort.id)
    .limit(5)
)  # fmt: skip
NEEDS = select(Adjustments.needs, Adjustments.changed_at).where(
    Adjustments.enrolment_id == bindparam("enrolment")
)


def test_every_kind_of_value_is_as_usual_and_lists_may_have_any_length() -> None:
    cohorts = [make_cohort() for _ in range(3)]
    after = cohorts[0].created_at.replace(year=2000)
    for count in (1, 3, 0, 2):
        values = {
            "cohorts": [each.id for each in cohorts[:count]],
            "before": date(2100, 1, 1),
            "after": after,
        }
        asked = [tuple(row) for row in db.session.execute(FIRST_SESSIONS, values)]
        assert [tuple(row) for row in read_rows(FIRST_SESSIONS, **values)] == asked
        assert len(asked) == count


def test_what_is_kept_as_json_comes_back_whole_and_unflushed_changes_are_seen() -> None:
    ann = make_enrolment()
    adjustments.agree(ann, needs=[Need.EXTRA_TIME], words="", by=as_actor(ann.user))
    found = adjustments.find(ann)
    assert found is not None
    assert list(read_rows(NEEDS, enrolment=ann.id)) == [(["extra-time"], found.changed_at)]
    found.needs = []
    assert read_rows(NEEDS, enrolment=ann.id)[0][0] == []


def test_a_read_is_counted_like_any_other() -> None:
    with queries() as seen:
        read_rows(NEEDS, enrolment=1)
    assert len(seen) == 1


def test_what_the_database_refuses_is_the_usual_error() -> None:
    impossible = select(func.no_such_function(bindparam("number", 1)))
    with pytest.raises(DBAPIError, match="no_such_function"):
        read_rows(impossible)
