"""What the shapes and colours of a chart mean, the same in every form of a report. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, TypeAlias

from assessments.evaluation.charts import Box, Dot, Ink, Mark, Rule

Entry: TypeAlias = tuple[Literal["likert", "forest"], tuple[Mark, ...], str]
"""The set of colours, the swatch (18 pixels high), and the words beside it."""

RANGE = "Likely range"
_CAPS: tuple[Mark, ...] = (
    Rule(Ink.RANGE, 0, 100, 9, 9),
    Rule(Ink.RANGE, 0, 0, 5, 13),
    Rule(Ink.RANGE, 100, 100, 5, 13),
)


def _box(ink: Ink, words: str) -> Entry:
    return ("likert", (Box(ink, 0, 100, 0, 18),), words)


_SCALE: tuple[Entry, ...] = (
    _box(Ink.STRONGLY_DISAGREE, "Strongly disagree"),
    _box(Ink.DISAGREE, "Disagree"),
    _box(Ink.AGREE, "Agree"),
    _box(Ink.STRONGLY_AGREE, "Strongly agree"),
)
_AGREE_RANGE: Entry = ("likert", _CAPS, f"{RANGE} of “agree”")
_ENTRIES: Mapping[str, Sequence[Entry]] = MappingProxyType(
    {
        "agreement": (*_SCALE, _box(Ink.APART, "No impact, or disagree where few do"), _AGREE_RANGE),
        "agreement-plain": (*_SCALE, _AGREE_RANGE),
        "range": (("likert", _CAPS, RANGE),),
        "forest": (
            ("forest", (*_CAPS, Dot(Ink.POINT, 50, 9, 7)), f"The group, with its {RANGE.lower()}"),
            ("forest", (Rule(Ink.EVERYONE, 50, 50, 0, 18),), "Everyone"),
        ),
    }
)


def entries(key: str) -> Sequence[Entry]:
    """The entries of a key; none where a chart says all itself."""
    return _ENTRIES.get(key, ())
