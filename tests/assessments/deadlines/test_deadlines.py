"""When a portfolio is due, and that more time has reasons, limits and a history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from assessments.deadlines import queries, service
from assessments.deadlines.models import Extension
from assessments.deadlines.policy import Given, policies, policy_for, why_not
from lms.core.errors import Forbidden, Refused
from lms.core.extensions import db
from lms.core.text import day
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import Desk

POLICY = policies()[0]


@given(st.lists(st.tuples(st.sampled_from(sorted(POLICY.reasons)), st.integers(-5, 100)), max_size=12))
def test_whatever_is_asked_the_limits_hold(asked):
    given_days: list[Given] = []
    for reason, days in asked:
        one = Given(reason, days)
        if why_not(POLICY, given_days, one) is None:
            given_days.append(one)
    assert sum(one.days for one in given_days) <= POLICY.most_days
    for key, reason in POLICY.reasons.items():
        assert sum(one.days for one in given_days if one.reason == key) <= reason.most_days


def test_more_time_is_given_within_limits_told_and_kept(app, client):
    desk = Desk()
    portfolio = desk.begin(name="Ana")
    admin = make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider)
    first = policy_for(desk.cohort.ends_on).due_on(desk.cohort.ends_on)
    assert queries.due_on(portfolio.id) == first

    client.sign_in(admin)
    where = {"portfolio_ref": portfolio.ref}
    until = first + timedelta(days=14)
    client.send(
        "deadlines.extend", data={"until": until.isoformat(), "reason": "caring", "note": ""}, **where
    )
    assert day(until) in client.see("deadlines.show", **where).text
    too_long = {"until": (until + timedelta(days=29)).isoformat(), "reason": "caring"}
    page = client.send("deadlines.extend", data=too_long, status=422, **where)
    assert "28 more days can be given" in page.text
    with pytest.raises(Forbidden):
        service.extend(portfolio, until=until, reason="caring", by=as_actor(portfolio.learner))
    with pytest.raises(Refused, match="reasons"):
        service.extend(portfolio, until=until, reason="holiday", by=as_actor(admin))

    desk.send(portfolio, "3.1")
    client.sign_in(portfolio.learner)
    assert f"Due by {day(until)}, instead of {day(first)}" in client.see("portfolio.index").text
    client.sign_in(desk.assessor)
    assert f"Portfolio due by {day(until)}" in client.see("marking.queue").text
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(update(Extension).values(until_on=first))
