"""A dossier laid into a zip: the document, a page that opens without a network, the matrix, the facts, and every file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from flask import current_app

from assessments.dossier import paper
from assessments.dossier.archive import Archive
from assessments.dossier.contents import STATE_WORDS, Dossier, Happened, Item
from assessments.dossier.stored import Shelf
from lms.core.jobs import Steps

FORMAT = "going-forward-portfolio/1"
GONE, CHANGED = "cannot be found any more", "is not as it was when it was sent"


DOCUMENT = "portfolio.pdf"


def pack(archive: Archive, dossier: Dossier, *, folder: str = "") -> Steps:
    """Lay a dossier into a zip, a piece at a time, and then the document.

    Args:
        archive: the zip.
        dossier: what is laid into it.
        folder: where in the zip, ending in a slash; at its top by default.
    """
    shelf = Shelf(dossier)
    trouble: list[str] = []
    total = len(dossier.items) + 1
    for place, item in enumerate(dossier.items, start=1):
        trouble += _copy(archive, item, shelf, folder)
        yield place, total
    archive.add(folder + DOCUMENT, paper.as_pdf(dossier, shelf))
    archive.add(f"{folder}criteria.csv", matrix(dossier))
    archive.add(f"{folder}portfolio.json", json.dumps(as_data(dossier), ensure_ascii=False, indent=1))
    # a job has no request, which the pages of the site are drawn for
    template = current_app.jinja_env.get_template("assessments/dossier/index.html")
    page = template.render(dossier=dossier, trouble=trouble, words=STATE_WORDS)
    archive.add(f"{folder}index.html", page)
    yield total, total


def _copy(archive: Archive, item: Item, shelf: Shelf, folder: str) -> Iterator[str]:
    """Lay the files of a piece into a zip; gives what is wrong with one, as a sentence."""
    for file in item.files:
        path = shelf(file)
        if path is None:
            yield f"{item.number}, {file.name}: {GONE}."
        elif archive.copy(folder + file.path, path).sha256 != file.sha256:
            yield f"{item.number}, {file.name}: {CHANGED}."


def matrix(dossier: Dossier) -> str:
    """Which evidence serves which criterion, as CSV: a row a criterion, a column a piece."""
    out = io.StringIO()
    rows = csv.writer(out)
    numbers = [item.number for item in dossier.items]
    rows.writerow(["criterion", "wording", "state", *numbers])
    for one in dossier.criteria:
        marks = ["x" if number in one.items else "" for number in numbers]
        rows.writerow([one.ref, one.wording, STATE_WORDS[one.state], *marks])
    return out.getvalue()


def as_data(dossier: Dossier) -> dict[str, Any]:
    """Everything that a dossier says, as plain data. Times are in UTC."""
    unit = dossier.unit
    return {
        "format": FORMAT,
        "made_at": dossier.made_at.isoformat(),
        "learner": dossier.learner,
        "provider": dossier.provider,
        "cohort": dossier.cohort,
        "unit": {
            "title": unit.title,
            "label": unit.label,
            "status": unit.status.value,
            "level": unit.level,
            "credits": unit.credits,
            "reference_number": unit.reference_number,
        },
        "accepted": dossier.standing.accepted,
        "evidence": [_item(item) for item in dossier.items],
        "plan": [
            {
                "method": one.method.value,
                "assessor": one.assessor,
                "criteria": list(one.criteria),
                "on_day": one.on_day.isoformat(),
                "place": one.place,
                "who": one.who,
                "note": one.note,
                "state": one.state,
                "steps": [_happened(step) for step in one.steps],
            }
            for one in dossier.plan
        ],
        "submissions": [
            {
                "number": one.number,
                "sent_at": one.at.isoformat(),
                "criteria": list(one.criteria),
                "declarations": list(one.declarations),
                "evidence": list(one.items),
                "sha256": one.content_hash,
            }
            for one in dossier.submissions
        ],
        "criteria": [
            {
                "ref": one.ref,
                "wording": one.wording,
                "state": one.state.value,
                "evidence": list(one.items),
                "history": [_happened(happened) for happened in one.history],
            }
            for one in dossier.criteria
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "number": item.number,
        "kind": item.kind.value,
        "title": item.title,
        "text": item.text,
        "note": item.note,
        "happened_on": item.happened_on.isoformat(),
        "family_code": item.family_code,
        "place": item.place,
        "author": item.author,
        "said_by": item.said_by,
        "criteria": dict(item.why),
        "sent_in": list(item.sent_in),
        "is_withheld": item.is_withheld,
        "is_replaced": item.is_replaced,
        "files": [
            {
                "name": file.name,
                "path": file.path,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in item.files
        ],
    }


def _happened(happened: Happened) -> dict[str, Any]:
    return {
        "at": happened.at.isoformat(),
        "by": happened.by,
        "what": happened.what,
        "said": list(happened.said),
    }
