"""What stands round the findings: summary, method, other sides, and how far to trust it all. Pure."""

from assessments.evaluation import charts, words
from assessments.evaluation.codebook import Kind
from assessments.evaluation.figures import whole
from assessments.evaluation.sections import FIRST_PAIR
from assessments.evaluation.tables import AGREE, DISAGREE, MOTIVATION
from assessments.reporting import chapters_change, chapters_groups, chapters_people, chapters_sides, tabulate
from assessments.reporting.chapters_statements import spread, told
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
    Points,
    Row,
    Strip,
    Table,
    Text,
)
from assessments.reporting.material import Material

ANSWERED = "answered"
AT_A_GLANCE = 5


def summary(material: Material) -> Chapter:
    """The report on two pages."""
    prose = material.prose
    return Chapter(
        "Summary",
        (
            Text(prose("summary", "lead"), is_lead=True),
            Strip(_strip(material)),
            Heading(2, "What we found"),
            Points(_findings(material)),
            Heading(2, "Before and after at a glance"),
            chapters_change.side_by_side(material, _widest(material)),
            Text(prose("summary", "method")),
            Text(prose("summary", "limits")),
        ),
    )


def _widest(material: Material) -> tuple[tuple[str, str], ...]:
    """The pairs with most disagreement before the course, in the order of the questionnaire."""
    known = material.known
    pairs = known.codebook.pairs
    disagree = {pre: known.frequency(pre, DISAGREE).percent or 0.0 for pre, _ in pairs}
    chosen = sorted(disagree, key=lambda pre: -disagree[pre])[:AT_A_GLANCE]
    return tuple(pair for pair in pairs if pair[0] in chosen)


def _strip(material: Material) -> tuple[tuple[str, str, str], ...]:
    known = material.known
    strip: list[tuple[str, str, str]] = []
    shown = told(known, material.of_kind(Kind.POST), AGREE)
    if shown:
        _, variable, number = max(shown, key=lambda each: each[0])
        about = words.lower_first(tabulate.topic(known, variable.name))
        strip.append((number.said, f"agree after the course: {about}", number.range_said))
    turned = chapters_change.most_turned(material)
    if turned:
        strip.append(turned)
    if material.answered.both_percent is not None:
        strip.append(
            (
                f"{material.answered.both_percent}%",
                "answered both before and after",
                f"about {material.answered.both} people",
            )
        )
    return tuple(strip)


def _findings(material: Material) -> tuple[str, ...]:
    known = material.known
    variables = known.codebook.variables
    findings = [f"**Who answered.** {material.answered.said}"]
    if "length" in variables:
        findings.append(
            f"**Time in this work.** {chapters_people.largest(tabulate.question(known, variables['length']))}"
        )
    if MOTIVATION in variables:
        findings.append(
            f"**Why they came.** {chapters_people.largest(tabulate.question(known, variables[MOTIVATION]))}"
        )
    findings.append(f"**Before the course.** {spread(known, material.of_kind(Kind.PRE))}")
    findings.append(f"**After the course.** {spread(known, material.of_kind(Kind.POST))}")
    pairs = [pre for pre, _ in known.codebook.pairs]
    shown = chapters_change.moved(material, FIRST_PAIR if FIRST_PAIR in pairs else pairs[0])
    findings.append(f"**Who moved: {words.lower_first(shown.topic)}.** {shown.finding}")
    found = {g.name: chapters_groups.compared(known, g) for g in known.tables.groups.groupings}
    findings.append(
        f"**Was it the same for everyone?** {chapters_groups.finding(chapters_groups.overview(known, found))}"
    )
    findings.append(f"**Support back at work.** {spread(known, material.of_kind(Kind.SUPPORT))}")
    return tuple(findings)


def method(material: Material) -> Chapter:
    """How the evaluation was done, and how to read it."""
    prose = material.prose
    table = answered_table(material)
    return Chapter(
        "How this evaluation was done",
        (
            Text(prose("method", "opening"), is_lead=True),
            Heading(2, "What was asked, and when"),
            Text(prose("method", "asking")),
            Text(prose("method", "confidential")),
            Heading(2, "Who answered"),
            _answered_figure(material, table),
            table,
            *_lost(material),
            Heading(2, "How the figures are made"),
            Text(prose("method", "agreeing")),
            Text(prose("method", "pairs")),
            Text(prose("method", "ranges")),
            Text(prose("method", "tests")),
            Note("Nobody can be picked out.", prose("method", "hiding")),
            Heading(2, "Where the questions come from"),
            Text(prose("method", "study")),
        ),
    )


def _lost(material: Material) -> tuple[Part, ...]:
    """Whether those who answered only before differ from those who answered twice."""
    lost = material.dropout
    said = (*lost.counts, ("What losing them means", lost.finding))
    rows = tuple(Row((whom,), (Cell(words_said),)) for whom, words_said in said)
    once = Table(
        "once", "Who answered when, and whether it matters", ("Answered", "People"), rows, material.source
    )
    parts: list[Part] = [Heading(2, "Who answered only once"), once]
    if lost.table is not None:
        parts.append(tabulate.of_page(lost.table, "lost", material.source))
    return tuple(parts)


def answered_table(material: Material) -> Table:
    """How many people answered before, after, and both; to the nearest five, as single people must not be told."""
    answered = material.answered
    rows = [
        ("Before the course", answered.before),
        ("After the course", answered.after),
        ("Both", answered.both),
    ]
    percent = answered.both_percent
    cells = [Cell(""), Cell(""), Cell(HIDDEN) if percent is None else Cell(f"{percent}", (percent,))]
    return Table(
        ANSWERED,
        "People who answered, to the nearest five",
        ("Questionnaire", "About so many people", "Per cent of all who answered"),
        tuple(
            Row((label,), (Cell(f"{people:,}", (people,)), cell))
            for (label, people), cell in zip(rows, cells, strict=True)
        ),
        material.source,
    )


def _answered_figure(material: Material, table: Table) -> Figure:
    largest = max(row.cells[0].values[0] for row in table.rows) or 1
    rows = []
    for row in table.rows:
        people = row.cells[0].values[0]
        bar = charts.whole_bar(whole(100 * people / largest))
        rows.append(ChartRow(row.heads[0], bar, "people", strong=f"about {row.cells[0].text}"))
    return Figure(
        "How many people answered",
        (ChartGroup("", tuple(rows)),),
        material.answered.said
        + (f" About {material.answered.both:,} answered both." if material.answered.both else ""),
        (ANSWERED,),
        material.source,
        "whole",
    )


def trust(material: Material) -> Chapter:
    """How far these findings can be trusted."""
    prose = material.prose
    parts: list[Part] = [Text(prose("trust", "opening"), is_lead=True)]
    for heading, name in (("Strong", "strong"), ("Weak", "weak"), ("Next time", "next")):
        parts += [Heading(2, heading), Points(prose.listed("trust", name))]
        missing = chapters_sides.not_asked(material) if name == "weak" else ()
        if missing:
            parts += [Heading(2, "Not asked"), Points(missing)]
    if material.scales:
        parts += [
            Heading(2, "Do the statements do their work?"),
            Text(prose("trust", "scales")),
            _scales(material),
        ]
    return Chapter("How far to trust this", tuple(parts))


def _scales(material: Material) -> Table:
    """What each set of statements is good for, in words."""
    rows = tuple(
        Row((scale.title,), (Cell(scale.reliability), Cell(scale.room))) for scale in material.scales
    )
    return Table(
        "scales",
        "How well the sets of statements work",
        ("Asked", "Do they go together?", "Is there room to agree more?"),
        rows,
        material.source,
    )
