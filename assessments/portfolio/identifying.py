"""What in the words of a piece of evidence is asked about as soon as it is kept: numbers, postcodes and the like. Pure.

Names are asked about before it is sent, on a page of their own (see `checking`).
"""

from __future__ import annotations

from assessments.identifying.finding import keep_first
from assessments.identifying.findings import Finding, Identifier
from assessments.identifying.numbers import find_numbers


def find(text: str) -> list[Finding]:
    """The numbers and addresses in a text that could identify somebody, in the order they stand."""
    return [found for found in keep_first(find_numbers(text)) if found.kind is not Identifier.ADDRESS]
