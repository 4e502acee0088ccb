"""Building the demonstration once: on an empty database, all of it, and never beside real people."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import func, select

from lms.core import clock
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import User
from lms.people.roles import Role
from lms.site import demo_accounts
from lms.site.demo import (
    answering,
    awarding,
    enrolling,
    following_up,
    foundations,
    learning,
    own_words,
    papers,
    portfolios,
    programme_2010,
    standardising,
    teaching,
    verifying,
)
from lms.site.demo.characters import LISTED, PRACTITIONER
from lms.site.demo.days import days_for
from lms.site.demo.stage import Moment, Stage, at, play

PASSWORD = "seven stones and a coral point"  # noqa: S105 (printed for every visitor, of the demonstration only)


class Found(StrEnum):
    """What a database holds."""

    NOTHING = "nothing"
    WHOLE = "the whole demonstration"
    PART = "a part of the demonstration"
    OTHERS = "other people's data"


def look() -> Found:
    """What the database holds. The passwords of the listed people are set last of all."""
    everybody = db.session.scalar(select(func.count()).select_from(User)) or 0
    listed = [demo_accounts.address(role.value) for role in Role]
    passwords = db.session.scalars(select(User.password_hash).where(User.email.in_(listed))).all()
    db.session.rollback()
    if not everybody:
        return Found.NOTHING
    if not passwords:
        return Found.OTHERS
    return Found.WHOLE if len(passwords) == len(Role) and all(passwords) else Found.PART


def build(*, quiet: bool = False) -> None:
    """Play every moment of the demonstration on an empty database."""
    days = days_for(clock.today())
    play(
        [
            *foundations.moments(days),
            *programme_2010.moments(),
            *teaching.moments(days),
            *answering.moments(days),
            *following_up.moments(days),
            *own_words.moments(),
            *papers.moments(days),
            *learning.moments(days),
            *portfolios.moments(days),
            *verifying.moments(days),
            *standardising.moments(days),
            *awarding.moments(days),
            *enrolling.moments(days),
            Moment(at(days.today, "00:00"), "the listed people's password", _let_in),
        ],
        quiet=quiet,
    )


def _let_in(stage: Stage) -> None:
    for name in [*(one.role.value for one in LISTED), PRACTITIONER]:
        people.choose_password(stage.get(User, name), PASSWORD)
