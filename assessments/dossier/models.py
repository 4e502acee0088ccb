"""Packs that were made for visits, and copies for learners: kept for a while."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.portfolio.models import Portfolio
from assessments.verification.visit_models import Visit
from lms.core.files import StoredFile
from lms.core.jobs import Job
from lms.core.model import Entity

COPY_PURPOSE = "portfolio-copy"
"""What the files of a learner's copy are for, as their rows say."""


class VisitPack(Entity):
    """A pack for a visit: asked for by somebody, made by a job, and gone when its days are over."""

    __tablename__ = "visit_pack"
    __table_args__ = (CheckConstraint("portfolios >= 0", name="portfolios"), Index(None, "visit_id"))

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    wanted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    portfolios: Mapped[int] = mapped_column(default=0)

    visit: Mapped[Visit] = relationship()
    job: Mapped[Job | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class PortfolioCopy(Entity):
    """A learner's own copy of their portfolio: asked for by them, made by a job, and gone when its days are over.

    It is a document and a zip of everything; there is neither until both are made.
    """

    __tablename__ = "portfolio_copy"
    __table_args__ = (
        CheckConstraint("(document_id IS NULL) = (archive_id IS NULL)", name="both"),
        Index(None, "portfolio_id"),
    )

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    archive_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    portfolio: Mapped[Portfolio] = relationship()
    job: Mapped[Job | None] = relationship()
    document: Mapped[StoredFile | None] = relationship(foreign_keys=[document_id])
    archive: Mapped[StoredFile | None] = relationship(foreign_keys=[archive_id])

    @property
    def files(self) -> list[StoredFile]:
        """The document and the zip; none until both are made."""
        return [file for file in (self.document, self.archive) if file is not None]
