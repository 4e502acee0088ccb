"""Numbers and addresses asked about at once, of those who have no check for names of their own: a witness, a letter to one."""

from __future__ import annotations

from assessments.identifying.finding import keep_first
from assessments.identifying.findings import Finding, Identifier
from assessments.identifying.numbers import find_numbers
from lms.core.errors import Refused


class Identifies(Refused):
    """Words could identify a family. Carries what was found."""

    def __init__(self, findings: list[Finding]) -> None:
        kinds = list(dict.fromkeys(finding.kind.words for finding in findings))
        super().__init__(
            f"We found what looks like {' and '.join(kinds)}. Take it out, so that no family can be found."
        )
        self.findings = findings


def find(text: str) -> list[Finding]:
    """The numbers in a text that could identify somebody, in the order they stand."""
    return [found for found in keep_first(find_numbers(text)) if found.kind is not Identifier.ADDRESS]


def to_put_right(findings: list[Finding], *, may_stay: bool) -> list[Finding]:
    """Of what was found, what stands in the way: all of it, or only the kinds that may never stay."""
    return [finding for finding in findings if not (may_stay and finding.kind.may_stay)]
