"""What confirming a learners' file would do, worked out and not done: who is added, who waits, to whom nothing happens."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from courses.cohorts import taught_course
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Transfer, WaitingPlace
from courses.places.import_rows import folded
from courses.places.people_file import Learner
from lms.core.extensions import db
from lms.core.spreadsheets import Fault
from lms.people.models import Organisation, Setting, User


@dataclass(frozen=True, slots=True)
class Plan:
    """What confirming a file would do, now.

    Attributes:
        added: people who get a place.
        already: people who have one, to whom nothing happens.
        left: people who had one and left; they are brought back one by one, not by a file.
        waits: people for whom the cohort is full, in the order in which they are to get a place.
        waiting: people who are on its waiting list already, to whom nothing happens.
        moved: people who had one and moved to another cohort, to whom nothing happens.
        new_settings: (employer, setting) that we do not know yet and would add.
        setting_ids: numbers of the settings we know, by what the file calls them.
    """

    added: tuple[Learner, ...]
    already: tuple[Learner, ...]
    left: tuple[Learner, ...]
    new_settings: tuple[tuple[str, str], ...]
    setting_ids: dict[tuple[str, str], int]
    waits: tuple[Learner, ...] = ()
    waiting: tuple[Learner, ...] = ()
    moved: tuple[Learner, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What the page shows, as a short text: the same plan has the same."""
        shown = [
            *(learner.email for learner in self.added),
            "",
            *(learner.email for learner in self.waits),
            "",
            *map(str, self.new_settings),
        ]
        return hashlib.sha256("\n".join(shown).encode()).hexdigest()[:16]


def plan(cohort: Cohort, learners: Iterable[Learner]) -> tuple[Plan, tuple[Fault, ...]]:
    """Work out what enrolling people would do, and what keeps it from being done. Five queries; writes nothing."""
    held_by = (
        select(User.email, Enrolment.status)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id)
    )
    held: dict[str, EnrolmentStatus] = {email: status for email, status in db.session.execute(held_by)}  # noqa: C416 (rows)
    on_list = select(User.email).join(WaitingPlace, WaitingPlace.user_id == User.id)
    queued = set(db.session.scalars(on_list.where(WaitingPlace.cohort_id == cohort.id)))
    gone = _moved_away(cohort)
    known = _known_settings()
    has_unit = taught_course.has_unit(cohort)
    by_status: dict[EnrolmentStatus | None, list[Learner]] = defaultdict(list)
    setting_ids: dict[tuple[str, str], int] = {}
    new_settings: dict[tuple[str, str], tuple[str, str]] = {}
    faults: list[Fault] = []
    waiting: list[Learner] = []
    moved: list[Learner] = []
    for learner in learners:
        if learner.email in queued:
            waiting.append(learner)
            continue
        status = held.get(learner.email)
        if status is None and learner.email in gone:
            moved.append(learner)
            continue
        by_status[status].append(learner)
        if status is None and learner.seeks_accreditation and not has_unit:
            faults.append(_fault_of_unit(learner))
        place = (learner.employer, learner.setting)
        if status is not None or not learner.setting or place in setting_ids:
            continue
        ids = known[folded(place)]
        if len(ids) == 1:
            setting_ids[place] = ids[0]
        elif learner.employer:
            new_settings.setdefault(folded(place), place)
        else:
            faults.append(_fault_of_place(learner, len(ids)))
    new = tuple(by_status[None])
    taken = sum(status is EnrolmentStatus.ACTIVE for status in held.values())
    free = len(new) if cohort.capacity is None else 0 if queued else max(cohort.capacity - taken, 0)
    made = Plan(
        added=new[:free],
        already=tuple(by_status[EnrolmentStatus.ACTIVE]),
        left=tuple(by_status[EnrolmentStatus.WITHDRAWN]),
        new_settings=tuple(new_settings.values()),
        setting_ids=setting_ids,
        waits=new[free:],
        waiting=tuple(waiting),
        moved=tuple(moved),
    )
    return made, tuple(faults)


def _moved_away(cohort: Cohort) -> set[str]:
    """The addresses of those who moved from a cohort to another: a file does not give them a second place here."""
    statement = (
        select(User.email)
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(Transfer, Transfer.enrolment_id == Enrolment.id)
        .where(Transfer.from_cohort_id == cohort.id, Enrolment.cohort_id != cohort.id)
    )
    return set(db.session.scalars(statement))


def _known_settings() -> defaultdict[tuple[str, str], list[int]]:
    """The numbers of settings by (employer, setting) and by ("", setting), whatever their capitals."""
    known: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    statement = select(Setting.id, Organisation.name, Setting.name).join(
        Organisation, Organisation.id == Setting.organisation_id
    )
    for setting_id, employer, setting in db.session.execute(statement):
        known[folded((employer, setting))].append(setting_id)
        known[folded(("", setting))].append(setting_id)
    return known


def _fault_of_place(learner: Learner, count: int) -> Fault:
    what = (
        f"{learner.setting} is new to us"
        if count == 0
        else f"we know {count} settings called {learner.setting}"
    )
    return Fault(what, "Add a column “Employer” and write who runs it.", row=learner.row, column="Setting")


def _fault_of_unit(learner: Learner) -> Fault:
    what = f"{learner.name} seeks accreditation, and this course has no unit"
    return Fault(what, "Write “no”.", row=learner.row, column="Seeks accreditation")
