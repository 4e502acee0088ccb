"""Files that nobody may be given for now. Whatever reads a file's bytes asks here first, whoever wants them."""

from __future__ import annotations

from http import HTTPStatus

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.core.model import Entity


class Withheld(DomainError):
    """The file has been taken away (410)."""

    status = HTTPStatus.GONE

    def __init__(self) -> None:
        super().__init__(
            "This file was taken away because somebody could be recognised in it. It comes back when its author has replaced it."
        )


class WithheldFile(Entity):
    """A file that is given to nobody while this row stands."""

    __tablename__ = "withheld_file"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)


def withhold(file_id: int) -> None:
    """From now on, give a file to nobody."""
    if not is_withheld(file_id):
        db.session.add(WithheldFile(file_id=file_id))
        db.session.flush()


def is_withheld(file_id: int) -> bool:
    """Whether a file is given to nobody."""
    return db.session.scalar(select(WithheldFile.id).where(WithheldFile.file_id == file_id)) is not None


def require_given(file_id: int) -> None:
    """Let whoever wants a file's bytes go on.

    Raises:
        Withheld: it is given to nobody.
    """
    if is_withheld(file_id):
        raise Withheld


def release(file_id: int) -> None:
    """Give a file to those who may see it again."""
    db.session.execute(delete(WithheldFile).where(WithheldFile.file_id == file_id))
