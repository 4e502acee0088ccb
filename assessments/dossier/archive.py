"""A zip that is written as it goes: never more of it in memory than one piece of one file, each file hashed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lms.core.text import london

CHUNK = 256 * 1024
MANIFEST = "manifest.sha256"
_PLAIN_FILE = 0o100644 << 16
_FIRST_YEAR = 1980


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the zip: its name there, how many bytes it has, and their SHA-256."""

    path: str
    size: int
    sha256: str


class Archive:
    """A zip being written, and what is in it so far.

    Args:
        out: where it is written.
        made_at: the time that every entry carries.
    """

    def __init__(self, out: IO[bytes], *, made_at: datetime) -> None:
        self._zip = ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6)
        at = london(made_at)
        self._at = (max(at.year, _FIRST_YEAR), at.month, at.day, at.hour, at.minute, at.second)
        self.entries: list[Entry] = []

    def add(self, path: str, content: bytes | str) -> Entry:
        """Add something made for the zip: text is packed, a document is packed already."""
        plain = content.encode() if isinstance(content, str) else content
        self._zip.writestr(self._named(path, ZIP_DEFLATED if isinstance(content, str) else ZIP_STORED), plain)
        return self._kept(Entry(path, len(plain), sha256(plain).hexdigest()))

    def copy(self, path: str, source: Path) -> Entry:
        """Copy a file as it is, unpacked: photographs and recordings are packed already.

        Raises:
            OSError: it cannot be read.
        """
        seen, size = sha256(), 0
        with (
            source.open("rb") as file,
            self._zip.open(self._named(path, ZIP_STORED), "w", force_zip64=True) as out,
        ):
            while chunk := file.read(CHUNK):
                seen.update(chunk)
                out.write(chunk)
                size += len(chunk)
        return self._kept(Entry(path, size, seen.hexdigest()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_trouble: object) -> None:
        """End the zip; one that is whole gets its manifest, in the form that `sha256sum --check` reads."""
        if kind is None:
            self._list()
        self._zip.close()

    def _list(self) -> None:
        lines = "".join(f"{entry.sha256}  {entry.path}\n" for entry in self.entries)
        self._zip.writestr(self._named(MANIFEST, ZIP_DEFLATED), lines)

    def _named(self, path: str, packing: int) -> ZipInfo:
        named = ZipInfo(path, self._at)
        named.compress_type, named.external_attr = packing, _PLAIN_FILE
        return named

    def _kept(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        return entry
