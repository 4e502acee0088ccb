"""Sessions in a calendar program: the page with one's own secret address, and the feeds that programs read."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue

from courses.cohorts import feed_queries, feed_service, feeds, queries
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Cohort
from lms.core.access import current_actor, public, requires, signed_in
from lms.core.permissions import Permission
from lms.core.web import render, see_other

OWN = "one's own calendar"
SECRET = "a calendar program cannot sign in: the secret address opens its owner's sessions and nothing else"  # noqa: S105 (a reason)


@blueprint.get("/my-calendar")
@signed_in(OWN)
def my_calendar() -> ResponseReturnValue:
    """The address of my sessions, for my calendar program."""
    cohorts = feed_queries.list_cohorts(current_actor().id)
    return _page([(cohort.name, cohort.ref) for cohort in cohorts], only=None)


@blueprint.get("/cohorts/<ref:cohort_ref>/calendar")
@requires(Permission.COHORTS_COHORT_READ, cohort=queries.get_cohort)
def cohort_calendar(cohort: Cohort) -> ResponseReturnValue:
    """The address of one cohort's sessions, for those who look after it."""
    return _page([(cohort.name, cohort.ref)], only=cohort)


def _page(cohorts: list[tuple[str, str]], *, only: Cohort | None) -> str:
    feed = feed_queries.find_feed(current_actor().id)
    secret = feed_queries.secret_of(feed) if feed else ""
    return render(
        "courses/cohorts/my_calendar.html",
        address=_address("cohorts.feed", secret=secret) if feed else None,
        cohorts=[
            (name, _address("cohorts.cohort_feed", secret=secret, cohort_ref=ref)) for name, ref in cohorts
        ]
        if feed
        else [],
        has_sessions=bool(cohorts),
        only=only,
    )


def _address(endpoint: str, **values: Any) -> str:
    return _home() + url_for(endpoint, **values)


def _home() -> str:
    base: str = current_app.config["PUBLIC_URL"]
    return base.rstrip("/")


@blueprint.post("/my-calendar")
@signed_in(OWN)
def make_calendar() -> ResponseReturnValue:
    """Make the address, and go back to the cohort it was asked for."""
    asked = request.form.get("cohort", "")
    cohort = feed_queries.get_cohort(asked, person_id=current_actor().id) if asked else None
    feed_service.make(by=current_actor())
    flash("Your calendar has its address.", "success")
    if cohort:
        return see_other("cohorts.cohort_calendar", cohort_ref=cohort.ref)
    return see_other("cohorts.my_calendar")


@blueprint.post("/my-calendar/renew")
@signed_in(OWN)
def renew_calendar() -> ResponseReturnValue:
    """Another address in place of the old one."""
    feed_service.renew(by=current_actor())
    flash("Your calendar has a new address. The old one no longer works.", "success")
    return see_other("cohorts.my_calendar")


@blueprint.post("/my-calendar/stop")
@signed_in(OWN)
def stop_calendar() -> ResponseReturnValue:
    """No address any more."""
    feed_service.stop(by=current_actor())
    flash("Your calendar’s address no longer works.", "success")
    return see_other("cohorts.my_calendar")


@blueprint.get("/calendars/<string:secret>.ics")
@public(SECRET)
def feed(secret: str) -> ResponseReturnValue:
    """Every session that somebody comes to or teaches."""
    person_id = feed_queries.get_reader(secret)
    return _calendar("Going Forward", [cohort.id for cohort in feed_queries.list_cohorts(person_id)])


@blueprint.get("/calendars/<string:secret>/<ref:cohort_ref>.ics")
@public(SECRET)
def cohort_feed(secret: str, cohort_ref: str) -> ResponseReturnValue:
    """The sessions of one cohort that somebody comes to, teaches or administers."""
    cohort = feed_queries.get_cohort(cohort_ref, person_id=feed_queries.get_reader(secret))
    return _calendar(cohort.name, [cohort.id])


def _calendar(name: str, cohort_ids: list[int]) -> ResponseReturnValue:
    response = current_app.make_response(
        feeds.write(name, feed_queries.list_feed_sessions(cohort_ids), home=f"{_home()}/")
    )
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="sessions.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
