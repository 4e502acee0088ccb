"""Protected tables as a document, to be kept and read again. Pure.

Only what may be shown goes in, for `Protected` holds nothing else.
"""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.codebook import Codebook
from assessments.evaluation.disclosure import Protected, emptied
from assessments.evaluation.group_tests import Tests
from assessments.evaluation.policy import Policy
from assessments.evaluation.tables import Frequencies, Grouping, Groups, Tables, Transitions

Document = dict[str, Any]
_OF_TESTS: Mapping[str, type] = {
    "rows": np.int64, "base": np.int64, "chi_square": np.float64, "df": np.int64, "p": np.float64,
    "min_expected": np.float64, "fisher_p": np.float64, "cramers_v": np.float64, "method": np.str_,
}  # fmt: skip


def to_document(protected: Protected) -> Document:
    """Protected tables as plain lists and numbers.

    Raises:
        ValueError: The tables are not protected.
    """
    policy = protected.policy
    if policy is None:
        raise ValueError("figures that are not protected are never kept")
    tables = protected.tables
    return {
        "policy": {each.name: getattr(policy, each.name) for each in fields(policy) if each.name != "special"}
        | {"special": sorted(policy.special)},
        "respondents": tables.respondents,
        "frequencies": {
            "keys": [list(key) for key in tables.frequencies.keys],
            "count": _listed(tables.frequencies.count),
            "base": _listed(tables.frequencies.base),
        },
        "pairs": [
            {"pair": list(pair), "ratings": [list(each) for each in ratings], "counts": _listed(counts)}
            for pair, ratings, counts in zip(
                tables.transitions.pairs, tables.transitions.ratings, tables.transitions.counts, strict=True
            )
        ],
        "items": list(tables.groups.items),
        "groupings": [[each.name, list(each.groups), each.start] for each in tables.groups.groupings],
        "agree": _listed(tables.groups.agree),
        "group_base": _listed(tables.groups.base),
        "tests": {name: _listed(getattr(tables.tests, name)) for name in _OF_TESTS},
        "hidden": {
            "count": _listed(protected.count),
            "base": _listed(protected.base),
            "cells": [_listed(each) for each in protected.cells],
            "row_bases": [_listed(each) for each in protected.row_bases],
            "agree": _listed(protected.agree),
            "group_base": _listed(protected.group_base),
            "tests": _listed(protected.tests),
        },
    }


def from_document(document: Document, codebook: Codebook) -> Protected:
    """The protected tables that `to_document` was given.

    Args:
        document: What was kept.
        codebook: What the questions and their answers are called.
    """
    policy = Policy(**(document["policy"] | {"special": frozenset(document["policy"]["special"])}))
    hidden, frequencies, pairs = document["hidden"], document["frequencies"], document["pairs"]
    counts = tuple(np.array(each["counts"], np.int64) for each in pairs)
    tables = Tables(
        codebook,
        document["respondents"],
        Frequencies(
            tuple((variable, code) for variable, code in frequencies["keys"]),
            np.array(frequencies["count"], np.int64),
            np.array(frequencies["base"], np.int64),
        ),
        Transitions(
            tuple((each["pair"][0], each["pair"][1]) for each in pairs),
            tuple((tuple(each["ratings"][0]), tuple(each["ratings"][1])) for each in pairs),
            counts,
            tuple(np.zeros(each.shape[0], np.int64) for each in counts),
            tuple(np.zeros(each.shape[1], np.int64) for each in counts),
        ),
        Groups(
            tuple(document["items"]),
            tuple(Grouping(name, tuple(groups), start) for name, groups, start in document["groupings"]),
            np.array(document["agree"], np.int64),
            np.array(document["group_base"], np.int64),
        ),
        Tests(**{name: _array(document["tests"][name], of) for name, of in _OF_TESTS.items()}),
    )
    return emptied(
        Protected(
            tables,
            policy,
            np.array(hidden["count"], bool),
            np.array(hidden["base"], bool),
            tuple(np.array(each, bool) for each in hidden["cells"]),
            tuple(np.array(each, bool) for each in hidden["row_bases"]),
            np.array(hidden["agree"], bool),
            np.array(hidden["group_base"], bool),
            np.array(hidden["tests"], bool),
            np.empty(0),
        )
    )


def _listed(array: NDArray[Any]) -> list[Any]:
    """An array as lists; what is no number becomes None, which JSON can hold."""
    if array.dtype.kind != "f":
        return list(array.tolist())
    return [
        _listed(row) if isinstance(row, np.ndarray) else None if math.isnan(row) else float(row)
        for row in array
    ]


def _array(listed: list[Any], of: type) -> NDArray[Any]:
    if of is not np.float64:
        return np.array(listed, of)
    return np.array([[math.nan if cell is None else cell for cell in row] for row in listed], of)
