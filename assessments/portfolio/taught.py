"""Where a course teaches what a criterion asks. The course names the criteria of its modules' aims, so it is read from there. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from courses.content.schema import Course


def modules_by_criterion(course: Course) -> Mapping[str, tuple[str, ...]]:
    """The modules whose aims serve each criterion, as people know them ("Module 4: Contract"), in the course's order."""
    found: dict[str, list[str]] = {}
    for module in course.modules:
        named = f"Module {module.number}: {module.title}" if module.is_taught else module.title
        for ref in dict.fromkeys(ref for aim in module.aims for ref in aim.criteria):
            found.setdefault(ref, []).append(named)
    return {ref: tuple(modules) for ref, modules in found.items()}
