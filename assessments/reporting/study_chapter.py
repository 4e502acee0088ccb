"""What the report of 2011 got wrong: each contradiction that our checks or readers found, beside our figure. Pure."""

from collections import Counter

from assessments.evaluation.study_2011 import Inconsistency, inconsistencies
from assessments.reporting.document import Cell, Chapter, Heading, Row, Table, Text
from assessments.reporting.prose import STUDY_YEAR, Prose

TITLE = f"What the {STUDY_YEAR} report got wrong"
BY_READING = "found by reading"
SOURCE = (
    "Cordis Bright for CWDC, Reaching out to families; our figures: the invented respondents who reproduce it"
)


def chapter(prose: Prose) -> Chapter:
    """The list, with how each was found."""
    found = inconsistencies()
    return Chapter(
        TITLE,
        (
            Text(prose("study", "opening"), is_lead=True),
            Text(prose("study", "respondents")),
            _how_found(found),
            Heading(2, "Found by checks"),
            _listed(
                [each for each in found if each.found_by],
                "found_by_checks",
                "Contradictions that checks find",
            ),
            Heading(2, "Found by reading"),
            _listed(
                [each for each in found if not each.found_by],
                "found_by_reading",
                "Contradictions that reading finds",
            ),
        ),
    )


def _how_found(found: tuple[Inconsistency, ...]) -> Table:
    counts = Counter(check for each in found for check in each.found_by)
    rows = [(check, count) for check, count in counts.most_common()]
    rows.append((BY_READING, sum(not each.found_by for each in found)))
    rows.append(("all", len(found)))
    return Table(
        "how_found",
        "How the contradictions were found; several checks may find the same",
        ("What was checked", "Contradictions"),
        tuple(Row((check.capitalize(),), (Cell(str(count), (count,)),)) for check, count in rows),
        SOURCE,
    )


def _listed(found: list[Inconsistency], name: str, caption: str) -> Table:
    rows = tuple(
        Row(
            (_place(each),),
            (Cell(each.printed), Cell(each.why), Cell("; ".join(each.ours) or each.kind)),
            (each.id,),
        )
        for each in found
    )
    return Table(
        name,
        caption,
        ("Where", "Printed", "Why it cannot be right", "Our figure, or what kind of slip"),
        rows,
        SOURCE,
        ("id",),
        is_wide=True,
    )


def _place(each: Inconsistency) -> str:
    beside = "" if each.beside in {"", "-"} else f" / {each.beside}"
    return f"{each.id}. {each.place}{beside}"
