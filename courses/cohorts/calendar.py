"""Lay the sessions of a cohort on days: in a block, week by week, or on days that are listed. Pure.

How long sessions are follows from the course: its taught modules, in order, with their minutes.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from courses.cohorts.bank_holidays import SATURDAY, bank_holidays
from lms.core.clock import LONDON

EARLIEST_START = time(7)
LATEST_END = time(21, 30)
BLOCK_DAY = 360
"""Taught minutes of a whole day: as many modules as fit are taught on one."""
LONGEST_WITHOUT_BREAK = 240
LUNCH = 60
_MONTHS_LOOKED_AHEAD = 18


class Pattern(StrEnum):
    """How the taught hours are spread."""

    BLOCK = "block"
    WEEKLY = "weekly"
    CUSTOM = "custom"

    @property
    def words(self) -> str:
        """The pattern as people say it, where nothing else is known of a cohort."""
        return {"block": "In a block", "weekly": "Weekly", "custom": "On days that are listed"}[self.value]


def session_minutes(pattern: Pattern, modules: Sequence[int]) -> tuple[int, ...]:
    """Return the taught minutes of each session, in order; together they are those of the modules.

    A weekly cohort has one session a module. A day of a block takes whole modules, as many as fit into six hours; a
    module that is longer than that has a day of its own. So ten modules of three hours are ten sessions of three
    hours, or five days of six.

    Args:
        pattern: block or weekly.
        modules: the minutes of each taught module of the course, in order.
    """
    if pattern is Pattern.WEEKLY:
        return tuple(modules)
    days: list[int] = []
    for minutes in modules:
        if days and days[-1] + minutes <= BLOCK_DAY:
            days[-1] += minutes
        else:
            days.append(minutes)
    return tuple(days)


def describe(pattern: Pattern, modules: Sequence[int]) -> str:
    """Return what a pattern means for a course: "Weekly: 10 sessions of 3 hours"."""
    if pattern is Pattern.CUSTOM or not modules:
        return "On days that you list"
    lengths = session_minutes(pattern, modules)
    one = "session" if pattern is Pattern.WEEKLY else "day"
    count = f"{len(lengths)} {one if len(lengths) == 1 else one + 's'}"
    size = f"of {in_words(lengths[0])}" if len(set(lengths)) == 1 else f"with {in_words(sum(lengths))} in all"
    return f"{pattern.words}: {count} {size}"


def break_minutes(minutes: int) -> int:
    """Return the minutes of the midday break, which are not taught: an hour once more than four hours are."""
    return LUNCH if minutes > LONGEST_WITHOUT_BREAK else 0


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session as laid out.

    Attributes:
        number: from 1.
        starts_at: aware, UTC.
        ends_at: aware, UTC; later than starts_at by the taught minutes and the break.
        minutes: taught minutes.
    """

    number: int
    starts_at: datetime
    ends_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day that would have had a session, and why it has none."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """The sessions in order, and the days that were passed over."""

    sessions: tuple[PlannedSession, ...]
    skipped: tuple[SkippedDay, ...]


class CannotLayOut(ValueError):
    """The wishes cannot be laid on days; the message says why, for the person who asked."""


def lay_out(
    pattern: Pattern,
    *,
    modules: Sequence[int],
    first_day: date,
    starts: time,
    without: Collection[date] = (),
) -> Timetable:
    """Lay out the sessions of a block or weekly cohort.

    A block takes weekdays in a row, a weekly cohort the same weekday of as many weeks. Bank holidays and the days in
    `without` are passed over and the cohort ends later for it. The time on the wall stays the same when the clocks
    change.

    Args:
        pattern: block or weekly.
        modules: the minutes of each taught module of the course, in order.
        first_day: the day of session 1.
        starts: when each session starts, London time.
        without: days on which the cohort does not meet, such as half-term.

    Returns:
        Sessions that add up to the modules' minutes.

    Raises:
        CannotLayOut: the first day is not a day to teach on, the hours run into the night, too many days are left out,
            or the course has no taught modules.
    """
    lengths = session_minutes(pattern, modules)
    if not lengths:
        raise CannotLayOut("This course has no taught modules, so there is nothing to lay out.")
    for minutes in set(lengths):
        refuse_night(starts, minutes + break_minutes(minutes))
    if pattern is Pattern.BLOCK and first_day.weekday() >= SATURDAY:
        raise CannotLayOut(f"{_named(first_day)} is at the weekend. Choose a weekday for the first day.")
    refuse_holiday(first_day, "Choose another first day.")
    if first_day in without:
        raise CannotLayOut(f"{_named(first_day)} is among the days left out. Choose another first day.")
    sessions: list[PlannedSession] = []
    skipped: list[SkippedDay] = []
    for day in _days(pattern, first_day):
        reason = bank_holidays(day.year).get(day) or ("left out" if day in without else None)
        if reason:
            skipped.append(SkippedDay(day, reason))
            continue
        minutes = lengths[len(sessions)]
        sessions.append(planned(len(sessions) + 1, day, starts, minutes, pause=break_minutes(minutes)))
        if len(sessions) == len(lengths):
            return Timetable(tuple(sessions), tuple(skipped))
    raise CannotLayOut(
        "So many days are left out that the cohort would take more than 18 months. Leave fewer out."
    )


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A session as somebody lists it: its day, its times in London, and how long of that is a break."""

    day: date
    starts: time
    ends: time
    pause: int = 0

    @property
    def minutes(self) -> int:
        """Return the taught minutes: from start to end, without the break."""
        long = datetime.combine(self.day, self.ends) - datetime.combine(self.day, self.starts)
        return int(long.total_seconds()) // 60 - self.pause


def lay_out_listed(listed: Sequence[ListedDay], *, modules: Sequence[int]) -> Timetable:
    """Lay out sessions on days and times that somebody lists, in any order.

    Args:
        listed: the sessions.
        modules: the minutes of each taught module of the course.

    Returns:
        The sessions in order of time, adding up to the modules' minutes.

    Raises:
        CannotLayOut: one is on a bank holiday, runs into the night or into the next, or they do not add up.
    """
    ordered = sorted(listed, key=lambda each: (each.day, each.starts))
    for each in ordered:
        refuse_holiday(each.day, "Choose another day.")
        if each.minutes <= 0:
            raise CannotLayOut(
                f"The session on {_named(each.day)} has no taught time. Put its end after its start."
            )
        refuse_night(each.starts, each.minutes + each.pause)
    for before, after in pairwise(ordered):
        if before.day == after.day and after.starts < before.ends:
            raise CannotLayOut(f"Two sessions on {_named(after.day)} overlap. Move one of them.")
    if ordered and ordered[-1].day > _horizon(ordered[0].day):
        raise CannotLayOut("The first and the last session are more than 18 months apart. Check the years.")
    _refuse_other_sum(sum(each.minutes for each in ordered), sum(modules))
    sessions = (
        planned(number, each.day, each.starts, each.minutes, pause=each.pause)
        for number, each in enumerate(ordered, start=1)
    )
    return Timetable(tuple(sessions), ())


def _refuse_other_sum(listed: int, taught: int) -> None:
    if listed == taught:
        return
    what, remedy = ("short", "Add") if listed < taught else ("too long", "Take out")
    difference = in_words(abs(listed - taught))
    raise CannotLayOut(
        f"These sessions teach {in_words(listed)}; the course has {in_words(taught)}. "
        f"They are {difference} {what}. {remedy} {difference}."
    )


def in_words(minutes: int) -> str:
    """Such as 30 hours, or 1 hour 20 minutes."""
    hours, rest = divmod(minutes, 60)
    words = [f"{hours} {'hour' if hours == 1 else 'hours'}"] if hours else []
    if rest or not words:
        words.append(f"{rest} {'minute' if rest == 1 else 'minutes'}")
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Wishes:
    """When a cohort should meet: a pattern from a first day on, or days that are listed."""

    pattern: Pattern
    first_day: date | None = None
    starts: time | None = None
    without: Collection[date] = ()
    listed: Sequence[ListedDay] = ()

    def lay_out(self, modules: Sequence[int]) -> Timetable:
        """Lay out the sessions for a course whose taught modules have these minutes.

        Raises:
            CannotLayOut: the message says why.
        """
        if self.pattern is Pattern.CUSTOM:
            return lay_out_listed(self.listed, modules=modules)
        if self.first_day is None or self.starts is None:
            raise CannotLayOut("Choose the first day, and when each session starts.")
        return lay_out(
            self.pattern, modules=modules, first_day=self.first_day, starts=self.starts, without=self.without
        )


def refuse_night(starts: time, minutes: int) -> None:
    """Refuse a session of so many minutes, breaks included, that begins before 7am or ends after 9.30pm.

    Raises:
        CannotLayOut: in words.
    """
    ends = datetime.combine(date.min, starts) + timedelta(minutes=minutes)
    if starts < EARLIEST_START or ends > datetime.combine(date.min, LATEST_END):
        raise CannotLayOut("Sessions start at 7am or later and end by 9.30pm. Choose another time.")


def refuse_holiday(day: date, remedy: str) -> None:
    """Refuse a bank holiday.

    Raises:
        CannotLayOut: naming the day and the holiday, and what to do.
    """
    holiday = bank_holidays(day.year).get(day)
    if holiday:
        raise CannotLayOut(f"{_named(day)} is a bank holiday ({holiday}). {remedy}")


def _days(pattern: Pattern, first_day: date) -> Iterator[date]:
    step = timedelta(days=1 if pattern is Pattern.BLOCK else 7)
    day, last = first_day, _horizon(first_day)
    while day <= last:
        if pattern is Pattern.WEEKLY or day.weekday() < SATURDAY:
            yield day
        day += step


def _horizon(first_day: date) -> date:
    return first_day + timedelta(days=31 * _MONTHS_LOOKED_AHEAD)


def planned(number: int, day: date, starts: time, minutes: int, *, pause: int) -> PlannedSession:
    """Return a session on a day, with its instants worked out from the time on London's walls."""
    starts_at = datetime.combine(day, starts, tzinfo=LONDON).astimezone(UTC)
    return PlannedSession(
        number=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes + pause),
        minutes=minutes,
    )


def _named(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
