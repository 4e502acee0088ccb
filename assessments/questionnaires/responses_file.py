"""Reads a file of responses (one row a respondent, all waves side by side) into coded responses, or a list of faults.

The form is that of the 2010-11 study: a column a variable, codes as in the codebook, a blank cell for no answer, several
ticks joined by `|`. Every provider's file goes through here, the study's own included. Pure: bytes in, values out.
All faults are found at once; a file with any fault gives no responses.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assessments.questionnaires.codes import MISSING, Coded, byte_of, stored_items
from assessments.questionnaires.items import Derived, Item
from assessments.questionnaires.schema import Instrument, WaveKind
from lms.core.spreadsheets import Column, Fault, Layout, Row, Unwanted, read_day, read_table

RESPONDENT, COHORT, PROVIDER = "respondent_id", "cohort", "provider"
ABOUT_THE_COURSE = ("region_taught", "delivery", "course_start", "course_end")
"""Columns that are read by people and other programs; here the cohort tells the same."""
UNWANTED = (
    Unwanted("a name", ("name", "first name", "last name", "surname", "forename")),
    Unwanted("an e-mail address", ("email", "e-mail", "email address")),
    Unwanted("the date of birth", ("date of birth", "dob", "birthday")),
)
MOST_FAULTS = 200
"""A file with more faults than this is the wrong file; reading on would only fill the page."""
TICKS = "|"
DAY_ACCEPTED = "A day such as 31/01/2011 or 2011-01-31."


@dataclass(frozen=True)
class CodedResponse:
    """What one respondent answered in one wave: the day, and bytes in the order of that wave's instrument."""

    answered_on: date
    coded: Coded


@dataclass(frozen=True)
class Respondent:
    """One row: who (a code of the file, never a name), in which cohort, and the responses by wave."""

    row: int
    code: str
    cohort: str
    responses: Mapping[WaveKind, CodedResponse]


@dataclass(frozen=True)
class Reading:
    """What a file holds. `respondents` is empty if there is any fault; `notes` say how the file was read."""

    respondents: tuple[Respondent, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    """A row being read, and the list that its faults go to."""

    number: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def fault(self, column: str | None, what: str, accepted: str) -> None:
        self.faults.append(Fault(what, accepted, row=self.number, column=column))


def date_column(kind: WaveKind) -> str:
    """The column with the day on which a wave was answered."""
    return f"{kind.value}_date"


def completed_column(kind: WaveKind) -> str:
    """The optional column that says whether a wave was answered (1) or not (0)."""
    return f"{kind.value}_completed"


def layout(instruments: Mapping[WaveKind, Instrument]) -> Layout:
    """The columns of a file of responses: the codes of the instruments' variables, and who, where and when."""
    required = [RESPONDENT, COHORT, *(date_column(kind) for kind in instruments)]
    optional = [PROVIDER, *ABOUT_THE_COURSE, *(completed_column(kind) for kind in instruments)]
    for instrument in instruments.values():
        required.extend(item.code for item in instrument.items)
        optional.extend(derived.code for derived in instrument.derived)
    columns = [Column(name, name) for name in required] + [
        Column(name, name, required=False) for name in optional
    ]
    return Layout(tuple(columns), UNWANTED)


def read(
    data: bytes,
    *,
    filename: str,
    instruments: Mapping[WaveKind, Instrument],
    cohorts: Collection[str],
    provider: str | None = None,
) -> Reading:
    """Read a .csv or .xlsx of responses.

    Args:
        data: the whole file.
        filename: the name it came with.
        instruments: the instrument of each wave that the file may hold.
        cohorts: codes of the cohorts that the rows may name.
        provider: take only the rows that have this in the column `provider`. Without it, a file that holds the rows
            of several providers is at fault.

    Returns:
        Respondents in the order of the file, or faults (at most `MOST_FAULTS`) in the order of its rows.
    """
    table = read_table(data, filename=filename, layout=layout(instruments))
    if table.faults:
        return Reading((), table.faults[:MOST_FAULTS], table.notes)
    faults: list[Fault] = []
    rows = table.rows
    if provider is not None:
        rows = tuple(row for row in rows if row.values[PROVIDER] == provider)
        if not rows:
            faults.append(
                Fault(f"no row has {provider} as its provider", "Choose the file that has.", column=PROVIDER)
            )
    else:
        faults.extend(_provider_faults(rows))
    respondents = _respondents(rows, instruments, cohorts, faults)
    if faults:
        return Reading((), tuple(faults[:MOST_FAULTS]), table.notes)
    return Reading(tuple(respondents), (), table.notes)


def _provider_faults(rows: Sequence[Row]) -> Iterator[Fault]:
    named = Counter(row.values[PROVIDER] for row in rows)
    if len(named) > 1:
        listed = ", ".join(f"{name or '(blank)'} ({count} rows)" for name, count in sorted(named.items()))
        yield Fault(
            f"it holds more than one provider: {listed}", "Keep one provider's rows.", column=PROVIDER
        )


def _respondents(
    rows: Sequence[Row],
    instruments: Mapping[WaveKind, Instrument],
    cohorts: Collection[str],
    faults: list[Fault],
) -> list[Respondent]:
    respondents: list[Respondent] = []
    first_rows: dict[tuple[str, str], int] = {}
    for row in rows:
        if len(faults) >= MOST_FAULTS:
            break
        line = _Line(row.number, row.values, faults)
        if row.values[COHORT] and row.values[COHORT] not in cohorts:
            known = ", ".join(sorted(cohorts)) or "none yet; create the cohort first"
            line.fault(COHORT, f"you have no cohort {row.values[COHORT]}", f"Your cohorts: {known}.")
        respondent = _respondent(line, instruments)
        first = first_rows.setdefault((respondent.cohort, respondent.code), row.number)
        if first != row.number:
            line.fault(
                RESPONDENT,
                f"{respondent.code} of {respondent.cohort} is already in row {first}",
                "Each respondent once.",
            )
        respondents.append(respondent)
    return respondents


def _respondent(line: _Line, instruments: Mapping[WaveKind, Instrument]) -> Respondent:
    before = len(line.faults)
    for name in (RESPONDENT, COHORT):
        if not line.cells[name]:
            line.fault(name, "the cell is blank", "A code, the same wherever the same one is meant.")
    responses: dict[WaveKind, CodedResponse] = {}
    for kind, instrument in instruments.items():
        response = _response(line, kind, instrument)
        if response is not None:
            responses[kind] = response
    if not responses and len(line.faults) == before:
        line.fault(None, "there are no answers and no day", "Take the row out, or fill it in.")
    return Respondent(line.number, line.cells[RESPONDENT], line.cells[COHORT], responses)


def _response(line: _Line, kind: WaveKind, instrument: Instrument) -> CodedResponse | None:
    answered = [item.code for item in instrument.items if line.cells[item.code]]
    day_text, completed = line.cells[date_column(kind)], line.cells[completed_column(kind)]
    if completed not in {"", "0", "1"}:
        line.fault(completed_column(kind), f"“{completed}” is not accepted", "1 for yes, 0 for no.")
    if completed == "0" and (answered or day_text):
        named = answered[0] if answered else date_column(kind)
        line.fault(named, f"{completed_column(kind)} is 0, but there is an entry here", "Blank, or 1 there.")
        return None
    if not (answered or day_text or completed == "1"):
        return None
    day = read_day(day_text)
    if day is None:
        what = (
            f"“{day_text}” is not a day in the calendar"
            if day_text
            else "the day is missing, but there are answers"
        )
        line.fault(date_column(kind), what, DAY_ACCEPTED)
    codes, special = (
        bytes(_byte(line, item, instrument) for item in stored_items(instrument, special=apart))
        for apart in (False, True)
    )
    for derived in instrument.derived:
        _check_derived(line, derived)
    return None if day is None else CodedResponse(day, Coded(codes, special))


def _byte(line: _Line, item: Item, instrument: Instrument) -> int:
    text = line.cells[item.code]
    if not text:
        return MISSING
    options = instrument.options_of(item)
    codes = [option.code for option in options]
    ticks = text.split(TICKS) if item.kind == "multiple" else [text]
    strangers = [tick for tick in ticks if tick not in codes]
    if strangers or len(set(ticks)) != len(ticks):
        what = f"“{strangers[0]}” is not an answer here" if strangers else f"“{text}” names an answer twice"
        several = f", several joined by {TICKS}" if item.kind == "multiple" else ""
        line.fault(item.code, what, f"Accepted: {', '.join(codes)}{several}, or blank.")
        return MISSING
    return byte_of(item, options, frozenset(ticks) if item.kind == "multiple" else text)


def _check_derived(line: _Line, derived: Derived) -> None:
    given, told = line.cells[derived.code], line.cells[derived.follows]
    expected = derived.becomes.get(told, "")
    if given and given != expected:
        accepted = (
            f"{expected}, or blank: it follows from {derived.follows}." if expected else "Leave it blank."
        )
        line.fault(
            derived.code, f"“{given}” does not agree with {derived.follows} ({told or 'blank'})", accepted
        )
