"""What is different between two versions of a course. Pure.

Modules and activities are matched by their ids, which are never reused. Of what both versions have, the texts are laid
side by side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from courses.content.lines import activity_lines, course_lines, module_lines
from courses.content.schema import Activity, Document, Module
from courses.content.text_changes import Fate, TextChange, text_changes

Minutes = tuple[int | None, int | None]
"""Minutes before and after; None where there is nothing to have any."""


@dataclass(frozen=True, slots=True)
class ActivityChange:
    """An activity that is different.

    Attributes:
        activity: as it is, or as it was when it is no longer there.
        fate: what became of it; an activity that only moved is the same.
        minutes: before and after.
        moved: where it moved from, in words; empty when it kept its place.
        texts: its lines that are different, when both versions have it.
    """

    activity: Activity
    fate: Fate
    minutes: Minutes
    moved: str
    texts: tuple[TextChange, ...]


@dataclass(frozen=True, slots=True)
class ModuleChange:
    """A module that is different, itself or in one of its activities; attributes as those of an activity."""

    module: Module
    fate: Fate
    minutes: Minutes
    moved: str
    texts: tuple[TextChange, ...]
    activities: tuple[ActivityChange, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that is different between two versions.

    Attributes:
        texts: lines about the course as a whole.
        modules: modules that are different, in order; those that are gone come last.
        taught: taught minutes before and after.
        reading: minutes of declared reading before and after.
        completes_otherwise: whether another thing completes the course.
    """

    texts: tuple[TextChange, ...]
    modules: tuple[ModuleChange, ...]
    taught: tuple[int, int]
    reading: tuple[int, int]
    completes_otherwise: bool

    def count(self, fate: Fate) -> int:
        """How many activities became this."""
        return sum(each.fate is fate for module in self.modules for each in module.activities)

    @property
    def moved(self) -> int:
        """How many activities moved."""
        return sum(bool(each.moved) for module in self.modules for each in module.activities)

    @property
    def is_nothing(self) -> bool:
        """Whether the two are the same."""
        is_as_long = self.taught[0] == self.taught[1] and self.reading[0] == self.reading[1]
        return is_as_long and not self.texts and not self.modules


def compare(before: Document, after: Document) -> Differences:
    """Lay two versions of a course side by side."""
    old, new = before.course, after.course
    return Differences(
        texts=text_changes(course_lines(old), course_lines(new)),
        modules=tuple(_modules(before, after)),
        taught=(old.taught_minutes, new.taught_minutes),
        reading=(old.reading_minutes, new.reading_minutes),
        completes_otherwise=old.completion != new.completion,
    )


@dataclass(frozen=True)
class _Homed:
    activity: Activity
    module: Module


def _homes(document: Document) -> dict[str, _Homed]:
    return {each.id: _Homed(each, module) for module, each in document.course.activities()}


def _modules(before: Document, after: Document) -> Iterator[ModuleChange]:
    old = {module.id: module for module in before.course.modules}
    new = {module.id: module for module in after.course.modules}
    out_of_order = _out_of_order(list(old), list(new))
    comparing = _Comparing(before, after)
    for module in [*new.values(), *(each for each in old.values() if each.id not in new)]:
        was, now = old.get(module.id), new.get(module.id)
        activities = tuple(comparing.activities(was, now))
        texts = (
            text_changes(module_lines(was, before.pages), module_lines(now, after.pages))
            if was and now
            else ()
        )
        moved = "It comes at another point of the course" if module.id in out_of_order else ""
        minutes = (was.minutes if was else None, now.minutes if now else None)
        fate = _fate(minutes, is_other=bool(texts or activities))
        if fate is not Fate.SAME or moved:
            yield ModuleChange(module, fate, minutes, moved, texts, activities)


class _Comparing:
    """Compares the activities of two documents; knows in which module each of them is."""

    def __init__(self, before: Document, after: Document) -> None:
        self._before, self._after = before, after
        self._old, self._new = _homes(before), _homes(after)

    def activities(self, was: Module | None, now: Module | None) -> Iterator[ActivityChange]:
        """A module's activities that are different: those it has, then those that are gone from the whole course."""
        here = [each.id for each in was.activities] if was else []
        ids = [each.id for each in now.activities] if now else []
        out_of_order = _out_of_order(here, ids)
        for name in [*ids, *(each for each in here if each not in self._new)]:
            change = self._change(name, is_out_of_order=name in out_of_order)
            if change.fate is not Fate.SAME or change.moved:
                yield change

    def _change(self, name: str, *, is_out_of_order: bool) -> ActivityChange:
        was, now = self._old.get(name), self._new.get(name)
        minutes = (was.activity.minutes if was else None, now.activity.minutes if now else None)
        if was is None or now is None:
            activity = (now or self._old[name]).activity
            return ActivityChange(activity, _fate(minutes, is_other=False), minutes, "", ())
        texts = text_changes(
            activity_lines(was.activity, self._before.pages), activity_lines(now.activity, self._after.pages)
        )
        moved = "It stands at another point of the module" if is_out_of_order else ""
        if was.module.id != now.module.id:
            moved = f"It was in “{was.module.title}”"
        return ActivityChange(now.activity, _fate(minutes, is_other=bool(texts)), minutes, moved, texts)


def _out_of_order(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The names in both rows that do not keep their order: as few as explain it."""
    both = set(before) & set(after)
    old, new = ([name for name in row if name in both] for row in (before, after))
    kept = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return both - {name for block in kept for name in old[block.a : block.a + block.size]}


def _fate(minutes: Minutes, *, is_other: bool) -> Fate:
    before, after = minutes
    if before is None:
        return Fate.ADDED
    if after is None:
        return Fate.REMOVED
    return Fate.CHANGED if is_other or before != after else Fate.SAME
