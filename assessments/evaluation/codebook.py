"""What was asked: reads a codebook file into variables, their codes and the statements that are compared.

Pure: knows no database and no web. A codebook is a CSV file with the columns `variable,label,kind,code,code_label`,
one row a code (or one row a variable that has no codes). Rows of kind `pair` name a statement before the course
(`variable`) and the one after it that belongs to it (`code`). Anything else in the file is a fault.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from io import StringIO
from pathlib import Path
from types import MappingProxyType

COLUMNS = ("variable", "label", "kind", "code", "code_label")
STUDY = "families_going_forward_2011.csv"
MULTIPLE = "multiple"
PRE_SCALE = ("SA", "A", "D", "SD")
POST_SCALE = ("SA", "A", "D", "SD", "NI")


class Kind(StrEnum):
    """What sort of variable it is; the first words of the codebook's `kind` column."""

    ADMINISTRATIVE = "administrative"
    SINGLE = "profile, single"
    DERIVED = "profile, derived"
    MULTIPLE = "profile, multiple"
    PRE = "pre statement"
    POST = "post statement"
    SUPPORT = "support statement"


SCALES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {Kind.PRE: PRE_SCALE, Kind.POST: POST_SCALE, Kind.SUPPORT: PRE_SCALE}
)
STATEMENTS = frozenset(SCALES)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file, said so that whoever keeps the file can mend it."""

    file: str
    row: int | None
    column: str | None
    wrong: str
    accepted: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.wrong}; accepted: {self.accepted}"


class FaultyFile(Exception):
    """A file that cannot be used. Carries every fault found, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class Variable:
    """One question: its code, its wording, its kind and its possible answers in order."""

    name: str
    label: str
    kind: Kind
    codes: tuple[str, ...]
    code_labels: tuple[str, ...]

    @property
    def is_statement(self) -> bool:
        """Whether it is answered on a scale of agreement."""
        return self.kind in STATEMENTS


@dataclass(frozen=True, eq=False)
class Codebook:
    """All variables in the order of the file, and the pairs of statements compared before and after.

    Equal to itself alone, so that what follows from it can be kept beside it.
    """

    variables: Mapping[str, Variable]
    pairs: tuple[tuple[str, str], ...]

    @property
    def coded(self) -> tuple[Variable, ...]:
        """Variables whose answers are codes: these become columns of `Responses`."""
        return tuple(variable for variable in self.variables.values() if variable.codes)

    @property
    def statements(self) -> tuple[Variable, ...]:
        """Every statement, before, after and support, in the order of the file."""
        return tuple(variable for variable in self.variables.values() if variable.is_statement)

    def of_kind(self, *kinds: Kind) -> tuple[Variable, ...]:
        """Variables of these kinds, in the order of the file."""
        return tuple(variable for variable in self.variables.values() if variable.kind in kinds)


def read_codebook(path: Path) -> Codebook:
    """Read a codebook file strictly.

    Args:
        path: A CSV file in UTF-8 of the form described at the top of this module.

    Raises:
        FaultyFile: With every fault in the file at once.
    """
    return _parse(rows_of(path, COLUMNS), path.name)


def study_codebook() -> Codebook:
    """The codebook of the 2011 study (Cordis Bright for CWDC, 2011), which is part of the package."""
    with resources.as_file(resources.files("assessments.evaluation") / "data" / STUDY) as path:
        return read_codebook(path)


def rows_of(path: Path, required: Sequence[str] | None = None) -> list[tuple[int, list[str]]]:
    """Split a CSV file into rows, each with the number of the line on which it begins; the header is the first.

    Args:
        path: The file: UTF-8, commas, with or without a byte order mark.
        required: The exact header, or None if the caller checks it.

    Raises:
        FaultyFile: If it cannot be read at all, or its header is wrong.
    """
    name = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FaultyFile(
            [Fault(name, None, None, f"cannot be read ({error.strerror})", "a CSV file")]
        ) from error
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise FaultyFile([Fault(name, row, None, "is not written in UTF-8", "UTF-8 text")]) from error
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if cells:
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise FaultyFile(
            [Fault(name, reader.line_num, None, f"is not CSV ({error})", "comma-separated values")]
        ) from error
    if not rows:
        raise FaultyFile([Fault(name, 1, None, "is empty", "a header row and one row a record")])
    if required is not None and tuple(rows[0][1]) != tuple(required):
        found = ",".join(rows[0][1])
        raise FaultyFile([Fault(name, rows[0][0], None, f"the header is {found!r}", ",".join(required))])
    return rows


def _kind_of(text: str) -> Kind | None:
    """The kind named by the codebook, which may add a remark in brackets: "profile, single (48 excluded)"."""
    plain = text.split("(", maxsplit=1)[0].strip()
    return next((kind for kind in Kind if kind == plain), None)


class _Draft:
    """Collects rows and faults while a codebook is being read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.kinds: dict[str, Kind] = {}
        self.labels: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.lines: dict[str, int] = {}
        self.pairs: list[tuple[int, str, str]] = []

    def fault(self, row: int | None, column: str | None, wrong: str, accepted: str) -> None:
        self.faults.append(Fault(self.file, row, column, wrong, accepted))

    def add(self, row: int, name: str, kind: Kind, *, label: str, code: str, code_label: str) -> None:
        if name not in self.kinds:
            self.kinds[name], self.labels[name], self.codes[name] = kind, label, {}
            self.lines[name] = row
        elif self.kinds[name] != kind or self.labels[name] != label:
            self.fault(
                row,
                "kind" if self.kinds[name] != kind else "label",
                f"differs from row {self.lines[name]} of the same variable {name!r}",
                "the same label and kind on every row of a variable",
            )
        if not code:
            return
        if code in self.codes[name]:
            self.fault(row, "code", f"{code!r} stands twice for {name!r}", "each code once")
        elif "|" in code:
            self.fault(row, "code", f"{code!r} contains '|', which joins codes", "a code without '|'")
        self.codes[name][code] = code_label


def _parse(rows: list[tuple[int, list[str]]], file: str) -> Codebook:
    draft = _Draft(file)
    for row, cells in rows[1:]:
        if len(cells) != len(COLUMNS):
            draft.fault(row, None, f"has {len(cells)} cells", f"{len(COLUMNS)} cells: {', '.join(COLUMNS)}")
            continue
        name, label, kind_text, code, code_label = (cell.strip() for cell in cells)
        if kind_text == "pair":
            draft.pairs.append((row, name, code))
        elif kind_text != "missing":
            kind = _kind_of(kind_text)
            if kind is None:
                accepted = ", ".join([*Kind, "pair", "missing"])
                draft.fault(row, "kind", f"{kind_text!r} is not known", accepted)
            elif not name:
                draft.fault(row, "variable", "is empty", "the name of a variable")
            else:
                draft.add(row, name, kind, label=label, code=code, code_label=code_label)
    _check_codes(draft)
    _check_pairs(draft)
    if not draft.kinds and not draft.faults:
        draft.fault(None, None, "names no variable", "one row a code")
    if draft.faults:
        raise FaultyFile(draft.faults)
    variables = {
        name: Variable(
            name, draft.labels[name], kind, tuple(draft.codes[name]), tuple(draft.codes[name].values())
        )
        for name, kind in draft.kinds.items()
    }
    return Codebook(MappingProxyType(variables), tuple((pre, post) for _, pre, post in draft.pairs))


def _check_codes(draft: _Draft) -> None:
    largest = 8  # a multi-select answer is one byte of ticks
    for name, kind in draft.kinds.items():
        codes, row = tuple(draft.codes[name]), draft.lines[name]
        scale = SCALES.get(kind)
        if scale is not None and codes != scale:
            draft.fault(row, "code", f"the scale of {name!r} is {_listed(codes)}", _listed(scale))
        if kind is not Kind.ADMINISTRATIVE and not codes:
            draft.fault(row, "code", f"{name!r} has no codes", "at least one code")
        if kind is Kind.MULTIPLE and len(codes) > largest:
            draft.fault(
                row, "code", f"{name!r} has {len(codes)} codes", f"at most {largest} for several answers"
            )
        if len(codes) > 255:  # noqa: PLR2004 -- the codes of one variable fit in a byte, 0 being missing
            draft.fault(row, "code", f"{name!r} has {len(codes)} codes", "at most 255")


def _check_pairs(draft: _Draft) -> None:
    seen: set[tuple[str, str]] = set()
    for row, pre, post in draft.pairs:
        if draft.kinds.get(pre) is not Kind.PRE:
            draft.fault(row, "variable", f"{pre!r} is not a pre statement", "a pre statement of this file")
        if draft.kinds.get(post) is not Kind.POST:
            draft.fault(row, "code", f"{post!r} is not a post statement", "a post statement of this file")
        if (pre, post) in seen:
            draft.fault(row, None, f"the pair {pre!r} and {post!r} stands twice", "each pair once")
        seen.add((pre, post))


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes) or "empty"
