"""Who took part, and why they came. Pure."""

from assessments.evaluation import charts, words
from assessments.evaluation.codebook import Variable
from assessments.evaluation.figures import INSTEAD, PROFILE, Share, whole
from assessments.evaluation.tables import MOTIVATION
from assessments.reporting import tabulate
from assessments.reporting.document import (
    Chapter,
    ChartGroup,
    ChartRow,
    Figure,
    Heading,
    Part,
    Row,
    Table,
    Text,
)
from assessments.reporting.material import Material

TOO_FEW = "One of the answers was given by too few to say what share gave any of them."


def profile(material: Material) -> Chapter:
    """Who took part: a chart for each question."""
    parts: list[Part] = [Text(material.prose("people", "opening"), is_lead=True)]
    for variable in asked(material):
        table = tabulate.question(material.known, variable)
        parts += [Heading(2, tabulate.title_of(variable)), shares(material, table)]
        if table.note:
            parts.append(Text(table.note))
    return Chapter("Who took part", tuple(parts))


def asked(material: Material) -> tuple[Variable, ...]:
    """The profile questions; a coarser one in place of a question of which no share may be shown."""
    variables = material.known.codebook.variables
    found = []
    for name in PROFILE:
        choices = [variables[each] for each in (name, *INSTEAD.get(name, ())) if each in variables]
        shown = (
            each
            for each in choices
            if any(row.cells[1].values for row in tabulate.question(material.known, each).rows)
        )
        found += [next(shown, choices[0])] if choices else []
    return tuple(found)


def motivations(material: Material) -> Chapter:
    """Why they came."""
    variable = material.known.codebook.variables[MOTIVATION]
    table = tabulate.question(material.known, variable)
    return Chapter(
        "Why they came",
        (Text(material.prose("motivations", "opening"), is_lead=True), shares(material, table), table),
    )


def shares(material: Material, table: Table) -> Figure:
    """The chart of one question: a bar for each answer, in the order of the questionnaire."""
    rows = [_bar(row) for row in table.rows[:-1] if row.cells[0].text != "0"]
    return Figure(
        table.caption,
        (ChartGroup("", tuple(rows)),),
        largest(table),
        (table.name,),
        material.source,
        "range",
    )


def _bar(row: Row) -> ChartRow:
    people, percent, limits = row.cells
    (label,) = row.heads
    if not percent.values:
        return ChartRow(
            label, None, why_not=words.FEW_OTHERS if people.is_hidden else f"{people.text} people"
        )
    low, high = (whole(value) for value in limits.values)
    share = Share(whole(percent.values[0]), low, high, 0)
    return ChartRow(label, charts.share_bar(share), f"({low} to {high})", strong=f"{share.percent}%")


def largest(table: Table) -> str:
    """The most frequent answer, in a sentence."""
    told = [(row.cells[1].values[0], row) for row in table.rows[:-1] if row.cells[1].values]
    if not told:
        return TOO_FEW
    share, row = max(told, key=lambda pair: pair[0])
    low, high = (whole(value) for value in row.cells[2].values)
    base = table.rows[-1].cells[0]
    of = "" if base.is_hidden else f" of the {base.text} people who answered"
    label = row.heads[0].rstrip(".")
    return f"The most frequent answer is “{label}”: {whole(share)}%{of} (likely between {low}% and {high}%)."
