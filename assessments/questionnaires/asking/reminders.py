"""Reminders to those who have not answered: by themselves on the policy's days, and by hand; once a day, and not too often."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from assessments.questionnaires import calendar
from assessments.questionnaires.asking import inviting
from assessments.questionnaires.asking.inviting import Addressee
from assessments.questionnaires.calendar import Days
from assessments.questionnaires.models import Reminder, Wave
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db


def send_if_due(wave: Wave) -> int:
    """Remind those who have not answered, if a day for it has come since the last time. Safe to repeat.

    Returns:
        How many were written to.
    """
    today = clock.today()
    days = [day for day in calendar.reminder_days(Days(wave.opens_on, wave.closes_on)) if day <= today]
    sent, last = _sent(wave)
    if not days or sent >= calendar.policy().reminders.at_most or (last is not None and last >= days[-1]):
        return 0
    return _send(wave, _reminded(wave, before=days[-1]), by=None)


def send_now(wave: Wave, *, by: Actor) -> int:
    """Remind those who have not answered, because somebody asks for it.

    Returns:
        How many were written to.

    Raises:
        Refused: the wave is not open, everybody has answered, or it was reminded of as often as it may be.
        Conflict: it was reminded of today.
    """
    today = clock.today()
    if not wave.opens_on <= today <= wave.closes_on:
        raise Refused("This questionnaire is not open, so there is nothing to remind of.")
    sent, last = _sent(wave)
    if last == today:
        raise Conflict("A reminder went out today. One a day is enough.")
    if sent >= calendar.policy().reminders.at_most:
        raise Refused(f"{sent} reminders have gone out. People have been asked often enough.")
    reminded = _reminded(wave, before=today)
    if not reminded:
        raise Refused("There is nobody to remind: who was asked before today has answered.")
    return _send(wave, reminded, by=by)


def _reminded(wave: Wave, *, before: date) -> list[Addressee]:
    """Who was asked before a day and has not answered."""
    return [
        each
        for each in inviting.list_unanswered(wave)
        if each.link is not None and each.link.created_at.astimezone(clock.LONDON).date() < before
    ]


def _sent(wave: Wave) -> tuple[int, date | None]:
    """How often it was reminded of, and when last."""
    sent, last = db.session.execute(
        select(func.count(), func.max(Reminder.sent_on)).where(Reminder.wave_id == wave.id)
    ).one()
    return sent, last


def _send(wave: Wave, reminded: list[Addressee], *, by: Actor | None) -> int:
    if not reminded:
        return 0
    db.session.add(Reminder(wave_id=wave.id, sent_on=clock.today()))
    db.session.flush()
    inviting.remind(wave, reminded)
    audit.record(Act.WAVE_REMINDED, by=by, on=wave, organisation_id=wave.cohort.provider_id)
    return len(reminded)
