"""What can be done with the secret address of one's calendar: make it, renew it, stop it."""

from __future__ import annotations

from courses.cohorts import feed_queries
from courses.cohorts.models import CalendarFeed
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict
from lms.core.extensions import db
from lms.core.model import new_ref


def make(*, by: Actor) -> CalendarFeed:
    """Make an address for the person's own calendar; whoever has one keeps it."""
    feed = feed_queries.find_feed(by.id)
    if feed is None:
        feed = CalendarFeed(user_id=by.id)
        db.session.add(feed)
        db.session.flush()
    audit.record(Act.CALENDAR_CHANGED, by=by, on=feed, outcome="made")
    return feed


def renew(*, by: Actor) -> CalendarFeed:
    """Give the calendar another address. Programs that know the old one get nothing any more.

    Raises:
        Conflict: there is none.
    """
    feed = _own(by)
    feed.ref = new_ref()
    audit.record(Act.CALENDAR_CHANGED, by=by, on=feed, outcome="renewed")
    return feed


def stop(*, by: Actor) -> None:
    """Take the address away.

    Raises:
        Conflict: there is none.
    """
    feed = _own(by)
    audit.record(Act.CALENDAR_CHANGED, by=by, on=feed, outcome="stopped")
    db.session.delete(feed)
    db.session.flush()


def _own(by: Actor) -> CalendarFeed:
    feed = feed_queries.find_feed(by.id)
    if feed is None:
        raise Conflict("Your calendar has no address. Make one first.")
    return feed
