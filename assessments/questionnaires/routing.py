"""Which questions are asked of somebody, given what they have answered so far. Pure.

A question whose condition hangs on one that is itself not asked is not asked either.
"""

from collections.abc import Container, Mapping

from assessments.questionnaires.items import AskedIf, Item
from assessments.questionnaires.schema import Instrument, Section


def asked_codes(instrument: Instrument, answers: Mapping[str, object]) -> frozenset[str]:
    """Codes of the questions that are asked.

    Args:
        instrument: all of its questions.
        answers: what has been answered, by item code: a code, or a set of ticked codes.
    """
    found: set[str] = set()
    for section in instrument.sections:
        if _holds(section.asked_if, answers, found):
            for item in section.items:
                if _holds(item.asked_if, answers, found):
                    found.add(item.code)
    return frozenset(found)


def asked_sections(
    instrument: Instrument, asked: Container[str]
) -> tuple[tuple[int, Section, tuple[Item, ...]], ...]:
    """The parts in which anything is asked: their numbers in the instrument (from 1), they, and what is asked in them."""
    parts = (
        (number, section, tuple(item for item in section.items if item.code in asked))
        for number, section in enumerate(instrument.sections, 1)
    )
    return tuple(part for part in parts if part[2])


def _holds(route: AskedIf | None, answers: Mapping[str, object], asked: Container[str]) -> bool:
    if route is None:
        return True
    answer = answers.get(route.item) if route.item in asked else None
    return bool(answer & set(route.codes)) if isinstance(answer, frozenset) else answer in route.codes
