"""What lasted, attacked beside the tables of the end of the course: at every level and time.

Who answered again had answered at the end of the course, so each published move is of people whom the tables count. Unknown is
how many of each cohort went from which answer to which, or did not answer again.
"""

from dataclasses import dataclass

import numpy as np

from assessments.evaluation import later_figures, waves
from assessments.evaluation.change_statistics import SCORES
from assessments.evaluation.later_figures import STEPS
from assessments.evaluation.pieces import may_come_out
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import from_matrix
from assessments.questionnaires.schema import WaveKind

FIRST, SECOND = "post_challenge", "m3_challenge"
WAYS = 3
BOOK = waves.codebook_of((WaveKind.POST, WaveKind.THREE_MONTHS))


@dataclass(frozen=True)
class Told:
    """What came out of some cohorts: how many moved by each number of steps, or which way; how many were off the scale."""

    cohorts: frozenset
    moves: dict
    left_out: int


def _responses(answers):
    codes = np.zeros((sum(map(len, answers)), len(BOOK.coded)), np.uint8)
    names = [variable.name for variable in BOOK.coded]
    codes[:, [names.index(FIRST), names.index(SECOND)]] = np.concatenate(answers)
    return from_matrix(BOOK, codes)


def tell(answers, *, is_far):
    """What would come out of some people, by their cohort (or part of one), each with both answers."""
    first, second = (BOOK.variables[name] for name in (FIRST, SECOND))
    moves = later_figures._moves(_responses(list(answers.values())), first, second)
    moves = moves if is_far else moves.by_direction
    return Told(
        frozenset(key for key, rows in answers.items() if len(rows)),
        dict(zip(moves.steps.tolist(), moves.count.tolist(), strict=True)),
        moves.left_out,
    )


def system(attack, published):
    """All that is known of the statement: its tables, and what lasted of it."""
    found = attack.of_variable(FIRST)
    codes = BOOK.variables[FIRST].codes
    flows = {}
    for key in attack.cohorts:
        for before in codes:
            cells = [found.cell((key, ("again", before, after))) for after in (*codes, None)]
            flows[key, before] = dict(zip(codes, cells, strict=False))
            found.adds_up(cells, found.cell((key, (FIRST, before))))
    for place, told in enumerate(published):
        sums = {step: [] for step in (*told.moves, "off")}
        for key in told.cohorts:
            for before in codes:
                for after, cell in flows[key, before].items():
                    sums[_step(before, after, is_far=len(told.moves) > WAYS)].append(cell)
        for step, cells in sums.items():
            value = told.left_out if step == "off" else told.moves[step]
            found.adds_up(cells, found.cell(("lasted", place, step), value))
    return found


class Lasting:
    """Some people of a world answer again, and what lasted comes out after each round by the rules of the chapter."""

    def __init__(self, world, seed, policy=None):
        self.world, self.policy = world, policy or Policy()
        rng = np.random.default_rng(seed)
        share = rng.choice([0.5, 0.9, 1.0])
        column = world.book.coded.index(world.book.variables[FIRST])
        self.answers = {}
        for key, rows in world.people.items():
            first = rows[:, column]
            moved = np.clip(first + rng.choice([-1, 0, 0, 1, 3], len(first)), 1, 5).astype(np.uint8)
            again = (rng.random(len(first)) < share) & (first > 0)
            self.answers[key] = np.column_stack([first, np.where(again, moved, 0)]).astype(np.uint8)
        self.told, self.past = [], {FIRST: [], FIRST + STEPS: []}
        for time in range(1, world.rounds + 1):
            self._release(time)

    def _release(self, time):
        parts = [
            part
            for number, part in self.world.parts.items()
            if self.world.counted.get(number, time + 1) <= time
        ]
        keys = {
            part.id: [key for key in self.answers if key[0] == part.id and key[1] > time] for part in parts
        }
        cohorts = {number: _responses([self.answers[key] for key in own]) for number, own in keys.items()}
        tables = {table.name: table for table in later_figures.tables_of(cohorts, self.policy)}
        for ids in _subjects(parts, self.world.shared):
            now = {number: len(cohorts[number]) for number in ids}
            if any(set(ids) == set(before) for before in self.past[FIRST]) or FIRST not in tables:
                continue
            if may_come_out(tables[FIRST], now, self.past[FIRST]):
                is_far = may_come_out(tables[FIRST + STEPS], now, self.past[FIRST + STEPS])
                for name in (FIRST, FIRST + STEPS)[: 1 + is_far]:
                    self.past[name].append(now)
                own = {key: self.answers[key] for number in ids for key in keys[number]}
                self.told.append(tell(own, is_far=is_far))


def _step(before, after, *, is_far):
    if before not in SCORES or after not in SCORES:
        return "off"
    step = float(SCORES[after] - SCORES[before])
    return step if is_far else float(np.sign(step))


def _subjects(parts, shared):
    """The cohorts of each programme, then of each provider."""
    members = {}
    for part in parts:
        if part.programme_id is not None:
            members.setdefault((0, part.programme_id), []).append(part.id)
    for part in parts:
        if part.id not in shared:
            members.setdefault((1, part.provider_id), []).append(part.id)
    return [ids for _, ids in sorted(members.items(), key=lambda item: (item[0][0], -len(item[1])))]
