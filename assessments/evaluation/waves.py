"""Answers of any waves as a matrix: follow-ups, managers, focus groups and parents, not only the two waves of the study.

The tables of the study stay what they are (`queries.answers_of`); this is for what stands beside them. Who may read which
cohorts, and what is shown of it, is decided by the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.codebook import POST_SCALE, PRE_SCALE, Codebook, Kind, Variable, study_codebook
from assessments.evaluation.queries import Answers
from assessments.evaluation.responses import Responses, from_matrix
from assessments.questionnaires import library
from assessments.questionnaires.items import Item
from assessments.questionnaires.queries import paired_answers
from assessments.questionnaires.schema import STUDY, Instrument, WaveKind

Floats = NDArray[np.float64]


def answers_of(cohort_ids: Sequence[int], kinds: Collection[WaveKind]) -> Answers:
    """What was answered in waves of some kinds in some cohorts, one row a respondent, with the cohort of each row.

    A practitioner's waves stand in one row, and so do a parent's two; nobody else's are joined. Written answers are not here.

    Args:
        cohort_ids: the cohorts.
        kinds: the waves to lay side by side.

    Returns:
        Codes by `codebook_of(kinds)`. A statement with the options of the study is of kind POST or SUPPORT, so that whatever
        counts agreement counts it; the codes of a number are its figures (`numbers_of` gives them as numbers).
    """
    book = codebook_of(kinds)
    paired = paired_answers(cohort_ids, kinds)
    places = {name: column for column, name in enumerate(paired.variables)}
    codes = np.zeros((len(paired.codes), len(book.coded)), np.uint8, order="F")
    for column, variable in enumerate(book.coded):
        if variable.name in places:
            codes[:, column] = paired.codes[:, places[variable.name]]
    return Answers(from_matrix(book, codes), paired.cohort_ids)


def codebook_of(kinds: Collection[WaveKind]) -> Codebook:
    """What is asked in waves of some kinds, in the order of the waves; the study's variables as its own codebook has them.

    Pairs are those whose both statements are in it, the earlier first.
    """
    variables: dict[str, Variable] = {}
    pairs: list[tuple[str, str]] = []
    study = study_codebook()
    for kind in (each for each in WaveKind if each in kinds):
        for instrument in library.shipped_for([kind]):
            known = study.variables if kind in STUDY else {}
            variables |= {code: known[code] for code in instrument.variables if code in known}
            for item in instrument.items:
                if not item.is_written:
                    if item.pair in variables:
                        pairs.append((item.pair, item.code))
                    variables.setdefault(item.code, _variable(instrument, item))
    return Codebook(MappingProxyType(variables), tuple(pairs))


def twins(book: Codebook) -> tuple[tuple[str, str], ...]:
    """Statements of a codebook that stand beside one of another instrument: their code and the other's."""
    return tuple(
        (item.code, item.pair)
        for kind in WaveKind
        for instrument in library.shipped_for([kind])
        for item in instrument.items
        if item.pair and item.code in book.variables and item.pair not in book.variables
    )


def numbers_of(responses: Responses, name: str) -> Floats:
    """The answers to a question that was answered with a number, shape (respondents,); nan where there is none.

    Raises:
        KeyError: there is no such question.
        ValueError: its answers are no numbers.
    """
    column = responses.column(name)
    values = np.array([np.nan, *map(float, responses.codebook.variables[name].codes)])
    numbers: Floats = values[column]
    return numbers


def _variable(instrument: Instrument, item: Item) -> Variable:
    options = instrument.options_of(item)
    codes = tuple(option.code for option in options)
    kind = Kind.MULTIPLE if item.kind == "multiple" else Kind.SINGLE
    if item.kind == "likert":
        kind = {POST_SCALE: Kind.POST, PRE_SCALE: Kind.SUPPORT}.get(codes, Kind.SINGLE)
    return Variable(
        item.code, item.label or item.wording, kind, codes, tuple(option.label for option in options)
    )
