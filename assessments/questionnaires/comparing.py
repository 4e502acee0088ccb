"""Two keyings of one form are compared; where they differ, somebody looks at the form and decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.questionnaires import keying, paper_answers, paper_codes, sheets
from assessments.questionnaires.paper_answers import Given, Line
from assessments.questionnaires.paper_models import PaperSheet, PaperTask
from lms.core.access import Actor
from lms.core.errors import Conflict, Refused

BOTH = 2


@dataclass(frozen=True)
class Mismatch:
    """One thing that two people keyed differently.

    Attributes:
        line: the question; None for the personal code.
        first, second: what each keyed, as typed.
        first_told, second_told: the same in words.
    """

    line: Line | None
    first: str
    second: str
    first_told: str
    second_told: str


def mismatches(sheet: PaperSheet) -> list[Mismatch]:
    """Where the two keyings of a sheet differ, in the order of the form; empty when they agree or one is missing."""
    entries = keying.entries_of(sheet)
    if len(entries) < BOTH:
        return []
    one, two = (paper_answers.from_values(each.answers) for each in entries)
    codes = [each.code for each in entries]
    found = [] if codes[0] == codes[1] else [Mismatch(None, *codes, *(each or "No code" for each in codes))]
    for line in _lines(sheet):
        first, second = one.get(line.item.code), two.get(line.item.code)
        if first != second:
            found.append(
                Mismatch(
                    line,
                    paper_answers.typed_of(line, first),
                    paper_answers.typed_of(line, second),
                    paper_answers.told(line, first),
                    paper_answers.told(line, second),
                )
            )
    return found


def _lines(sheet: PaperSheet) -> list[Line]:
    words = paper_answers.in_english(sheets.instrument_of(sheet.wave))
    return [line for _, lines in paper_answers.lines_of(words) for line in lines]


def settle(sheet: PaperSheet, *, code: str | None, chosen: Mapping[str, Given | None], by: Actor) -> None:
    """Decide what stands where two keyings differ, and take the form in.

    Args:
        sheet: which form.
        code: the personal code that stands on it, where the two differ in it; else None.
        chosen: for each question that differed, by item code, what the form says; None for no answer.
        by: who has looked at the form.

    Raises:
        Conflict: there is nothing to settle.
        Refused: nobody has the code, a question is left undecided, or the person has the list of codes.
    """
    open_points = mismatches(sheet)
    if not open_points or sheet.is_taken_in:
        raise Conflict("There is nothing to settle on this form any more.")
    paper_codes.take_on(sheet.wave.cohort_id, PaperTask.KEYING, by=by)
    undecided = [each.line.number for each in open_points if each.line and each.line.item.code not in chosen]
    if undecided:
        raise Refused(f"Question {undecided[0]} is still open. Say what the form says.")
    entries = keying.entries_of(sheet)
    agreed = {**paper_answers.from_values(entries[0].answers), **chosen}
    keying.take_in(
        sheet,
        entries,
        entries[0].code if code is None else paper_codes.tidy(code),
        {item: answer for item, answer in agreed.items() if answer is not None},
        by=by,
    )
