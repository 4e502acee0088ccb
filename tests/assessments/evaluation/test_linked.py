"""Nothing hidden can be had back from everything that is published at every level and time together."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from assessments.evaluation import batches, disclosure, tables
from assessments.evaluation.batches import Waiting
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Answers, Part
from assessments.evaluation.responses import Responses, from_matrix
from assessments.evaluation.rounds import Earlier, Round
from tests.assessments.evaluation.linked_attack import LinkedAttack, Published

POLICY = Policy()
SIZES = (0, 1, 3, 9, 14, 14, 18, 25, 30, 45, 70)
GONE = 1_000


def part(number, provider, programme):
    return Part(
        id=number,
        ref="",
        name="",
        provider_id=provider,
        provider_ref="",
        provider="",
        programme_id=programme,
        region="",
        pattern="",
        closes_on=date(2020, 1, 1),
        batch=None,
        is_shared=False,
    )


class World:
    """Cohorts of several providers and programmes that close in two rounds; between these, some people withdraw."""

    def __init__(self, study: Responses, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.book = study.codebook
        self.parts, self.rows, self.closes = {}, {}, {}
        programmes = [None, 1, 1, 1, 2][: rng.integers(2, 6)]
        for provider in range(1, rng.integers(2, 5)):
            for _ in range(rng.integers(1, 5)):
                number = len(self.parts) + 1
                self.parts[number] = part(number, provider, programmes[rng.integers(len(programmes))])
                self.rows[number] = study.codes[rng.choice(len(study), SIZES[rng.integers(len(SIZES))])]
                self.closes[number] = int(rng.integers(1, 3))
        self.gone = {
            number: int(rng.integers(0, 4) == 0) * min(2, len(rows)) for number, rows in self.rows.items()
        }
        self.published, self.earlier, self.batches = [], {}, {}
        for time in (1, 2):
            self._play(time)

    def _play(self, time: int) -> None:
        closed = [number for number in self.parts if self.closes[number] <= time]
        rows = {number: self._standing(number, time) for number in closed}
        answers = Answers(
            from_matrix(
                self.book, np.concatenate([np.zeros((0, len(self.book.coded)), np.uint8), *rows.values()])
            ),
            np.repeat(np.array(closed, np.int64), [len(rows[number]) for number in closed]),
        )
        waiting = [
            Waiting(
                number,
                self.parts[number].provider_id,
                self.parts[number].programme_id,
                len(rows[number]),
                time == 1,
            )
            for number in closed
            if number not in self.batches
        ]
        formed = batches.form(waiting, POLICY.percent_base)
        self.batches |= {number: batch for batch in formed for number in batch}
        fresh = frozenset(number for batch in formed for number in batch)
        counted = [
            replace(
                self.parts[number],
                batch=min(batch),
                is_shared=len({self.parts[each].provider_id for each in batch}) > 1,
            )
            for number, batch in sorted(self.batches.items())
        ]
        sizes = {number: len(self._standing(number, time)) for number in self.batches}
        due = Round(counted, answers, POLICY, responses=sizes, earlier=dict(self.earlier)).due()
        for each in due if fresh else []:
            atoms = {number for number in each.cohort_ids if sizes[number]}
            atoms |= {number + GONE for number in each.cohort_ids if time == 1 and self.gone[number]}
            label = f"{each.kind} {each.subject_id}, round {time}"
            self.published.append(Published(label, frozenset(atoms), each.figures.protected))
            self.earlier[each.kind, each.subject_id] = Earlier(
                each.figures.protected, {number: sizes[number] for number in each.cohort_ids}
            )

    def _standing(self, number: int, time: int):
        """Those who have not withdrawn by a time; nobody does before the figures count them."""
        left = self.gone[number] if time == 2 and self.closes[number] == 1 else 0
        return self.rows[number][left:]

    def attack(self) -> LinkedAttack:
        sizes = {
            number: len(rows) - self._left(number)
            for number, rows in self.rows.items()
            if number in self.batches
        }
        sizes |= {number + GONE: self._left(number) for number in self.batches if self._left(number)}
        return LinkedAttack(self.published, {number: size for number, size in sizes.items() if size})

    def _left(self, number: int) -> int:
        return self.gone[number] if self.closes[number] == 1 else 0


def found_in(world: World, *, many: bool) -> list:
    attack = world.attack()
    variables = ["post_challenge", "pre_reflect", "length", "region", "disability", "bme", "sup_manager"]
    groupings = ["hours", "bme", "region", "length", "location", "most_deprived"]
    found = [
        each for name in variables[: None if many else 3] for each in attack.small_counts_of_variable(name)
    ]
    found += attack.small_counts_of_pair("pre_challenge", "post_challenge")
    found += [
        each
        for grouping in groupings[: None if many else 2]
        for each in attack.small_counts_by_group("post_challenge", grouping)
    ]
    return found + (attack.small_counts_of_qualifications() if many else [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [9, 21])
def test_all_levels_and_times_together_give_nothing_away(study: Responses, seed: int) -> None:
    world = World(study, seed)
    assert len(world.published) > 3
    assert found_in(world, many=False) == []


def test_the_attack_finds_what_parts_would_give_away_by_themselves(study: Responses) -> None:
    """Two cohorts, each protected alone, beside their provider: what is hidden in one follows from the other."""
    rng = np.random.default_rng(1)
    rows = {1: study.codes[rng.choice(len(study), 45)], 2: study.codes[rng.choice(len(study), 70)]}
    published = [
        Published(
            "+".join(map(str, cohorts)),
            frozenset(cohorts),
            disclosure.protect(
                tables.build(from_matrix(study.codebook, np.concatenate([rows[each] for each in cohorts]))),
                items=[],
            ),
        )
        for cohorts in ([1], [2], [1, 2])
    ]
    attack = LinkedAttack(published, {1: 45, 2: 70})
    assert any(attack.small_counts_of_variable(variable.name) for variable in study.codebook.statements[:6])
