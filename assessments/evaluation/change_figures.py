"""Who moved: answers after the course by answers before it, for one pair of statements. Pure."""

from dataclasses import dataclass

from assessments.evaluation import words
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import Bar, Share, Table, people, share, whole
from assessments.evaluation.tables import AGREEING

COLUMNS = ("Disagree, or no impact", "Agree", "Strongly agree")
STRONG_TINT, SOME_TINT = 50, 25


@dataclass(frozen=True)
class Cell:
    """A cell: whole per cent of its row, people to the nearest five, and how strong its tint is."""

    percent: int
    people: int
    heat: int


@dataclass(frozen=True)
class Row:
    """What became of those who gave one answer before."""

    label: str
    people: int | None
    cells: tuple[Cell, ...] | None
    agree: Share | None
    bar: Bar


@dataclass(frozen=True)
class Change:
    """One pair of statements as a table of movement."""

    topic: str
    before: str
    after: str
    rows: tuple[Row, ...]
    people: int

    @property
    def finding(self) -> str:
        """One sentence from the figures shown."""
        disagreed, *others = self.rows
        if disagreed.agree is not None:
            agree = disagreed.agree
            return (
                f"Of about {agree.people} people who disagreed before, {agree.percent}% agreed after the course "
                f"(likely between {agree.low}% and {agree.high}%)."
            )
        told = [row for row in others if row.agree is not None]
        if told and told[0].agree is not None:
            return (
                f"Too few people disagreed before to say what became of them. Of those who agreed, "
                f"{told[0].agree.percent}% agreed after the course that they are further on."
            )
        return "Too few people to show who moved."

    @property
    def table(self) -> Table:
        """The same as a table of text."""
        rows: list[tuple[str | int, ...]] = []
        for row in self.rows:
            told = (
                [words.NOT_SHOWN] * 3
                if row.cells is None
                else [f"{c.percent}% (about {c.people})" for c in row.cells]
            )
            rows.append((row.label, words.NOT_SHOWN if row.people is None else f"about {row.people}", *told))
        return Table(f"{self.before} / {self.after}", ("Before", "People", *COLUMNS), tuple(rows))


def change(protected: Protected, pre: str) -> Change:
    """The table of movement of one pair.

    Strongly disagree is joined to disagree before, and to "no impact" after, so that no cell is too small to show.

    Args:
        protected: Protected tables.
        pre: The statement before the course.

    Raises:
        KeyError: If no pair begins with it.
    """
    transitions, variables = protected.tables.transitions, protected.tables.codebook.variables
    index = next((i for i, pair in enumerate(transitions.pairs) if pair[0] == pre), None)
    if index is None:
        raise KeyError(pre)
    post = transitions.pairs[index][1]
    disagree = [row for row in ("D", "SD") if not protected.row_bases[index][_place(protected, index, row)]]
    rows = (
        _row(protected, index, ["D", "SD"] if len(disagree) > 1 else ["D"], "Disagree"),
        _row(protected, index, ["A"], "Agree"),
        _row(protected, index, ["SA"], "Strongly agree"),
    )
    return Change(
        words.topic(pre, variables[pre].label, transitions.pairs),
        variables[pre].label,
        variables[post].label,
        rows,
        sum(row.people or 0 for row in rows),
    )


def _place(protected: Protected, index: int, rating: str) -> int:
    return protected.tables.transitions.ratings[index][0].index(rating)


def _row(protected: Protected, index: int, ratings: list[str], label: str) -> Row:
    transitions = protected.tables.transitions
    after = transitions.ratings[index][1]
    places = [_place(protected, index, rating) for rating in ratings]
    counts, hidden = transitions.counts[index], protected.cells[index]
    if any(protected.row_bases[index][place] for place in places):
        return Row(label, None, None, None, Bar(label, None, None, "", None, 0))
    base = int(counts[places].sum())
    columns = {code: after.index(code) for code in AGREEING}
    few = protected.policy is not None and base < protected.policy.percent_base
    if not base or few or any(hidden[place, column] for place in places for column in columns.values()):
        reason = words.FEW_PEOPLE if few or not base else words.FEW_OTHERS
        return Row(label, people(base), None, None, Bar(label, None, None, "", None, people(base), reason))
    strong, agree = (int(counts[places, columns[code]].sum()) for code in AGREEING)
    rest = base - strong - agree
    cells = tuple(
        Cell(whole(100 * count / base), people(count), _heat(100 * count / base))
        for count in (rest, agree, strong)
    )
    both = share(strong + agree, base)
    bar = Bar(
        label,
        (0, 0, cells[1].percent, cells[2].percent),
        cells[0].percent,
        "no impact, or disagree",
        both,
        people(base),
    )
    return Row(label, people(base), cells, both, bar)


def _heat(percent: float) -> int:
    return 3 if percent >= STRONG_TINT else 2 if percent >= SOME_TINT else 1
