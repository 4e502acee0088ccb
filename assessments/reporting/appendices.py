"""The appendices: methods, the questions as they were put, every comparison. Pure."""

from assessments.evaluation import words
from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.methods import methods as methods_in_use
from assessments.reporting import chapters_groups, chapters_people, tabulate
from assessments.reporting.document import Cell, Chapter, Heading, Part, Row, Table, Text
from assessments.reporting.material import Material


def methods(material: Material) -> Chapter:
    """Each method in a sentence for a manager and a paragraph for a statistician, as the page of methods has them."""
    parts: list[Part] = [Text(material.prose("methods", "opening"), is_lead=True)]
    for method in methods_in_use():
        parts += [
            Heading(2, method.name),
            Text(f"**In a sentence.** {method.in_short}"),
            Text(method.in_full),
        ]
        if method.sources:
            parts.append(Text(f"**Source.** {' '.join(method.sources)}"))
    for heading, name in (("Checks before printing", "checks"), ("What is hidden, and why", "hiding")):
        parts += [Heading(2, heading), Text(material.prose("methods", name))]
    return Chapter("Methods", tuple(parts), is_about_method=True)


def instruments(material: Material) -> Chapter:
    """The profile questions with their answers, and the statements."""
    book = material.known.codebook
    parts: list[Part] = [Text(material.prose("instruments", "opening"), is_lead=True)]
    asked = book.of_kind(Kind.SINGLE, Kind.MULTIPLE)
    parts += [Heading(2, "About you and your work"), _questions(asked)]
    for heading, kind, name in (
        ("Statements before the course", Kind.PRE, "statements_before"),
        ("Statements after the course", Kind.POST, "statements_after"),
        ("Statements about support", Kind.SUPPORT, "statements_support"),
    ):
        parts += [Heading(2, heading), _statements(book.of_kind(kind), name, heading)]
    return Chapter("The questionnaires", tuple(parts))


def _questions(variables: tuple[Variable, ...]) -> Table:
    rows = tuple(
        Row((variable.label,), (Cell("; ".join(variable.code_labels)),), (variable.name,))
        for variable in variables
    )
    return Table(
        "questions",
        "Profile questions and their answers",
        ("Question", "Answers"),
        rows,
        "the codebook",
        ("variable",),
    )


def _statements(variables: tuple[Variable, ...], name: str, caption: str) -> Table:
    rows = tuple(Row((variable.label,), (Cell(variable.name),), (variable.name,)) for variable in variables)
    return Table(name, caption, ("Statement", "Code"), rows, "the codebook", ("variable",))


def counts(material: Material) -> Chapter:
    """The exact figures behind the charts: who took part, from what to what, and the groups that lie furthest apart."""
    known = material.known
    parts: list[Part] = [Text(material.prose("counts", "opening"), is_lead=True), Heading(2, "Who took part")]
    parts += [tabulate.question(known, variable) for variable in chapters_people.asked(material)]
    parts += [Heading(2, "From each answer before to each answer after")]
    parts += [tabulate.change(known, pair) for pair in range(len(known.codebook.pairs))]
    parts += [Heading(2, "Groups that lie furthest apart"), *chapters_groups.furthest(known)]
    parts += [Heading(2, "How each statement works")]
    parts += [
        tabulate.of_page(scale.table, f"items_{place}", material.source)
        for place, scale in enumerate(material.scales, start=1)
    ]
    return Chapter("The figures behind the charts", tuple(parts))


def comparisons(material: Material) -> Chapter:
    """Every item by every grouping; those of which nothing may be shown are named."""
    parts: list[Part] = [Text(material.prose("comparisons", name), is_lead=name == "opening")
                         for name in ("opening", "tests")]  # fmt: skip
    groupings = material.known.tables.groups.groupings
    made = [(grouping, tabulate.comparison(material.known, grouping)) for grouping in groupings]
    parts += [table for _, table in made if table is not None]
    silent = [chapters_groups.title(grouping) for grouping, table in made if table is None]
    if silent:
        parts.append(Text(f"{material.prose('comparisons', 'silent')} {words.listed(silent)}."))
    return Chapter("Every comparison", tuple(parts))
