"""What managers and focus groups say beside what practitioners say of themselves. Pure."""

import numpy as np

from assessments.evaluation import marks, waves, words
from assessments.evaluation.estimates import Estimate
from assessments.evaluation.figures import people
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.tables import AGREE, AGREEING
from assessments.reporting import tabulate
from assessments.reporting.document import HIDDEN, Cell, Chapter, Heading, Part, Row, Table, Text
from assessments.reporting.known import Number, make_number, one_decimal
from assessments.reporting.material import Material

BEFORE = "_before"


def sides(material: Material) -> Chapter:
    """Practitioners, managers and focus groups, laid side by side where they were asked."""
    prose = material.prose
    parts: list[Part] = [Text(prose("sides", "opening"), is_lead=True)]
    managers = _managers(material) if len(material.managers or ()) else None
    marked = _marks(material) if len(material.focus or ()) else None
    parts += [Heading(2, "Practitioners and their managers")]
    parts += [managers] if managers else [Text(prose("sides", "not_asked_managers"))]
    parts += [Heading(2, "Marks of focus groups")]
    parts += [marked] if marked else [Text(prose("sides", "not_asked_focus"))]
    parts += [] if managers and marked else [Text(prose("sides", "ahead"))]
    return Chapter("Seen from three sides", tuple(parts))


def _managers(material: Material) -> Table:
    """Statements that both were asked about: how many practitioners agree, and how many of their managers."""
    known, answers = material.known, material.managers
    assert answers is not None  # noqa: S101 -- the caller asks only when there are answers
    policy = material.protected.policy or Policy()
    rows = []
    for name, twin in waves.twins(answers.codebook):
        if twin not in known.codebook.variables:
            continue
        own, theirs = known.frequency(twin, AGREE), _agreeing(answers, name, policy, exact=material.exact)
        cells = (
            own.base_cell,
            own.percent_cell,
            own.range_cell,
            theirs.base_cell,
            theirs.percent_cell,
            theirs.range_cell,
        )
        rows.append(Row((tabulate.topic(known, twin),), cells, (twin, name)))
    return Table(
        "managers",
        "Share who agree that practitioners are further on",
        ("Statement", "Practitioners", "Agree, %", "Range", "Managers", "Agree, % ", "Range "),
        tuple(rows),
        "the questionnaire after the course, and the managers’ view three to four months later",
        ("statement", "manager"),
        "A manager answers about all of those who came, and names nobody.",
    )


def _agreeing(answers: Responses, name: str, policy: Policy, *, exact: bool) -> Number:
    """How many managers agree; nothing where they are too few, or too few do not."""
    codes = answers.column(name)
    base = int((codes > 0).sum())
    agree = int(((codes > 0) & (codes <= len(AGREEING))).sum())
    few = 0 < base < policy.smallest_count
    hidden = base < policy.percent_base or any(
        policy.is_small(n, special=False) for n in (agree, base - agree)
    )
    return make_number((), agree, base, hidden, few, hidden, exact=exact)


def _marks(material: Material) -> Table:
    """Marks out of ten that the same people gave for before the course and for now."""
    answers = material.focus
    assert answers is not None  # noqa: S101 -- the caller asks only when there are answers
    policy = material.protected.policy or Policy()
    rows = []
    for name in answers.names:
        after = name.removesuffix(BEFORE) + "_after"
        if not name.endswith(BEFORE) or after not in answers.names:
            continue
        before_marks, after_marks = (waves.numbers_of(answers, each) for each in (name, after))
        found = marks.compare_marks(before_marks, after_marks, policy)
        label = answers.codebook.variables[name].label.removesuffix(", before")
        cells = (Cell(HIDDEN),) * 5
        if found is not None:
            shown = people(found.people)
            cells = (
                Cell(f"about {shown}", (shown,)),
                _mean(found.before.mean),
                _mean(found.after.mean),
                _signed(found.difference),
                Cell(words.p_value(found.t_p) if not np.isnan(found.t_p) else ""),
            )
        rows.append(Row((label,), cells, (name,)))
    return Table(
        "focus_groups",
        "Marks from one to ten, before the course and now",
        ("What was marked", "People", "Before", "Now", "Difference", "p"),
        tuple(rows),
        "sheets of focus groups",
        ("mark",),
        "Means of those who gave both marks; the difference with its likely range, and the paired t test.",
    )


def _mean(value: float) -> Cell:
    return Cell(one_decimal(value), (value,))


def _signed(difference: Estimate) -> Cell:
    said = [words.decimal(each, 1) for each in (difference.value, difference.low, difference.high)]
    value, low, high = (f"+{each}" if each[0].isdigit() and float(each) else each for each in said)
    return Cell(f"{value} ({low} to {high})")
