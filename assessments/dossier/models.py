"""Packs that were made for visits: a zip each, kept for a while."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.verification.visit_models import Visit
from lms.core.files import StoredFile
from lms.core.jobs import Job
from lms.core.model import Entity


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
