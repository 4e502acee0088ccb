"""Answers person by person, made fit to leave the house: no names, no dates, no order, no rare combination. Pure.

What leaves (docs/decisions/rows-that-leave.md): every statement, why people came, and the coarse profile questions that
the comparisons use. Special-category answers and fine profile questions stay unless a permitted analyst asks for
everything. Of the profile, answers are blanked until each combination that is left is shared by several people.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.codebook import Codebook, Kind, Variable
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import RESPONDENT, Codes, Responses
from assessments.evaluation.tables import GROUPS, MOTIVATION

PROFILE = frozenset({Kind.SINGLE, Kind.DERIVED, Kind.MULTIPLE})
LEAST_MISSED = (
    "region",
    "deprivation",
    "location",
    "multi_agency",
    "length",
    "home_visits",
    "nqf_group",
    "hours",
)
"""Profile questions that are released, in the order in which their answers are blanked where people are too few."""
ID_BYTES = 6


@dataclass(frozen=True)
class Release:
    """Rows that may leave.

    Attributes:
        codebook: What is in them: the variables that are released, and the pairs of statements.
        ids: A name for each row, drawn anew for each release: it leads back to nobody and joins no two releases.
        codes: Shape (rows, coded variables of the codebook), as in `Responses`.
        blanked: How many profile answers were taken out.
        is_everything: Whether nothing was left out or blanked.
    """

    codebook: Codebook
    ids: tuple[str, ...]
    codes: Codes
    blanked: int
    is_everything: bool


def release(responses: Responses, policy: Policy, *, everything: bool) -> Release:
    """Choose the variables, blank rare combinations, shuffle the rows and name them anew.

    Args:
        responses: Answers of identifiable rows.
        policy: Its smallest count is how many people must share a combination; its special variables stay.
        everything: Leave out and blank nothing but names, dates and places of courses.
    """
    book = responses.codebook
    kept = [variable for variable in book.coded if _leaves(variable, policy, everything=everything)]
    codes = np.stack([responses.column(variable.name) for variable in kept], axis=1).astype(np.uint8)
    blanked = 0
    if not everything:
        blanked = _blank(codes, _identifying(kept), policy.smallest_count)
    order = np.array(sorted(range(len(codes)), key=lambda _: secrets.randbits(64)), np.int64)
    ids = tuple(secrets.token_hex(ID_BYTES) for _ in order)
    respondent = Variable(RESPONDENT, "Row, named anew in each release", Kind.ADMINISTRATIVE, (), ())
    variables = {variable.name: variable for variable in (respondent, *kept)}
    released = Codebook(MappingProxyType(variables), book.pairs)
    return Release(released, ids, np.asfortranarray(codes[order]), blanked, everything)


def _leaves(variable: Variable, policy: Policy, *, everything: bool) -> bool:
    if variable.kind is Kind.ADMINISTRATIVE:
        return False
    if everything or variable.is_statement or variable.name == MOTIVATION:
        return True
    return variable.name in GROUPS and variable.name not in policy.special


def _identifying(kept: Sequence[Variable]) -> list[int]:
    """Columns by which somebody who knows a colleague could find their row, the least missed first."""
    places = {variable.name: place for place, variable in enumerate(kept)}
    others = [
        place
        for place, variable in enumerate(kept)
        if variable.kind in PROFILE and variable.name not in {*LEAST_MISSED, MOTIVATION}
    ]
    return [*others, *(places[name] for name in LEAST_MISSED if name in places)]


def _blank(codes: Codes, columns: Sequence[int], least: int) -> int:
    """Blank answers, in place, until each combination of these columns is blank or shared by enough people.

    Column by column: all rows whose combination is too rare lose this answer, so that they fall together with others.

    Returns:
        How many answers were blanked.
    """
    blanked = 0
    for column in columns:
        rare = _rare(codes[:, list(columns)], least)
        blanked += int((codes[rare, column] > 0).sum())
        codes[rare, column] = 0
    return blanked


def _rare(profile: Codes, least: int) -> NDArray[np.bool_]:
    """Which rows hold a combination that fewer people share."""
    _, group, size = np.unique(profile, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(size[group.reshape(-1)] < least)
