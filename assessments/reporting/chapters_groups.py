"""Was it the same for everyone: one section for each way of dividing practitioners. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.evaluation import charts, words
from assessments.evaluation.group_figures import CLEAR
from assessments.evaluation.tables import AGREE, MOTIVATION, MOTIVATION_ITEM, SINGLE, Grouping
from assessments.reporting import tabulate
from assessments.reporting.document import (
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
from assessments.reporting.known import Known, Number, Test
from assessments.reporting.material import Material, share_of

YES_NO = ("Yes", "No")
MOST_SHOWN = 6
FEWEST_SHOWN = 2
OVERVIEW = "comparisons"


@dataclass(frozen=True)
class Compared:
    """One item by one grouping, with its test."""

    item: str
    test: Test

    @property
    def is_clear(self) -> bool:
        """Whether the groups differ by more than chance and the number of comparisons explain."""
        return self.test.p_adjusted is not None and self.test.p_adjusted < CLEAR

    @property
    def is_worth_watching(self) -> bool:
        """Whether they differ by more than chance explains, but not when all comparisons are allowed for."""
        return not self.is_clear and self.test.p is not None and self.test.p < CLEAR


def groups(material: Material) -> Chapter:
    """An overview of all comparisons, then a section for each grouping."""
    known = material.known
    found = {g.name: compared(known, g) for g in known.tables.groups.groupings}
    table = overview(known, found)
    parts: list[Part] = [
        Text(material.prose("groups", "opening"), is_lead=True),
        Text(finding(table)),
        table,
        Text(material.prose("groups", "reading")),
    ]
    for grouping in known.tables.groups.groupings:
        parts.append(Heading(2, title(grouping)))
        parts += _section(material, grouping, found[grouping.name])
    return Chapter("Was it the same for everyone?", tuple(parts))


def title(grouping: Grouping) -> str:
    """A few words for a grouping."""
    return words.GROUPINGS.get(grouping.name, grouping.name)


def compared(known: Known, grouping: Grouping) -> tuple[Compared, ...]:
    """Every item whose test may be shown, the largest difference first."""
    tested = [Compared(item, known.test(item, grouping)) for item in known.tables.groups.items]
    shown = [each for each in tested if each.test.p is not None]
    return tuple(sorted(shown, key=lambda each: (each.test.p, each.item)))


def overview(known: Known, found: dict[str, tuple[Compared, ...]]) -> Table:
    """How many comparisons were made, how many are clear, and how many may not be shown."""
    rows = []
    items = len(known.tables.groups.items)
    for grouping in known.tables.groups.groupings:
        tested = found[grouping.name]
        counts = (
            len(tested),
            sum(each.is_clear for each in tested),
            sum(each.is_worth_watching for each in tested),
            items - len(tested),
        )
        rows.append(Row((title(grouping),), tuple(Cell(str(n), (n,)) for n in counts), (grouping.name,)))
    totals = tuple(sum(row.cells[place].values[0] for row in rows) for place in range(4))
    rows.append(Row(("All",), tuple(Cell(str(int(n)), (n,)) for n in totals), ("",)))
    return Table(
        OVERVIEW,
        "How many comparisons were made, and what they found",
        ("By", "Compared", "Clear difference", "Worth watching", "Not shown"),
        tuple(rows),
        "the tests of the appendix on comparisons",
        ("grouping",),
        "Not shown: too few people, or nothing to compare.",
    )


def finding(table: Table) -> str:
    """The overview in a sentence."""
    compared_in_all, clear, watch, _ = (cell.text for cell in table.rows[-1].cells)
    where = [words.lower_first(row.heads[0]) for row in table.rows[:-1] if row.cells[1].values[0]]
    if clear == "0":
        return (
            f"Of {compared_in_all} comparisons none shows a clear difference once all of them are allowed for. "
            f"{watch} are worth watching."
        )
    return (
        f"Of {compared_in_all} comparisons {clear} show a clear difference, by {words.listed(where)}. "
        f"{watch} more are worth watching."
    )


def charted(found: Sequence[Compared]) -> list[Compared]:
    """The items that a chart shows: differences that are clear or worth watching, else the largest there are."""
    differ = [each for each in found if each.is_clear or each.is_worth_watching]
    return differ[:MOST_SHOWN] or list(found)[:FEWEST_SHOWN]


def furthest(known: Known) -> list[Table]:
    """The figures of all charts."""
    found = []
    for grouping in known.tables.groups.groupings:
        shown = charted(compared(known, grouping))
        if shown:
            found.append(tabulate.furthest(known, grouping, [each.item for each in shown]))
    return found


def _section(material: Material, grouping: Grouping, found: tuple[Compared, ...]) -> list[Part]:
    clear = [each for each in found if each.is_clear]
    watch = [each for each in found if each.is_worth_watching]
    shown = charted(found)
    if not shown:
        return [Text(material.prose("groups", "nothing"))]
    known = material.known
    numbers = {each.item: known.groups(each.item, grouping) for each in shown}
    shares = [share_of(number) for row in numbers.values() for number in row]
    low = min((share.low for share in shares if share), default=0) // 20 * 20
    labels = tabulate.group_labels(known, grouping)
    chart = tuple(_chart_group(known, each, labels, numbers[each.item], low) for each in shown)
    figure = Figure(
        f"{title(grouping)}: where the groups lie furthest apart",
        chart,
        _said(known, labels, clear, watch, numbers),
        (f"furthest_{grouping.name}", f"by_{grouping.name}"),
        material.source,
        "forest",
        charts.forest_scale(low, 100),
    )
    return [figure]


def _chart_group(
    known: Known,
    each: Compared,
    labels: tuple[str, ...],
    numbers: Sequence[Number],
    low: int,
) -> ChartGroup:
    everyone = share_of(_everyone(known, each.item))
    rows = []
    for label, number in zip(labels, numbers, strict=True):
        share = share_of(number)
        if share is None:
            rows.append(ChartRow(label, None, why_not=words.FEW_OTHERS))
            continue
        drawing = charts.forest(share, everyone.percent if everyone else None, low, 100)
        rows.append(ChartRow(label, drawing, f"{share.low} to {share.high}", strong=f"{share.percent}%"))
    verdict = (
        "clear difference"
        if each.is_clear
        else "worth watching"
        if each.is_worth_watching
        else "no clear difference"
    )
    p = words.p_value(each.test.p_adjusted) if each.test.p_adjusted is not None else ""
    return ChartGroup(
        f"{tabulate.when(known, each.item)}: {words.lower_first(tabulate.short(known, each.item))} ({verdict}, adjusted p {p})",
        tuple(rows),
    )


def _everyone(known: Known, item: str) -> Number:
    if not item.startswith(MOTIVATION_ITEM):
        return known.frequency(item, AGREE)
    single = MOTIVATION + SINGLE
    return known.frequency(
        single if single in known.counted else MOTIVATION, item.removeprefix(MOTIVATION_ITEM)
    )


def _said(
    known: Known,
    labels: tuple[str, ...],
    clear: list[Compared],
    watch: list[Compared],
    numbers: Mapping[str, Sequence[Number]],
) -> str:
    if not clear and not watch:
        return "We see no clear difference between these groups on any statement that may be shown."
    told = (clear or watch)[0]
    shown = [
        (number.percent, number.said, f"answer “{label.lower()}”" if label in YES_NO else f"are “{label}”")
        for label, number in zip(labels, numbers[told.item], strict=True)
        if number.percent is not None
    ]
    (_, high, highest), (_, low, lowest) = max(shown), min(shown)
    about = f"“{words.lower_first(tabulate.short(known, told.item))}”"
    verb = "chose" if told.item.startswith(MOTIVATION_ITEM) else "agree about"
    opening = (
        "The clearest difference"
        if clear
        else "Nothing is clear once all comparisons are allowed for. Most worth watching"
    )
    return f"{opening}: {high} of those who {highest} {verb} {about}, and {low} of those who {lowest}."
