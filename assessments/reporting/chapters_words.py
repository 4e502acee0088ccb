"""What people said in their own words: themes by count, and quotes of those who agreed to be quoted. Pure."""

from assessments.evaluation import charts
from assessments.reporting.document import (
    HIDDEN,
    Cell,
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
from assessments.themes.results import InWords, Said

TOO_FEW = "Too few to show"


def words(material: Material) -> Chapter | None:
    """The questions whose themes came out, each with its figures and its quotes; nothing where none did."""
    if not material.words:
        return None
    prose = material.prose
    parts: list[Part] = [Text(prose("words", "opening"), is_lead=True)]
    for place, each in enumerate(material.words, start=1):
        table = _themes(each, f"words_{place}")
        parts += [Heading(2, f"“{each.wording}”"), _chart(each, table, prose("words", "finding")), table]
        quotes = _quotes(each, f"words_{place}_quotes")
        parts += [Text(prose("words", "quotes")), quotes] if quotes.rows else []
    return Chapter("In their own words", tuple(parts))


def _source(each: InWords) -> str:
    return f"{each.instrument}; the figures came out on {each.made_on.day} {each.made_on:%B %Y}"


def _themes(each: InWords, name: str) -> Table:
    rows = [Row((said.figure.name, said.figure.meaning), _cells(said)) for said in each.said]
    everyone = Cell(str(each.people), (each.people,))
    rows.append(
        Row(("All who wrote an answer", "Each could say several things"), (everyone, Cell(""), Cell("")))
    )
    return Table(
        name,
        f"Themes in answers to “{each.wording}”",
        ("Theme", "What it is", "People", "Share, %", "Range"),
        tuple(rows),
        _source(each),
        note=_agreement(each.kappa),
    )


def _agreement(kappa: float | None) -> str:
    if kappa is None:
        return ""
    given = format(kappa, ".2f")
    return f"The two agreed with kappa {given} over all themes together. One is full agreement, nought what chance brings."


def _cells(said: Said) -> tuple[Cell, ...]:
    share, people = said.figure.share, said.figure.people
    if share is None or people is None:
        return (Cell(HIDDEN),) * 3
    return (
        Cell(str(people), (people,)),
        Cell(str(share.percent), (share.percent,)),
        Cell(f"{share.low} to {share.high}", (share.low, share.high)),
    )


def _chart(each: InWords, table: Table, finding: str) -> Figure:
    return Figure(
        f"Share of those who answered, by theme: “{each.wording}”",
        (ChartGroup("", tuple(_row(said) for said in each.said)),),
        finding.format(people=each.people),
        (table.name,),
        table.source,
        "range",
    )


def _row(said: Said) -> ChartRow:
    share = said.figure.share
    if share is None:
        return ChartRow(said.figure.name, None, why_not=TOO_FEW)
    return ChartRow(
        said.figure.name,
        charts.share_bar(share),
        f"({share.low} to {share.high})",
        strong=f"{share.percent}%",
    )


def _quotes(each: InWords, name: str) -> Table:
    rows = [(said.figure.name, text) for said in each.said for text in said.quotes]
    return Table(
        name,
        "In their own words",
        ("Theme", "What somebody wrote"),
        tuple(Row((theme,), (Cell(f"“{text}”"),)) for theme, text in rows),
        _source(each),
    )
