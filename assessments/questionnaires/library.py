"""Reads the instruments that ship with the product. Files in, checked descriptions out; all faults at once. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from assessments.questionnaires.schema import Instrument, WaveKind

FOLDER = Path(__file__).parent / "instruments"
Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]
"""Keys and numbers that lead to something in a file, from its top."""


class InstrumentFault(ValueError):
    """An instrument file that cannot be used.

    Attributes:
        faults: one sentence each, "file, line: what is wrong".
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Parsed(Generic[Model]):
    """A file that was read: what it says, and where in it each thing stands."""

    name: str
    node: yaml.Node
    value: Model

    def fault(self, place: Place, what: str) -> str:
        """A fault at a place of the file, in one sentence."""
        return f"{self.name}, line {_line_of(self.node, place)}: {what}"


def read(path: Path) -> Instrument:
    """One instrument from its YAML file.

    Raises:
        InstrumentFault: not YAML, a key given twice, or anything that the schema refuses; every fault with its line.
    """
    return parse(path, Instrument).value


def parse(path: Path, model: type[Model]) -> Parsed[Model]:
    """A YAML file as a value of a strict schema, with the place of each thing in it.

    Raises:
        InstrumentFault: as `read`.
    """
    text = path.read_text(encoding="utf-8")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InstrumentFault([f"{path.name}, line {line}: {error.problem}"]) from error
    if node is None:
        raise InstrumentFault([f"{path.name}, line 1: the file is empty"])
    repeated = [
        f"{path.name}, line {line}: the key {key!r} is given twice" for key, line in _repeated_keys(node)
    ]
    if repeated:
        raise InstrumentFault(repeated)
    try:
        return Parsed(path.name, node, model.model_validate(_as_tuples(document)))
    except ValidationError as error:
        raise InstrumentFault(
            [
                f"{path.name}, line {_line_of(node, fault['loc'])}: {_place(fault['loc'])}{fault['msg']}"
                for fault in error.errors(include_url=False)
            ]
        ) from error


@lru_cache
def shipped() -> tuple[Instrument, ...]:
    """Every instrument in the product's own folder, in the order of their files' names.

    Raises:
        InstrumentFault: as `read`.
    """
    return tuple(read(path) for path in sorted(FOLDER.glob("*.yaml")))


def shipped_for(kinds: Collection[WaveKind]) -> tuple[Instrument, ...]:
    """The shipped instruments that are asked in waves of some kinds, in the order of `shipped`."""
    return tuple(instrument for instrument in shipped() if set(instrument.waves) & set(kinds))


def to_document(instrument: Instrument) -> dict[str, Any]:
    """An instrument as plain JSON values, the form in which a published version is kept.

    What is left at its default is left out, so that a version stays the same when the schema learns something new.
    """
    return instrument.model_dump(mode="json", exclude_defaults=True, by_alias=True)


def from_document(document: Mapping[str, Any]) -> Instrument:
    """The instrument of a published version; the inverse of `to_document`."""
    return _parsed(json.dumps(document, sort_keys=True))


@lru_cache(maxsize=64)
def _parsed(text: str) -> Instrument:
    return Instrument.model_validate_json(text)


def content_hash(instrument: Instrument) -> str:
    """SHA-256 over the whole content of an instrument, however its file is laid out."""
    return hashlib.sha256(json.dumps(to_document(instrument), sort_keys=True).encode()).hexdigest()


def _as_tuples(value: object) -> object:
    """YAML lists as tuples, which is what the strict schema takes."""
    if isinstance(value, list):
        return tuple(_as_tuples(each) for each in value)
    if isinstance(value, dict):
        return {key: _as_tuples(each) for key, each in value.items()}
    return value


def _repeated_keys(node: yaml.Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _repeated_keys(each)


def _line_of(node: yaml.Node, location: Place) -> int:
    """The line of the innermost key or entry that a location reaches."""
    line = node.start_mark.line
    for step in location:
        if isinstance(node, yaml.MappingNode):
            entry = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _place(location: Place) -> str:
    return f"{'.'.join(str(step) for step in location)}: " if location else ""
