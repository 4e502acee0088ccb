"""Which cohorts enter the figures together, so that no two published figures differ by fewer people than a percentage needs.

Pure. A cohort enters the figures once, in a batch, and at every level at once. Every figure is about whole batches, so
whatever is added to or taken from whatever, at whatever time, is about whole batches too.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """A cohort whose questionnaires have closed and that no figure counts yet.

    Attributes:
        cohort: Its number.
        provider: Who runs it.
        programme: Which programme it belongs to; None for none.
        people: How many answered anything.
        may_grow: Whether more cohorts of the same provider and programme have yet to close.
    """

    cohort: int
    provider: int
    programme: int | None
    people: int
    may_grow: bool


def form(waiting: Sequence[Waiting], smallest: int) -> tuple[frozenset[int], ...]:
    """Batches of at least `smallest` people; cohorts in none of them go on waiting.

    A cohort that is large enough is a batch alone. The others of one provider and programme are taken together in the
    order given, and the few left over join the last of these. Where none was formed, and no more cohorts are to come, they
    join those left over from other providers of the programme; such a batch counts in the programme alone.

    Args:
        waiting: In the order in which they closed.
        smallest: How many people a batch needs.
    """
    batches: list[frozenset[int]] = []
    left_over: dict[int, list[Waiting]] = {}
    blocks: dict[tuple[int, int | None], list[Waiting]] = {}
    for each in waiting:
        blocks.setdefault((each.provider, each.programme), []).append(each)
    for (_, programme), group in blocks.items():
        formed, rest = _gathered(group, smallest)
        batches += formed
        if rest and programme is not None and not any(each.may_grow for each in group):
            left_over.setdefault(programme, []).extend(rest)
    for rest in left_over.values():
        formed, _ = _gathered(rest, smallest)
        batches += formed
    return tuple(batches)


def _gathered(waiting: Sequence[Waiting], smallest: int) -> tuple[list[frozenset[int]], list[Waiting]]:
    """Batches, and who is left over."""
    alone = [frozenset({each.cohort}) for each in waiting if each.people >= smallest]
    together: list[frozenset[int]] = []
    rest: list[Waiting] = []
    for each in waiting:
        if 0 < each.people < smallest:
            rest.append(each)
            if sum(one.people for one in rest) >= smallest:
                together.append(frozenset(one.cohort for one in rest))
                rest = []
    if rest and together:
        together[-1] |= {one.cohort for one in rest}
        rest = []
    return alone + together, rest
