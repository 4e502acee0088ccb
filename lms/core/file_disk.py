"""Bytes on the disk: received in pieces, flushed, and put in their place before any row names them."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

from flask import current_app

from lms.core.errors import DomainError

CHUNK = 256 * 1024
INCOMING = "incoming"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(DomainError):
    """There is no room on the disk (507)."""

    status = HTTPStatus.INSUFFICIENT_STORAGE

    def __init__(self) -> None:
        super().__init__(
            "There is no room for it on our side at the moment. Nothing was kept of this file. Tell your training "
            "provider, and try again later.",
            field="file",
        )


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes that have come in: where they lie, how many, and their SHA-256."""

    path: Path
    size: int
    sha256: str


def folder() -> Path:
    """Where all files are."""
    return Path(current_app.config["FILES"])


@contextmanager
def full_disk_in_words() -> Iterator[None]:
    """Within this block a disk that is full is a refusal that people can read.

    Raises:
        NoRoom: it is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom from None
        raise


def check_room(size: int) -> None:
    """Check that the disk keeps its reserve when a file of a size comes in.

    Raises:
        NoRoom: it would not.
    """
    folder().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder()).free - size < current_app.config["ROOM_RESERVED"]:
        raise NoRoom


def share() -> int:
    """How many bytes the files of one person may take."""
    each: int = current_app.config["ROOM_EACH"]
    return each


@contextmanager
def incoming() -> Iterator[Path]:
    """A new path for bytes that come in. Whatever still lies there at the block's end is gone then."""
    path = folder() / INCOMING / secrets.token_hex(20)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with full_disk_in_words():
            yield path
    finally:
        path.unlink(missing_ok=True)


def receive(stream: IO[bytes], path: Path, *, most: int) -> Received:
    """Write a stream to a new file, hashing on the way; stops one byte after `most`."""
    digest, size = hashlib.sha256(), 0
    with path.open("xb", buffering=0) as out:
        while piece := stream.read(min(CHUNK, most + 1 - size)):
            out.write(piece)
            digest.update(piece)
            size += len(piece)
    return Received(path, size, digest.hexdigest())


def hashed(path: Path) -> Received:
    """What lies at a path, read in pieces."""
    digest, size = hashlib.sha256(), 0
    piece = bytearray(CHUNK)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(piece):
            digest.update(memoryview(piece)[:count])
            size += count
    return Received(path, size, digest.hexdigest())


def put_in_place(path: Path) -> str:
    """Give a file a lasting random name, durably; gives back that name, relative to the folder.

    Its old name stays beside it, so that nothing is lost when the row that names it is never committed.
    """
    token = secrets.token_hex(20)
    relative = f"{token[:2]}/{token}"
    target = folder() / relative
    is_new = not target.parent.is_dir()
    target.parent.mkdir(parents=True, exist_ok=True)
    flush(path)
    os.link(path, target)
    flush(target.parent)
    if is_new:
        flush(target.parent.parent)
    return relative


def flush(path: Path) -> None:
    """Have a file or a folder on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
