"""Forms on paper are keyed in, by a second person too where that is asked, and taken in as responses.

Whoever keys sees a sheet's number and the code that stands on it, never a name and never anything that was answered before.
What is keyed waits as a draft: the last form can be undone until the next one is keyed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from assessments.questionnaires import families, paper_answers, paper_codes, queries, service, sheets
from assessments.questionnaires.models import Wave
from assessments.questionnaires.paper_answers import Given
from assessments.questionnaires.paper_models import KeyedForm, PaperSheet, PaperTask
from assessments.questionnaires.queries import Asked
from assessments.questionnaires.schema import BY_PRACTITIONERS
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act, AuditRecord
from lms.core.clock import LONDON
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.jobs import enqueue, job
from lms.core.text import day_year
from lms.people import queries as people

TAKE_IN = "questionnaires.take-in-keyed-form"
TEND = "questionnaires.tend-keyed-forms"
MORNING = time(7)
"""When forms that wait are looked at, London time."""
LEFT_FOR = timedelta(hours=1)
"""After this the last form that somebody keyed is taken in without waiting for the next."""


def refuse_keying(sheet: PaperSheet, *, by: Actor) -> None:
    """Say why somebody cannot key a sheet now; nothing when they can.

    Raises:
        Refused: it cannot be keyed yet or any more, or this person has the list of codes.
        Conflict: it is in already, or it was keyed by this person and waits for another.
    """
    wave = sheet.wave
    if clock.today() < wave.opens_on:
        raise Refused(f"This questionnaire opens on {day_year(wave.opens_on)}.")
    if clock.today() > sheets.keyed_until(wave):
        raise Refused(sheets.closed(wave))
    paper_codes.refuse(wave.cohort_id, PaperTask.KEYING, by=by)
    if sheet.is_taken_in:
        raise Conflict("This form is in already.")
    entries = entries_of(sheet)
    if any(each.keyed_by_id == by.id for each in entries):
        raise Conflict(
            "You have keyed this form. Somebody else keys it the second time."
            if sheet.is_keyed_twice
            else "You have keyed this form. Undo it if it is to be keyed again."
        )
    if len(entries) >= (sheet.keyings):
        raise Conflict("This form has been keyed. It waits to be taken in.")


def key(sheet: PaperSheet, *, code: str, answers: Mapping[str, Given], by: Actor) -> KeyedForm:
    """Keep what was keyed from a sheet, and take in what the same person keyed before.

    Args:
        sheet: which form.
        code: the personal code on it; empty when there is none.
        answers: by item code; only those that were given.
        by: who keys.

    Raises:
        Refused, Conflict: as `refuse_keying`; or nobody of the cohort has the code, or their answers are here.
    """
    db.session.execute(select(PaperSheet.id).where(PaperSheet.id == sheet.id).with_for_update())
    refuse_keying(sheet, by=by)
    paper_codes.take_on(sheet.wave.cohort_id, PaperTask.KEYING, by=by)
    tidied = paper_codes.tidy(code)
    _refuse_code(sheet, tidied)
    for earlier in db.session.scalars(
        select(KeyedForm).where(KeyedForm.keyed_by_id == by.id, KeyedForm.sheet_id != sheet.id)
    ).all():
        take_in_if_ready(earlier.sheet)
    form = KeyedForm(
        sheet=sheet,
        entry=len(entries_of(sheet)) + 1,
        keyed_by_id=by.id,
        code=tidied,
        answers=paper_answers.to_values(answers),
    )
    db.session.add(form)
    db.session.flush()
    enqueue(TAKE_IN, {"sheet_id": sheet.id}, key=f"{TAKE_IN}:{form.ref}").due_at = clock.now() + LEFT_FOR
    tend_tomorrow()
    audit.record(Act.FORM_KEYED, by=by, on=sheet.wave, organisation_id=sheet.wave.cohort.provider_id)
    return form


def _refuse_code(sheet: PaperSheet, code: str) -> None:
    if _is_here(_asked(sheet, code)):
        raise Conflict(
            "Answers with this code are here already. Put the form aside: what is here stays.", field="code"
        )


def _is_here(asked: Asked) -> bool:
    """Whether there are answers already, of this cohort or of another from which they moved."""
    return queries.find_own_response(asked) is not None or queries.has_answered_before(asked)


def _asked(sheet: PaperSheet, code: str) -> Asked:
    """Whose response a form becomes: of the person with the code, or of somebody unknown who filled in this sheet.

    Raises:
        Refused: nobody of the cohort has the code.
    """
    wave, instrument = sheet.wave, sheets.instrument_of(sheet.wave)
    if wave.kind not in BY_PRACTITIONERS:
        card = (
            families.find_by_code(wave.cohort_id, code) if wave.kind in families.BY_PARENTS and code else None
        )
        who = families.who_of(card) if card else (queries.SHEET, _first_sheet(sheet, code))
        return Asked(wave, None, instrument, who=who)
    if not code:
        return Asked(wave, None, instrument, who=(queries.SHEET, sheet.number))
    enrolment = paper_codes.find_enrolment(wave.cohort_id, code)
    if enrolment is None:
        raise Refused(
            "Nobody in this cohort has this code. Compare it with the form, letter by letter. If it cannot be read, "
            "leave it empty: the answers count, but do not pair.",
            field="code",
        )
    return Asked(wave, enrolment, instrument)


def _first_sheet(sheet: PaperSheet, code: str) -> str:
    """The number by which forms of somebody without a place pair: that of their first form, which they wrote on this one.

    Raises:
        Refused: no form of the cohort has that number.
    """
    if not code:
        return sheet.number
    known = exists().where(
        PaperSheet.number == code, PaperSheet.wave_id == Wave.id, Wave.cohort_id == sheet.wave.cohort_id
    )
    if not db.session.scalar(select(known)):
        raise Refused(
            "No card and no form of this cohort has this number. Compare it with the form.", field="code"
        )
    return code


def tend_tomorrow() -> None:
    """Have the forms that wait looked at in the morning (`unsettled.py`); however often it is asked for on a day, once."""
    tomorrow = clock.today() + timedelta(days=1)
    enqueue(TEND, {}, key=f"{TEND}:{tomorrow}").due_at = datetime.combine(tomorrow, MORNING, tzinfo=LONDON)


def entries_of(sheet: PaperSheet) -> Sequence[KeyedForm]:
    """What has been keyed from a sheet and waits, the first keying first."""
    forms = select(KeyedForm).where(KeyedForm.sheet_id == sheet.id)
    return db.session.scalars(forms.order_by(KeyedForm.entry)).all()


def take_in_if_ready(sheet: PaperSheet) -> bool:
    """Make a response of a form that has been keyed as often as it is to be, each time alike. Safe to repeat."""
    entries = entries_of(sheet)
    if sheet.is_taken_in or len(entries) < (sheet.keyings) or differ(entries):
        return False
    take_in(sheet, entries, entries[0].code, paper_answers.from_values(entries[0].answers), by=None)
    return True


def differ(entries: Sequence[KeyedForm]) -> bool:
    """Whether two keyings of a sheet are not alike."""
    return any((each.code, each.answers) != (entries[0].code, entries[0].answers) for each in entries)


@job(TAKE_IN)
def take_in_later(payload: dict[str, Any]) -> None:
    """Take in a form that somebody keyed last and then went home."""
    sheet = db.session.get(PaperSheet, payload["sheet_id"])
    if sheet is not None:
        take_in_if_ready(sheet)


def take_in(
    sheet: PaperSheet,
    entries: Sequence[KeyedForm],
    code: str,
    answers: Mapping[str, Given],
    *,
    by: Actor | None,
    left_out: int = 0,
) -> None:
    """Write the response as if its author had answered, and delete the drafts. What its author said since then stays.

    Args:
        sheet: which form.
        entries: its drafts.
        code: the personal code on it. Whoever has left the cohort since has none any more: their form counts without one.
        answers: by item code.
        by: who settled it; None where nobody had to.
        left_out: how many answers nobody was sure of.
    """
    try:
        asked = _asked(sheet, code)
    except Refused:
        asked = _asked(sheet, "")
    if not _is_here(asked):
        on = min(max(clock.today(), sheet.wave.opens_on), sheet.wave.closes_on)
        author = people.get_person(asked.enrolment.user_id) if asked.enrolment else None
        service.save_answers(asked, answers, by=author, on=on)
        service.finish(asked, by=author, on=on)
    for entry in entries:
        db.session.delete(entry)
    sheet.is_taken_in = True
    db.session.flush()
    audit.record(
        Act.FORM_TAKEN_IN,
        by=by,
        on=sheet.wave,
        organisation_id=sheet.wave.cohort.provider_id,
        left_out=left_out,
    )


def find_last(by: Actor) -> KeyedForm | None:
    """The form that somebody keyed last, while it can still be undone."""
    newest = select(KeyedForm).where(KeyedForm.keyed_by_id == by.id).order_by(KeyedForm.id.desc()).limit(1)
    form = db.session.scalar(newest)
    if form is None or any(each.id > form.id for each in entries_of(form.sheet)):
        return None
    return form


def undo_last(*, by: Actor) -> str:
    """Throw away the form that the person keyed last; it can be keyed again.

    Returns:
        The number of its sheet.

    Raises:
        Conflict: there is none, it has been taken in, or somebody has keyed it a second time since.
    """
    form = find_last(by)
    if form is None:
        raise Conflict("There is nothing to undo. The last form has been taken in, or keyed a second time.")
    sheet = form.sheet
    db.session.delete(form)
    db.session.flush()
    audit.record(Act.FORM_UNDONE, by=by, on=sheet.wave, organisation_id=sheet.wave.cohort.provider_id)
    return sheet.number


def finish_keying(*, by: Actor) -> int:
    """Take in everything of this person's that is ready, the last form too.

    Returns:
        How many forms were taken in.
    """
    mine = db.session.scalars(select(KeyedForm).where(KeyedForm.keyed_by_id == by.id)).all()
    return sum(take_in_if_ready(sheet) for sheet in {form.sheet for form in mine})


def count_today(by: Actor) -> int:
    """How many forms somebody has keyed today, those that were undone not counted."""
    midnight = datetime.combine(clock.today(), time(), tzinfo=LONDON)
    rows = db.session.execute(
        select(AuditRecord.act, func.count().label("number"))
        .where(
            AuditRecord.act.in_((Act.FORM_KEYED.value, Act.FORM_UNDONE.value)),
            AuditRecord.actor_id == by.id,
            AuditRecord.at >= midnight,
        )
        .group_by(AuditRecord.act)
    ).all()
    counts: dict[str, int] = {row.act: row.number for row in rows}
    return counts.get(Act.FORM_KEYED.value, 0) - counts.get(Act.FORM_UNDONE.value, 0)
