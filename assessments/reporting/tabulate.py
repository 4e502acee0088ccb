"""The tables of the report, made from what may be shown. Pure."""

from collections.abc import Sequence

from assessments.evaluation import figures, words
from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.figures import NO_IMPACT
from assessments.evaluation.tables import AGREE, DISAGREE, MOTIVATION, MOTIVATION_ITEM, SINGLE, Grouping
from assessments.reporting.document import HIDDEN, Cell, Row, Table
from assessments.reporting.known import Known, Number, Test

SHORT = {
    "SA": "Strongly agree",
    "A": "Agree",
    "D": "Disagree",
    "SD": "Strongly disagree",
    NO_IMPACT: "No impact",
}
NARROW = 6
"""A table of more columns than this is set in smaller type."""
WORST_FIRST = ("SD", "D", "A", "SA", NO_IMPACT)
ASKED = {Kind.PRE: "the questionnaire before the course", Kind.POST: "the questionnaire after the course",
         Kind.SUPPORT: "the questionnaire after the course"}  # fmt: skip


def question(known: Known, variable: Variable) -> Table:
    """One profile question: each answer, how many gave it, and its share."""
    if variable.kind is Kind.MULTIPLE:
        numbers = [(label, code, known.frequency(code, "yes")) for code, label in _answers(variable)]
        note = "People could tick several answers, so the shares add up to more than a whole."
    else:
        single = variable.name + SINGLE
        name = single if single in known.counted else variable.name
        codes = {code for key, code in known.tables.frequencies.keys if key == name}
        numbers = [
            (label, code, known.frequency(name, code)) for code, label in _answers(variable) if code in codes
        ]
        note = "People who ticked more than one answer are left out." if name == single else ""
    rows = [
        Row((label,), (n.count_cell, n.percent_cell, n.range_cell), (n.key[1], code))
        for label, code, n in numbers
    ]
    base = numbers[0][2]
    rows.append(Row(("All who answered",), (base.base_cell, Cell(""), Cell("")), (base.key[1], "")))
    return Table(
        variable.name,
        title_of(variable),
        ("Answer", "People", "Per cent", "Likely range"),
        tuple(rows),
        "the questionnaire before the course",
        ("variable", "code"),
        note,
    )


def title_of(variable: Variable) -> str:
    """A few words for a profile question."""
    return words.GROUPINGS.get(variable.name, variable.label)


def _answers(variable: Variable) -> Sequence[tuple[str, str]]:
    return list(zip(variable.codes, variable.code_labels, strict=True))


def statements(known: Known, variables: Sequence[Variable], name: str, caption: str) -> Table:
    """Statements: each answer's share, and how many agree in all."""
    kind = variables[0].kind
    codes = [code for code in WORST_FIRST if code in variables[0].codes]
    rows = []
    for variable in variables:
        agree = known.frequency(variable.name, AGREE)
        parts = [known.frequency(variable.name, code).percent_cell for code in (*codes, DISAGREE)]
        rows.append(
            Row(
                (variable.label,),
                (agree.base_cell, *parts, agree.percent_cell, agree.range_cell),
                (variable.name,),
            )
        )
    return Table(
        name,
        caption,
        (
            "Statement",
            "People",
            *(SHORT[code] for code in codes),
            "Disagree in all",
            "Agree in all",
            "Likely range",
        ),
        tuple(rows),
        ASKED[kind],
        ("variable",),
        "Per cent of the people who answered the statement.",
        is_wide=True,
    )


def change(known: Known, pair: int) -> Table:
    """Answers after the course by answers before it, for one pair of statements."""
    transitions = known.tables.transitions
    pre, post = transitions.pairs[pair]
    before, after = transitions.ratings[pair]
    rows = []
    for rating in sorted(before, key=WORST_FIRST.index):
        numbers = [known.transition(pair, rating, code) for code in WORST_FIRST if code in after]
        agree = known.agreeing(pair, rating)
        cells = (
            numbers[0].base_cell,
            *(n.percent_cell for n in numbers),
            agree.percent_cell,
            agree.range_cell,
        )
        rows.append(Row((SHORT[rating],), cells, (rating,)))
    heads = (
        "Before",
        "People",
        *(SHORT[code] for code in WORST_FIRST if code in after),
        "Agree in all",
        "Likely range",
    )
    return Table(
        f"change_{pre}",
        f"{topic(known, pre)}: answers after, by answers before",
        heads,
        tuple(rows),
        "people who answered both questionnaires",
        ("before",),
        f"Per cent of each row. Before: “{_label(known, pre)}” After: “{_label(known, post)}”",
    )


def _label(known: Known, name: str) -> str:
    return known.codebook.variables[name].label


def topic(known: Known, name: str) -> str:
    """A few words for a statement."""
    return words.topic(name, _label(known, name), known.codebook.pairs)


def wording(known: Known, item: str) -> str:
    """What people agreed with, or why they came."""
    if not item.startswith(MOTIVATION_ITEM):
        return _label(known, item)
    motivation = known.codebook.variables[MOTIVATION]
    return dict(_answers(motivation))[item.removeprefix(MOTIVATION_ITEM)]


def group_labels(known: Known, grouping: Grouping) -> tuple[str, ...]:
    """What the groups of a grouping are called."""
    variable = known.codebook.variables.get(grouping.name)
    if variable is None:
        return tuple(group.capitalize() for group in grouping.groups)
    plain = dict(_answers(variable))
    return tuple(words.GROUP_LABELS.get((grouping.name, group), plain[group]) for group in grouping.groups)


def comparison(known: Known, grouping: Grouping) -> Table | None:
    """Every item by one grouping, as in the study's first appendix, but with every test and not only those that succeed.

    Items of which no figure may be shown are counted in the note; None where that is all of them.
    """
    rows: list[Row] = []
    starts: list[tuple[int, str]] = []
    for item in known.tables.groups.items:
        numbers = known.groups(item, grouping)
        cells = (*(n.percent_cell for n in numbers), *_test_cells(known.test(item, grouping)))
        if not any(cell.values for cell in cells):
            continue
        asked = when(known, item)
        if not starts or starts[-1][1] != asked:
            starts.append((len(rows), asked))
        rows.append(Row((short(known, item),), cells, (item,)))
    if not rows:
        return None
    left_out = len(known.tables.groups.items) - len(rows)
    heads = (
        "Share who agree, or chose this",
        *group_labels(known, grouping),
        "p",
        "p adjusted",
        "Cramér’s V",
    )
    return Table(
        f"by_{grouping.name}",
        f"Every answer by: {words.lower_first(words.GROUPINGS.get(grouping.name, grouping.name))}",
        heads,
        tuple(rows),
        "both questionnaires",
        ("item",),
        "Per cent of each group."
        + (
            f" Left out, as too few are in the groups to show any figure: {left_out} more."
            if left_out
            else ""
        ),
        tuple(starts),
        is_wide=True,
    )


def furthest(known: Known, grouping: Grouping, items: Sequence[str]) -> Table:
    """A few items by one grouping, with bases and ranges."""
    rows: list[Row] = []
    starts = []
    for item in items:
        starts.append((len(rows), f"{when(known, item)}: {wording(known, item)}"))
        for label, number in zip(group_labels(known, grouping), known.groups(item, grouping), strict=True):
            cells = (number.base_cell, number.percent_cell, number.range_cell)
            rows.append(Row((label,), cells, (item, number.key[-1])))
    name = words.GROUPINGS.get(grouping.name, grouping.name)
    return Table(
        f"furthest_{grouping.name}",
        f"{name}: the figures of the chart",
        ("Group", "People", "Per cent", "Likely range"),
        tuple(rows),
        "both questionnaires",
        ("item", "group"),
        groups=tuple(starts),
    )


def short(known: Known, item: str) -> str:
    """A few words for an item."""
    return wording(known, item) if item.startswith(MOTIVATION_ITEM) else topic(known, item)


def when(known: Known, item: str) -> str:
    """When an item was asked."""
    if item.startswith(MOTIVATION_ITEM):
        return "Why they came"
    kind = known.codebook.variables[item].kind
    return {Kind.PRE: "Before the course", Kind.POST: "After the course"}.get(kind, "Support back at work")


def _test_cells(test: Test) -> tuple[Cell, ...]:
    if test.p is None or test.p_adjusted is None or test.cramers_v is None:
        return (Cell(HIDDEN if test.is_hidden else ""),) * 3
    return (
        Cell(words.p_value(test.p), (test.p,)),
        Cell(words.p_value(test.p_adjusted), (test.p_adjusted,), (*test.key, "p_adjusted")),
        Cell(f"{test.cramers_v:.2f}", (test.cramers_v,), (*test.key, "cramers_v")),
    )


def sizes(known: Known, grouping: Grouping) -> Sequence[Number]:
    """How many people are in each group, over everyone who answered the question."""
    single = grouping.name + SINGLE
    name = single if single in known.counted else grouping.name
    return [known.frequency(name, group) for group in grouping.groups]


def of_page(shown: figures.Table, name: str, source: str, *, words_first: int = 1) -> Table:
    """A table of a page of results, whose figures are finished already.

    Args:
        shown: The table.
        name: What it is called in the report.
        source: Where its figures come from.
        words_first: How many columns of words come first.
    """
    rows = tuple(
        Row(
            tuple(str(each) for each in row[:words_first]),
            tuple(_finished(each) for each in row[words_first:]),
        )
        for row in shown.rows
    )
    return Table(name, shown.caption, shown.heads, rows, source, is_wide=len(shown.heads) > NARROW)


def _finished(cell: str | int) -> Cell:
    if isinstance(cell, int):
        return Cell(str(cell), (cell,))
    return Cell(HIDDEN if cell == words.NOT_SHOWN else cell)
