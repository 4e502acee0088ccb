"""What each page of the results says and shows. Pure: finished figures in, words and figures out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessments.evaluation import (
    change_figures,
    figures,
    later_figures,
    lost_figures,
    marks,
    matched,
    paired_figures,
    sure_figures,
    words,
)
from assessments.evaluation.codebook import Codebook, Kind
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import Statement, Table
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.statistics import Floats
from assessments.evaluation.tables import MOTIVATION

FIRST_PAIR = "pre_challenge"


@dataclass(frozen=True)
class Choice:
    """One thing a page can be about."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Page:
    """A page of results.

    Attributes:
        title: Its question or its answer, as a heading.
        lead: The answer in words.
        show: What its template draws.
        tables: The same figures as tables, on the page and in the file.
    """

    title: str
    lead: str
    show: Mapping[str, Any]
    tables: tuple[Table, ...]
    choices: tuple[Choice, ...] = field(default=())


@dataclass(frozen=True)
class Answered:
    """How many people answered, to the nearest five."""

    before: int
    after: int
    both: int
    both_percent: int | None

    @property
    def said(self) -> str:
        """In words."""
        return f"About {self.before} people answered before the course and about {self.after} after it."


def answered(responses: Responses, policy: Policy) -> Answered:
    """How many answered any statement before and after."""
    before, after = matched.answered_when(responses)
    either, both = int((before | after).sum()), int((before & after).sum())
    percent = figures.whole(100 * both / either) if either >= policy.percent_base else None
    return Answered(
        figures.people(int(before.sum())), figures.people(int(after.sum())), figures.people(both), percent
    )


def results(protected: Protected, people: Answered) -> Page:
    """Before and after, side by side."""
    statements = figures.pair_statements(protected)
    others = figures.single_statements(protected, Kind.PRE) + figures.single_statements(protected, Kind.POST)
    caption = "Per cent of those who answered each statement. “Agree in all” has its 95% range."
    return Page(
        "What changed for practitioners",
        _spread(statements, "After the course,"),
        {
            "statements": statements,
            "others": others,
            "strip": _strip(protected, statements, people),
            "left": _room((*statements, *others)),
        },
        (figures.statements_table((*statements, *others), caption),),
    )


def _strip(
    protected: Protected, statements: Sequence[Statement], people: Answered
) -> tuple[tuple[str, None, str, str], ...]:
    strip: list[tuple[str, None, str, str]] = []
    told = [(each.after.agree, each) for each in statements if each.after.agree is not None]
    if told:
        share, best = max(told, key=lambda pair: pair[0].percent)
        hint = f"likely between {share.low}% and {share.high}%, about {share.people} people"
        strip.append(
            (f"{share.percent}%", None, f"agree after the course: {words.lower_first(best.topic)}", hint)
        )
    moved = [change_figures.change(protected, pre) for pre, _ in protected.tables.codebook.pairs]
    turned = [(each.rows[0].agree, each) for each in moved if each.rows[0].agree is not None]
    if turned:
        share, most = max(turned, key=lambda pair: pair[0].people)
        label = f"of those who disagreed before now agree: {words.lower_first(most.topic)}"
        hint = f"likely between {share.low}% and {share.high}%, about {share.people} people"
        strip.append((f"{share.percent}%", None, label, hint))
    if people.both_percent is not None:
        hint = f"about {people.both} people. The others may feel differently"
        strip.append((f"{people.both_percent}%", None, "answered both before and after", hint))
    return tuple(strip)


def _spread(statements: Sequence[Statement], when: str) -> str:
    """The largest and smallest agreement, in a sentence."""
    told = [(each.after.agree.percent, each.topic) for each in statements if each.after.agree is not None]
    if not told:
        return "Too few people answered to show what changed."
    low, high = min(told), max(told)
    if low[0] == high[0]:
        return f"{when} {low[0]}% agree with each statement."
    return (
        f"{when} between {low[0]}% and {high[0]}% agree with each statement: most about "
        f"{words.lower_first(high[1])}, fewest about {words.lower_first(low[1])}."
    )


def _room(statements: Sequence[Statement]) -> int:
    """How much room disagreement needs on the left of the zero line, in per cent."""
    needed = [sum(each.parts[:2]) for statement in statements for each in statement.bars if each.parts]
    return max(needed, default=0) + 3


def people(
    protected: Protected,
    answered: Answered,
    responses: Responses | None,
    policy: Policy,
    *,
    may_compare: bool = True,
) -> Page:
    """Who took part, why they came, and who was lost before the second questionnaire.

    Args:
        protected: Protected tables.
        answered: How many answered.
        responses: The answers that the tables are about; None while they are not, and nothing is said of who was lost.
        policy: The thresholds.
        may_compare: Whether those who were lost may be compared, which would tell on a few left over elsewhere.
    """
    dropout = None if responses is None else lost_figures.dropout(responses, policy, may_compare=may_compare)
    questions = figures.profile(protected)
    motives = figures.profile(protected, (MOTIVATION,))
    largest: list[str] = []
    for question in questions:
        told = [
            (answer.share.percent, answer.label) for answer in question.answers if answer.share is not None
        ]
        if told and len(question.answers) > 2 and len(largest) < 2:  # noqa: PLR2004 -- two say enough
            percent, label = max(told)
            largest.append(f"{words.lower_first(question.title)}: {words.lower_first(label)} ({percent}%)")
    lead = answered.said + (f" The largest groups: {words.listed(largest)}." if largest else "")
    return Page(
        "Who took part",
        lead,
        {"questions": (*motives, *questions), "dropout": dropout},
        figures.profile_tables((*motives, *questions))
        + ((dropout.table,) if dropout and dropout.table else ()),
    )


def change(protected: Protected, about: str | None) -> Page:
    """Who moved, for one pair of statements."""
    codebook = protected.tables.codebook
    names = [pre for pre, _ in codebook.pairs]
    pre = about if about in names else FIRST_PAIR if FIRST_PAIR in names else names[0]
    shown = change_figures.change(protected, pre)
    choices = tuple(
        Choice(name, words.topic(name, codebook.variables[name].label, codebook.pairs), name == pre)
        for name in names
    )
    tested = paired_figures.tested(protected, pre)
    return Page("Who moved?", shown.finding, {"change": shown, "tested": tested}, (shown.table,), choices)


def sure(
    protected: Protected,
    responses: Responses | None,
    policy: Policy,
    *,
    tells: Collection[Kind] = tuple(sure_figures.TITLES),
) -> Page:
    """How well the statements do their work; nothing while the answers are not those that the tables are about.

    Args:
        protected: Protected tables.
        responses: The answers that the tables are about; None while they are not.
        policy: The thresholds.
        tells: Sets of which it may be told whether the statements go together.
    """
    if responses is None:
        return Page("How sure are we?", words.ANSWERS_CHANGED, {"scales": ()}, ())
    scales = sure_figures.scales(responses, protected, policy, tells=tells)
    return Page(
        "How sure are we?",
        "A figure is as good as the statements behind it. Here is whether they go together, whether they left room to "
        "agree more, and how many left them out.",
        {"scales": scales},
        tuple(scale.table for scale in scales),
    )


def support(protected: Protected) -> Page:
    """What will help the learning to last."""
    statements = figures.single_statements(protected, Kind.SUPPORT)
    return Page(
        "What will help it last",
        _spread(statements, "About the support they expect back at work,"),
        {"statements": statements, "left": _room(statements)},
        (figures.statements_table(statements, "Support to use what was learned, after the course"),),
    )


def later(
    again: Mapping[str, Responses],
    sheets: Responses,
    marks_of: Mapping[tuple[str, str], tuple[Floats, Floats]],
    topics: Codebook,
    policy: Policy,
) -> Page:
    """What lasted: later answers beside those at the end of the course, and focus groups' marks.

    Args:
        again: Answers at the end and later, one row a respondent, by when the later ones were given.
        sheets: What focus groups handed in.
        marks_of: For each pair of marks of the sheet, those before and those now.
        topics: The codebook whose statements have short names.
        policy: The thresholds.
    """
    variables = sheets.codebook.variables
    given = [
        (variables[pair[0]].label.rsplit(",", maxsplit=1)[0], marks.compare_marks(*both, policy))
        for pair, both in marks_of.items()
    ]
    shown = [later_figures.asked_again(each, title, topics, policy) for title, each in again.items()]
    shown.append(later_figures.marked(sheets, given))
    return Page(
        "What lasted",
        "The same people, asked the same again after the course. Only here can a difference be called a change.",
        {"later": shown},
        tuple(each.table for each in shown if each.table is not None),
    )
