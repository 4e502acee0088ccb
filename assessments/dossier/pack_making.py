"""Making a pack: one portfolio after another into a zip on the disk, then the provider's records; never two in memory."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import current_app

from assessments.dossier import pack_paper, packing
from assessments.dossier.archive import Archive
from assessments.dossier.gathering import gather, plain_name
from assessments.dossier.models import VisitPack
from assessments.dossier.pack_paper import Packed
from assessments.portfolio.models import Portfolio
from assessments.portfolio.quarantine_queries import count_quarantines
from assessments.verification import records, visit_queries
from assessments.verification.records import QualityRecords
from assessments.verification.visit_models import Visit
from lms.core import clock, file_disk
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.file_disk import Received
from lms.core.files import StoredFile
from lms.core.jobs import Steps, job

PACK_JOB = "dossier.visit-pack"
PURPOSE, MEDIA_TYPE = "visit-pack", "application/zip"


class PackOutOfDate(RuntimeError):
    """A piece was taken out while the pack was made, which may hold it: it is made anew."""


@job(PACK_JOB)
def make(payload: dict[str, Any]) -> Steps:
    """Make a pack. One that exists is left alone; one that was cut short begins anew."""
    pack = db.session.get_one(VisitPack, payload["pack_id"])
    numbers: list[int] = payload["portfolio_ids"]
    if pack.file_id is not None:
        return
    taken_out = count_quarantines(numbers)
    with file_disk.incoming() as path:
        with path.open("wb") as out, Archive(out, made_at=clock.now()) as archive:
            yield from _portfolios(archive, numbers)
            visit = db.session.get_one(VisitPack, payload["pack_id"]).visit
            _records(archive, visit, numbers)
        received = file_disk.hashed(path)
        yield len(numbers), len(numbers)
        with writing():
            if count_quarantines(numbers) != taken_out:
                raise PackOutOfDate
            _keep(payload["pack_id"], received)


def _portfolios(archive: Archive, numbers: list[int]) -> Steps:
    for place, number in enumerate(numbers, start=1):
        portfolio = db.session.get_one(Portfolio, number)
        packing.pack(
            archive, gather(portfolio, to_learner=False), folder=folder_of(place, portfolio.learner.name)
        )
        yield place, len(numbers)


def folder_of(place: int, name: str) -> str:
    """Where a portfolio lies in a pack."""
    return f"portfolios/{place:03}-{plain_name(name)}/"


def _records(archive: Archive, visit: Visit, numbers: list[int]) -> None:
    """The provider's side of the pack: a document, the same as data, and a page that leads to each portfolio."""
    quality = records.of(visit.provider_id)
    facts = {one.ref: one for one in visit_queries.facts_of(visit, numbers)}
    portfolios = [db.session.get_one(Portfolio, number) for number in numbers]
    packed = [
        Packed(folder_of(place, portfolio.learner.name), facts[portfolio.ref])
        for place, portfolio in enumerate(portfolios, start=1)
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
        "direct_claims": [{"unit": title, "stands": now.words} for title, now in quality.claims],
    }


def _keep(pack_id: int, received: Received) -> None:
    pack = db.session.get_one(VisitPack, pack_id)
    stored = StoredFile(
        purpose=PURPOSE,
        name=f"visit-{pack.visit.from_on.isoformat()}.zip",
        media_type=MEDIA_TYPE,
        size=received.size,
        sha256=received.sha256,
        path=file_disk.put_in_place(received.path),
        owner_id=None,
    )
    db.session.add(stored)
    db.session.flush()
    pack.file_id = stored.id
