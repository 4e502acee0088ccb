"""How the demonstration is played: moments in the order in which they would have happened, each at its own time.

A moment calls services, as pages do, and is committed whole; then the jobs that it left are run. So the demonstration
holds nothing that people could not have brought about, with the dates that it would have had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from operator import attrgetter
from typing import TypeVar

from tqdm import tqdm

from lms.core import clock, jobs
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.model import Entity
from lms.people import queries as people
from lms.people.models import User
from lms.people.person import Person

Thing = TypeVar("Thing", bound=Entity)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens at a time; `what` names it for whoever watches."""

    at: datetime
    what: str
    act: Callable[[Stage], None]


@dataclass(slots=True)
class Stage:
    """What is there already: each thing under the name by which later moments know it."""

    _numbers: dict[tuple[type[Entity], str], int] = field(default_factory=dict)

    def keep(self, name: str, thing: Entity) -> None:
        """Let later moments find a thing."""
        self._numbers[type(thing), name] = thing.id

    def has(self, kind: type[Entity], name: str) -> bool:
        """Whether a thing was kept."""
        return (kind, name) in self._numbers

    def get(self, kind: type[Thing], name: str) -> Thing:
        """A thing that an earlier moment kept.

        Raises:
            KeyError: none did.
        """
        return db.session.get_one(kind, self._numbers[kind, name])

    def actor(self, name: str) -> Person:
        """A person as services are told who acts, with the roles of that day."""
        return people.get_person(self._numbers[User, name])


def at(day: date, clock_time: str) -> datetime:
    """An instant from a day and London's clock, such as 09:30."""
    return datetime.combine(day, time.fromisoformat(clock_time), tzinfo=clock.LONDON)


def play(moments: Iterable[Moment], *, quiet: bool) -> None:
    """Play moments in the order of their times; those of one instant stay in the order given."""
    stage = Stage()
    ordered = sorted(moments, key=attrgetter("at"))
    with tqdm(ordered, desc="Building the demonstration", unit="step", disable=quiet) as shown:
        for moment in shown:
            shown.set_postfix_str(f"{moment.at:%d %b %Y}: {moment.what}", refresh=False)
            with clock.set_to(moment.at):
                with writing():
                    moment.act(stage)
                    db.session.commit()
                jobs.run_all_due()
