"""What every figure is worked out by: for a manager in a sentence, for a statistician in a paragraph. Pure.

The page of methods is made from here. A method names the functions that do it: its source is read from their
docstrings, and every number in the words is the constant that the functions use, so that the page cannot say one thing
and the code do another. A test holds that every function with a source is named by some method.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

from assessments.evaluation import (
    association,
    change_statistics,
    clusters,
    cohort_figures,
    export,
    group_figures,
    item_analysis,
    later_figures,
    mark_disclosure,
    marks,
    matched,
    paired_agreement,
    reliability_disclosure,
    statistics,
    staying,
    sure_figures,
)
from assessments.evaluation.policy import Policy

SURE = f"{statistics.CONFIDENCE:.0%}"


@dataclass(frozen=True)
class Method:
    """One way of working something out.

    Attributes:
        name: What it is called here.
        in_short: A sentence for a manager.
        in_full: A paragraph for a statistician.
        functions: What does it; their docstrings name the sources.
        used: The pages and files that it is used for.
    """

    name: str
    in_short: str
    in_full: str
    functions: tuple[Callable[..., object], ...]
    used: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Where its formulas come from."""
        return tuple(dict.fromkeys(source for each in self.functions if (source := source_of(each))))


def source_of(function: Callable[..., object]) -> str:
    """The sources named in a docstring, on one line; empty when it names none."""
    found = re.search(r"Source: (.*?)(?:\n\n|\Z)", inspect.getdoc(function) or "", re.DOTALL)
    return " ".join(found[1].split()).replace("`", "") if found else ""


def methods() -> tuple[Method, ...]:
    """Every method, in the order in which a reader meets them."""
    return (
        *_of_shares(),
        *_of_groups(),
        *_of_comparisons(),
        *_of_change(),
        *_of_marks(),
        *_of_statements(),
        *_of_people(),
    )


def _of_shares() -> tuple[Method, ...]:
    return (
        Method(
            "Percentages and their likely range",
            "A percentage is of those who answered; the range says how far it may be from the truth by chance.",
            f"Wilson’s score interval, {SURE}, two-sided. Base: everybody who answered the question. To agree is to agree "
            "or strongly agree. “No impact” counts in the base and as not agreeing. A missing answer leaves the base of its "
            "own table only. The interval takes the people asked as a sample of people like them.",
            (statistics.wilson,),
            (
                "What changed",
                "Who took part",
                "Who moved",
                "What helps it last",
                "By group",
                "By provider",
                "Export",
            ),
        ),
    )


def _of_groups() -> tuple[Method, ...]:
    return (
        Method(
            "Whether groups differ",
            "A test says how often chance alone would make groups differ as much as these do.",
            "Pearson’s chi-square without continuity correction, as in the 2011 study, agree against everything else, over "
            f"the groups that may be shown, if every expected count is {statistics.SMALLEST_EXPECTED:g} or more. Otherwise "
            "one of the two methods below.",
            (statistics.chi_square, statistics.choose_method),
            ("By group", "Who took part", "Who moved", "Export"),
        ),
        Method(
            "Whether two small groups differ",
            "The same for two groups of which one is small, by counting every possible outcome.",
            f"Fisher’s exact test, two-sided, for two by two tables with an expected count under "
            f"{statistics.SMALLEST_EXPECTED:g}: the probability of all tables with the same margins that are no more "
            "probable than the one seen.",
            (statistics.fisher_exact,),
            ("By group", "Who took part", "Who moved", "Export"),
        ),
        Method(
            "Whether several groups differ when some are small",
            "The same for more groups, by shuffling the answers many times and counting how often chance does as much.",
            f"Monte Carlo test of Pearson’s statistic over {statistics.REPLICATES:,} random tables with the same margins, "
            f"from seed {statistics.SEED}, so that the same answers always give the same p-value; smallest p-value "
            f"{1 / (1 + statistics.REPLICATES):.4f}.",
            (statistics.monte_carlo,),
            ("By group", "Who took part", "Export"),
        ),
        Method(
            "How much groups differ",
            "A number from 0 (not at all) to 1 (wholly), which does not grow with the number of people as certainty does.",
            f"Cramér’s V from the same chi-square, with {SURE} limits by inverting the noncentral chi-square distribution. V "
            "of a sample is on average larger than the true one and may lie above its upper limit when groups differ less "
            "than chance would have them. Roughly, 0.1 is small and 0.3 is middling.",
            (association.cramers_v_limits,),
            ("By group", "Who took part", "Who moved"),
        ),
    )


def _of_comparisons() -> tuple[Method, ...]:
    return (
        Method(
            "Many comparisons at once",
            "Who compares often finds something by chance; p-values are raised so that few such finds are reported.",
            "Benjamini-Hochberg adjustment, which keeps the expected share of false finds among those reported. The "
            f"unadjusted p-value stands beside the adjusted. Families: by group, {group_figures.FAMILY}; by provider, "
            f"{cohort_figures.FAMILY}; who was lost, {matched.FAMILY}; what lasted, {later_figures.FAMILY}; in the export, {export.FAMILY}. A difference is called "
            f"clear when the adjusted p-value is under {group_figures.CLEAR:g}.",
            (statistics.benjamini_hochberg,),
            ("By group", "By provider", "Who took part", "What lasted", "Export"),
        ),
        Method(
            "Whether cohorts differ by provider, region or pattern",
            "People taught together answer alike, so each cohort counts as one observation, not each person.",
            "Cohort as a random effect: analysis of variance of cohort shares, each weighted by n / (1 + (n - 1) x intraclass "
            "correlation), referred to F. In simulations of cohorts such as those of 2010-11 it calls chance a difference "
            "about 5 times in 100, sandwich errors of a generalised estimating equation about 9. Groups of fewer than "
            f"{clusters.LEAST_COHORTS} cohorts are left out; fewer than {clusters.LEAST_GROUPS} groups are not compared. "
            f"F and p are told of {cohort_figures.MANY_COHORTS} cohorts or more, and only if those who do not agree can be shared "
            f"out among the cohorts of their providers in {cohort_figures.MANY_WAYS:,.0f} ways or more. Otherwise only the verdict "
            "is told, since figures and totals together could leave one way only. Nothing is ranked.",
            (clusters.compare_groups,),
            ("By provider",),
        ),
        Method(
            "How alike people of one cohort are",
            "0 says no more alike than strangers, 1 says that all of a cohort answer the same.",
            f"Intraclass correlation of the yes/no answer by analysis of variance, {SURE} limits from F. Chance may bring it "
            f"below 0. The number is told of {cohort_figures.MANY_COHORTS} cohorts or more, as F is; otherwise the verdict only.",
            (clusters.intraclass,),
            ("By provider",),
        ),
    )


def _of_change() -> tuple[Method, ...]:
    return (
        Method(
            "Agreement before with agreement after",
            "Whether the same people agree with two statements equally often.",
            "McNemar’s test in its exact form: of those who agree with one statement only, are as many with the first as with "
            "the second? Where the statements are not the same, as in the study’s pairs (“I am confident”, “I am more "
            "confident”), this is no test of change, and the page says so.",
            (paired_agreement.sign_test,),
            ("Who moved",),
        ),
        Method(
            "Net change",
            "How many more moved up than down, of a hundred.",
            f"Difference of paired proportions with Tango’s score interval, {SURE}.",
            (paired_agreement.net_change,),
            ("Who moved", "What lasted"),
        ),
        Method(
            "Whether answers to a repeated statement moved",
            "A test for the same statement asked twice, such as at the end and three months later.",
            "Wilcoxon’s signed-rank test. Moves of no steps are ranked and dropped (Pratt), equal moves share their rank. Exact "
            f"up to {change_statistics.EXACT_UP_TO} moves, beyond that normal without continuity correction. “No impact” has no "
            "place on the scale and is left out and counted. Beside it stands the sign test, which goes by the number of "
            f"moves alone. Where few moved further than others, every move counts as one step, so that those few are not told. Refused when fewer than {paired_agreement.LEAST_CHANGED} answers moved, since no test can then "
            "reach 0.05.",
            (change_statistics.signed_rank, paired_agreement.sign_test),
            ("Who moved", "What lasted"),
        ),
        Method(
            "How likely a second answer is the higher",
            "50% is no change; 60% says that the later answer is more often the higher.",
            "Probability of improvement, ties counting half: (1 + net change) / 2, with the limits of the net change.",
            (change_statistics.improvement,),
            ("Who moved", "What lasted"),
        ),
        Method(
            "How strongly moves outweigh each other",
            "From -1 (every move is down) to 1 (every move is up).",
            "Matched-pairs rank-biserial correlation on the ranks of the signed-rank test. No closed form of its interval "
            f"allows for ties: percentile bootstrap over people, {statistics.REPLICATES:,} samples from seed "
            f"{statistics.SEED}, {SURE}. None is given when all moves go one way.",
            (change_statistics.rank_biserial,),
            ("Who moved", "What lasted"),
        ),
    )


def _of_marks() -> tuple[Method, ...]:
    return (
        Method(
            "Marks out of ten before and after",
            "How far the mean mark of the same people moved.",
            f"Mean of paired differences with the {SURE} interval of Student’s t, and the signed-rank test beside it, since "
            "marks are whole numbers from few people. A mean is told where all marks together lie so far from both ends of the scale "
            f"that {mark_disclosure.LEAST_ROOM} people could have given the farthest. Standard deviations, intervals and tests are "
            "told of as many people as a percentage needs, of whom as many as a mean needs did not give the commonest mark, where "
            f"marks and differences have a variance of {mark_disclosure.LEAST_VARIANCE:g} or more, and each mark that few gave could "
            f"have been given by {mark_disclosure.LEAST_ROOM}. With less, sums and squares tell who gave which mark.",
            (marks.mean_difference, change_statistics.signed_rank),
            ("What lasted",),
        ),
    )


def _of_statements() -> tuple[Method, ...]:
    return (
        Method(
            "Whether statements go together",
            "If they do, they may be read as one scale; if not, each is read on its own.",
            f"Cronbach’s alpha of raw scores with Feldt’s {SURE} interval, over those who placed themselves on every statement "
            f"of the set. Read as one scale only when the whole interval is at {sure_figures.RELIABLE:g} or above.",
            (item_analysis.alpha, item_analysis.feldt),
            ("How sure",),
        ),
        Method(
            "Which statement goes its own way",
            "How far a statement agrees with the rest of its set, and what the set would be without it.",
            "Corrected item-total correlation (a statement with the sum of the others) and alpha if dropped, both to "
            f"{reliability_disclosure.DECIMALS} decimals, and only where they leave every small count of an answer "
            f"{reliability_disclosure.LEAST_NUMBERS} numbers that it can be: of few people they would tell it. Alpha of the whole "
            "set is told of as many people as a percentage needs. Floor and ceiling "
            f"are the shares of the lowest and highest answer; {sure_figures.CROWDED}% or more at one end leaves no room. "
            "Missing answers are shares of everybody who was asked.",
            (item_analysis.item_rest, item_analysis.alpha),
            ("How sure",),
        ),
    )


def _of_people() -> tuple[Method, ...]:
    return (
        Method(
            "Whether those who were lost were different",
            "Change is seen only in those who answered twice; this says whether the others were like them.",
            "Those who answered before and after beside those who answered before only, by profile and by agreement before: "
            "chi-square, Fisher’s or Monte Carlo test, Cramér’s V and the standardised difference, which does not grow with "
            f"the number of people. Under {matched.NEGLIGIBLE:g} it does not matter; from {matched.LARGE:g} leaving people "
            "out may mislead.",
            (matched.share_distance, matched.profile_distance),
            ("Who took part",),
        ),
    )


def numbers(policy: Policy) -> tuple[tuple[str, str], ...]:
    """The choices that hold for every figure, and their values.

    Args:
        policy: The thresholds in force.
    """
    return (
        ("Confidence of every range", SURE),
        ("A difference is clear when the adjusted p-value is under", f"{group_figures.CLEAR:g}"),
        ("Smallest count shown", f"{policy.smallest_count}"),
        ("Smallest count shown of special-category data", f"{policy.smallest_special}"),
        ("Fewest people behind a percentage", f"{policy.percent_base}"),
        ("Fewest people behind a mean", f"{policy.mean_base}"),
        ("Smallest expected count for chi-square", f"{statistics.SMALLEST_EXPECTED:g}"),
        ("Fewest answers changed for a test of change", f"{paired_agreement.LEAST_CHANGED}"),
        ("Fewest people behind how far marks lie apart, and tests of marks", f"{policy.percent_base}"),
        ("Smallest variance of marks of which that is told", f"{mark_disclosure.LEAST_VARIANCE:g}"),
        (
            "Fewest numbers that correlations of statements leave a small count",
            f"{reliability_disclosure.LEAST_NUMBERS}",
        ),
        ("Fewest cohorts in a group that is compared", f"{clusters.LEAST_COHORTS}"),
        ("Fewest cohorts of which F and a correlation are told", f"{cohort_figures.MANY_COHORTS}"),
        ("Weeks from a group’s end until who stayed is counted", f"{staying.SETTLES.days // 7}"),
        ("Random tables and samples drawn", f"{statistics.REPLICATES:,}"),
        ("Seed of random numbers", f"{statistics.SEED}"),
    )
