"""What lasted, and what managers and focus groups say beside what practitioners say of themselves. Pure."""

from assessments.evaluation import waves
from assessments.evaluation.later_figures import Later
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.tables import AGREE, AGREEING
from assessments.reporting import tabulate
from assessments.reporting.document import Cell, Chapter, Heading, Part, Row, Table, Text
from assessments.reporting.known import Number, make_number
from assessments.reporting.material import Material


def sides(material: Material) -> Chapter | None:
    """Practitioners, managers and focus groups, laid side by side; None where only practitioners were asked."""
    parts: list[Part] = [Text(material.prose("sides", "opening"), is_lead=True)]
    if _has_managers(material):
        parts += [Heading(2, "Practitioners and their managers"), _managers(material)]
    if _has_marks(material):
        told = _told(material.later[-1], "focus_groups", "sheets of focus groups")
        parts += [Heading(2, "Marks of focus groups"), *told]
    return Chapter("Seen from three sides", tuple(parts)) if len(parts) > 1 else None


def not_asked(material: Material) -> tuple[str, ...]:
    """Who else could have been asked, or have been asked again, and was not: said where it is weighed what findings rest on."""
    prose = material.prose
    told = (
        (_has_later(material), prose("later", "not_asked")),
        (_has_managers(material), prose("sides", "not_asked_managers")),
        (_has_marks(material), prose("sides", "not_asked_focus")),
    )
    return tuple(said for was_asked, said in told if not was_asked)


def _has_managers(material: Material) -> bool:
    return bool(len(material.managers or ()))


def _has_later(material: Material) -> bool:
    return any(each.table for each in material.later[:-1])


def _has_marks(material: Material) -> bool:
    return bool(material.later and material.later[-1].table)


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


def lasted(material: Material) -> Chapter | None:
    """What the same people say weeks and months after the course; None where nobody was asked again."""
    if not _has_later(material):
        return None
    parts: list[Part] = [Text(material.prose("later", "opening"), is_lead=True)]
    for place, each in enumerate(material.later[:-1], start=1):
        parts += [Heading(2, each.title), *_told(each, f"later_{place}", material.source)]
    return Chapter("What lasted", tuple(parts))


def _told(each: Later, name: str, source: str) -> tuple[Part, ...]:
    """What was found, in words, and the figures where any may be shown."""
    if each.table is None:
        return (Text(each.finding),)
    said = [("In all", each.finding), *((line.topic, line.said) for line in each.lines)]
    rows = tuple(Row((about,), (Cell(words),)) for about, words in said)
    found = Table(f"{name}_found", f"{each.title}: what was found", ("About", "Found"), rows, source)
    return (found, tabulate.of_page(each.table, name, source))
