"""Where links lead and what pictures show, in pages and in the words of modules. Pure."""

import re
from collections.abc import Iterator

from courses.content.faults import Fault
from courses.content.loader import Source
from courses.content.texts import texts_of

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_OUTSIDE = ("https://", "mailto:")


def faults_of_links(source: Source) -> Iterator[Fault]:
    """Each link that leads nowhere, and each picture that is missing or has no words in its stead."""
    course = source.document.course
    known = {f"activity:{activity.id}" for _, activity in course.activities()}
    known |= {f"module:{module.id}" for module in course.modules}
    for page, text in source.document.pages.items():
        for number, message in _faults(source, text, known):
            yield Fault(f"{source.folder.name}/{page}", number, message)
    for module in course.modules:
        for place, text in texts_of(module):
            for number, message in _faults(source, text, known):
                yield source.fault(message, module=module.id, place=place, line=number)


def _faults(source: Source, text: str, known: set[str]) -> Iterator[tuple[int, str]]:
    """What is wrong in a text: the line in it, from 1, and what to do."""
    for number, line in enumerate(text.splitlines(), start=1):
        for picture, words, address in _LINK.findall(line):
            message = _picture(source, words, address) if picture else _link(address, known)
            if message:
                yield number, message


def _picture(source: Source, words: str, address: str) -> str | None:
    if not words.strip():
        return f"The picture '{address}' has no words. Say in the square brackets what it shows."
    if not (source.folder / "pages" / address).resolve().is_file():
        return f"The picture '{address}' is missing."
    return None


def _link(address: str, known: set[str]) -> str | None:
    if address in known or address.startswith(_OUTSIDE):
        return None
    if address.startswith(("activity:", "module:")):
        return f"The link '{address}' leads nowhere: there is no such {address.partition(':')[0]}."
    return f"The link '{address}' leads nowhere. Write activity:ID, module:ID or an https address."
