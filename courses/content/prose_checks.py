"""Whether people can read what is written, on the screen and on paper. Pure."""

import re
from collections.abc import Iterator
from itertools import pairwise

from courses.content import readability
from courses.content.faults import Fault
from courses.content.loader import Source
from courses.content.texts import texts_of
from lms.core.pdf_words import undrawable

FEWEST_WORDS = 60
"""A text shorter than this is not judged: two long names would make it look hard."""
_UNDER_HEADINGS = re.compile(r"\s*\|[\s:|-]+\|\s*")


def faults_of_prose(source: Source) -> Iterator[Fault]:
    """Pages and activities that are too hard to read, tables without headings, handouts with signs that cannot be printed."""
    yield from _too_hard(source)
    yield from _tables(source)
    yield from _unprintable(source)


def _too_hard(source: Source) -> Iterator[Fault]:
    limit = source.document.course.reading_age
    shorten = f"the highest for this course is {limit}. Shorten sentences and words."
    for page, text in source.document.pages.items():
        age = readability.reading_age(text)
        if age > limit:
            yield Fault(f"{source.folder.name}/{page}", 1, f"Reading age {age:.1f}; {shorten}")
    for module in source.document.course.modules:
        for index, activity in enumerate(module.activities):
            text = "\n\n".join(text for _, text in texts_of(activity))
            age = readability.reading_age(text)
            if age > limit and len(readability.words(text)) >= FEWEST_WORDS:
                message = f"Reading age {age:.1f} in the words of '{activity.id}'; {shorten}"
                yield source.fault(message, module=module.id, place=("activities", index))


def _tables(source: Source) -> Iterator[Fault]:
    """Tables whose first row leaves a heading out, which a screen reader would read as nothing."""
    message = "A column of this table has no heading. Say in the first row what is in it."
    for page, text in source.document.pages.items():
        for number, (line, under) in enumerate(pairwise(text.splitlines()), start=1):
            cells = line.strip().removeprefix("|").removesuffix("|").split("|")
            if _UNDER_HEADINGS.fullmatch(under) and not all(cell.strip() for cell in cells):
                yield Fault(f"{source.folder.name}/{page}", number, message)


def _unprintable(source: Source) -> Iterator[Fault]:
    handouts = {module.handout for module in source.document.course.modules}
    for page, text in source.document.pages.items():
        if page not in handouts:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if letters := undrawable(line):
                yield Fault(
                    f"{source.folder.name}/{page}",
                    number,
                    f"This handout cannot be made into a PDF: we cannot print {letters}. Use a word or another sign.",
                )
