"""Portfolios of the demonstration at every stage: evidence, submissions, decisions, one more thing, all met."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw
from sqlalchemy import select

from assessments.marking import allocating
from assessments.marking import queries as marking_queries
from assessments.marking import service as marking
from assessments.marking.judgement import Judgement, Rule
from assessments.portfolio import service as portfolios
from assessments.portfolio.evidence_fields import EvidenceFields
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.sending import Declaration
from assessments.portfolio.service import Upload
from assessments.portfolio.unit_schema import EvidenceKind
from courses.cohorts.models import Enrolment
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import User
from lms.people.roles import Role
from lms.site.demo.characters import FINISHED, LIVE, Learner, Standing
from lms.site.demo.days import Days
from lms.site.demo.stage import Moment, Stage, at

DATA = Path(__file__).parent / "data"
ASSESSOR, ADMINISTRATOR = Role.ASSESSOR.value, Role.PROVIDER_ADMINISTRATOR.value
FIRST_HALF = ("respect", "models", "unreached", "first-visit", "agreement")
"""The pieces with which everybody begins: the first ten criteria."""
SECOND_HALF = ("lift-home", "planning", "services", "concern", "review", "ending")
BEGINNING = ("respect", "models")
ALL_RULES = frozenset(Rule)
OWN_WORK = Declaration(own_work=True, ai_used=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence to be added."""

    title: str
    kind: EvidenceKind
    family: str
    criteria: tuple[str, ...]
    text: str


@cache
def _library() -> dict[str, dict[str, Any]]:
    entries = yaml.safe_load((DATA / "evidence.yaml").read_text(encoding="utf-8"))
    return {entry["key"]: entry for entry in entries}


@cache
def _feedback() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = yaml.safe_load((DATA / "feedback.yaml").read_text(encoding="utf-8"))
    return words


@cache
def _reasons() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load((DATA / "reasons.yaml").read_text(encoding="utf-8"))
    return words


def returned_words(criterion: str) -> str:
    """What the IQA says when a decision is returned."""
    return _feedback()["returned"][criterion]


def _piece(key: str, telling: int) -> Piece:
    entry = _library()[key]
    told = entry["tellings"][telling % len(entry["tellings"])]
    return Piece(
        told["title"],
        EvidenceKind(entry["kind"]),
        told.get("family", ""),
        tuple(entry["criteria"]),
        _flowing(told["text"]),
    )


def _flowing(text: str) -> str:
    """A text without the line ends that its file has within paragraphs."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def _criteria(keys: Iterable[str]) -> list[str]:
    return [criterion for key in keys for criterion in _library()[key]["criteria"]]


def moments(days: Days) -> Iterator[Moment]:
    """Each portfolio's story, of the finished cohort first."""
    for telling, learner in enumerate(FINISHED):
        if learner.standing in {Standing.ACCEPTED, Standing.ALL_MET}:
            begun = days.finished[-1] + timedelta(days=7)
            yield from _whole(learner, telling, begun, days.finished[-1] + timedelta(days=28))
    for telling, learner in enumerate(LIVE):
        yield from _STORIES[learner.standing](learner, telling, days)


def _begin(learner: Learner, telling: int, keys: Sequence[str], day: date, hour: str) -> Iterator[Moment]:
    """Open the portfolio if need be, and add some pieces in one evening."""
    yield Moment(at(day, hour), f"{learner.name}: evidence", partial(_add, learner.key, telling, tuple(keys)))


def _whole(learner: Learner, telling: int, begun: date, sent: date) -> Iterator[Moment]:
    """A portfolio sent in two halves and met."""
    yield from _begin(learner, telling, FIRST_HALF, begun, "19:30")
    yield from _sent(learner, _criteria(FIRST_HALF), begun + timedelta(days=1), "20:10")
    yield from _decided(learner, (), begun + timedelta(days=6), "14:20")
    yield from _begin(learner, telling, SECOND_HALF, sent - timedelta(days=1), "19:40")
    yield from _sent(learner, _criteria(SECOND_HALF), sent, "20:20")
    yield from _decided(learner, (), sent + timedelta(days=5), "11:05")


def _sent(learner: Learner, criteria: Sequence[str], day: date, hour: str) -> Iterator[Moment]:
    yield Moment(
        at(day, hour), f"{learner.name} sends to the assessor", partial(_send, learner.key, tuple(criteria))
    )


def _decided(learner: Learner, not_yet: Sequence[str], day: date, hour: str) -> Iterator[Moment]:
    yield Moment(
        at(day, hour), f"decisions for {learner.name}", partial(_decide, learner.key, tuple(not_yet))
    )


def _none(_learner: Learner, _telling: int, _days: Days) -> Iterator[Moment]:
    return iter(())


def _with_evidence(learner: Learner, telling: int, days: Days) -> Iterator[Moment]:
    yield from _begin(learner, telling, BEGINNING, days.ago(12), "20:15")


def _waiting(learner: Learner, telling: int, days: Days) -> Iterator[Moment]:
    yield from _begin(learner, telling, FIRST_HALF, days.ago(9), "20:00")
    yield from _sent(learner, _criteria(FIRST_HALF), days.ago(6), "19:45")
    yield Moment(
        at(days.ago(1), "16:30"), f"three drafts for {learner.name}", partial(_draft, learner.key, 3)
    )


def _referred(learner: Learner, telling: int, days: Days) -> Iterator[Moment]:
    """One thing is asked for; the next criteria are with the assessor, and more is ready."""
    yield from _begin(learner, telling, FIRST_HALF, days.ago(24), "20:05")
    yield from _sent(learner, _criteria(FIRST_HALF), days.ago(22), "20:05")
    yield from _decided(learner, ("3.1",), days.ago(13), "14:20")
    yield from _begin(learner, telling, ("planning", "services"), days.ago(5), "19:30")
    yield from _sent(learner, _criteria(("planning", "services")), days.ago(4), "20:40")
    yield from _begin(learner, telling, ("lift-home",), days.ago(1), "21:10")
    yield Moment(at(days.ago(1), "21:20"), f"a photo by {learner.name}", partial(_add_photo, learner.key))


def _resent(learner: Learner, telling: int, days: Days) -> Iterator[Moment]:
    again = ("2.1", "3.2")
    yield from _begin(learner, telling, FIRST_HALF, days.ago(26), "18:50")
    yield from _sent(learner, _criteria(FIRST_HALF), days.ago(25), "19:15")
    yield from _decided(learner, again, days.ago(17), "10:40")
    yield from _begin(learner, telling + 1, ("unreached", "agreement"), days.ago(8), "20:00")
    yield from _sent(learner, again, days.ago(7), "20:30")


def _partly_met(learner: Learner, telling: int, days: Days) -> Iterator[Moment]:
    keys = FIRST_HALF if learner.shares else FIRST_HALF[:2]
    yield from _begin(learner, telling, keys, days.ago(21), "20:25")
    yield from _sent(learner, _criteria(keys), days.ago(20), "19:55")
    yield from _decided(learner, (), days.ago(11), "09:50")


def _all_met(learner: Learner, telling: int, days: Days) -> Iterator[Moment]:
    yield from _whole(learner, telling, days.ago(35), days.ago(8))


def _accepted(learner: Learner, telling: int, days: Days) -> Iterator[Moment]:
    yield from _whole(learner, telling, days.ago(38), days.ago(15))


_STORIES = {
    Standing.NONE: _none,
    Standing.EVIDENCE: _with_evidence,
    Standing.SENT: _waiting,
    Standing.REFERRED: _referred,
    Standing.RESENT: _resent,
    Standing.PARTLY_MET: _partly_met,
    Standing.ALL_MET: _all_met,
    Standing.ACCEPTED: _accepted,
}


def _portfolio(key: str, stage: Stage) -> Portfolio:
    """Somebody's portfolio; begun and given to the assessor the first time it is asked for."""
    if not stage.has(Portfolio, key):
        begun = portfolios.open_portfolio(stage.get(Enrolment, key), by=stage.actor(key))
        stage.keep(key, begun)
        allocating.allocate(begun, stage.get(User, ASSESSOR), by=stage.actor(ADMINISTRATOR))
    return stage.get(Portfolio, key)


def _add(key: str, telling: int, pieces: Sequence[str], stage: Stage) -> None:
    portfolio, by = _portfolio(key, stage), stage.actor(key)
    for name in pieces:
        piece = _piece(name, telling)
        portfolios.add_evidence(portfolio, _fields(piece), text=piece.text, by=by)


def _fields(piece: Piece, *, note: str = "") -> EvidenceFields:
    from_today = clock.today() - timedelta(days=3)
    return EvidenceFields(
        title=piece.title,
        kind=piece.kind,
        happened_on=from_today,
        family_code=piece.family,
        note=note,
        criteria=frozenset(piece.criteria),
        why={ref: _reasons()[ref] for ref in piece.criteria},
        own_work=True,
        names_covered=True,
    )


def _add_photo(key: str, stage: Stage) -> None:
    """A photo of something written by hand, ready to be sent."""
    piece = Piece("The card I wrote", EvidenceKind.WORK_PRODUCT, "A", ("4.6",), "")
    portfolios.add_evidence(
        _portfolio(key, stage),
        _fields(piece, note="No questions in it, and when I would be there. Her name is covered."),
        uploads=[Upload(io.BytesIO(draw_page()), "card.jpg")],
        by=stage.actor(key),
    )


def draw_page() -> bytes:
    """A photo of a handwritten page, drawn: ruled lines, strokes for words, and a covered name. JPEG bytes."""
    image = Image.new("RGB", (900, 1200), "#efe9dc")
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 50, 840, 1150), fill="#fffdf6", outline="#d8cfbd", width=3)
    for row in range(14):
        y = 170 + row * 68
        pen.line((100, y, 800, y), fill="#cfd9e6", width=2)
        end = 140 + (row * 173) % 520 + 120
        for x in range(110, end, 26):
            lift = (x * 7 + row * 31) % 18
            pen.line((x, y - 12 - lift, x + 12, y - 6, x + 22, y - 14 - lift // 2), fill="#27415e", width=4)
    pen.rectangle((110, 90, 420, 140), fill="#20302f")
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=80)
    return out.getvalue()


def _send(key: str, criteria: Sequence[str], stage: Stage) -> None:
    marking.send(_portfolio(key, stage), criteria, declaration=OWN_WORK, by=stage.actor(key))


def _newest(portfolio: Portfolio) -> Submission:
    return db.session.scalars(
        select(Submission)
        .where(Submission.portfolio_id == portfolio.id)
        .order_by(Submission.number.desc())
        .limit(1)
    ).one()


def _decide(key: str, not_yet: Sequence[str], stage: Stage) -> None:
    """Decide what waits in the newest submission, and let the practitioner know."""
    portfolio, by = _portfolio(key, stage), stage.actor(ASSESSOR)
    submission = _newest(portfolio)
    position = marking_queries.positions([portfolio.id])[portfolio.id]
    for criterion in position.standing.to_decide(submission.number):
        marking.save_draft(
            submission, criterion, _judged(criterion, met=criterion not in not_yet), version=0, by=by
        )
    marking.release(submission, sequence=position.sequence, by=by)


def _draft(key: str, count: int, stage: Stage) -> None:
    """Begin to decide, and stop for the day."""
    portfolio, by = _portfolio(key, stage), stage.actor(ASSESSOR)
    submission = _newest(portfolio)
    standing = marking_queries.positions([portfolio.id])[portfolio.id].standing
    for criterion in standing.to_decide(submission.number)[:count]:
        marking.save_draft(submission, criterion, _judged(criterion, met=True), version=0, by=by)


def _judged(criterion: str, *, met: bool) -> Judgement:
    if met:
        return Judgement(met=True, rules=ALL_RULES, feedback=_feedback()["met"][criterion])
    return Judgement(
        met=False,
        rules=ALL_RULES - {Rule.SUFFICIENT},
        reason="It does not cover the whole criterion yet.",
        feedback=_feedback()["not_yet"][criterion].strip(),
    )
