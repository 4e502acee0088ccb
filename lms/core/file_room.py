"""How much of the disk one person's files may take."""

from __future__ import annotations

from sqlalchemy import func, select

from lms.core import file_disk
from lms.core.access import Actor
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.file_kinds import MEGABYTE
from lms.core.model import Base


def check_share(size: int, *, by: Actor) -> None:
    """Check that a person's files, with those on their way, stay within one person's share of the disk.

    Args:
        size: how many bytes are to come to them.
        by: whose they are.

    Raises:
        Refused: they would not.
    """
    person, stored, coming = (Base.metadata.tables[name] for name in ("user", "stored_file", "upload"))
    # whoever sends two at once is looked at once
    db.session.execute(select(person.c.id).where(person.c.id == by.id).with_for_update())
    sums = (
        select(func.sum(stored.c.size)).where(stored.c.owner_id == by.id),
        select(func.sum(coming.c.size)).where(coming.c.owner_id == by.id, coming.c.file_id.is_(None)),
    )
    share = file_disk.share()
    if sum(db.session.scalar(each) or 0 for each in sums) + size > share:
        raise Refused(
            f"Your files here would come to more than {share // MEGABYTE:,} MB. Take back what you no longer need, send a "
            "shorter recording, or ask your training provider.",
            field="file",
        )
