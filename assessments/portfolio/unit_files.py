"""Reading a unit from its YAML file: every fault at once, each with its file and line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from assessments.portfolio.unit_schema import Unit

UNITS = Path(__file__).resolve().parent.parent / "units"
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
    text = path.read_text(encoding="utf-8")
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnitFault(f"{path.name}:{line}: {error.problem}") from error
    faults = [f"{path.name}:{line}: the key “{key}” is given twice" for line, key in _doubled_keys(tree)]
    if not isinstance(document, dict):
        raise UnitFault(f"{path.name}:1: a unit is a mapping of keys")
    try:
        unit = Unit.from_document(document)
    except ValidationError as error:
        faults += [
            f"{path.name}:{_line_of(tree, e['loc'])}: {_words(e['loc'])}{e['msg']}" for e in error.errors()
        ]
        raise UnitFault("\n".join(faults)) from error
    if faults:
        raise UnitFault("\n".join(faults))
    return unit


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


def _line_of(tree: yaml.Node | None, place: Sequence[str | int]) -> int:
    """The line of the deepest part of the file that exists on the way to a place."""
    node = tree
    line = 1
    for step in place:
        found: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    found, line = value, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
            line = node.value[step].start_mark.line + 1
        if found is None:
            break
        node = found
    return line


def _doubled_keys(node: yaml.Node | None) -> list[tuple[int, str]]:
    """Keys given twice in one mapping: YAML takes the last in silence, so they are looked for."""
    faults: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                faults.append((key.start_mark.line + 1, key.value))
            seen.add(key.value)
            faults += _doubled_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            faults += _doubled_keys(value)
    return faults
