"""Markdown as parts, and as plain text."""

import pytest

from lms.core.plain import plain_text
from lms.core.prose import Heading, Paragraph, Span, parts_of

PAGE = """\
## A warm handover

Ring *first*. **Say** who,
and [how](activity:how) or [where](https://example.org/a).

- one
- two
  1. in two

3. three
4. four

| Who | When |
| --- | --- |
| Anna | Monday |
| | later |

> “Yes.”

![A door](door.png)
"""


def test_plain_text_has_every_word_and_no_marks():
    assert plain_text(PAGE).split("\n") == [
        "A warm handover", "",
        "Ring first. Say who, and how or where (https://example.org/a).", "",
        "- one", "- two", "  1. in two", "",
        "3. three", "4. four", "",
        "Who: Anna", "When: Monday", "",
        "When: later", "",
        "  “Yes.”", "",
        "(Picture: A door)",
    ]  # fmt: skip


def test_a_heading_between_paragraphs_has_two_lines_of_air():
    assert plain_text("One.\n\n## Two\n\nThree.") == "One.\n\n\nTwo\n\nThree."


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("a  \nb", "a\nb"),
        ("`code` and 2 * 3 * 4", "code and 2 * 3 * 4"),
        ("    set apart", "set apart"),
        ("- ", "-"),
        ("<b>not</b> read &amp; kept", "<b>not</b> read & kept"),
        ("", ""),
    ],
)
def test_odd_texts(markdown, said):
    assert plain_text(markdown).strip() == said


def test_spans_know_how_they_are_set():
    assert parts_of("# One\n\n***both** one* none") == (
        Heading(1, (Span("One"),)),
        Paragraph(
            (Span("both", is_strong=True, is_stressed=True), Span(" one", is_stressed=True), Span(" none"))
        ),
    )
