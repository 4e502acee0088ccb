"""Attacks on who stayed: on sums and differences of pages of all levels and days, and on the rule by which cohorts are joined.

The attacker knows how many places each cohort had, every figure exactly, though pages round them, and the rule. First he solves
for all sums of all pages, as `attack` does. Then he takes each batch and asks in which ways its cohorts can have ended so that
the rule refused what it refused and told what it told.
"""

from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from assessments.evaluation import staying_batches
from assessments.evaluation.frequency_disclosure import FrequencyTable, protect_flat
from assessments.evaluation.policy import Policy
from assessments.evaluation.staying_batches import LEAST_NUMBERS, Waiting
from tests.assessments.evaluation.attack import ROOM, System
from tests.assessments.evaluation.solving import Need, Solver

CODES = ("completed", "incomplete", "left")
SIZES = (1, 3, 6, 9, 12, 14, 14, 16, 20, 25, 30, 45)
POLICY = Policy()


@dataclass(frozen=True)
class Shown:
    """What one page showed of some cohorts on some day; None for what was hidden."""

    label: str
    cohorts: frozenset
    counts: dict


@dataclass
class World:
    """Cohorts of some providers and programmes, which end in some rounds, and what comes out of them."""

    seed: int
    rounds: int = 4
    cohorts: dict = field(default_factory=dict)
    over: dict = field(default_factory=dict)
    batches: list = field(default_factory=list)
    told: list = field(default_factory=list)

    def __post_init__(self):
        rng = np.random.default_rng(self.seed)
        for provider in range(1, rng.integers(3, 6)):
            for _ in range(rng.integers(1, 7)):
                number, size = len(self.cohorts) + 1, SIZES[rng.integers(len(SIZES))]
                rates = ((0.8, 0.12, 0.08), (0.93, 0.07, 0), (0.6, 0.1, 0.3))[rng.integers(3)]
                programme = (1, 1, 2, None)[rng.integers(4)]
                self.cohorts[number] = Waiting(number, (provider, programme), rng.multinomial(size, rates))
                self.over[number] = int(rng.integers(1, self.rounds + 1))
        for time in range(1, self.rounds + 1):
            told = {each.id for batch in self.batches for each in batch}
            waiting = [self.cohorts[number] for number in self._over(time) if number not in told]
            growing = {self.cohorts[number].group[1] for number, ends in self.over.items() if ends > time}
            self.batches += staying_batches.form(waiting, growing, POLICY)
            self.told.append(list(self.batches))

    def _over(self, time):
        return sorted(
            (number for number, ends in self.over.items() if ends <= time),
            key=lambda number: (self.over[number], number),
        )

    def pages(self):
        """Every page of every round by the rule: sums of whole batches."""
        for time, batches in enumerate(self.told, 1):
            for label, numbers in self._scopes().items():
                is_programme = label.startswith("programme")
                own = [
                    batch
                    for batch in batches
                    if numbers & {each.id for each in batch}
                    and (is_programme or len({each.group[0] for each in batch}) == 1)
                ]
                if own:
                    members = [each for batch in own for each in batch]
                    yield _page(f"{label}, round {time}", members, hides=False)

    def pages_by_themselves(self):
        """The same as they would be if each were worked out from all cohorts that are over, and protected by itself."""
        for time in range(1, self.rounds + 1):
            over = set(self._over(time))
            for label, numbers in self._scopes().items():
                if numbers & over:
                    members = [self.cohorts[number] for number in sorted(numbers & over)]
                    yield _page(f"{label}, round {time}", members, hides=True)

    def _scopes(self):
        found = {}
        for number, each in self.cohorts.items():
            found[f"cohort {number}"] = {number}
            for kind, subject in zip(("provider", "programme"), each.group, strict=True):
                if subject is not None:
                    found.setdefault(f"{kind} {subject}", set()).add(number)
        return found


def _page(label, members, *, hides):
    counts = dict(zip(CODES, sum(each.counts for each in members).tolist(), strict=True))
    if hides:
        base = sum(counts.values())
        table = FrequencyTable("ends", counts, base, base)
        protect_flat(table, POLICY, keep_counts=False)
        counts = {code: None if code in table.hidden else count for code, count in counts.items()}
    return Shown(label, frozenset(each.id for each in members), counts)


def found_by_sums(world, pages):
    """Small counts, hidden on a page or of a cohort, that all pages together leave fewer than three numbers."""
    system = System()
    for number, each in world.cohorts.items():
        cells = [system.cell((number, code)) for code in CODES]
        system.adds_up(cells, system.cell(("places", number), each.people))
        for code, count in zip(CODES, each.counts.tolist(), strict=True):
            _guard(system, (number, code), count, most=each.people)
    for page in pages:
        for code, count in page.counts.items():
            whole = system.cell((page.label, code), count)
            system.adds_up([system.cell((number, code)) for number in page.cohorts], whole)
            if count is None:
                at = CODES.index(code)
                true = sum(int(world.cohorts[number].counts[at]) for number in page.cohorts)
                _guard(system, (page.label, code), true, most=POLICY.smallest_count - 1)
    return Solver([system]).found()


def _guard(system, name, count, *, most):
    if POLICY.is_small(count, special=False):
        system.needs[name] = Need(1, min(POLICY.smallest_count - 1, most), ROOM)


def found_by_rule(batch):
    """Small counts of cohorts of a batch that knowing the rule leaves fewer than three numbers, of those there are people for."""
    for member in batch:
        for at, count in enumerate(member.counts.tolist()):
            if POLICY.is_small(count, special=False):
                nearest = sorted(range(member.people + 1), key=lambda number: abs(number - count))
                possible = (number for number in nearest if _is_possible(batch, member, at, number))
                found = list(islice(possible, LEAST_NUMBERS))
                if len(found) < min(LEAST_NUMBERS, member.people + 1):
                    yield member.id, CODES[at], found


def _is_possible(batch, member, at, number):
    """Whether a cohort can have had so many of one end, given what was refused before, and what was told."""
    total = sum(each.counts for each in batch)
    room = tuple(count + 1 for count in total[1:])
    parts = {}
    for each in batch:
        parts.setdefault(each.group[0], []).append(each)
    is_one = len(parts) == 1
    sums = _nothing(room)
    for own in parts.values():
        reached = _nothing(room)
        for place, each in enumerate(own):
            wanted = (at, number) if each is member else None
            reached = _added(reached, _ways(each.people, room, wanted))
            if not (is_one and place == len(own) - 1):
                reached &= _refused(own[: place + 1], reached)
        sums = _added(sums, reached)
    return bool(sums[tuple(total[1:])])


def _nothing(room):
    nothing = np.zeros(room, bool)
    nothing[(0,) * len(room)] = True
    return nothing


def _ways(people, room, wanted):
    """In which ways so many people can have ended; the first end is of those who are left."""
    grid = np.indices(room)
    first = people - grid.sum(axis=0)
    ways = first >= 0
    if wanted is not None:
        at, number = wanted
        ways &= (first if at == 0 else grid[at - 1]) == number
    return ways


def _added(one, other):
    """Which sums can be reached."""
    found = np.zeros_like(one)
    for step in np.argwhere(other):
        onto = tuple(slice(by, None) for by in step)
        from_ = tuple(slice(None, length - by) for by, length in zip(step, one.shape, strict=True))
        found[onto] |= one[from_]
    return found


def _refused(own, reached):
    """Of which sums the rule would not have told cohorts of these sizes."""
    people = [each.people for each in own]
    refused = np.zeros_like(reached)
    for place in np.argwhere(reached):
        counts = np.array([sum(people) - place.sum(), *place])
        before = sum(people[:-1])
        refused[tuple(place)] = not staying_batches.may_be_told(
            counts, people, [before] if before else [], people[-1], POLICY
        )
    return refused
