"""A dossier as one tagged PDF: cover, where it stands, evidence index, submissions, decisions, and the evidence itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from assessments.dossier.contents import (
    STATE_WORDS,
    CriterionRecord,
    Dossier,
    Happened,
    Item,
    ItemFile,
    Planned,
    Sent,
)
from assessments.dossier.paper_pictures import MOST_PICTURES, picture, shrunk
from assessments.dossier.paper_tiles import tiles
from lms.core import pdf_cover, pdf_flow
from lms.core.faces import Face
from lms.core.pdf import About
from lms.core.pdf_flow import LEFT, Unit, chapter, paragraph
from lms.core.pdf_looks import POINT, Look, Style
from lms.core.pdf_structure import Tag
from lms.core.pdf_words import undrawable
from lms.core.prose import Heading, Span, Spans, Table
from lms.core.prose import Part as ProsePart
from lms.core.text import clock_time, day_year, file_size, plural


class Finds(Protocol):
    """Finds the bytes of files."""

    def __call__(self, file: ItemFile) -> Path | None:
        """Where they are; None where they are gone."""

    def pages(self, file: ItemFile, most: int) -> Sequence[tuple[Path, str]]:
        """The first pages of a PDF as pictures, each with its words; none where there are none."""


MOST_PAGES = 12
"""Pages of one PDF that are shown; the zip holds all of it."""
BOX = "\N{WHITE SQUARE}"
"""Stands for a letter that none of our faces has; the zip holds the words as they were typed."""
NO_BREAK = "\N{NO-BREAK SPACE}"
BETWEEN_CHAPTERS = 12.0


def _style(faces: tuple[Face, Face], points: float, leading: float, before: float) -> Style:
    face, strong = faces
    return Style(face, strong, face, points * POINT, points * POINT * leading, before, "#1d2b2d")


def _heading(points: float, before: float) -> Style:
    return replace(_style((Face.LITERATA_SEMIBOLD,) * 2, points, 1.25, before), colour="#0b3f44")


BODY = _style((Face.SANS, Face.SANS_SEMIBOLD), 10, 1.38, 1.8)
QUIET = replace(BODY, colour="#4b595b", before=0.6)
SAID = _style((Face.LITERATA, Face.LITERATA_SEMIBOLD), 10.5, 1.45, 2.6)
LOOK = Look(
    body=BODY,
    headings=(_heading(22, 0), _heading(17, 0), _heading(12, 6)),
    foot=replace(QUIET, size=8.5 * POINT, step=10.5 * POINT),
    indent=5,
    between_items=0.9,
)


def as_pdf(dossier: Dossier, find: Finds) -> bytes:
    """A dossier on paper. Words in letters that no face of ours has are set with a box in their place.

    Args:
        dossier: what it says.
        find: where the bytes of a file are; pictures are shown from there.
    """
    about = About(
        title=dossier.title, author=dossier.provider, subject=dossier.unit.title, made_at=dossier.made_at
    )
    cover = pdf_cover.cover(
        "Portfolio",
        dossier.unit.title,
        drawable(dossier.learner),
        (
            drawable(dossier.provider),
            drawable(dossier.cohort),
            dossier.unit.label,
            f"Level {dossier.unit.level}, {plural(dossier.unit.credits, 'credit')} of the unit",
            day_year(dossier.made_at),
        ),
    )
    foot = drawable(f"{dossier.learner}: {dossier.unit.title}")
    return pdf_flow.document(list(_parts(dossier, find)), about, foot=foot, look=LOOK, cover=cover)


def drawable(text: str) -> str:
    """Words with a box for each letter that none of our faces has."""
    missing = undrawable(text)
    return text.translate({ord(letter): BOX for letter in missing}) if missing else text


def _parts(dossier: Dossier, find: Finds) -> Iterator[ProsePart | Unit]:
    yield from _standing(dossier)
    yield from _index(dossier)
    yield from _plan(dossier.plan)
    yield from _submissions(dossier.submissions)
    yield from _decisions(dossier)
    yield from _evidence(dossier, find)


def _standing(dossier: Dossier) -> Iterator[ProsePart | Unit]:
    yield chapter("Where it stands", LOOK)
    of = len(dossier.criteria)
    yield from line(f"{dossier.with_evidence} of {of}", " criteria have evidence.")
    yield from line(f"{dossier.standing.met} of {of}", " criteria are met.")
    yield from line(
        "",
        "An internal quality assurer has accepted the unit."
        if dossier.standing.accepted
        else "No internal quality assurer has accepted the unit yet.",
    )
    yield from line("Decided by:", f"{', '.join(dossier.decided_by) or 'nobody yet'}.")
    states = {one.ref: one.state for one in dossier.criteria}
    for outcome in dossier.unit.outcomes:
        yield Heading(3, (Span(f"{outcome.number}  {outcome.wording}"),))
        rows = [(one.ref, states[one.ref]) for one in outcome.criteria]
        yield from tiles(rows, first=10_000 * outcome.number)
    yield Heading(3, (Span("People who saw the work"),))
    if not dossier.witnesses:
        yield from line("", "No witness statement or observation is in this portfolio.")
    for item in dossier.witnesses:
        yield from line(
            item.number, f" {item.kind.words}: {item.title}. {day_year(item.happened_on)}. {item.said_by}"
        )


def _index(dossier: Dossier) -> Iterator[ProsePart | Unit]:
    yield chapter("Evidence index", LOOK)
    if not dossier.items:
        yield from line("", "There is no evidence yet.")
        return
    yield Table(
        tuple((Span(words),) for words in ("No.", "What it is", "Day", "Family", "Criteria", "Sent in")),
        tuple(
            (
                (Span(item.number),),
                (Span(drawable(item.title), is_strong=True), Span(f" {item.kind.words}")),
                (Span(_short_day(item)),),
                (Span(item.family_code or "none"),),
                (Span(", ".join(item.criteria)),),
                (Span(", ".join(map(str, item.sent_in)) or f"not{NO_BREAK}sent"),),
            )
            for item in dossier.items
        ),
    )
    files = [(item, file) for item in dossier.items for file in item.files]
    if files:
        yield Heading(3, (Span("Files"),))
        yield from line(
            "", "The fingerprint (SHA-256) of a file changes when a single letter of it does.", QUIET
        )
    for item, file in files:
        yield from line(item.number, f" {file.name}, {file_size(file.size)}")
        yield from line("", file.sha256, QUIET)


def _short_day(item: Item) -> str:
    return f"{item.happened_on.day} {item.happened_on:%b %Y}".replace(" ", NO_BREAK)


def _plan(plan: Iterable[Planned]) -> Iterator[ProsePart | Unit]:
    yield replace(chapter("Assessment plan", LOOK), opens=False, before=BETWEEN_CHAPTERS)
    if not plan:
        yield from line("", "Nothing was planned.")
    for one in plan:
        yield Heading(3, (Span(drawable(f"{one.method.words} by {one.assessor}, {day_year(one.on_day)}")),))
        yield from _together(
            (
                *line(f"{one.state}.", f"About {', '.join(one.criteria)}."),
                *line("Where:", one.place),
                *(line("Also there:", one.who) if one.who else ()),
                *(lines("Note:", one.note) if one.note else ()),
                *(unit for step in one.steps for unit in _happened(step)),
            )
        )


def _submissions(submissions: Iterable[Sent]) -> Iterator[ProsePart | Unit]:
    yield replace(chapter("What was sent", LOOK), opens=False, before=BETWEEN_CHAPTERS)
    if not submissions:
        yield from line("", "Nothing has been sent yet.")
    for one in submissions:
        yield Heading(3, (Span(f"Submission {one.number}, {day_year(one.at)}, {clock_time(one.at)}"),))
        yield from line("Criteria:", f"{', '.join(one.criteria)}.", is_tied=True)
        yield from line("Evidence:", f"{', '.join(one.items)}.", is_tied=True)
        for said in one.declarations:
            yield from line("Declared:", said, is_tied=True)
        yield from line("Seal (SHA-256 over all that was sent):", one.content_hash, QUIET)


def _decisions(dossier: Dossier) -> Iterator[ProsePart | Unit]:
    yield replace(chapter("Decisions, criterion by criterion", LOOK), opens=False, before=BETWEEN_CHAPTERS)
    for one in dossier.criteria:
        yield from _criterion(one)


def _criterion(one: CriterionRecord) -> Iterator[ProsePart | Unit]:
    yield Heading(3, (Span(f"{one.ref}  {one.wording}"),))
    served = f"Evidence: {', '.join(one.items)}." if one.items else "No evidence."
    yield from _together(
        (
            *line(f"{STATE_WORDS[one.state]}.", f" {served}"),
            *(unit for happened in one.history for unit in _happened(happened)),
        )
    )


def _together(units: Sequence[Unit]) -> Iterator[Unit]:
    """Units that stand on the same page, where they fit one."""
    for place, unit in enumerate(units, start=1):
        yield replace(unit, is_tied=place < len(units))


def _happened(happened: Happened) -> Iterator[Unit]:
    when = f"{day_year(happened.at)}, {clock_time(happened.at)}"
    yield from line(f"{happened.what}.", f" {happened.by}, {when}")
    for said in happened.said:
        yield from paragraph(_spans(said), QUIET, left=LEFT + LOOK.indent)


def _evidence(dossier: Dossier, find: Finds) -> Iterator[ProsePart | Unit]:
    left = MOST_PICTURES
    for place, item in enumerate(dossier.items):
        if place == 0:
            yield chapter("The evidence", LOOK)
        (heading,) = paragraph(_spans(f"{item.number}  {item.title}"), LOOK.headings[2], tag=Tag.HEADING_3)
        yield replace(heading, is_tied=True, mark=(2, f"{item.number} {item.title}"))
        yield from _item(item)
        for file in item.files:
            shown = list(_shown(item, file, find))[:left]
            left -= len(shown)
            yield from (replace(each, is_tied=place == 0) for place, each in enumerate(shown))
            yield from line("", f"{_what(file, len(shown))}: {file.path} ({file.name})", QUIET)


def _shown(item: Item, file: ItemFile, find: Finds) -> Iterator[Unit]:
    """A file as pictures: itself, or the first pages of a PDF, which then are read out by their words."""
    path = find(file) if file.is_picture else None
    pages = [(path, item.note or item.title)] if path else find.pages(file, MOST_PAGES)
    for at, words in pages:
        small = shrunk(at)
        if small:
            yield picture(*small, instead=" ".join(words.split()) or item.title)


def _what(file: ItemFile, shown: int) -> str:
    if file.is_picture and shown:
        return "Picture"
    return (
        f"Its first {plural(shown, 'page')}, as pictures; the whole file is in the zip"
        if shown
        else "File, in the zip"
    )


def _item(item: Item) -> Iterator[ProsePart | Unit]:
    facts = [item.kind.words, day_year(item.happened_on), item.family, f"serves {', '.join(item.criteria)}"]
    if not item.sent_in:
        facts.append("not sent")
    yield from line("", f"{'. '.join(filter(None, facts))}.", QUIET, is_tied=True)
    shows = bool(item.files) and not item.text
    if item.became:
        yield from line("", item.became, is_tied=shows)
    if item.place:
        yield from line("Where:", item.place, is_tied=shows)
    if item.said_by:
        yield from line("Said by:", item.said_by, is_tied=shows)
    if item.note:
        yield from lines("In the learner’s words:", item.note, is_tied=shows)
    for ref, why in item.reasons:
        yield from line(f"Why it shows {ref}:", why, is_tied=shows)
    for words in item.text.splitlines():
        if words.strip():
            yield from paragraph(_spans(words), SAID)


def line(strong: str, text: str, style: Style = BODY, *, is_tied: bool = False) -> Iterator[Unit]:
    """A paragraph: some words that stand out, and the others. Torn in two only where it is longer than half a page.

    Args:
        strong: the words that stand out; none when empty.
        text: the others.
        style: how they are set.
        is_tied: whether what follows must stand on the same page.
    """
    between = (Span(" "),) if strong and text else ()
    for unit in paragraph((*_spans(strong, is_strong=True), *between, *_spans(text)), style):
        yield replace(unit, is_tied=is_tied)


def lines(strong: str, text: str, *, is_tied: bool = False) -> Iterator[Unit]:
    """Words in the paragraphs in which they were typed, after some that stand out before the first."""
    first, *others = [words for words in text.splitlines() if words.strip()] or [""]
    yield from line(strong, first, is_tied=is_tied)
    for words in others:
        yield from line("", words, is_tied=is_tied)


def _spans(text: str, *, is_strong: bool = False) -> Spans:
    return (Span(drawable(" ".join(text.split())), is_strong),) if text else ()
