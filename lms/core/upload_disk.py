"""The bytes of an upload on the disk: they grow piece by piece, and are sealed when the last has come."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from werkzeug.exceptions import BadRequest

from lms.core import file_disk
from lms.core.errors import Conflict, NotFound
from lms.core.file_kinds import MEGABYTE, Purpose

FOLDER = "uploads"
SEALED = ".whole"
FLUSHED_EVERY = 2 * MEGABYTE
GONE = "That upload is no longer here. Choose the file again."


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of an upload lie on the disk, and what they should become."""

    ref: str
    name: str
    purpose: Purpose
    size: int

    @property
    def path(self) -> Path:
        """The file that grows."""
        return file_disk.folder() / FOLDER / self.ref

    @property
    def whole(self) -> Path:
        """Where it lies once it is sealed."""
        return self.path.with_suffix(SEALED)

    def clear(self) -> None:
        """Take its bytes away."""
        self.path.unlink(missing_ok=True)
        self.whole.unlink(missing_ok=True)


class OutOfStep(Conflict):
    """A piece begins where the upload does not stand, or the end has not come (409). `received` is where it stands."""

    def __init__(
        self, received: int, message: str = "The upload stands at another place. It goes on from there."
    ) -> None:
        super().__init__(message)
        self.received = received


def write(place: Place, offset: int, stream: IO[bytes], length: int) -> int:
    """Put a piece on the disk, durably; gives back where it ended. What of a broken piece came in counts.

    Args:
        place: where the upload lies.
        offset: where the piece begins.
        stream: the body of the request as the server hands it over: what Flask wraps around it copies every byte once more.
        length: how many bytes the piece has.

    Raises:
        NoRoom: the disk is full.
    """
    with file_disk.full_disk_in_words(), _growing(place) as descriptor, ThreadPoolExecutor(1) as beside:
        at = flushed = offset
        end = min(place.size, offset + length)
        flushing: Future[None] | None = None
        while at < end and (piece := _next(stream, min(file_disk.CHUNK, end - at))):
            at += os.pwrite(descriptor, piece, at)
            # the disk works while the next bytes come in
            if at - flushed >= FLUSHED_EVERY and (flushing is None or flushing.done()):
                _done(flushing)
                flushing, flushed = beside.submit(os.fdatasync, descriptor), at
        _done(flushing)
        os.fsync(descriptor)
        if offset == 0:
            file_disk.flush(place.path.parent)
    return at


def _done(flushing: Future[None] | None) -> None:
    """Wait until the disk has what it was given; an error of the disk is one of ours, and is told once."""
    if flushing is not None:
        flushing.result()


@contextmanager
def _growing(place: Place) -> Iterator[int]:
    """A descriptor of the file that grows, which is not sealed within this block.

    Raises:
        OutOfStep: it is sealed. NotFound: the bytes are gone.
    """
    try:
        descriptor = os.open(place.path, os.O_WRONLY)
    except FileNotFoundError:
        if not place.whole.is_file():
            raise NotFound(GONE) from None
        raise OutOfStep(place.size) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if not _is_at(descriptor, place.path):
            raise OutOfStep(place.size)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file still has its name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def seal(place: Place) -> None:
    """Take an upload out of the reach of pieces that are still under way. Sealed twice it is sealed.

    Raises:
        OutOfStep: a piece is under way. NotFound: the bytes are gone.
    """
    try:
        descriptor = os.open(place.path, os.O_RDONLY)
    except FileNotFoundError:
        if place.whole.is_file():
            return
        raise NotFound(GONE) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_at(descriptor, place.path):
            place.path.rename(place.whole)
            file_disk.flush(place.whole.parent)
    except BlockingIOError:
        raise OutOfStep(place.size, "A piece of it is still on its way. It goes on in a moment.") from None
    finally:
        os.close(descriptor)


def _next(stream: IO[bytes], most: int) -> bytes:
    """The next bytes of a piece; none when it is over or the connection broke."""
    try:
        return stream.read(most)
    except (OSError, BadRequest):
        return b""
