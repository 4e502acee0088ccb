"""What practitioners agree with: before the course, after it, and about support back at work. Pure."""

from collections.abc import Sequence

from assessments.evaluation import words
from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.tables import AGREE, DISAGREE
from assessments.reporting import tabulate
from assessments.reporting.document import Chapter, Figure, Part, Text
from assessments.reporting.known import Known, Number
from assessments.reporting.material import Material

NO_IMPACT = "NI"


def before(material: Material) -> Chapter:
    """How practitioners saw their work before the course."""
    return _chapter(material, Kind.PRE, "before", "Before the course", "Agreement before the course")


def after(material: Material) -> Chapter:
    """Whether they feel further on after it."""
    return _chapter(material, Kind.POST, "after", "After the course", "Agreement after the course")


def support(material: Material) -> Chapter:
    """What they expect to find back at work."""
    return _chapter(
        material, Kind.SUPPORT, "support", "What will help it last", "Support expected back at work"
    )


def _chapter(material: Material, kind: Kind, name: str, title: str, caption: str) -> Chapter:
    variables = material.of_kind(kind)
    table = tabulate.statements(material.known, variables, name, f"{caption}: every statement")
    is_after = kind is Kind.POST
    label = "Before" if kind is Kind.PRE else "After"
    figure = Figure(
        caption,
        material.bars(variables, label, apart=is_after),
        spread(material.known, variables),
        (table.name,),
        material.source,
        "agreement" if is_after else "agreement-plain",
    )
    parts: list[Part] = [Text(material.prose(name, "opening"), is_lead=True), figure]
    if is_after:
        parts.append(Text(_no_impact(material.known, variables)))
        parts.append(Text(material.prose(name, "needs")))
    else:
        parts.append(Text(_disagreement(material.known, variables)))
    return Chapter(title, (*parts, table))


def told(known: Known, variables: Sequence[Variable], code: str) -> list[tuple[float, Variable, Number]]:
    """The statements whose figure may be shown, with it."""
    found = [(variable, known.frequency(variable.name, code)) for variable in variables]
    return [(number.percent, variable, number) for variable, number in found if number.percent is not None]


def spread(known: Known, variables: Sequence[Variable]) -> str:
    """The statements that most and fewest people agree with, in a sentence."""
    shown = told(known, variables, AGREE)
    if not shown:
        return "Too few people answered to say how many agree."
    _, best, most = max(shown, key=lambda each: each[0])
    _, worst, least = min(shown, key=lambda each: each[0])
    if best is worst or most.said == least.said:
        return f"{most.said} agree with {_about(known, best)} ({most.range_said})."
    return (
        f"Most agree about {_about(known, best)}: {most.said} ({most.range_said}). "
        f"Fewest agree about {_about(known, worst)}: {least.said} ({least.range_said})."
    )


def _disagreement(known: Known, variables: Sequence[Variable]) -> str:
    shown = sorted(told(known, variables, DISAGREE), key=lambda each: -each[0])[:3]
    if not shown:
        return "Too few people disagreed with any statement to show how many."
    said = [f"{_about(known, variable)} ({number.said})" for _, variable, number in shown]
    return f"Disagreement is most frequent about {words.listed(said)}."


def _no_impact(known: Known, variables: Sequence[Variable]) -> str:
    shown = sorted(told(known, variables, NO_IMPACT), key=lambda each: -each[0])[:3]
    if not shown:
        return "Too few people answered “no impact” to show how many."
    said = [f"{_about(known, variable)} ({number.said})" for _, variable, number in shown]
    return f"“No impact” is most frequent about {words.listed(said)}."


def _about(known: Known, variable: Variable) -> str:
    return f"“{words.lower_first(tabulate.topic(known, variable.name))}”"
