"""The order in which a check shows what is to be put in order or matched: it tells nothing and is the same each time. Pure."""

import hashlib
from collections.abc import Iterable

from courses.content.knowledge_checks import MatchQuestion, Named, OrderQuestion


def shuffled(question: OrderQuestion) -> list[Named]:
    """The steps of a question as they are shown."""
    by_id = {step.id: step for step in question.steps}
    return [by_id[each] for each in _in_no_order(by_id, seed=question.id)]


def offered(question: MatchQuestion) -> list[str]:
    """What can be matched, as it is shown."""
    return _in_no_order((pair.match for pair in question.pairs), seed=question.id)


def _in_no_order(words: Iterable[str], *, seed: str) -> list[str]:
    return sorted(words, key=lambda word: hashlib.sha256(f"{seed}:{word}".encode()).digest())
