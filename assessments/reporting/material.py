"""What the chapters are written from: one set of protected figures, and the words for them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assessments.evaluation import charts, figures, words
from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import Bar, Share, whole
from assessments.evaluation.kept_chapters import Chapters
from assessments.evaluation.later_figures import Later
from assessments.evaluation.lost_figures import Dropout
from assessments.evaluation.manager_figures import Agreeing
from assessments.evaluation.sections import Answered, Page
from assessments.evaluation.sure_figures import SureScale, scales
from assessments.questionnaires.schema import WaveKind
from assessments.reporting.document import ChartGroup, ChartRow
from assessments.reporting.known import Known, Number
from assessments.reporting.prose import Prose
from assessments.reporting.tabulate import topic
from assessments.themes.results import InWords


@dataclass(frozen=True)
class Material:
    """Protected figures of one set of respondents.

    Attributes:
        protected: The tables with what is hidden in them; groups are protected for all items.
        answered: How many people answered, to the nearest five.
        source: Said under tables and charts: whose answers these are.
        exact: Whether tables print exact counts and a decimal, as the evaluators' export does, or whole per cents and
            people to the nearest five, as pages do: reports of a cohort, its provider and its programme can be laid
            side by side, and exact figures could then be subtracted.
        dropout: Those who answered twice beside those who were lost.
        scales: How well the sets of statements do their work.
        managers: How many managers agree with each statement, where that may be shown.
        words: What people said in their own words, as it came out; none where nothing has.
        later: What later questionnaires and, last, the sheets of focus groups say; none where nobody was asked.
        providers: What is said of providers side by side, by statement; nothing but in a programme's report.
        asked: How many were asked before and after; nothing where it is not known.
    """

    protected: Protected
    answered: Answered
    source: str
    exact: bool
    dropout: Dropout
    scales: tuple[SureScale, ...]
    managers: Agreeing
    later: tuple[Later, ...]
    words: tuple[InWords, ...] = ()
    providers: Mapping[str, Page] = field(default_factory=dict)
    asked: Mapping[WaveKind, int] = field(default_factory=dict)

    @cached_property
    def known(self) -> Known:
        """Single figures by name."""
        return Known(self.protected, exact=self.exact)

    @cached_property
    def prose(self) -> Prose:
        """The fixed words."""
        return Prose(self.protected.policy)

    @cached_property
    def _counts(self) -> figures.Counts:
        return figures.Counts(self.protected)

    def of_kind(self, kind: Kind) -> tuple[Variable, ...]:
        """The statements of one kind."""
        return self.known.codebook.of_kind(kind)

    def bar(self, variable: Variable, label: str) -> Bar:
        """The bar of one statement."""
        return figures.bar(self._counts, variable, label)

    def bars(self, variables: Sequence[Variable], label: str, *, apart: bool) -> tuple[ChartGroup, ...]:
        """One bar a statement, all on the same zero line."""
        made = [(variable, self.bar(variable, label)) for variable in variables]
        left = room([bar for _, bar in made])
        rows = tuple(
            bar_row(topic(self.known, variable.name), bar, left, apart=apart) for variable, bar in made
        )
        return (ChartGroup("", rows),)


def gather(
    protected: Protected, answered: Answered, source: str, *, exact: bool, chapters: Chapters
) -> Material:
    """What a report of the two questionnaires of the study is written from.

    Args:
        protected: The practitioners' tables with what is hidden in them, for all items.
        answered: How many answered.
        source: Said under tables and charts.
        exact: How figures are printed (see `Material`).
        chapters: What is said besides the tables.
    """
    return Material(
        protected,
        answered,
        source,
        exact,
        chapters.lost or Dropout((), words.LOST_NOT_OUT, None),
        scales(protected, chapters.reliability),
        chapters.managers,
        chapters.later,
    )


def room(bars: Sequence[Bar]) -> int:
    """How much room disagreement needs on the left of the zero line."""
    return max((sum(bar.parts[:2]) for bar in bars if bar.parts), default=0) + 3


def bar_row(label: str, bar: Bar, left: int, *, apart: bool) -> ChartRow:
    """A bar of agreement with its figure in words."""
    drawing = charts.agreement(bar, left, apart=apart)
    if drawing is None or bar.agree is None:
        return ChartRow(label, None, why_not=bar.why_not)
    return ChartRow(
        label, drawing, f"agree ({bar.agree.low} to {bar.agree.high})", strong=f"{bar.agree.percent}%"
    )


def share_of(number: Number) -> Share | None:
    """A figure as charts draw it; None where it may not be shown."""
    if number.percent is None or number.low is None or number.high is None or number.base is None:
        return None
    return Share(whole(number.percent), whole(number.low), whole(number.high), figures.people(number.base))
