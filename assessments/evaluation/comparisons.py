"""What the pages that compare say and show: groups of people, and providers with their cohorts. Pure."""

from collections.abc import Mapping, Sequence

from assessments.evaluation import group_figures, words
from assessments.evaluation.codebook import Kind
from assessments.evaluation.cohort_figures import Cohorts
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import Table
from assessments.evaluation.group_figures import Group
from assessments.evaluation.sections import Choice, Page
from assessments.evaluation.tables import MOTIVATION, MOTIVATION_ITEM

FIRST_ITEM = "post_challenge"


def groups(protected: Protected, about: str | None) -> Page:
    """Was it the same for everyone, for one statement or motivation."""
    items = protected.tables.groups.items
    item = about if about in items else FIRST_ITEM if FIRST_ITEM in items else items[0]
    compared = group_figures.compare(protected, item)
    everyone = group_figures.everyone(protected, item)
    low, high = group_figures.scale(compared, everyone)
    wording = _wording(protected, item)
    return Page(
        "Was it the same for everyone?",
        group_figures.finding(compared),
        {
            "compared": compared,
            "everyone": everyone,
            "low": low,
            "high": high,
            "statement": wording,
            "is_motive": item.startswith(MOTIVATION_ITEM),
        },
        (group_figures.groups_table(compared, wording),),
        item_choices(protected, item),
    )


def item_choices(protected: Protected, chosen: str) -> tuple[Choice, ...]:
    """Every item, with when it was asked."""
    codebook = protected.tables.codebook
    variables, pairs = codebook.variables, codebook.pairs
    when = {Kind.PRE: "Before", Kind.POST: "After", Kind.SUPPORT: "Support"}
    choices = []
    for item in protected.tables.groups.items:
        if item.startswith(MOTIVATION_ITEM):
            label = f"Why they came: {_wording(protected, item)}"
        else:
            variable = variables[item]
            label = f"{when[variable.kind]}: {words.lower_first(words.topic(item, variable.label, pairs))}"
        choices.append(Choice(item, label, item == chosen))
    return tuple(choices)


def _wording(protected: Protected, item: str) -> str:
    variables = protected.tables.codebook.variables
    if not item.startswith(MOTIVATION_ITEM):
        return variables[item].label
    motivation = variables[MOTIVATION]
    return motivation.code_labels[motivation.codes.index(item.removeprefix(MOTIVATION_ITEM))]


def providers(
    protected: Protected,
    of_providers: Mapping[str, Protected | None],
    cohorts: Mapping[str, Cohorts],
    *,
    about: str | None,
) -> Page:
    """Providers side by side for one statement, in the order of their names, never ranked.

    Args:
        protected: Everyone's figures.
        of_providers: Each provider's own, in the order to show; None where there are none to show.
        cohorts: How cohorts compare, by statement; only of statements of which that may be shown.
        about: The statement; one about the course when left out.
    """
    statements = about_providers(protected)
    item = about if about in statements else FIRST_ITEM if FIRST_ITEM in statements else statements[0]
    compared = tuple(group_figures.of_provider(name, own, item) for name, own in of_providers.items())
    lows = [group.share.low for group in compared if group.share is not None]
    wording = _wording(protected, item)
    verdicts = cohorts.get(item)
    is_clear = None if verdicts is None else verdicts.verdicts[0].is_clear
    return Page(
        "Provider by provider",
        _between_providers(compared, is_clear),
        {
            "groups": compared,
            "everyone": group_figures.everyone(protected, item),
            "low": min(lows, default=0) // 20 * 20,
            "statement": wording,
            "cohorts": verdicts,
        },
        (_providers_table(compared, wording),),
        tuple(choice for choice in item_choices(protected, item) if choice.value in statements),
    )


def about_providers(protected: Protected) -> tuple[str, ...]:
    """The statements that providers are compared by: those of the questionnaire after the course."""
    return tuple(variable.name for variable in protected.tables.codebook.of_kind(Kind.POST, Kind.SUPPORT))


def _between_providers(compared: Sequence[Group], is_clear: bool | None) -> str:
    """What the test says; when there are too few cohorts for one, whether the ranges overlap."""
    told = [group.share for group in compared if group.share is not None]
    if len(told) < 2:  # noqa: PLR2004 -- one cannot be compared
        return "Too few people to compare providers."
    if is_clear is None:
        overlap = max(share.low for share in told) <= min(share.high for share in told)
        seen = "The ranges overlap" if overlap else "Not all ranges overlap"
        return f"{seen}, but whether providers differ by more than chance cannot be told of so few cohorts, or not safely."
    if not is_clear:
        return "We see no clear difference between providers."
    return "Providers differ by more than chance. Ask what differs between the people and the places before the courses."


def _providers_table(compared: Sequence[Group], caption: str) -> Table:
    rows: list[tuple[str | int, ...]] = []
    for group in compared:
        told: tuple[str | int, ...] = (words.NOT_SHOWN, "")
        if group.share is not None:
            told = (group.share.percent, f"{group.share.low} to {group.share.high}")
        rows.append(
            (group.label, *told, words.NOT_SHOWN if group.people is None else f"about {group.people}")
        )
    return Table(caption, ("Provider", "Agree, %", "Likely range", "People"), tuple(rows))
