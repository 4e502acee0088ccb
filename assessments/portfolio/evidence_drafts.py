"""Evidence that is being written: kept as it is typed, and where its form begins from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from assessments.portfolio.forms import WHY
from assessments.portfolio.models import Evidence, Portfolio
from courses.progress import drafts
from courses.progress.queries import writing
from lms.core.access import current_actor
from lms.core.text import clock_time

LONGEST_ID = 80
"""Characters of an activity's id at most."""
DRAFTED = frozenset(
    {"title", "text", "kind", "happened_on", "family_code", "note", "criteria", "place", "seen_by"}
)


class Way(StrEnum):
    """How a new piece of evidence comes: each is a page, with a draft of its own."""

    WRITE = "write"
    UPLOAD = "upload"
    SEEN = "seen"
    PRIOR = "prior"


def work() -> str:
    """The activity of the course that a new piece begins with; empty for one that begins with nothing."""
    return request.args.get("work", "")[:LONGEST_ID]


def key_of(about: Portfolio | Evidence, way: Way) -> str:
    """Where the draft lies: one a piece, and for new pieces one a way and activity of the course."""
    key = f"{about.__tablename__}:{about.ref}"
    if isinstance(about, Evidence):
        return key
    key = key if way is Way.WRITE else f"{key}:{way.value}"
    return f"{key}:{work()}" if work() else key


def keep(key: str) -> ResponseReturnValue:
    """Keep words that are being written; when somebody saved since, both versions are kept and theirs given back."""
    saved = drafts.save(
        {
            name: request.form.getlist(name) if name == "criteria" else request.form[name]
            for name in request.form
            if name in DRAFTED or name.startswith(WHY)
        },
        key=key,
        based_on=request.form.get("version", 0, type=int),
        by=current_actor(),
    )
    answer = {"version": saved.draft.version, "saved_at": clock_time(saved.draft.saved_at)}
    if saved.kept_both:
        return jsonify(**answer, values=saved.draft.values), 202
    return jsonify(answer)


def read(about: Portfolio | Evidence, way: Way) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is being written: the values that a form begins from, and what autosave needs to know."""
    written = writing(key_of(about, way), person_id=current_actor().id)
    action = (
        url_for("evidence.keep_draft", way=way.value, work=work() or None)
        if isinstance(about, Portfolio)
        else url_for("evidence.keep_change_draft", evidence_ref=about.ref)
    )
    saved_text = f"Saved at {clock_time(written.saved_at)}" if written.saved_at else ""
    return typed(written.values), {"action": action, "version": written.version, "saved_text": saved_text}


def typed(values: Mapping[str, str | list[str]]) -> dict[str, Any]:
    """Words that were kept, as a form begins from them."""
    first: dict[str, Any] = dict(values)
    if "happened_on" in first:
        first["happened_on"] = _day_or_none(first["happened_on"])
    return first


def _day_or_none(text: str) -> date | None:
    """A day as a form's date box posts it; nothing while it is half typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
