"""Files that arrive in pieces, so that a broken connection costs a piece and not the file.

A piece is on the disk before its end is noted, and is noted before it is acknowledged. When the whole is there it is sealed,
so that a late piece can change nothing that is judged, looked at, and linked to where it stays. A form then names the
upload, and `taken` gives the form its file.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core import clock, file_disk, files
from lms.core.access import Actor
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db
from lms.core.file_kinds import LONGEST_NAME, MEGABYTE, Purpose, check_size, kind_by_name, safe_name
from lms.core.file_room import check_share
from lms.core.files import Prepared, StoredFile
from lms.core.model import Entity
from lms.core.upload_disk import GONE, OutOfStep, Place, seal

PIECE = 4 * MEGABYTE
"""How much a browser should send at once."""
LONGEST_MARK = 64


class Upload(Entity):
    """A file on its way, or arrived and not yet taken by a form."""

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("0 <= received AND received <= size", name="received"),)

    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    size: Mapped[int] = mapped_column(BigInteger)
    mark: Mapped[str] = mapped_column(String(LONGEST_MARK))
    """What the browser knows the file by when it is chosen again; empty: it does not."""
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    touched_at: Mapped[datetime] = mapped_column(default=clock.now)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    taken_at: Mapped[datetime | None]
    file: Mapped[StoredFile | None] = relationship()

    @property
    def place(self) -> Place:
        """Where its bytes go, for work outside a transaction."""
        return Place(self.ref, self.name, Purpose(self.purpose), self.size)


def begin(*, name: str, size: int, mark: str, purpose: Purpose, by: Actor) -> Upload:
    """Begin an upload; one of the same file that was begun before is given back as it stands.

    Raises:
        Refused: of a kind not accepted, empty, or more than one person may keep here.
        TooLarge: over the limit of its kind.
        NoRoom: the disk is full.
    """
    check_size(kind_by_name(name, purpose), size)
    begun = _begun_before(safe_name(name), size, mark[:LONGEST_MARK], purpose, by)
    if begun is not None:
        return begun
    check_share(size, by=by)
    file_disk.check_room(size)
    upload = Upload(
        owner_id=by.id,
        purpose=purpose.value,
        name=safe_name(name),
        size=size,
        mark=mark[:LONGEST_MARK],
        received=0,
    )
    db.session.add(upload)
    db.session.flush()
    upload.place.path.parent.mkdir(parents=True, exist_ok=True)
    upload.place.path.touch(mode=0o600)
    return upload


def find(ref: str, *, by: Actor) -> Upload:
    """One's own upload; whoever else writes to it waits until this transaction is over.

    Raises:
        NotFound: there is none.
    """
    mine = select(Upload).where(Upload.ref == ref, Upload.owner_id == by.id)
    found = db.session.scalar(mine.with_for_update(of=Upload))
    if found is None:
        raise NotFound(GONE)
    return found


def place_for(upload: Upload, offset: int) -> Place:
    """Where the next piece goes.

    Raises:
        OutOfStep: it is not the next.
    """
    if offset != upload.received or upload.file_id is not None:
        raise OutOfStep(upload.received)
    return upload.place


def note(upload: Upload, received: int) -> None:
    """Note how far an upload has come."""
    upload.received = max(upload.received, received)
    upload.touched_at = clock.now()


def prepare(place: Place) -> Prepared:
    """Look at an upload that has arrived, outside any transaction, and put it, or what is made of it, in its place.

    Raises:
        Refused, TooLarge, NoRoom, NotChecked: as `files.store`.
        OutOfStep: a piece is still under way. NotFound: its bytes are gone.
    """
    seal(place)
    with place.whole.open("rb") as whole:
        # one look at a time: what is blanked may become shorter
        fcntl.flock(whole, fcntl.LOCK_EX)
        return files.prepare_at(place.whole, name=place.name, purpose=place.purpose)


def finish(upload: Upload, prepared: Prepared, *, by: Actor) -> StoredFile:
    """Make a stored file of what was prepared; an upload that has one keeps it."""
    if upload.file is None:
        upload.file = files.record(prepared, by=by)
        upload.touched_at = clock.now()
        db.session.flush()
    else:
        (file_disk.folder() / prepared.path).unlink(missing_ok=True)
    return upload.file


def give_up(upload: Upload) -> None:
    """Let an upload go. Its bytes are taken away with it, and its stored file, which nothing names, in due course."""
    upload.place.clear()
    db.session.delete(upload)


def arrived(refs: Sequence[str], *, by: Actor) -> list[Upload]:
    """Those of one's own uploads among some that have arrived whole, in the order given."""
    return _in_order(refs, db.session.scalars(_arrived_whole(refs, by)))


def taken(refs: Sequence[str], *, purpose: Purpose, by: Actor) -> list[StoredFile]:
    """The stored files of some uploads, for the form that was sent with them. Each is taken once: a form sent twice at once waits.

    Raises:
        Refused: one has not arrived, is another's or is for something else.
    """
    locked = db.session.scalars(_arrived_whole(refs, by).with_for_update(of=Upload)) if refs else ()
    found = [
        upload
        for upload in _in_order(refs, locked)
        if upload.purpose == purpose.value and upload.taken_at is None
    ]
    if len(found) < len(set(refs)):
        raise Refused("One of the files has not arrived. Choose it again.", field="file")
    for upload in found:
        upload.taken_at = clock.now()
        # it has another name, by an earlier transaction
        upload.place.clear()
    return [upload.file for upload in found if upload.file is not None]


def forget(stored: StoredFile) -> None:
    """Let go what is left of the upload that a stored file came by, which names it still."""
    for upload in db.session.scalars(select(Upload).where(Upload.file_id == stored.id)):
        give_up(upload)


def _arrived_whole(refs: Sequence[str], by: Actor) -> Select[Upload]:
    return select(Upload).where(Upload.ref.in_(refs), Upload.owner_id == by.id, Upload.file_id.is_not(None))


def _in_order(refs: Sequence[str], uploads: Iterable[Upload]) -> list[Upload]:
    found = {upload.ref: upload for upload in uploads}
    return [found[ref] for ref in dict.fromkeys(refs) if ref in found]


def _begun_before(name: str, size: int, mark: str, purpose: Purpose, by: Actor) -> Upload | None:
    if not mark:
        return None
    return db.session.scalar(
        select(Upload)
        .where(
            Upload.owner_id == by.id,
            Upload.purpose == purpose.value,
            Upload.name == name,
            Upload.size == size,
            Upload.mark == mark,
            Upload.taken_at.is_(None),
        )
        .order_by(Upload.id.desc())
        .limit(1)
    )
