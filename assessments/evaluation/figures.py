"""Finished figures for pages: whole per cents, people to the nearest five, from protected tables only. Pure.

A page gets nothing finer than this, so no width, label, title or alternative text can give away a small number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessments.evaluation import statistics, words
from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.tables import AGREE, AGREEING, DISAGREE, SINGLE

NEAREST = 5
NO_IMPACT = "NI"


@dataclass(frozen=True)
class Share:
    """A percentage with its likely range, in whole per cent, and how many people it is of, to the nearest five."""

    percent: int
    low: int
    high: int
    people: int


@dataclass(frozen=True)
class Bar:
    """One bar of agreement.

    Attributes:
        label: Before, After, or whom it is about.
        parts: Per cent who strongly disagree, disagree, agree, strongly agree; None when too few to show. When few
            disagree strongly, both are together in the second.
        apart: Per cent set apart on the right, None when there is no such answer.
        apart_words: What the part set apart says.
        agree: Agree and strongly agree together.
        people: How many answered, to the nearest five.
        why_not: Said in place of a bar that is not shown.
    """

    label: str
    parts: tuple[int, int, int, int] | None
    apart: int | None
    apart_words: str
    agree: Share | None
    people: int
    why_not: str = words.FEW_PEOPLE

    @property
    def said(self) -> str:
        """The bar in words, for who cannot see it."""
        if self.parts is None:
            return f"{self.label}: {self.why_not}"
        names = ("strongly disagree", "disagree", "agree", "strongly agree")
        said = [f"{name} {part}" for name, part in zip(names, self.parts, strict=True) if part]
        if self.apart is not None:
            said.append(f"{self.apart_words} {self.apart}")
        return f"{self.label}: {', '.join(said)} per cent"


@dataclass(frozen=True)
class Statement:
    """A statement, or the two of a pair, with a bar each."""

    topic: str
    wordings: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]

    @property
    def after(self) -> Bar:
        """The last bar."""
        return self.bars[-1]


@dataclass(frozen=True)
class Answer:
    """One answer to a profile question."""

    label: str
    share: Share | None
    people: int | None


@dataclass(frozen=True)
class Question:
    """A profile question: its answers and how many answered it."""

    title: str
    answers: tuple[Answer, ...]
    people: int | None
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Figures as a table, on the page and in the file."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


def people(count: int) -> int:
    """To the nearest five, halves up."""
    return NEAREST * ((2 * count + NEAREST) // (2 * NEAREST))


def whole(value: float) -> int:
    """To the nearest whole, halves up."""
    return int(value + 0.5)


def share(count: int, base: int) -> Share:
    """A percentage of people with its Wilson interval."""
    low, high = statistics.wilson(np.array([count]), np.array([base]))
    return Share(whole(100 * count / base), whole(float(low[0])), whole(float(high[0])), people(base))


class Counts:
    """The counts of a protected frequency table that may be shown, by variable and code."""

    def __init__(self, protected: Protected) -> None:
        frequencies = protected.tables.frequencies
        self._places = {key: row for row, key in enumerate(frequencies.keys)}
        self._protected = protected

    def is_few(self, base: int) -> bool:
        """Whether a percentage needs more people; only chooses words, for the figures are hidden already."""
        return self._protected.policy is not None and base < self._protected.policy.percent_base

    def has(self, variable: str, code: str) -> bool:
        """Whether the table has such a row."""
        return (variable, code) in self._places

    def count(self, variable: str, code: str) -> int | None:
        """The count, None when hidden."""
        row = self._places[variable, code]
        return None if self._protected.count[row] else int(self._protected.tables.frequencies.count[row])

    def base(self, variable: str, code: str) -> int | None:
        """How many answered, None when hidden."""
        row = self._places[variable, code]
        return None if self._protected.base[row] else int(self._protected.tables.frequencies.base[row])

    def share(self, variable: str, code: str) -> Share | None:
        """The percentage with its range, None when hidden or undefined."""
        row = self._places[variable, code]
        if self._protected.percent[row] or not self._protected.tables.frequencies.base[row]:
            return None
        return share(
            int(self._protected.tables.frequencies.count[row]),
            int(self._protected.tables.frequencies.base[row]),
        )


def bar(counts: Counts, variable: Variable, label: str) -> Bar:
    """The bar of one statement; answers too few to show alone are joined with a neighbour."""
    name = variable.name
    base = counts.base(name, AGREE)
    rounded = people(base or 0)
    strong, agree = (counts.count(name, code) for code in AGREEING)
    both = counts.count(name, AGREE)
    has_no_impact = NO_IMPACT in variable.codes
    if not base or strong is None or agree is None or both is None:
        few = base is None or counts.is_few(base)
        return Bar(
            label,
            None,
            None,
            "",
            None,
            rounded,
            words.FEW_PEOPLE if few else "Too few disagreed to show these safely",
        )
    disagree, no_impact = counts.count(name, DISAGREE), counts.count(name, NO_IMPACT) if has_no_impact else 0
    parted = [counts.count(name, code) for code in ("SD", "D")]
    percents = [whole(100 * count / base) for count in (agree, strong)]
    apart: int | None = None
    apart_words = "no impact"
    if disagree is None or no_impact is None:
        left: tuple[int, int] = (0, 0)
        apart, apart_words = whole(100 * (base - both) / base), "no impact, or disagree"
    else:
        strongly, plainly = parted
        left = (
            (0, whole(100 * disagree / base))
            if strongly is None or plainly is None
            else (whole(100 * strongly / base), whole(100 * plainly / base))
        )
        apart = whole(100 * no_impact / base) if has_no_impact else None
    return Bar(label, (*left, percents[0], percents[1]), apart, apart_words, share(both, base), rounded)


def pair_statements(protected: Protected) -> tuple[Statement, ...]:
    """Each pair of statements, before and after, side by side."""
    counts, variables = Counts(protected), protected.tables.codebook.variables
    pairs = protected.tables.codebook.pairs
    return tuple(
        Statement(
            words.topic(pre, variables[pre].label, pairs),
            (("Before", variables[pre].label), ("After", variables[post].label)),
            (bar(counts, variables[pre], "Before"), bar(counts, variables[post], "After")),
        )
        for pre, post in pairs
    )


def single_statements(protected: Protected, kind: Kind) -> tuple[Statement, ...]:
    """Statements of one kind that belong to no pair."""
    counts, codebook = Counts(protected), protected.tables.codebook
    paired = {name for pair in codebook.pairs for name in pair}
    label = {Kind.PRE: "Before", Kind.POST: "After", Kind.SUPPORT: "After"}[kind]
    return tuple(
        Statement(
            words.topic(variable.name, variable.label, codebook.pairs),
            ((label, variable.label),),
            (bar(counts, variable, label),),
        )
        for variable in codebook.of_kind(kind)
        if variable.name not in paired
    )


def statements_table(statements: Sequence[Statement], caption: str) -> Table:
    """Bars as a table of per cents."""
    rows: list[tuple[str | int, ...]] = []
    for statement in statements:
        for (_, wording), each in zip(statement.wordings, statement.bars, strict=True):
            if each.parts is None or each.agree is None:
                rows.append((wording, each.label, *[words.NOT_SHOWN] * 6, f"about {each.people}"))
                continue
            strongly, plainly, agree, strong = each.parts
            joined = each.apart_words != "no impact"
            rows.append(
                (
                    wording,
                    each.label,
                    "with no impact" if joined else strongly + plainly,
                    agree,
                    strong,
                    "not asked" if each.apart is None else each.apart,
                    each.agree.percent,
                    f"{each.agree.low} to {each.agree.high}",
                    f"about {each.people}",
                )
            )
    heads = (
        "Statement",
        "When",
        "Disagree",
        "Agree",
        "Strongly agree",
        "No impact",
        "Agree in all",
        "Likely range",
        "People",
    )
    return Table(caption, heads, tuple(rows))


PROFILE = (
    "length",
    "hours",
    "employment",
    "qualification",
    "line_manager",
    "home_visits",
    "multi_agency",
    "location",
    "region",
    "deprivation",
    "bme",
    "disability",
)
"""The profile questions in the order that a reader asks them."""
INSTEAD = {"qualification": ("nqf_level", "nqf_group")}
"""What to show when too few gave one of the answers to a question."""


def profile(protected: Protected, names: Sequence[str] = PROFILE) -> tuple[Question, ...]:
    """Who took part."""
    counts, variables = Counts(protected), protected.tables.codebook.variables
    questions = []
    for name in names:
        if name not in variables:
            continue
        if variables[name].kind is Kind.MULTIPLE:
            questions.append(_ticks(counts, variables[name]))
            continue
        for choice in (name, *INSTEAD.get(name, ())):
            if choice in variables:
                question = _question(counts, variables[choice], choice)
                if any(answer.share for answer in question.answers):
                    break
        else:
            question = _question(counts, variables[name], name)
        questions.append(question)
    return tuple(questions)


def _question(counts: Counts, variable: Variable, name: str) -> Question:
    single = name + SINGLE if counts.has(name + SINGLE, variable.codes[0]) else name
    answers = []
    note = ""
    for code, label in zip(variable.codes, variable.code_labels, strict=True):
        if not counts.has(single, code):
            continue
        count = counts.count(single, code)
        if count != 0:
            answers.append(
                Answer(label, counts.share(single, code), None if count is None else people(count))
            )
    base = counts.base(single, variable.codes[0])
    if single != name:
        note = "People who ticked more than one answer are left out."
    title = words.GROUPINGS.get(name, variable.label)
    return Question(title, tuple(answers), None if base is None else people(base), note)


def _ticks(counts: Counts, variable: Variable) -> Question:
    answers = []
    for code, label in zip(variable.codes, variable.code_labels, strict=True):
        count = counts.count(code, "yes")
        answers.append(Answer(label, counts.share(code, "yes"), None if count is None else people(count)))
    base = counts.base(variable.codes[0], "yes")
    note = "People could tick several, so these add up to more than 100%."
    return Question(variable.label, tuple(answers), None if base is None else people(base), note)


def profile_tables(questions: Sequence[Question]) -> tuple[Table, ...]:
    """Profile questions as one table."""
    rows: list[tuple[str | int, ...]] = []
    for question in questions:
        for answer in question.answers:
            told = (
                (words.NOT_SHOWN, "")
                if answer.share is None
                else (answer.share.percent, _range(answer.share))
            )
            number = words.NOT_SHOWN if answer.people is None else f"about {answer.people}"
            rows.append((question.title, answer.label, *told, number))
    return (
        Table("Who took part", ("Question", "Answer", "Per cent", "Likely range", "People"), tuple(rows)),
    )


def _range(each: Share) -> str:
    return f"{each.low} to {each.high}"
