"""Forms that were keyed and wait: for a second keying, or for somebody to say what they say. None waits for ever.

Whoever keyed them is reminded. When its time is over a form is taken in as far as it is sure: what one person keyed, or what
two keyed alike. What they keyed differently is left out, as an answer that was not given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from assessments.questionnaires import keying, paper_answers, sheets
from assessments.questionnaires.models import Wave
from assessments.questionnaires.paper_models import KeyedForm, PaperSheet
from courses.cohorts import letters
from courses.cohorts.models import Cohort
from lms.core import clock
from lms.core.access import Actor, Reach
from lms.core.clock import LONDON
from lms.core.extensions import db
from lms.core.jobs import job
from lms.people.models import User

WAITS = "assessments/mail/forms_wait"
FIRST_REMINDER, LAST_REMINDER = timedelta(days=7), timedelta(days=7)
"""After the last keying, and before the end."""


@dataclass(frozen=True)
class Unsettled:
    """A form that waits.

    Attributes:
        sheet: the form.
        entries: its keyings, the first first.
    """

    sheet: PaperSheet
    entries: tuple[KeyedForm, ...]

    @property
    def is_to_settle(self) -> bool:
        """Whether two people keyed it, and not alike."""
        return len(self.entries) > 1

    @property
    def keyed_on(self) -> date:
        """When it was keyed last."""
        return self.entries[-1].created_at.astimezone(LONDON).date()

    @property
    def days(self) -> int:
        """How long it has waited."""
        return (clock.today() - self.keyed_on).days

    @property
    def ends_on(self) -> date:
        """The last day on which it waits: it is not kept longer, nor once nobody may key it a second time."""
        longest = self.keyed_on + timedelta(days=current_app.config["KEEP_KEYED"])
        return longest if self.is_to_settle else min(longest, sheets.keyed_until(self.sheet.wave))

    @property
    def is_to_remind(self) -> bool:
        """Whether a day for a reminder has come since the last one."""
        days = (self.keyed_on + FIRST_REMINDER, self.ends_on - LAST_REMINDER)
        come = [day for day in days if self.keyed_on < day <= clock.today()]
        reminded = [each.reminded_on for each in self.entries if each.reminded_on is not None]
        return bool(come) and (not reminded or max(reminded) < max(come))


@dataclass(frozen=True)
class Waiting:
    """Forms that wait, as somebody who keys meets them.

    Attributes:
        to_settle: keyed twice, and not alike.
        to_key_again: keyed once by somebody else, of those that are keyed twice.
        for_others: keyed once by this person; somebody else keys them the second time.
    """

    to_settle: tuple[Unsettled, ...]
    to_key_again: tuple[Unsettled, ...]
    for_others: tuple[Unsettled, ...]


def list_waiting(*, within: Reach, by: Actor) -> Waiting:
    """What waits, of the cohorts within reach, the longest first."""
    forms = [form for form in _list(within) if form.sheet.is_keyed_twice]
    once = [form for form in forms if not form.is_to_settle]
    return Waiting(
        tuple(form for form in forms if form.is_to_settle and keying.differ(form.entries)),
        tuple(form for form in once if form.entries[0].keyed_by_id != by.id),
        tuple(form for form in once if form.entries[0].keyed_by_id == by.id),
    )


def _list(within: Reach | None = None) -> list[Unsettled]:
    forms = (
        select(KeyedForm)
        .join(PaperSheet, PaperSheet.id == KeyedForm.sheet_id)
        .join(Wave, Wave.id == PaperSheet.wave_id)
        .join(Cohort, Cohort.id == Wave.cohort_id)
        .order_by(KeyedForm.id)
    )
    if within is not None and not within.everywhere:
        forms = forms.where(Cohort.provider_id.in_(within.organisation_ids))
    by_sheet: dict[int, list[KeyedForm]] = defaultdict(list)
    for form in db.session.scalars(forms):
        by_sheet[form.sheet_id].append(form)
    return [Unsettled(entries[0].sheet, tuple(entries)) for entries in by_sheet.values()]


@job(keying.TEND)
def tend(_payload: dict[str, Any]) -> None:
    """Take in what is past its time, remind of the rest, and come back tomorrow as long as anything waits. Safe to repeat."""
    waiting = [form for form in _list() if not keying.take_in_if_ready(form.sheet)]
    over = [form for form in waiting if clock.today() > form.ends_on]
    for form in over:
        _end(form)
    still = [form for form in waiting if form not in over]
    _remind(form for form in still if form.is_to_remind)
    if still:
        keying.tend_tomorrow()


def _end(form: Unsettled) -> None:
    """Take a form in as it stands."""
    first, last = form.entries[0], form.entries[-1]
    sure = {item: answer for item, answer in first.answers.items() if last.answers.get(item) == answer}
    keying.take_in(
        form.sheet,
        form.entries,
        first.code if first.code == last.code else "",
        paper_answers.from_values(sure),
        by=None,
        left_out=len((first.answers.keys() | last.answers.keys()) - sure.keys()),
    )


def _remind(forms: Iterable[Unsettled]) -> None:
    """Write to whoever keyed: one letter a person and cohort."""
    mine: dict[tuple[User, Cohort], list[Unsettled]] = defaultdict(list)
    for form in forms:
        for entry in form.entries:
            mine[entry.keyed_by, form.sheet.wave.cohort].append(form)
            entry.reminded_on = clock.today()
    for (user, cohort), waiting in mine.items():
        if user.disabled_at is None:
            letters.write(
                cohort,
                WAITS,
                to=user.email,
                name=user.name,
                to_settle=sum(form.is_to_settle for form in waiting),
                to_key_again=sum(not form.is_to_settle for form in waiting),
                ends_on=min(form.ends_on for form in waiting),
            )
