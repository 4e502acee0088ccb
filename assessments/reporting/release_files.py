"""The files of a release: CSV with its codebook as a Frictionless data package, SPSS, and JSON.

The CSV and the codebook are of the form that `flask evaluation export --responses ... --codebook ...` reads.
"""

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from assessments.evaluation.codebook import COLUMNS, Codebook, Kind, Variable
from assessments.evaluation.responses import RESPONDENT
from assessments.reporting.release import Release

RESPONSES, CODEBOOK, PACKAGE, SPSS, JSON = (
    "responses.csv",
    "codebook.csv",
    "datapackage.json",
    "responses.sav",
    "responses.json",
)
TITLE = "Answers to the questionnaires before and after the course"
ORDINAL = frozenset({Kind.PRE, Kind.POST, Kind.SUPPORT})


def write(release: Release, out: Path, made_on: date) -> tuple[Path, ...]:
    """Write the five files into a folder.

    Raises:
        OSError: The folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    files = {RESPONSES: responses_csv(release), CODEBOOK: codebook_csv(release.codebook)}
    files[PACKAGE] = _json(package(release, files, made_on))
    files[JSON] = _json({"title": TITLE, "made_on": made_on.isoformat(), "rows": list(_records(release))})
    for name, content in files.items():
        (out / name).write_bytes(content)
    _write_spss(release, out / SPSS)
    return tuple(out / name for name in (RESPONSES, CODEBOOK, PACKAGE, SPSS, JSON))


def _records(release: Release) -> Iterator[dict[str, str]]:
    """Each row with its codes as words of the codebook; an answer left out is an empty word."""
    coded = release.codebook.coded
    for row, name in enumerate(release.ids):
        yield {
            RESPONDENT: name,
            **{
                variable.name: answer(variable, int(release.codes[row, column]))
                for column, variable in enumerate(coded)
            },
        }


def answer(variable: Variable, code: int) -> str:
    """A code of the matrix as the codebook writes it; ticks are joined by |."""
    if variable.kind is Kind.MULTIPLE:
        return "|".join(name for bit, name in enumerate(variable.codes) if code >> bit & 1)
    return variable.codes[code - 1] if code else ""


def responses_csv(release: Release) -> bytes:
    """One row a respondent."""
    heads = [RESPONDENT, *(variable.name for variable in release.codebook.coded)]
    return _csv(heads, ([record[head] for head in heads] for record in _records(release)))


def codebook_csv(book: Codebook) -> bytes:
    """Every variable with its codes, then the pairs of statements."""
    rows: list[Sequence[str]] = []
    for variable in book.variables.values():
        codes = list(zip(variable.codes, variable.code_labels, strict=True)) or [("", "")]
        rows += [(variable.name, variable.label, variable.kind.value, code, label) for code, label in codes]
    rows += [(pre, "before and after", "pair", post, "") for pre, post in book.pairs]
    return _csv(COLUMNS, rows)


def _csv(heads: Sequence[str], rows: Any) -> bytes:
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return written.getvalue().encode()


def package(release: Release, files: dict[str, bytes], made_on: date) -> dict[str, Any]:
    """The description of the package (Frictionless Data Package and Table Schema, version 1)."""
    fields = [
        {
            "name": RESPONDENT,
            "type": "string",
            "title": "Row",
            "constraints": {"required": True, "unique": True},
        }
    ]
    fields += [_field(variable) for variable in release.codebook.coded]
    schema = {"fields": fields, "missingValues": [""], "primaryKey": RESPONDENT}
    codebook = {"fields": [{"name": name, "type": "string"} for name in COLUMNS], "missingValues": [""]}
    return {
        "profile": "tabular-data-package",
        "name": "questionnaires-before-and-after",
        "title": TITLE,
        "created": f"{made_on.isoformat()}T00:00:00Z",
        "description": _said(release),
        "resources": [
            _resource("responses", RESPONSES, files[RESPONSES], schema),
            _resource("codebook", CODEBOOK, files[CODEBOOK], codebook),
        ],
    }


def _said(release: Release) -> str:
    if release.is_everything:
        return "Every question, special-category answers too. For a permitted analyst; not to be passed on."
    return (
        "Special-category and fine profile questions are left out. Profile answers are blanked where too few people "
        f"share a combination of them; {release.blanked} answers were."
    )


def _field(variable: Variable) -> dict[str, Any]:
    codes = dict(zip(variable.codes, variable.code_labels, strict=True))
    constraints: dict[str, Any] = {"enum": list(codes)}
    if variable.kind is Kind.MULTIPLE:
        one = "|".join(codes)
        constraints = {"pattern": f"({one})(\\|({one}))*"}
    described = "; ".join(f"{code}: {label}" for code, label in codes.items())
    return {
        "name": variable.name,
        "type": "string",
        "title": variable.label,
        "description": described,
        "constraints": constraints,
    }


def _resource(name: str, path: str, content: bytes, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _write_spss(release: Release, path: Path) -> None:
    """Codes as numbers from 1 with their labels; each tick of a question with several answers is a variable of its own."""
    columns: dict[str, Any] = {RESPONDENT: list(release.ids)}
    labels: dict[str, str | None] = {RESPONDENT: "Row"}
    values: dict[str, dict[float, str]] = {}
    measures: dict[str, str] = {RESPONDENT: "nominal"}
    for column, variable in enumerate(release.codebook.coded):
        codes = release.codes[:, column]
        for name, label, numbers, meanings in _spss_columns(variable, codes):
            columns[name] = numbers
            labels[name] = label
            values[name] = meanings
            measures[name] = "ordinal" if variable.kind in ORDINAL else "nominal"
    pyreadstat.write_sav(
        pd.DataFrame(columns),
        path,
        file_label=TITLE[:64],
        column_labels=labels,
        variable_value_labels=values,
        variable_measure=measures,
        compress=True,
    )


def _spss_columns(variable: Variable, codes: Any) -> Iterator[tuple[str, str, Any, dict[float, str]]]:
    if variable.kind is not Kind.MULTIPLE:
        meanings = {float(place): label for place, label in enumerate(variable.code_labels, start=1)}
        yield variable.name, variable.label, pd.Series(codes, dtype="float64").where(codes > 0), meanings
        return
    for bit, (code, label) in enumerate(zip(variable.codes, variable.code_labels, strict=True)):
        ticked = pd.Series(codes >> bit & 1, dtype="float64").where(codes > 0)
        yield code, f"{variable.label}: {label}", ticked, {0.0: "No", 1.0: "Yes"}
