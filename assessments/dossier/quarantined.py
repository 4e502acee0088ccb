"""Packs and copies that hold a piece of evidence which has been taken out: they go with it.

One that is being made may have the piece in it already: it is made anew, without it. One that was ready is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from assessments.dossier import copy_service, pack_service
from assessments.dossier.models import PortfolioCopy, VisitPack
from assessments.portfolio.models import Evidence
from assessments.verification.visit_models import VisitChoice, VisitProposal
from lms.core.access import Actor
from lms.core.extensions import db
from lms.core.files import StoredFile


def follow(evidence: Evidence, by: Actor) -> Iterator[StoredFile]:  # noqa: ARG001 (a follower's signature)
    """Unname the packs of every visit that reads the portfolio, and the learner's copies; gives back their files.

    Those in the making are begun anew. One that is ending at this moment is waited for, and then has its files.
    """
    yield from _packs(evidence.portfolio_id)
    yield from _copies(evidence.portfolio_id)


def _packs(portfolio_id: int) -> Iterator[StoredFile]:
    reading = (
        VisitPack.visit_id.in_(select(of.visit_id).where(of.portfolio_id == portfolio_id))
        for of in (VisitChoice, VisitProposal)
    )
    for pack in db.session.scalars(select(VisitPack).where(or_(*reading)).with_for_update()).all():
        stored, is_going = pack.file, pack_service.progress_of(pack).is_going
        db.session.delete(pack)
        db.session.flush()
        if stored is not None:
            yield stored
        elif is_going:
            pack_service.begin(pack.visit, wanted_by_id=pack.wanted_by_id)


def _copies(portfolio_id: int) -> Iterator[StoredFile]:
    copies = db.session.scalars(
        select(PortfolioCopy).where(PortfolioCopy.portfolio_id == portfolio_id).with_for_update()
    ).all()
    for copy in copies:
        stored, is_going = copy.files, copy_service.progress_of(copy).is_going
        db.session.delete(copy)
        db.session.flush()
        yield from stored
        if is_going:
            copy_service.begin(portfolio_id)
