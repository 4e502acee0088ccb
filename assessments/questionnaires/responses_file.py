"""Reads a file of responses (one row a respondent, all waves side by side) into coded responses, or a list of faults.

The form is that of the 2010-11 study: a column a variable, codes as in the codebook, a blank cell for no answer, several
ticks joined by `|`. Every provider's file goes through here, the study's own included. Pure: a table of text in, values out.
All faults are found at once; a file with any fault gives no responses.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assessments.questionnaires.codes import MISSING, Coded, byte_of, stored_items
from assessments.questionnaires.schema import Derived, Instrument, Item, WaveKind

RESPONDENT, COHORT, PROVIDER = "respondent_id", "cohort", "provider"
ABOUT_THE_COURSE = ("region_taught", "delivery", "course_start", "course_end")
"""Columns that are read by people and other programs; here the cohort tells the same."""
MOST_FAULTS = 200
"""A file with more faults than this is the wrong file; reading on would only fill the page."""
TICKS = "|"
DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True)
class Table:
    """A spreadsheet as text: the header, and rows with the number that the spreadsheet shows beside them.

    Every row has as many cells as the header; cells are stripped.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file.

    Attributes:
        row: as the spreadsheet numbers it; 1 is the header.
        column: the header of the column, or empty where the whole row is meant.
        wrong: what is wrong, as a sentence.
        accepted: what would be right, as a sentence.
    """

    row: int
    column: str
    wrong: str
    accepted: str


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
    """What a file holds. `respondents` is empty if there is any fault."""

    respondents: tuple[Respondent, ...]
    faults: tuple[Fault, ...]
    passed_over: int = 0
    """Rows of other providers, left out on request."""


class _Columns:
    """Where each variable of the instruments stands in the table, and the bytes that its codes become."""

    def __init__(self, header: Sequence[str], instruments: Mapping[WaveKind, Instrument]) -> None:
        self.place = {name: index for index, name in enumerate(header)}
        self.instruments = instruments
        self.options = {
            item.code: instrument.options_of(item)
            for instrument in instruments.values()
            for item in instrument.items
        }
        self.bytes = {
            code: {option.code: place for place, option in enumerate(options, 1)}
            for code, options in self.options.items()
        }

    def named(self, cells: Sequence[str]) -> dict[str, str]:
        return {name: cells[place] for name, place in self.place.items()}

    def required(self) -> list[str]:
        return [RESPONDENT, COHORT, *(date_column(kind) for kind in self.instruments), *self.options]

    def known(self) -> list[str]:
        derived = [each.code for instrument in self.instruments.values() for each in instrument.derived]
        return [
            *self.required(),
            PROVIDER,
            *ABOUT_THE_COURSE,
            *(completed_column(kind) for kind in self.instruments),
            *derived,
        ]


@dataclass(frozen=True)
class _Row:
    """A row being read, and the list that its faults go to."""

    number: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def fault(self, column: str, wrong: str, accepted: str) -> None:
        self.faults.append(Fault(self.number, column, wrong, accepted))


def date_column(kind: WaveKind) -> str:
    """The column with the day on which a wave was answered."""
    return f"{kind.value}_date"


def completed_column(kind: WaveKind) -> str:
    """The optional column that says whether a wave was answered (1) or not (0)."""
    return f"{kind.value}_completed"


def read(table: Table, instruments: Mapping[WaveKind, Instrument], *, provider: str | None = None) -> Reading:
    """Check a table and code it.

    Args:
        table: text of the spreadsheet, cells stripped.
        instruments: the instrument of each wave that the file may hold.
        provider: where the file has a column `provider`, take only the rows with this code. Without it, a file that
            holds the rows of several providers is at fault.

    Returns:
        Respondents in the order of the file, or faults (at most `MOST_FAULTS`) in the order of its rows.
    """
    columns = _Columns(table.header, instruments)
    faults = list(_header_faults(table.header, columns))
    if faults:
        return Reading((), tuple(faults))
    rows = table.rows
    if PROVIDER in columns.place:
        if provider is None:
            faults.extend(_provider_faults(table, columns.place[PROVIDER]))
        else:
            rows = tuple(row for row in rows if row[1][columns.place[PROVIDER]] == provider)
    if not rows:
        where = f"for provider {provider}" if provider else "under the header"
        faults.append(Fault(1, "", f"There are no rows {where}.", "One row for each respondent."))
    respondents: list[Respondent] = []
    first_rows: dict[tuple[str, str], int] = {}
    for number, cells in rows:
        if len(faults) >= MOST_FAULTS:
            break
        row = _Row(number, columns.named(cells), faults)
        respondent = _respondent(row, columns)
        first = first_rows.setdefault((respondent.cohort, respondent.code), number)
        if first != number:
            already = f"{respondent.code} of {respondent.cohort} is already in row {first}."
            row.fault(RESPONDENT, already, "Each respondent once.")
        respondents.append(respondent)
    passed_over = len(table.rows) - len(rows)
    if faults:
        return Reading((), tuple(faults[:MOST_FAULTS]), passed_over)
    return Reading(tuple(respondents), (), passed_over)


def _header_faults(header: Sequence[str], columns: _Columns) -> Iterator[Fault]:
    for name, times in Counter(header).items():
        if times > 1:
            shown = name or "(no name)"
            yield Fault(1, name, f"The column {shown} is there {times} times.", "Each column once.")
    for name in columns.required():
        if name not in columns.place:
            yield Fault(
                1, name, f"The column {name} is missing.", "Leave its cells blank where nobody answered."
            )
    known = set(columns.known())
    for name in columns.place:
        if name and name not in known:
            yield Fault(
                1,
                name,
                f"The column {name} is not one we know.",
                "Take it out, or give it the codebook's name.",
            )


def _provider_faults(table: Table, place: int) -> Iterator[Fault]:
    named = Counter(cells[place] for _, cells in table.rows)
    if len(named) > 1:
        listed = ", ".join(f"{name or '(blank)'} ({count} rows)" for name, count in sorted(named.items()))
        yield Fault(
            1, PROVIDER, f"The file holds more than one provider: {listed}.", "Say which one's rows to take."
        )


def _respondent(row: _Row, columns: _Columns) -> Respondent:
    for name in (RESPONDENT, COHORT):
        if not row.cells[name]:
            row.fault(name, "The cell is blank.", "A code without spaces, the same in every wave.")
    before = len(row.faults)
    responses: dict[WaveKind, CodedResponse] = {}
    for kind, instrument in columns.instruments.items():
        response = _response(row, kind, instrument, columns)
        if response is not None:
            responses[kind] = response
    if not responses and len(row.faults) == before:
        row.fault("", "The row has no answers and no day.", "Take it out, or fill it in.")
    return Respondent(row.number, row.cells[RESPONDENT], row.cells[COHORT], responses)


def _response(row: _Row, kind: WaveKind, instrument: Instrument, columns: _Columns) -> CodedResponse | None:
    answered = [item.code for item in instrument.items if row.cells[item.code]]
    day_text, completed = row.cells[date_column(kind)], row.cells.get(completed_column(kind), "")
    if completed not in {"", "0", "1"}:
        row.fault(completed_column(kind), f"“{completed}” is not accepted.", "1 for yes, 0 for no.")
    if completed == "0" and (answered or day_text):
        named = answered[0] if answered else date_column(kind)
        row.fault(
            named, f"{completed_column(kind)} says 0, but there is an entry here.", "Blank, or 1 there."
        )
        return None
    if not (answered or day_text or completed == "1"):
        return None
    day = _day(row, date_column(kind), day_text)
    codes, special = (
        bytes(_byte(row, item, columns) for item in stored_items(instrument, special=apart))
        for apart in (False, True)
    )
    for derived in instrument.derived:
        _check_derived(row, derived)
    return None if day is None else CodedResponse(day, Coded(codes, special))


def _day(row: _Row, column: str, text: str) -> date | None:
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    wrong = (
        f"“{text}” is not a day in the calendar." if text else "The day is missing, but there are answers."
    )
    row.fault(column, wrong, "A day such as 2011-01-31 or 31/01/2011.")
    return None


def _byte(row: _Row, item: Item, columns: _Columns) -> int:
    text = row.cells[item.code]
    if not text:
        return MISSING
    codes = columns.bytes[item.code]
    ticks = text.split(TICKS) if item.kind == "multiple" else [text]
    strangers = [tick for tick in ticks if tick not in codes]
    if strangers or len(set(ticks)) != len(ticks):
        wrong = (
            f"“{strangers[0]}” is not an answer here." if strangers else f"“{text}” names an answer twice."
        )
        several = f", several joined by {TICKS}" if item.kind == "multiple" else ""
        row.fault(item.code, wrong, f"{', '.join(codes)}{several}, or blank.")
        return MISSING
    if item.kind == "multiple":
        return byte_of(item, columns.options[item.code], frozenset(ticks))
    return codes[text]


def _check_derived(row: _Row, derived: Derived) -> None:
    given, told = row.cells.get(derived.code, ""), row.cells[derived.follows]
    expected = derived.becomes.get(told, "")
    if given and given != expected:
        accepted = f"{expected}, or blank: it follows from {derived.follows}." if expected else "Blank."
        row.fault(
            derived.code, f"“{given}” does not agree with {derived.follows} ({told or 'blank'}).", accepted
        )
