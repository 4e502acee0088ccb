"""Printed sheets: numbers are given out, and found again when a form comes back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select

from assessments.questionnaires import calendar, library, personal_codes
from assessments.questionnaires.models import Wave
from assessments.questionnaires.paper.models import KeyedForm, PaperSheet
from assessments.questionnaires.schema import Instrument, WaveKind
from courses.cohorts.models import Cohort
from lms.core import audit, clock
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db
from lms.core.model import new_ref
from lms.core.text import day_year

MOST_SHEETS = 60


def print_sheets(wave: Wave, *, sheets: int, keyed_twice: bool, by: Actor) -> str:
    """Give out numbers for forms of a wave.

    Args:
        wave: which questionnaire of which cohort.
        sheets: how many.
        keyed_twice: whether two people are to key each.
        by: who prints.

    Returns:
        The reference of the batch.

    Raises:
        Refused: too many at once, or forms of this wave can no longer be keyed.
    """
    if not 1 <= sheets <= MOST_SHEETS:
        raise Refused(f"Print from 1 to {MOST_SHEETS} forms at a time.", field="sheets")
    if clock.today() > keyed_until(wave):
        raise Refused(closed(wave))
    batch = new_ref()
    db.session.add_all(
        PaperSheet(wave_id=wave.id, batch=batch, is_keyed_twice=keyed_twice) for _ in range(sheets)
    )
    db.session.flush()
    audit.record(
        Act.PAPER_PRINTED,
        by=by,
        on=wave,
        organisation_id=wave.cohort.provider_id,
        sheets=sheets,
        twice=keyed_twice,
    )
    return batch


def keyed_until(wave: Wave) -> date:
    """The last day on which forms of a wave may be keyed."""
    return wave.closes_on + timedelta(days=calendar.policy().keyed_within_days)


def forms_to_come(kinds: Collection[WaveKind]) -> ColumnElement[bool]:
    """Within a query of cohorts: whether forms of some of their questionnaires may still bring answers, or wait to be settled."""
    keyed_since = clock.today() - timedelta(days=calendar.policy().keyed_within_days)
    waits = exists().where(KeyedForm.sheet_id == PaperSheet.id)
    return (
        exists()
        .where(
            Wave.cohort_id == Cohort.id,
            Wave.kind.in_(kinds),
            PaperSheet.wave_id == Wave.id,
            ~PaperSheet.is_taken_in,
            or_(Wave.closes_on >= keyed_since, waits),
        )
        .correlate(Cohort)
    )


def closed(wave: Wave) -> str:
    """Why forms of a wave can no longer be keyed, in words."""
    return f"Forms of this questionnaire could be keyed until {day_year(keyed_until(wave))}."


def list_numbers(wave: Wave, batch: str) -> list[str]:
    """The numbers of a batch's sheets.

    Raises:
        NotFound: the wave has no such batch.
    """
    numbers = db.session.scalars(
        select(PaperSheet.number)
        .where(PaperSheet.wave_id == wave.id, PaperSheet.batch == batch)
        .order_by(PaperSheet.number)
    ).all()
    if not numbers:
        raise NotFound
    return list(numbers)


@dataclass(frozen=True)
class FormCount:
    """How many forms of a wave are printed, are in, and are keyed and wait."""

    printed: int
    taken_in: int
    waiting: int

    @property
    def out(self) -> int:
        """How many have not been keyed."""
        return self.printed - self.taken_in - self.waiting


def count_forms(wave: Wave) -> FormCount:
    """How far the forms of a wave have come. One query."""
    waits = exists().where(KeyedForm.sheet_id == PaperSheet.id)
    counted = select(
        func.count(),
        func.count().filter(PaperSheet.is_taken_in),
        func.count().filter(~PaperSheet.is_taken_in, waits),
    ).where(PaperSheet.wave_id == wave.id)
    return FormCount(*db.session.execute(counted).one())


def get_sheet(ref: str, *, within: Reach) -> PaperSheet:
    """A sheet of a cohort within reach.

    Raises:
        NotFound: no such sheet within reach.
    """
    return _within(db.session.scalar(select(PaperSheet).where(PaperSheet.ref == ref)), within)


def find_sheet(number: str, *, within: Reach) -> PaperSheet:
    """A sheet by the number that is printed on it.

    Raises:
        Refused: there is none within reach.
    """
    tidied = personal_codes.tidy(number)
    try:
        return _within(db.session.scalar(select(PaperSheet).where(PaperSheet.number == tidied)), within)
    except NotFound as none:
        raise Refused(
            "No form of yours has this number. Compare it with the form, letter by letter.", field="number"
        ) from none


def _within(sheet: PaperSheet | None, within: Reach) -> PaperSheet:
    if sheet is None or not within.covers(sheet.wave.cohort.provider_id):
        raise NotFound
    return sheet


def instrument_of(wave: Wave) -> Instrument:
    """What a wave asks."""
    return library.from_document(wave.instrument_version.document)
