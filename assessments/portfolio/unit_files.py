"""Reading a unit from its YAML file: every fault at once, each with its file and line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from assessments.portfolio.unit_schema import Strict, Unit
from courses.content.lined_yaml import read

Described = TypeVar("Described", bound=Strict)

UNITS = Path(__file__).resolve().parent / "units"
"""Where the units that come with the product are."""


class UnitFault(ValueError):
    """A unit's file cannot be used. The message has one line a fault: file, line, what is wrong."""


def read_unit(path: Path) -> Unit:
    """Read one unit.

    Args:
        path: a YAML file that holds one unit, as `Unit` describes it.

    Returns:
        The unit, checked in itself.

    Raises:
        UnitFault: the file cannot be read as YAML or breaks the schema; every fault is named.
    """
    return read_strictly(path, Unit)


def read_strictly(path: Path, kind: type[Described]) -> Described:
    """Read a YAML file that holds one description of a kind.

    Raises:
        UnitFault: the file cannot be read as YAML or breaks the schema; every fault is named.
    """
    lined, faults = read(path.read_text(encoding="utf-8"), file=path.name)
    said = [str(fault) for fault in faults]
    if not isinstance(lined.data, dict):
        said.append(f"{path.name}:1: This file must be a mapping of keys.")
    elif lined.data:
        try:
            described = kind.model_validate_json(json.dumps(lined.data))
        except ValidationError as error:
            said += [
                f"{path.name}:{lined.line_of(e['loc'])}: {_words(e['loc'])}{e['msg']}" for e in error.errors()
            ]
    if said:
        raise UnitFault("\n".join(said))
    return described


def read_units(folder: Path = UNITS) -> list[Unit]:
    """Read every unit of a folder, in the order of their file names.

    Raises:
        UnitFault: naming every fault in every file.
    """
    units, faults = [], []
    for path in sorted(folder.glob("*.yaml")):
        try:
            units.append(read_unit(path))
        except UnitFault as fault:
            faults.append(str(fault))
    if faults:
        raise UnitFault("\n".join(faults))
    return units


def _words(place: Sequence[str | int]) -> str:
    """Where in the file, as a person would say it: outcomes, 3, criteria, 1, kind (counted from 1)."""
    words = ", ".join(str(step + 1) if isinstance(step, int) else step for step in place)
    return f"{words}: " if words else ""
