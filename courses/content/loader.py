"""Files to a course: every fault with its file and line, all at once. Pure.

A course folder holds `course.yaml`, `modules/*.yaml` and `pages/*.md`. Nothing here knows Flask or the database.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from courses.content import lined_yaml
from courses.content.explain import explain, follows
from courses.content.faults import ContentFaults, Fault
from courses.content.lined_yaml import Data, LinedData, Place
from courses.content.schema import Course, CourseOutline, Document, Module

Described = TypeVar("Described", bound=BaseModel)

LIBRARY = Path(__file__).parent.parent / "library"
"""Where the product's own courses are."""


@dataclass(frozen=True)
class Source:
    """A course as read, with the way back to its files for whoever finds a fault later.

    Attributes:
        document: The course and its pages.
        folder: The course's folder.
        course_file: Lines of course.yaml.
        module_files: Module id to its file's name and lines.
    """

    document: Document
    folder: Path
    course_file: LinedData
    module_files: dict[str, tuple[str, LinedData]] = field(default_factory=dict)

    def fault(self, message: str, *, module: str | None = None, place: Place = (), line: int = 1) -> Fault:
        """A fault at a place of course.yaml, or of a module's file; in a text of several lines, in one of them, from 1."""
        file, lined = f"{self.folder.name}/course.yaml", self.course_file
        if module is not None:
            file, lined = self.module_files[module]
        return Fault(file, lined.line_in(place, line), message)


def read_library(root: Path = LIBRARY) -> tuple[list[Source], list[Fault]]:
    """Read every course of a library: those that can be read, in order of slug, and the faults of the others."""
    sources: list[Source] = []
    faults: list[Fault] = []
    for folder in sorted(path.parent for path in root.glob("*/course.yaml")):
        try:
            sources.append(load(folder))
        except ContentFaults as found:
            faults += found.faults
    return sources, faults


def load_library(root: Path = LIBRARY) -> list[Source]:
    """Read every course of a library, in order of slug.

    Raises:
        ContentFaults: With the faults of all courses together.
    """
    sources, faults = read_library(root)
    if faults:
        raise ContentFaults(faults)
    return sources


def load(folder: Path) -> Source:
    """Read one course.

    Args:
        folder: The course's folder; its name is the slug.

    Raises:
        ContentFaults: If anything in any of its files is not as the schema says.
    """
    faults: list[Fault] = []
    course_name = f"{folder.name}/course.yaml"
    course_file = _read(folder / "course.yaml", course_name, faults)
    modules: list[Module] = []
    module_files: dict[str, tuple[str, LinedData]] = {}
    for path in sorted((folder / "modules").glob("*.yaml")):
        name = f"{folder.name}/modules/{path.name}"
        lined = _read(path, name, faults)
        module = _validate(Module, lined.data, name, lined, faults)
        if module is None:
            continue
        if module.id in module_files:
            other = module_files[module.id][0]
            faults.append(
                Fault(name, lined.line_of(("id",)), f"The id '{module.id}' is also that of {other}.")
            )
            continue
        modules.append(module)
        module_files[module.id] = (name, lined)
    course = _assemble(course_file, course_name, modules, faults)
    pages = _pages(folder, faults)
    if course and course.slug != folder.name:
        faults.append(
            Fault(
                course_name,
                course_file.line_of(("slug",)),
                f"The slug must be the folder's name, '{folder.name}'.",
            )
        )
    if faults or course is None:
        raise ContentFaults(faults)
    return Source(Document(course=course, pages=pages), folder, course_file, module_files)


def _assemble(lined: LinedData, name: str, modules: list[Module], faults: list[Fault]) -> Course | None:
    data = lined.data
    if isinstance(data, dict) and "modules" in data:
        faults.append(
            Fault(name, lined.line_of(("modules",)), "'modules' is filled from the files in modules/.")
        )
        data = {key: value for key, value in data.items() if key != "modules"}
    outline = _validate(CourseOutline, data, name, lined, faults)
    if not modules and not faults:
        faults.append(
            Fault(name, 1, "There is no module. Write one in modules/, such as 01-first-steps.yaml.")
        )
    if outline is None or faults:
        return None
    ordered = sorted(modules, key=lambda module: (module.number, module.id))
    return Course(
        **{key: getattr(outline, key) for key in CourseOutline.model_fields}, modules=tuple(ordered)
    )


def _pages(folder: Path, faults: list[Fault]) -> dict[str, str]:
    pages: dict[str, str] = {}
    for path in sorted((folder / "pages").glob("*.md")):
        name = f"pages/{path.name}"
        try:
            pages[name] = _text(path)
        except UnicodeDecodeError as error:
            faults.append(_not_utf8(f"{folder.name}/{name}", error))
    return pages


def _read(path: Path, name: str, faults: list[Fault]) -> LinedData:
    try:
        lined, found = lined_yaml.read(_text(path), file=name)
    except FileNotFoundError:
        lined, found = LinedData({}), [Fault(name, 1, "The file is missing.")]
    except UnicodeDecodeError as error:
        lined, found = LinedData({}), [_not_utf8(name, error)]
    faults += found
    return LinedData(None) if found else lined


def _not_utf8(name: str, error: UnicodeDecodeError) -> Fault:
    return Fault(name, 1, f"The file is not UTF-8 (at byte {error.start}). Save it as UTF-8.")


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def _validate(
    kind: type[Described], data: Data, name: str, lined: LinedData, faults: list[Fault]
) -> Described | None:
    """Judge data by a description. A file with faults of its own (data None) is not judged again."""
    if data is None:
        return None
    try:
        # Through JSON, because strict Python mode would refuse a list where the description has a tuple.
        return kind.model_validate_json(json.dumps(data))
    except ValidationError as error:
        faults += [
            Fault(name, lined.line_of(each["loc"]), explain(each))
            for each in error.errors()
            if not follows(each)
        ]
        return None
