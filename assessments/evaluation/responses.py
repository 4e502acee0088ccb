"""What was answered: respondents as a matrix of codes, read from a file.

Pure: knows no database and no web. `Responses.codes` has one row a respondent and one column a coded variable, in
the order of the codebook, stored by column because every count reads whole columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.codebook import (
    Codebook,
    Fault,
    FaultyFile,
    Kind,
    Variable,
    rows_of,
)

Codes = NDArray[np.uint8]
RESPONDENT = "respondent_id"


@dataclass(frozen=True)
class Responses:
    """Answers of `len(self)` respondents.

    Attributes:
        codebook: What was asked.
        names: The coded variables, one a column.
        codes: Array of uint8, shape (respondents, variables), Fortran order. 0 is missing; i + 1 is the i-th code of
            the variable; for several answers it is a mask, bit i set when the i-th code was ticked.
    """

    codebook: Codebook
    names: tuple[str, ...]
    codes: Codes

    def __len__(self) -> int:
        return int(self.codes.shape[0])

    def column(self, name: str) -> Codes:
        """The codes of one variable, shape (respondents,).

        Raises:
            KeyError: If the codebook has no such coded variable.
        """
        try:
            return self.codes[:, self.names.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def has(self, name: str) -> bool:
        """Whether there is a column of this name."""
        return name in self.names


def from_matrix(codebook: Codebook, codes: Codes) -> Responses:
    """Responses from codes that are already numbers, columns in the order of `codebook.coded`.

    Raises:
        ValueError: If the matrix has another shape or holds a code that its variable does not have.
    """
    coded = codebook.coded
    if codes.ndim != 2 or codes.shape[1] != len(coded):  # noqa: PLR2004 -- a matrix has two dimensions
        raise ValueError(f"expected a matrix of {len(coded)} columns, got shape {codes.shape}")
    for index, variable in enumerate(coded):
        largest = (1 << len(variable.codes)) - 1 if variable.kind is Kind.MULTIPLE else len(variable.codes)
        if codes.shape[0] and int(codes[:, index].max()) > largest:
            raise ValueError(f"{variable.name}: code {int(codes[:, index].max())} is beyond {largest}")
    return Responses(
        codebook, tuple(variable.name for variable in coded), np.asfortranarray(codes, dtype=np.uint8)
    )


def read_responses(path: Path, codebook: Codebook) -> Responses:
    """Read a file of responses strictly.

    The file has a header naming variables of the codebook, in any order, and one row a respondent. Every profile
    question and statement must be there; administrative columns may be left out. An empty cell is a missing answer.

    Args:
        path: A CSV file in UTF-8.
        codebook: What the columns and codes mean.

    Raises:
        FaultyFile: With every fault in the file at once.
    """
    rows = rows_of(path)
    file = path.name
    header = [cell.strip() for cell in rows[0][1]]
    faults = _header_faults(file, rows[0][0], header, codebook)
    if faults:
        raise FaultyFile(faults)
    records: list[list[str]] = []
    for row, cells in rows[1:]:
        if len(cells) != len(header):
            faults.append(
                Fault(file, row, None, f"has {len(cells)} cells", f"{len(header)} cells, as the header")
            )
        else:
            records.append(cells)
    lines = [row for row, cells in rows[1:] if len(cells) == len(header)]
    columns: Sequence[Sequence[str]] = list(zip(*records, strict=True)) if records else [()] * len(header)
    if RESPONDENT in header:
        faults += _doubled(file, lines, columns[header.index(RESPONDENT)])
    coded = codebook.coded
    codes = np.zeros((len(records), len(coded)), dtype=np.uint8, order="F")
    for index, variable in enumerate(coded):
        if variable.name in header:
            column = columns[header.index(variable.name)]
            codes[:, index] = _encode(column, variable, file, lines, faults)
    if faults:
        raise FaultyFile(sorted(faults, key=lambda fault: fault.row or 0))
    return Responses(codebook, tuple(variable.name for variable in coded), codes)


def _header_faults(file: str, row: int, header: Sequence[str], codebook: Codebook) -> list[Fault]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        return [Fault(file, row, None, "the columns are not separated by commas", "comma-separated values")]
    faults = [
        Fault(file, row, name or "(no name)", "is not in the codebook", "a variable of the codebook")
        for name in header
        if name not in codebook.variables
    ]
    faults += [
        Fault(file, row, name, "stands twice in the header", "each column once")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    faults += [
        Fault(file, row, variable.name, "is missing from the header", "every profile question and statement")
        for variable in codebook.coded
        if variable.kind is not Kind.ADMINISTRATIVE and variable.name not in header
    ]
    return faults


def _doubled(file: str, lines: Sequence[int], ids: Sequence[str]) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for row, text in zip(lines, ids, strict=True):
        name = text.strip()
        if name and name in first:
            faults.append(
                Fault(file, row, RESPONDENT, f"{name!r} already stands in row {first[name]}", "each once")
            )
        first.setdefault(name, row)
    return faults


def _encode(
    column: Sequence[str], variable: Variable, file: str, lines: Sequence[int], faults: list[Fault]
) -> Codes:
    """Turn one column of text into codes, adding a fault for each cell that is no answer to the question."""
    lookup = _lookup(column, variable)
    accepted = ", ".join(variable.codes) + ", or nothing"
    if variable.kind is Kind.MULTIPLE:
        accepted = f"any of {', '.join(variable.codes)} joined by |, or nothing"
    for row, text in zip(lines, column, strict=True):
        if lookup[text] is None:
            faults.append(
                Fault(file, row, variable.name, f"{text!r} is no answer to this question", accepted)
            )
    return np.fromiter((lookup[text] or 0 for text in column), dtype=np.uint8, count=len(column))


def _lookup(column: Sequence[str], variable: Variable) -> Mapping[str, int | None]:
    """The code of each distinct text of a column, or None where it has none."""
    places = {code: index for index, code in enumerate(variable.codes)}
    lookup: dict[str, int | None] = {}
    for text in set(column):
        plain = text.strip()
        if not plain:
            lookup[text] = 0
        elif variable.kind is Kind.MULTIPLE:
            ticked = [part.strip() for part in plain.split("|")]
            known = len(set(ticked)) == len(ticked) and all(part in places for part in ticked)
            lookup[text] = sum(1 << places[part] for part in ticked) if known else None
        else:
            place = places.get(plain)
            lookup[text] = None if place is None else place + 1
    return lookup
