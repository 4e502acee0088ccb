"""YAML that remembers its lines, and refuses what surprises people. Pure.

Only whole numbers, true, false and null are read as such; every other plain scalar is text. So the criterion 1.10
stays "1.10", `no` stays "no" and a date stays as it was typed. Tabs, doubled keys, anchors and tags are refused.
"""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from courses.content.faults import Fault

Data: TypeAlias = "dict[str, Data] | list[Data] | str | int | bool | None"
Place: TypeAlias = tuple[str | int, ...]


class _PlainLoader(yaml.CSafeLoader):
    """The safe loader, the one of libyaml for its speed, with the resolvers of YAML 1.1 taken away."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own attribute


_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(0|-?[1-9][0-9]*)$"), list("-0123456789")
)
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~|)$"), ["n", "~", ""])

_KNOWN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("int", "bool", "null", "str", "map", "seq")}


@dataclass
class LinedData:
    """Data with the line of each of its parts.

    Attributes:
        data: What the file says.
        lines: Place in the data, such as ("modules", 0, "title"), to line number from 1.
        blocks: Place of a text that is written as a block (`|`), so that its lines are those of the file, to its first line.
    """

    data: Data
    lines: dict[Place, int] = field(default_factory=dict)
    blocks: dict[Place, int] = field(default_factory=dict)

    def line_of(self, place: Place) -> int:
        """Line of a place, or of the nearest thing around it.

        Steps that are not in the file (pydantic names the chosen kind of a union among them) are skipped.
        """
        reached: Place = ()
        for step in place:
            if (*reached, step) in self.lines:
                reached = (*reached, step)
        return self.lines.get(reached, 1)

    def line_in(self, place: Place, number: int) -> int:
        """Line of the file of a line of a text, from 1; of its key, when it is not written as a block."""
        return self.blocks[place] + number - 1 if place in self.blocks else self.line_of(place)


def read(text: str, *, file: str) -> tuple[LinedData, list[Fault]]:
    """Read YAML text.

    Args:
        text: The file's content.
        file: Its name, for the faults.

    Returns:
        The data with its lines, and all faults found; with a syntax error the data is empty.
    """
    faults = [
        Fault(file, number, "A tab. Indent with spaces, two for each step.")
        for number, line in enumerate(text.splitlines(), start=1)
        if "\t" in line
    ]
    if faults:
        return LinedData({}), faults
    try:
        node = yaml.compose(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = (error.problem or "not readable").rstrip(".")
        return LinedData({}), [Fault(file, mark.line + 1 if mark else 1, f"This is not YAML: {problem}.")]
    if node is None:
        return LinedData({}), [Fault(file, 1, "The file is empty.")]
    reader = _Reader(file)
    return LinedData(reader.build(node, ()), reader.lines, reader.blocks), reader.faults


class _Reader:
    """Turns a tree of nodes into data, noting lines and faults on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.blocks: dict[Place, int] = {}
        self.faults: list[Fault] = []
        self._seen: set[int] = set()

    def build(self, node: yaml.Node, place: Place) -> Data:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if id(node) in self._seen:
            self._fault(line, "An anchor used again (*name). Write the text out where it is needed.")
            return None
        self._seen.add(id(node))
        if node.tag not in _KNOWN_TAGS:
            self._fault(line, f"A tag ({node.tag}). Tags are not used here.")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*place, index)) for index, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.style == "|":
            self.blocks[place] = line + 1
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> Data:
        data: dict[str, Data] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(line, "A key must be a word.")
                continue
            key = str(key_node.value)
            if key in data:
                self._fault(line, f"'{key}' is here twice; the first is on line {self.lines[*place, key]}.")
                continue
            self.lines[*place, key] = line
            data[key] = self.build(value_node, (*place, key))
        return data

    def _fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.file, line, message))


def _scalar(node: yaml.Node) -> Data:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "int":
            return int(text)
        case "bool":
            return text == "true"
        case "null":
            return None
        case _:
            return text
