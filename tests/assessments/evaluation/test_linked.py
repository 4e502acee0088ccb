"""Nothing hidden can be had back from everything that is published at every level and time together."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from assessments.evaluation import batches, disclosure, lost_figures, releasing, tables
from assessments.evaluation.batches import Waiting
from assessments.evaluation.models import Chapter
from assessments.evaluation.pieces import may_come_out
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Answers, Part
from assessments.evaluation.responses import Codes, Responses, from_matrix
from assessments.evaluation.rounds import Due, Earlier, Round
from tests.assessments.evaluation import lasting_attack, managers_attack
from tests.assessments.evaluation.linked_attack import LinkedAttack, Published
from tests.assessments.evaluation.solving import Solver

POLICY = Policy()
SIZES = (0, 1, 3, 9, 14, 14, 18, 25, 30, 45, 70)


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
    """Cohorts of several providers and programmes that close in some rounds; between these, some people withdraw.

    People are kept by their cohort and the round before which they withdraw, if they do: `people[cohort, round]`.
    """

    def __init__(self, study: Responses, seed: int, rounds: int = 3) -> None:
        rng = np.random.default_rng(seed)
        self.book, self.rounds = study.codebook, rounds
        self.parts, self.people, self.closes = {}, {}, {}
        programmes = [None, 1, 1, 1, 2][: rng.integers(2, 6)]
        for provider in range(1, rng.integers(2, 5)):
            for _ in range(rng.integers(1, 5)):
                number = len(self.parts) + 1
                self.parts[number] = part(number, provider, programmes[rng.integers(len(programmes))])
                rows = study.codes[rng.choice(len(study), SIZES[rng.integers(len(SIZES))])]
                self.closes[number] = int(rng.integers(1, rounds + 1))
                for time in range(self.closes[number] + 1, rounds + 1):
                    gone = int(rng.integers(0, 5) == 0) * min(2, len(rows))
                    self.people[number, time], rows = rows[:gone], rows[gone:]
                self.people[number, rounds + 1] = rows
        self.published, self.earlier, self.batches = [], {}, {}
        self.counted, self.shared = {}, set()
        self.lost = {}
        for time in range(1, rounds + 1):
            self._play(time)

    def _standing(self, number: int, time: int) -> Codes:
        """The answers of those who have not withdrawn by a time."""
        return np.concatenate(
            [rows for (cohort, leaves), rows in self.people.items() if cohort == number and leaves > time]
        )

    def _answers(self, numbers: list[int], time: int) -> Answers:
        rows = {number: self._standing(number, time) for number in numbers}
        none = np.zeros((0, len(self.book.coded)), np.uint8)
        return Answers(
            from_matrix(self.book, np.concatenate([none, *rows.values()])),
            np.repeat(np.array(numbers, np.int64), [len(rows[number]) for number in numbers]),
        )

    def _play(self, time: int) -> None:
        closed = [number for number in self.parts if self.closes[number] <= time]
        answers = self._answers(closed, time)
        fresh = self._batches(closed, answers, time)
        self.counted |= {number: time for number in self.batches if number not in self.counted}
        counted = [
            replace(
                self.parts[number],
                batch=min(batch),
                is_shared=len({self.parts[each].provider_id for each in batch}) > 1,
            )
            for number, batch in sorted(self.batches.items())
        ]
        self.shared = {part.id for part in counted if part.is_shared}
        sizes = {number: len(self._standing(number, time)) for number in self.batches}
        due = (
            Round(counted, answers, POLICY, responses=sizes, earlier=dict(self.earlier)).due()
            if fresh
            else []
        )
        lost = self._lost(due, {part.id: answers.of([part.id]) for part in counted}, sizes)
        for each in due:
            about = frozenset(
                key
                for key, rows in self.people.items()
                if key[0] in each.cohort_ids and key[1] > time and len(rows)
            )
            label = f"{each.kind} {each.subject_id}, round {time}"
            shown = lost.get((each.kind, each.subject_id), frozenset())
            self.published.append(Published(label, about, each.figures.protected, shown))
            self.earlier.setdefault((each.kind, each.subject_id), []).append(
                Earlier(each.figures.protected, {number: sizes[number] for number in each.cohort_ids})
            )

    def _batches(self, closed: list[int], answers: Answers, time: int) -> bool:
        """Take in the cohorts that can be; whether there were any."""
        waiting = [
            Waiting(
                number,
                self.parts[number].provider_id,
                self.parts[number].programme_id,
                answers.size(number),
                time < self.rounds,
            )
            for number in closed
            if number not in self.batches
        ]
        formed = batches.form(waiting, POLICY.percent_base)
        self.batches |= {number: batch for batch in formed for number in batch}
        return bool(formed)

    def _lost(self, due: list[Due], cohorts: dict[int, Responses], sizes: dict[int, int]) -> dict:
        """The questions of which those lost are compared, by what is due."""
        made = {table.name: table for table in lost_figures.tables_of(cohorts, POLICY)}
        found = {}
        for each in due:
            if each.kind != "cohort":
                now = {number: sizes[number] for number in each.cohort_ids}
                may_show = releasing.allowing(each)
                found[each.kind, each.subject_id] = frozenset(
                    name
                    for name, table in made.items()
                    if may_show(Chapter.LOST, name) and may_come_out(table, now, self.lost.get(name, []))
                )
                for name in found[each.kind, each.subject_id]:
                    self.lost.setdefault(name, []).append(now)
        return found

    def attack(self) -> LinkedAttack:
        people = {
            key: from_matrix(self.book, rows)
            for key, rows in self.people.items()
            if len(rows) and key[0] in self.batches
        }
        return LinkedAttack(self.published, people)


def found_in(world: World, *, many: bool) -> list:
    attack = world.attack()
    variables = ["post_challenge", "pre_reflect", "length", "region", "disability", "bme", "sup_manager"]
    groupings = ["hours", "bme", "region", "length", "location", "most_deprived"]
    systems = [attack.of_variable(name) for name in variables[: None if many else 3]]
    systems.append(attack.of_pair("pre_challenge", "post_challenge"))
    systems += [
        attack.by_group(item, grouping)
        for grouping in groupings[: None if many else 2]
        for item in ("post_challenge", "pre_challenge")[: None if many else 1]
    ]
    systems += [attack.of_qualifications()] if many else []
    return [*Solver(systems).found(), *attack.small_differences()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [9, 21])
def test_all_levels_and_times_together_give_nothing_away(study: Responses, seed: int) -> None:
    world = World(study, seed)
    assert len(world.published) > 3
    assert found_in(world, many=False) == []
    lasting = lasting_attack.Lasting(world, seed)
    assert lasting.told
    assert Solver([lasting_attack.system(world.attack(), lasting.told)]).found() == []
    managers = managers_attack.random_answers(world, seed)
    assert Solver([managers_attack.system(managers, managers_attack.come_out(world, managers))]).found() == []


def test_the_attack_finds_what_managers_of_a_provider_would_give_away_beside_the_programme() -> None:
    """Of the third cohort, of another provider, two do not agree: the programme less the provider."""
    world = SimpleNamespace(
        rounds=1,
        parts={1: part(1, 1, 1), 2: part(2, 1, 1), 3: part(3, 2, 1)},
        counted={1: 1, 2: 1, 3: 1},
        shared=set(),
    )
    some = {(1, 2): (20, 6, 1), (2, 2): (12, 5, 0), (3, 2): (21, 2, 3)}
    answers = {key: managers_attack.answers_of(*counts) for key, counts in some.items()}
    careless = managers_attack.come_out(world, answers, by_themselves=True)
    assert [base for _, _, base in careless] == [66, 43]
    assert Solver([managers_attack.system(answers, careless)]).found()
    careful = managers_attack.come_out(world, answers)
    assert [base for _, _, base in careful] == [66]
    assert Solver([managers_attack.system(answers, careful)]).found() == []


def test_the_attack_finds_what_would_follow_if_all_answered_again(study: Responses) -> None:
    """All who were on the scale are on it again, so of the five who did not agree at first, four or five had disagreed."""
    people = from_matrix(study.codebook, study.codes[:60].copy())
    column = study.codebook.coded.index(study.codebook.variables[lasting_attack.FIRST])
    first = np.repeat(np.array([1, 2, 3, 5], np.uint8), [20, 35, 4, 1])
    people.codes[:, column] = first
    published = Published("all", frozenset({1}), disclosure.protect(tables.build(people), items=[]))
    attack = LinkedAttack([published], {1: people})
    again = {1: np.column_stack([first, np.where(first == 2, 1, first)])}
    told = lasting_attack.tell(again, is_far=False)
    assert Solver([lasting_attack.system(attack, [])]).found() == []
    assert Solver([lasting_attack.system(attack, [told])]).found()


def test_the_attack_finds_what_parts_would_give_away_by_themselves(study: Responses) -> None:
    """Two cohorts, each protected alone, beside their provider: what is hidden in one follows from the other."""
    rng = np.random.default_rng(1)
    people = {
        each: from_matrix(study.codebook, study.codes[rng.choice(len(study), size)])
        for each, size in ((1, 45), (2, 70))
    }
    published = [
        Published(
            "+".join(map(str, cohorts)),
            frozenset(cohorts),
            disclosure.protect(
                tables.build(
                    from_matrix(study.codebook, np.concatenate([people[each].codes for each in cohorts]))
                ),
                items=[],
            ),
        )
        for cohorts in ([1], [2], [1, 2])
    ]
    attack = LinkedAttack(published, people)
    assert Solver(attack.of_variable(variable.name) for variable in study.codebook.statements[:6]).found()
