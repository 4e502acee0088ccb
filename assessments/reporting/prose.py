"""The fixed words of the report, with the settings that they name filled in. Pure but for the file it reads."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from assessments.evaluation import statistics
from assessments.evaluation.figures import NEAREST
from assessments.evaluation.group_figures import CLEAR
from assessments.evaluation.policy import Policy
from assessments.reporting.document import HIDDEN

STUDY_YEAR = "2011"
STRONG = re.compile(r"\*\*(.+?)\*\*")
"""Strong words in a text."""


@lru_cache(maxsize=1)
def texts() -> Mapping[str, Any]:
    """Everything in `texts.yaml`, as written there."""
    text = (resources.files("assessments.reporting") / "texts.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return MappingProxyType(read)


class Prose:
    """The words of one report, under the thresholds that its figures were protected with."""

    def __init__(self, policy: Policy | None) -> None:
        """`policy` None: nothing was hidden; the words then speak of the product's own thresholds."""
        rules = policy or Policy()
        self.names: Mapping[str, str] = MappingProxyType(
            {
                "confidence": str(round(100 * statistics.CONFIDENCE)),
                "hundred": "100",
                "alpha": str(CLEAR),
                "percent_base": str(rules.percent_base),
                "smallest_count": str(rules.smallest_count),
                "smallest_special": str(rules.smallest_special),
                "smallest_expected": str(round(statistics.SMALLEST_EXPECTED)),
                "replicates": f"{statistics.REPLICATES:,}",
                "nearest": str(NEAREST),
                "study_year": STUDY_YEAR,
                "hidden": HIDDEN,
            }
        )

    def __call__(self, chapter: str, name: str) -> str:
        """One text.

        Raises:
            KeyError: There is no such text, or it names a setting that there is not.
        """
        return self.filled(texts()[chapter][name])

    def listed(self, chapter: str, name: str) -> tuple[str, ...]:
        """The items of a list."""
        return tuple(self.filled(item) for item in texts()[chapter][name])

    def filled(self, text: str) -> str:
        """A text with the settings that it names."""
        return text.strip().format_map(self.names)
