"""Bank holidays of England and Wales. Pure.

They follow from the Banking and Financial Dealings Act 1971, schedule 1, the yearly proclamations that add New Year's
Day and the early May holiday and move those that fall on a weekend, and the list at GOV.UK, "UK bank holidays" (for the
years that had a day of their own: 2011, 2012, 2020, 2022, 2023).
"""

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5

_ONE_OFF: dict[int, dict[date, str]] = {
    2011: {date(2011, 4, 29): "the royal wedding"},
    2012: {date(2012, 6, 5): "the Diamond Jubilee"},
    2022: {date(2022, 6, 3): "the Platinum Jubilee", date(2022, 9, 19): "the funeral of Queen Elizabeth II"},
    2023: {date(2023, 5, 8): "the coronation of King Charles III"},
}
_MOVED_EARLY_MAY = {2020: date(2020, 5, 8)}
_MOVED_SPRING = {2012: date(2012, 6, 4), 2022: date(2022, 6, 2)}


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> dict[date, str]:
    """Return the bank holidays of England and Wales in a year, with their names.

    Known to agree with GOV.UK's list for 2010 to 2028; later years follow the same rules until a proclamation says otherwise.
    """
    easter = easter_sunday(year)
    days = {
        _weekday_on_or_after(date(year, 1, 1)): "New Year’s Day",
        easter - timedelta(days=2): "Good Friday",
        easter + timedelta(days=1): "Easter Monday",
        _MOVED_EARLY_MAY.get(year, _first_monday(date(year, 5, 1))): "the early May bank holiday",
        _MOVED_SPRING.get(year, _first_monday(date(year, 5, 25))): "the spring bank holiday",
        _first_monday(date(year, 8, 25)): "the summer bank holiday",
    }
    # a Christmas Day at the weekend moves past Boxing Day: Monday is then Boxing Day's own or its substitute
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    days[christmas if christmas.weekday() < SATURDAY else date(year, 12, 27)] = "Christmas Day"
    moved_boxing = {5: date(year, 12, 28), 6: date(year, 12, 28)}
    days[moved_boxing.get(boxing.weekday(), boxing)] = "Boxing Day"
    return days | _ONE_OFF.get(year, {})


def _weekday_on_or_after(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day


def _first_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (the anonymous algorithm, Nature, 20 April 1876)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    skipped_leaps, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - skipped_leaps - moon_shift + 15) % 30
    leaps, year_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * leaps - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
