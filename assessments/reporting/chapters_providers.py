"""Providers side by side, with their cohorts as what varies by chance; in the order of their names, never ranked. Pure."""

from collections.abc import Mapping, Sequence

from assessments.evaluation import charts, words
from assessments.evaluation.cohort_figures import Cohorts
from assessments.evaluation.comparisons import FIRST_ITEM
from assessments.evaluation.figures import Share
from assessments.evaluation.group_figures import Group
from assessments.evaluation.sections import Page
from assessments.reporting import tabulate
from assessments.reporting.document import (
    HIDDEN,
    Cell,
    Chapter,
    ChartGroup,
    ChartRow,
    Figure,
    Heading,
    Note,
    Part,
    Row,
    Table,
    Text,
)
from assessments.reporting.material import Material

TABLE = "providers"
MOST_SHOWN = 6
UNTESTED_SHOWN = 3


def providers(material: Material) -> Chapter | None:
    """What is clear, the statements it is clear about as charts, and every test; None where no two can be compared."""
    pages = comparable(material)
    if not pages:
        return None
    parts: list[Part] = [
        Text(material.prose("providers", "opening"), is_lead=True),
        _figure(material, pages),
        Note("Not a league table.", material.prose("providers", "not_ranked")),
        Heading(2, "Is it more than chance?"),
        Text(material.prose("providers", "cohorts")),
        *_tests(material, pages),
    ]
    return Chapter("Provider by provider", tuple(parts))


def comparable(material: Material) -> Mapping[str, Page]:
    """The statements of which the figures of two providers or more may be shown, in the order of the questionnaire."""
    return {
        item: page
        for item, page in material.providers.items()
        if sum(group.share is not None for group in _groups(page)) > 1
    }


def table(material: Material) -> Table | None:
    """Each statement, provider by provider; None where no two can be compared."""
    rows: list[Row] = []
    starts = []
    for item, page in comparable(material).items():
        starts.append((len(rows), _title(material, item)))
        rows += [
            Row((group.label,), (_people(group), *_share(group.share)), (item,)) for group in _groups(page)
        ]
    if not rows:
        return None
    return Table(
        TABLE,
        "Share who agree, provider by provider",
        ("Provider", "People", "Agree, %", "Likely range"),
        tuple(rows),
        "the questionnaire after the course",
        ("item",),
        "In the order of the names. People to the nearest five.",
        tuple(starts),
    )


def _groups(page: Page) -> Sequence[Group]:
    groups: Sequence[Group] = page.show["groups"]
    return groups


def _cohorts(page: Page) -> Cohorts | None:
    cohorts: Cohorts | None = page.show["cohorts"]
    return cohorts


def _title(material: Material, item: str) -> str:
    return f"{tabulate.when(material.known, item)}: {words.lower_first(tabulate.short(material.known, item))}"


def _people(group: Group) -> Cell:
    return Cell(HIDDEN) if group.people is None else Cell(f"about {group.people}", (group.people,))


def _share(share: Share | None) -> tuple[Cell, Cell]:
    if share is None:
        return Cell(HIDDEN), Cell(HIDDEN)
    return (
        Cell(str(share.percent), (share.percent,)),
        Cell(f"{share.low} to {share.high}", (share.low, share.high)),
    )


def _is_clear(page: Page) -> bool | None:
    cohorts = _cohorts(page)
    return None if cohorts is None else cohorts.verdicts[0].is_clear


def _charted(pages: Mapping[str, Page]) -> Sequence[str]:
    """The statements on which providers differ; where there are none, a few that are not chosen by their figures."""
    clear = [item for item, page in pages.items() if _is_clear(page)][:MOST_SHOWN]
    return (
        clear
        or [item for item in pages if item == FIRST_ITEM]
        + [item for item in pages if item != FIRST_ITEM][: UNTESTED_SHOWN - 1]
    )


def _figure(material: Material, pages: Mapping[str, Page]) -> Figure:
    charted = _charted(pages)
    low = min(pages[item].show["low"] for item in charted)
    return Figure(
        "Share who agree, provider by provider",
        tuple(ChartGroup(_title(material, item), _rows(pages[item], low)) for item in charted),
        _finding(material, pages),
        (TABLE,),
        material.source,
        "forest",
        charts.forest_scale(low, 100),
    )


def _rows(page: Page, low: int) -> tuple[ChartRow, ...]:
    everyone: Share | None = page.show["everyone"]
    rows = []
    for group in _groups(page):
        share = group.share
        if share is None:
            rows.append(ChartRow(group.label, None, why_not=group.why_not or words.FEW_OTHERS))
            continue
        drawing = charts.forest(share, everyone.percent if everyone else None, low, 100)
        rows.append(
            ChartRow(group.label, drawing, f"{share.low} to {share.high}", strong=f"{share.percent}%")
        )
    return tuple(rows)


def _finding(material: Material, pages: Mapping[str, Page]) -> str:
    if all(_is_clear(page) is None for page in pages.values()):
        return "There are too few cohorts to say whether providers differ by more than chance."
    clear = [item for item, page in pages.items() if _is_clear(page)]
    if not clear:
        return "We see no clear difference between providers on any statement."
    about = [f"“{words.lower_first(tabulate.short(material.known, item))}”" for item in clear]
    return f"Providers differ by more than chance about {words.listed(about)}."


def _tests(material: Material, pages: Mapping[str, Page]) -> tuple[Part, ...]:
    """What is said of each statement; one sentence where nothing can be said of any."""
    tested = {item: cohorts for item, page in pages.items() if (cohorts := _cohorts(page)) is not None}
    verdicts = [verdict for cohorts in tested.values() for verdict in cohorts.verdicts]
    if not verdicts:
        return (Text(material.prose("providers", "changed")),)
    if all(verdict.is_clear is None for verdict in verdicts) and len({each.said for each in verdicts}) == 1:
        return (Text(verdicts[0].said),)
    rows = tuple(
        Row(
            (_title(material, item),),
            (*(Cell(verdict.said) for verdict in cohorts.verdicts), Cell(cohorts.alike)),
            (item,),
        )
        for item, cohorts in tested.items()
    )
    heads = [verdict.title for verdict in next(iter(tested.values())).verdicts]
    return (
        Table(
            "providers_tested",
            "Whether cohorts differ by who teaches them, where, and in which pattern",
            ("Statement", *heads, "Within cohorts"),
            rows,
            "the questionnaire after the course",
            ("item",),
            is_wide=True,
        ),
    )
