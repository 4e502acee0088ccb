"""Making a pack: one portfolio after another into a zip on the disk, then the provider's records; never two in memory."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import current_app
from sqlalchemy import Select, select

from assessments.dossier import pack_paper, packing
from assessments.dossier.archive import Archive
from assessments.dossier.gathering import gather, plain_name
from assessments.dossier.models import VisitPack
from assessments.dossier.pack_paper import Packed
from assessments.dossier.stored import keep
from assessments.portfolio.models import Portfolio
from assessments.verification import records, visit_queries
from assessments.verification.records import QualityRecords
from assessments.verification.visit_models import Visit
from lms.core import clock, file_disk
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.file_disk import Received
from lms.core.jobs import Steps, job

PACK_JOB = "dossier.visit-pack"
PURPOSE, MEDIA_TYPE = "visit-pack", "application/zip"


@job(PACK_JOB)
def make(payload: dict[str, Any]) -> Steps:
    """Make a pack. One that exists is left alone; one that was cut short begins anew.

    One that nobody waits for any more is not kept: it went with a piece of evidence that was taken out.
    """
    pack = db.session.scalar(_named(payload["pack"]))
    numbers: list[int] = payload["portfolio_ids"]
    if pack is None or pack.file_id is not None:
        return
    visit_id = pack.visit_id
    with file_disk.incoming() as path:
        with path.open("wb") as out, Archive(out, made_at=clock.now()) as archive:
            yield from _portfolios(archive, numbers)
            _records(archive, db.session.get_one(Visit, visit_id), numbers)
        received = file_disk.hashed(path)
        yield len(numbers), len(numbers)
        with writing():
            _keep(payload["pack"], received)


def _portfolios(archive: Archive, numbers: list[int]) -> Steps:
    for place, number in enumerate(numbers, start=1):
        portfolio = db.session.get_one(Portfolio, number)
        dossier = gather(portfolio, to_learner=False)
        for _ in packing.pack(archive, dossier, folder=folder_of(place, dossier.learner)):
            pass
        yield place, len(numbers)


def folder_of(place: int, name: str) -> str:
    """Where a portfolio lies in a pack."""
    return f"portfolios/{place:03}-{plain_name(name)}/"


def _records(archive: Archive, visit: Visit, numbers: list[int]) -> None:
    """The provider's side of the pack: a document, its records as data, and a page that leads to each portfolio."""
    quality = records.of(visit.provider_id)
    facts = {one.ref: one for one in visit_queries.facts_of(visit, numbers)}
    refs = dict(
        db.session.execute(select(Portfolio.id, Portfolio.ref).where(Portfolio.id.in_(numbers))).all()
    )
    packed = [
        Packed(folder_of(place, facts[refs[number]].name), facts[refs[number]])
        for place, number in enumerate(numbers, start=1)
    ]
    archive.add("visit.pdf", pack_paper.as_pdf(visit, quality, packed, made_at=clock.now()))
    archive.add("records.json", json.dumps(_data(quality), ensure_ascii=False, indent=1, default=str))
    page = current_app.jinja_env.get_template("assessments/dossier/pack.html").render(
        visit=visit, packed=packed, records=quality, made_at=clock.now()
    )
    archive.add("index.html", page)


def _data(quality: QualityRecords) -> dict[str, Any]:
    return {
        "plans": [asdict(plan) for plan in quality.plans],
        "people": [asdict(one) for one in quality.people],
        "ratings": [asdict(one) for one in quality.ratings],
        "direct_claims": [{"unit": title, "stands": now.words} for title, now in quality.claims],
    }


def _named(ref: str) -> Select[VisitPack]:
    """A pack by its reference: its number may be given to another once it has gone."""
    return select(VisitPack).where(VisitPack.ref == ref)


def _keep(ref: str, received: Received) -> None:
    pack = db.session.scalar(_named(ref).with_for_update())
    if pack is None:
        return
    name = f"visit-{pack.visit.from_on.isoformat()}.zip"
    pack.file_id = keep(received, purpose=PURPOSE, name=name, media_type=MEDIA_TYPE).id
