"""What depends on its arguments alone, made once for the same arguments: foldings of rows, pictures, whole pages.

Nothing here can be out of date, because nothing is kept under a name: it is kept under all that it was made from. Who reads
other rows, on another day or as another person, has other arguments and gets what those make. So nobody who writes has
to know of this. What is used least goes first once the memory is full.
"""

from __future__ import annotations

import dataclasses
import sys
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar, TypeVarTuple

from flask import Flask, current_app
from markupsafe import Markup

Given = TypeVarTuple("Given")
Made = TypeVar("Made")

EXTENSION = "kept"
MOST_BYTES = 24 * 1024 * 1024
"""How much a process keeps: some three hundred pages with the rows they were made from."""
LARGEST_SHARE = 1 / 16
"""Of the memory, what one thing may take; what is larger is made each time."""
_ENTRY = 200
_WHOLE = frozenset({str, bytes, int, float, bool, type(None), date, datetime, Markup})
"""What is made of nothing else."""
_FOLDED = 4
"""How many times as much room things of ours take as the rows they are folded from; to weigh each would take longer than to fold."""


class Weighed(ABC):
    """Something that knows roughly how many bytes it takes."""

    __slots__ = ()

    @abstractmethod
    def weight(self) -> int:
        """In bytes."""


class Memory:
    """Things under what they were made from, the one that was used last at the end.

    Args:
        most_bytes: what all of them may take together, by estimate.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._things: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._things)

    def find(self, key: Hashable) -> tuple[Any, int] | None:
        """What is kept under a key, with its bytes; None when nothing is."""
        with self._lock:
            found = self._things.get(key)
            if found is not None:
                self._things.move_to_end(key)
            return found

    def keep(self, key: Hashable, thing: object) -> None:
        """Keep a thing, and let go of what was not used for longest when there is no room."""
        of = weight(key)
        taken = _ENTRY + of + (weight(thing) if isinstance(thing, str | bytes | tuple) else _FOLDED * of)
        if taken > self.most_bytes * LARGEST_SHARE:
            return
        with self._lock:
            before = self._things.pop(key, None)
            self.bytes += taken - (before[1] if before else 0)
            self._things[key] = thing, taken
            while self.bytes > self.most_bytes:
                _, (_, freed) = self._things.popitem(last=False)
                self.bytes -= freed

    def forget(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._things.clear()
            self.bytes = 0


def weight(thing: Any) -> int:
    """Roughly how many bytes something takes, with what it is made of. What is shared, such as a course, counts as a name."""
    own: int = sys.getsizeof(thing)
    if type(thing) in _WHOLE:
        return own
    if isinstance(thing, Weighed):
        return thing.weight()
    if isinstance(thing, tuple):
        return own + sum(map(weight, thing))
    if dataclasses.is_dataclass(thing):
        return own + sum([weight(getattr(thing, field.name)) for field in dataclasses.fields(thing)])
    return own


def register_memory(app: Flask) -> None:
    """Give an application its memory."""
    app.extensions[EXTENSION] = Memory(MOST_BYTES)


def memory(app: Flask) -> Memory:
    """The memory of an application."""
    found: Memory = app.extensions[EXTENSION]
    return found


def kept(make: Callable[[*Given], Made], *given: *Given) -> Made:
    """What a function makes of its arguments, made once for equal ones.

    Args:
        make: a function of a module, not one made anew for each call. It looks at nothing but its arguments and what never changes:
            it asks neither the database nor the clock nor who is signed in.
        given: its arguments; hashable, rows of `read_rows` among them.

    Returns:
        Something that everybody shares and nobody may change.
    """
    known, key = memory(current_app), (make, *given)
    found = known.find(key)
    if found is not None:
        made: Made = found[0]
        return made
    made = make(*given)
    known.keep(key, made)
    return made
