"""Numbers and addresses refused at once, in words that no check for names will see: of a witness, to a witness, in a plan."""

from __future__ import annotations

from collections.abc import Sequence

from assessments.identifying.findings import Finding
from assessments.identifying.numbers import find_numbers
from lms.core.errors import Refused


class Identifies(Refused):
    """Words hold a number or an address that could identify a family. Carries what was found."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        kinds = dict.fromkeys(finding.kind.words for finding in findings)
        super().__init__(
            f"We found what looks like {' and '.join(kinds)}. Take it out, so that no family can be found."
        )
        self.findings = findings


def refuse_numbers(*texts: str, may_stay: bool = False) -> None:
    """Let words pass that hold no number or address that could identify a family.

    Args:
        texts: the words.
        may_stay: whether their author says that what may stay is not about a family.

    Raises:
        Identifies: something is found.
    """
    found = [
        finding
        for text in texts
        for finding in find_numbers(text)
        if not (may_stay and finding.kind.may_stay)
    ]
    if found:
        raise Identifies(found)
