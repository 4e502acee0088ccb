"""How figures are spoken of: short names for statements, plain sentences for findings. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from assessments.evaluation.estimates import Estimate

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "pre_role_clear": "What my role is",
        "pre_support_clear": "What support I can offer",
        "pre_working_confident": "Working with families",
        "pre_relationships": "Good relationships with families",
        "pre_support_confident": "The support I provide",
        "pre_involve": "When to involve others",
        "pre_access": "Access to other services",
        "pre_link": "Linking with other practitioners",
        "pre_challenge": "Challenging practice that does not help",
        "pre_reflect": "Reflecting on my own work",
        "pre_job_satisfied": "Satisfaction with my job",
        "pre_positive_changes": "Positive changes in families",
        "pre_workplace_reflects": "A workplace that reflects",
        "pre_community": "What my community needs",
        "post_skills_forward": "Skills that help families move forward",
        "post_skills_developed": "Skills to support families",
        "post_caseload": "Managing my caseload",
        "sup_seek_opportunities": "Looking for ways to improve",
        "sup_dev_plan": "A development plan with goals",
        "sup_team": "A supportive team",
        "sup_workplace_reflects": "A workplace that reflects",
        "sup_manager": "A supportive manager",
        "sup_share_learning": "Sharing what I learned",
    }
)
"""A few words for each statement; the statement after the course goes by the one before it."""

GROUPINGS: Mapping[str, str] = MappingProxyType(
    {
        "hours": "Full-time or part-time",
        "qualification": "Highest qualification",
        "nqf_level": "Highest qualification",
        "nqf_group": "Highest qualification",
        "length": "Time in this work",
        "home_visits": "Home visits",
        "multi_agency": "In a multi-agency team",
        "bme": "From a Black or minority ethnic community",
        "some_deprived": "Some of the area is deprived",
        "most_deprived": "Most of the area is deprived",
        "some_affluent": "Some of the area is affluent",
        "most_affluent": "Most of the area is affluent",
        "location": "Where the centre is",
        "region": "Region",
        "employment": "Employed or volunteering",
        "line_manager": "Who manages them",
        "disability": "With a disability or learning difficulty",
        "motivation": "Why they came",
    }
)

GROUP_LABELS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("nqf_group", "le3"): "Level 3 and below",
        ("nqf_group", "ge4"): "Level 4 and above",
        ("length", "lt1"): "Under 1 year",
        ("length", "y1_5"): "1 to 5 years",
        ("length", "y5_10"): "5 to 10 years",
        ("home_visits", "yes"): "Makes home visits",
        ("home_visits", "no"): "Makes none",
    }
)

FEW_PEOPLE = "Too few people to show"
LOST_NOT_OUT = "Who was lost is not compared here: too few were, or they could be told by the difference to other figures."
FEW_OTHERS = "Not shown, to protect people"
"""Of a figure that is hidden for its own size or because another could be worked out from it: which of the two is not said."""
NOT_SHOWN = "not shown"
"""The same in a table."""
HOW_TO_READ = (
    "If we ran the same course with other groups like these, 95 times in 100 a range drawn this way would hold the "
    "true figure. Small groups give wide ranges."
)


def topic(name: str, label: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A few words for a statement, or the whole statement when there are none."""
    before = {after: pre for pre, after in pairs}
    return TOPICS.get(before.get(name, name), label)


def listed(parts: Sequence[str]) -> str:
    """Words joined as in speech: a, b and c."""
    if len(parts) < 2:  # noqa: PLR2004 -- one needs no "and"
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def lower_first(text: str) -> str:
    """For use inside a sentence."""
    return text[:1].lower() + text[1:]


def p_value(p: float) -> str:
    """A p-value as far as it means anything."""
    if p < 0.001:  # noqa: PLR2004 -- the smallest that is told apart
        return "under 0.001"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"  # noqa: PLR2004 -- one figure more where it matters


def decimal(value: float, places: int = 2) -> str:
    """A number with so many decimals and a real minus sign, and no minus before nought."""
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def figure(estimate: Estimate) -> str:
    """A figure with its range, or nothing when there is none: "0.12 (0.03 to 0.20)"."""
    if not estimate.is_known:
        return ""
    value = decimal(estimate.value)
    if not estimate.has_interval:
        return value
    return f"{value} ({decimal(estimate.low)} to {decimal(estimate.high)})"
