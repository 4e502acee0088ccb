"""The document of a pack: the visit, the portfolios in it, who assesses, what was sampled and why, direct claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assessments.agreement import Agreement
from assessments.dossier.paper import BETWEEN_CHAPTERS, LOOK, drawable, line, lines
from assessments.dossier.policies import POLICIES
from assessments.standardisation import meetings, results
from assessments.standardisation import queries as standards
from assessments.verification.records import QualityRecords
from assessments.verification.visit_models import Visit
from assessments.verification.visit_queries import ToChoose
from lms.core import pdf_cover, pdf_flow
from lms.core.pdf import About
from lms.core.pdf_flow import Unit, chapter
from lms.core.prose import Heading, Span, Table
from lms.core.prose import Part as ProsePart
from lms.core.text import day_year, plural

STATES = {
    "in-progress": "Gathering evidence",
    "submitted": "With the assessor",
    "referred": "Asked for more",
    "met-awaiting-iqa": "All met, with the IQA",
    "accepted": "Accepted",
}
REASONS = {
    "disputed": "a complaint, an appeal or a hold",
    "resubmitted": "sent again",
    "returned-before": "a decision came back before",
    "borderline": "a decision was questioned or changed",
    "every-kind": "so that every kind of evidence is looked at",
    "every-place": "so that every workplace is looked at",
    "first-portfolio": "the assessor’s first",
    "rate": "by rate",
    "every-assessor": "so that every assessor is looked at",
    "not-drawn": "not drawn",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """A portfolio within a pack: where it lies, and the facts about it."""

    folder: str
    facts: ToChoose


def as_pdf(visit: Visit, quality: QualityRecords, packed: Sequence[Packed], *, made_at: datetime) -> bytes:
    """The document of a pack."""
    provider = drawable(visit.provider.name)
    days = f"{day_year(visit.from_on)} to {day_year(visit.until_on)}"
    cover = pdf_cover.cover(
        "Visit pack", provider, drawable(visit.eqa.name), (days, f"Made on {day_year(made_at)}")
    )
    about = About(f"Visit pack of {visit.provider.name}", visit.provider.name, days, made_at)
    parts = list(_parts(visit, quality, packed))
    return pdf_flow.document(parts, about, foot=f"Visit pack of {provider}", look=LOOK, cover=cover)


def _parts(visit: Visit, quality: QualityRecords, packed: Sequence[Packed]) -> Iterator[ProsePart | Unit]:
    yield chapter("Portfolios in this pack", LOOK)
    yield _table(
        ("Portfolio", "Cohort", "Assessor", "Where it stands", "Met", "Sample"),
        [
            (
                f"{place}. {one.facts.name}",
                one.facts.cohort,
                one.facts.assessor or "none yet",
                STATES[one.facts.state.value],
                f"{one.facts.met} of {one.facts.total}",
                {None: "not planned", True: "drawn", False: "not drawn"}[one.facts.sampled],
            )
            for place, one in enumerate(packed, start=1)
        ],
    )
    yield from line("", "Each lies in a folder of its own, as a document, as a page and with every file.")
    yield from _people(quality)
    yield from _plans(quality)
    yield from _ratings(quality)
    yield from _standardised(visit.provider_id)
    yield _section("Direct claims")
    for title, now in quality.claims:
        yield from line(f"{title}{'' if now.in_force else ': not in force'}.", now.words)
    yield _section("Policies")
    for title, words in POLICIES:
        yield from line(f"{title}.", words)


def _people(quality: QualityRecords) -> Iterator[ProsePart | Unit]:
    yield _section("Assessors and verifiers")
    if not quality.people:
        yield from line("", "Nobody assesses or verifies here yet.")
        return
    yield _table(
        ("Name", "Role", "Since", "Decisions", "Looked at", "Came back"),
        [
            (
                one.name,
                one.role.words,
                day_year(one.since) + (f" to {day_year(one.until)}" if one.until else ""),
                str(one.decided),
                str(one.looked_at),
                str(one.returned),
            )
            for one in quality.people
        ],
    )
    for one in quality.people:
        held = "; ".join(one.awards) or "no award recorded"
        yield from line(f"{one.name}.", f"{held}. Professional development in a year: {one.developed.words}.")


def _ratings(quality: QualityRecords) -> Iterator[ProsePart | Unit]:
    yield _section("Risk")
    if not quality.ratings:
        yield from line("", "No risk has been confirmed yet.")
    for one in quality.ratings:
        said = f"{one.iqa}, {day_year(one.at)}; the facts suggested {one.suggested.value}. {one.reason}"
        yield from line(f"{one.assessor}: {one.risk.value}.", said)


def _standardised(provider_id: int) -> Iterator[ProsePart | Unit]:
    yield _section("Standardisation")
    over = standards.exercises_over(provider_id)
    found = results.of_each(over)
    for exercise in over:
        yield from line(
            f"{exercise.title}.",
            f"{plural(found[exercise.id].people, 'assessor')} judged it blind. {_agreed(found[exercise.id].overall)}",
        )
    held = meetings.minutes_of(provider_id, meetings.meetings(provider_id))
    if not held:
        yield from line("", "No meeting has been minuted yet.")
    for one in held:
        yield from lines(f"{one.meeting.title}, {day_year(one.meeting.held_on)}.", one.meeting.minutes)
        for agreed in one.agreed:
            state = "Closed" if agreed.closed else "Open"
            yield from line(
                f"Action, by {day_year(agreed.action.due_on)}:", f"{agreed.action.words} {state}."
            )


def _agreed(overall: Agreement) -> str:
    if overall.same is None:
        return "Nothing can be compared yet."
    said = f"They agreed in {round(overall.same * 100)}% of pairs."
    if overall.kappa is None:
        return f"{said} {overall.why_not}"
    likely = (
        f", likely {overall.low:.2f} to {overall.high:.2f}"
        if overall.low is not None and overall.high is not None
        else ""
    )
    return f"{said} Beyond chance (kappa): {overall.kappa:.2f}{likely}."


def _plans(quality: QualityRecords) -> Iterator[ProsePart | Unit]:
    yield _section("Sampling plans")
    if not quality.plans:
        yield from line("", "No sample has been planned yet.")
    for plan in quality.plans:
        yield Heading(3, (Span(drawable(f"{plan.cohort}, {day_year(plan.at)}")),))
        facts = (
            (f"{plan.iqa} drew {plan.drawn} of {len(plan.picks)}.", f"Seed: {plan.seed}."),
            ("Policy:", f"{plan.policy}, {plan.stage.value}."),
            ("Drawn of every 100:", f"{', '.join(f'{risk} {rate}' for risk, rate in plan.rates)}."),
            ("Risk:", f"{', '.join(f'{name}: {risk}' for name, risk in plan.risks) or 'none recorded'}."),
        )
        for strong, text in facts:
            yield from line(strong, text, is_tied=True)
        said = (f"{name} ({REASONS.get(reason.value, reason.value)})" for name, _, reason in plan.picks)
        yield from line("Each portfolio, and why:", f"{', '.join(said)}.")


def _section(title: str) -> Unit:
    return replace(chapter(title, LOOK), opens=False, before=BETWEEN_CHAPTERS)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    return Table(
        tuple((Span(words),) for words in headings),
        tuple(tuple((Span(drawable(cell)),) for cell in row) for row in rows),
    )
