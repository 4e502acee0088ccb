"""What changed: before and after side by side, and who moved, pair by pair. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assessments.evaluation import change_figures, charts, paired_figures, words
from assessments.evaluation.change_figures import Change
from assessments.reporting import tabulate
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
from assessments.reporting.material import Material, bar_row, room

MOVED_HEADS = (
    "Before",
    "People",
    "No impact, or disagree",
    "Agree",
    "Strongly agree",
    "Agree in all",
    "Likely range",
)


def change(material: Material) -> Chapter:
    """Every pair: first all of them as bars, then each as a flow with its table."""
    known = material.known
    parts: list[Part] = [
        Text(material.prose("change", "opening"), is_lead=True),
        Heading(2, "Before and after, side by side"),
        side_by_side(material, tuple(known.codebook.pairs)),
        Heading(2, "Who moved"),
        Text(material.prose("change", "reading")),
    ]
    few: list[tuple[str, Change]] = []
    for pre, _ in known.codebook.pairs:
        shown = moved(material, pre)
        table = change_table(shown, pre)
        chart = _flow(material, shown, table)
        if chart is None:
            few.append((pre, shown))
        else:
            parts += [Heading(3, shown.topic), chart, table]
    if few:
        parts += [
            Heading(3, "Where few disagreed before"),
            Text(material.prose("change", "few")),
            _few_table(few),
        ]
    parts += [Heading(2, "What tests say"), Text(material.prose("change", "tests")), tests(material)]
    return Chapter("What changed", tuple(parts))


def tests(material: Material) -> Table:
    """What a test says of the same people's two answers, pair by pair, in words."""
    rows = []
    for pre, _ in material.known.codebook.pairs:
        tested = paired_figures.tested(material.protected, pre)
        rows.append(
            Row((tabulate.topic(material.known, pre),), (Cell(tested.finding), Cell(tested.in_full)), (pre,))
        )
    return Table(
        "pairs_tested",
        "Whether answers after go with answers before",
        ("Statement", "What was found", "The tests"),
        tuple(rows),
        "people who answered both questionnaires",
        ("before",),
        is_wide=True,
    )


def moved(material: Material, pre: str) -> Change:
    """One pair of statements as a table of movement; answers that few gave are joined."""
    return change_figures.change(material.protected, pre)


def change_table(shown: Change, pre: str) -> Table:
    """The figures of a flow: people to the nearest five, whole per cents of each row."""
    return Table(
        f"moved_{pre}",
        f"{shown.topic}: what people said after, by what they said before",
        MOVED_HEADS,
        tuple(_change_rows(shown)),
        "people who answered both questionnaires",
        ("before",),
        f"Per cent of each row. Before: “{shown.before}” After: “{shown.after}”",
    )


def _few_table(few: Sequence[tuple[str, Change]]) -> Table:
    """The same for all pairs of which no flow can be drawn, one under the other."""
    rows: list[Row] = []
    starts = []
    for pre, shown in few:
        starts.append((len(rows), shown.topic))
        rows += [replace(row, codes=(pre, *row.codes)) for row in _change_rows(shown)]
    return Table(
        "moved_few",
        "Where few disagreed before: what people said after, by what they said before",
        MOVED_HEADS,
        tuple(rows),
        "people who answered both questionnaires",
        ("statement", "before"),
        "Per cent of each row.",
        tuple(starts),
    )


def _change_rows(shown: Change) -> Iterator[Row]:
    for row in shown.rows:
        people = Cell(HIDDEN) if row.people is None else Cell(f"about {row.people}", (row.people,))
        cells = [Cell(HIDDEN)] * 5
        if row.cells is not None and row.agree is not None:
            limits = Cell(f"{row.agree.low} to {row.agree.high}", (row.agree.low, row.agree.high))
            shares = (*(each.percent for each in row.cells), row.agree.percent)
            cells = [*(Cell(str(share), (share,)) for share in shares), limits]
        yield Row((row.label,), (people, *cells), (row.label,))


def side_by_side(material: Material, names: Sequence[tuple[str, str]]) -> Figure:
    """Pairs of statements as two bars each, on one zero line."""
    variables = material.known.codebook.variables
    pairs = [
        (pre, material.bar(variables[pre], "Before"), material.bar(variables[post], "After"))
        for pre, post in names
    ]
    left = room([bar for _, before, after in pairs for bar in (before, after)])
    groups = tuple(
        ChartGroup(
            tabulate.topic(material.known, pre),
            tuple(bar_row(bar.label, bar, left, apart=True) for bar in (before, after)),
        )
        for pre, before, after in pairs
    )
    return Figure(
        "Each statement before the course and its twin after it",
        groups,
        "The two questions of a pair are not the same, so their figures stand side by side and are not subtracted.",
        ("before", "after"),
        material.source,
        "agreement",
    )


def _flow(material: Material, shown: Change, table: Table) -> Figure | None:
    """The chart of one pair; None where too few answers before may be shown for one."""
    drawing = charts.flow(shown)
    if drawing is None:
        return None
    return Figure(
        f"{shown.topic}: from the answers before to the answers after",
        (ChartGroup("", (ChartRow("", drawing),)),),
        shown.finding,
        (table.name,),
        material.source,
        "flow",
    )


def most_turned(material: Material) -> tuple[str, str, str] | None:
    """The pair with most people who disagreed before: the share that agrees after, what about, and its range."""
    found = [moved(material, pre) for pre, _ in material.known.codebook.pairs]
    told = [(each.rows[0].agree, each) for each in found if each.rows[0].agree is not None]
    if not told:
        return None
    share, most = max(told, key=lambda pair: pair[0].people)
    about = words.lower_first(most.topic)
    return (
        f"{share.percent}%",
        f"of those who disagreed before now agree: {about}",
        f"likely between {share.low}% and {share.high}%",
    )
