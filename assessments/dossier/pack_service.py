"""Packs for visits: asking for one, and how far the newest has come."""

from __future__ import annotations

from sqlalchemy import select

from assessments.dossier.models import VisitPack
from assessments.dossier.pack_making import PACK_JOB
from assessments.dossier.progress import Progress, progress
from assessments.verification.visit_models import Visit, VisitChoice, VisitProposal
from lms.core import audit, jobs
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db


def ask(visit: Visit, *, by: Actor) -> VisitPack:
    """Ask for a pack of a visit's portfolios; while one is being made, give that one back.

    Raises:
        Refused: nothing has been chosen or proposed yet.
    """
    newest = find_newest(visit.id)
    if newest is not None and progress_of(newest).is_going:
        return newest
    pack = begin(visit, wanted_by_id=by.id)
    audit.record(
        Act.VISIT_CHANGED,
        by=by,
        on=visit,
        organisation_id=visit.provider_id,
        what="pack",
        packed=pack.portfolios,
    )
    return pack


def begin(visit: Visit, *, wanted_by_id: int) -> VisitPack:
    """Begin a pack of a visit's portfolios.

    Raises:
        Refused: nothing has been chosen or proposed yet.
    """
    portfolios = portfolio_ids(visit.id)
    if not portfolios:
        raise Refused("There is nothing to pack yet: no portfolio has been chosen or proposed.")
    pack = VisitPack(visit_id=visit.id, wanted_by_id=wanted_by_id, portfolios=len(portfolios))
    db.session.add(pack)
    db.session.flush()
    job = jobs.enqueue(
        PACK_JOB, {"pack": pack.ref, "portfolio_ids": portfolios}, key=f"{PACK_JOB}:{pack.ref}"
    )
    db.session.flush()
    pack.job_id = job.id
    return pack


def portfolio_ids(visit_id: int) -> list[int]:
    """What a pack of a visit holds: what the visitor chose or, before they did, what the provider proposed."""
    for model in (VisitChoice, VisitProposal):
        found = db.session.scalars(
            select(model.portfolio_id).where(model.visit_id == visit_id).order_by(model.portfolio_id)
        ).all()
        if found:
            return list(found)
    return []


def find_newest(visit_id: int) -> VisitPack | None:
    """The pack of a visit that was asked for last, if one was."""
    return db.session.scalar(
        select(VisitPack).where(VisitPack.visit_id == visit_id).order_by(VisitPack.id.desc()).limit(1)
    )


def find_made(visit_id: int) -> VisitPack | None:
    """The newest pack of a visit that is ready, if one is."""
    return db.session.scalar(
        select(VisitPack)
        .where(VisitPack.visit_id == visit_id, VisitPack.file_id.is_not(None))
        .order_by(VisitPack.id.desc())
        .limit(1)
    )


def progress_of(pack: VisitPack) -> Progress:
    """How far a pack has come, in portfolios."""
    return progress(pack.job, is_made=pack.file_id is not None, total=pack.portfolios)
