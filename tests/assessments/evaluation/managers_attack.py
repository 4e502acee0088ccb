"""What managers say, attacked as what practitioners say is: at every level and time.

The attacker knows how many managers of each cohort answered anything, and everything that came out of one statement. Unknown is how
many of each cohort agreed, did not, or left it out; whoever withdraws between two times is a cohort of their own.
"""

import numpy as np

from assessments.evaluation import manager_figures, waves
from assessments.evaluation.pieces import may_come_out
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import from_matrix
from assessments.questionnaires.schema import WaveKind
from tests.assessments.evaluation.attack import ROOM, System
from tests.assessments.evaluation.lasting_attack import _subjects
from tests.assessments.evaluation.solving import Need

BOOK = waves.codebook_of((WaveKind.MANAGER,))
STATEMENT = BOOK.statements[0].name
KINDS = ("agree", "rest", "left out")
RATES = (0.8, 0.14, 0.06)


def _responses(answers):
    codes = np.zeros((len(answers), len(BOOK.coded)), np.uint8)
    codes[:, [variable.name for variable in BOOK.coded].index(STATEMENT)] = answers
    return from_matrix(BOOK, codes)


def answers_of(agree, rest, left_out):
    """The answers of so many managers."""
    return np.repeat(np.array([1, 3, 0], np.uint8), [agree, rest, left_out])


def random_answers(world, seed):
    """Some answers of as many managers as practitioners, by the cohorts (and times of withdrawing) of a world."""
    rng = np.random.default_rng(seed)
    return {key: answers_of(*rng.multinomial(len(rows), RATES)) for key, rows in world.people.items()}


def come_out(world, answers, *, by_themselves=False):
    """What comes out of one statement after each round: of whom, how many agree, and of how many.

    Args:
        world: Its cohorts, rounds, and which are counted when, as of `test_linked.World`.
        answers: By the keys of its people.
        by_themselves: Whether each level and time is judged by itself, which is not the rule.
    """
    policy, past, told = Policy(), [], []
    for time in range(1, world.rounds + 1):
        parts = [part for number, part in world.parts.items() if world.counted.get(number, time + 1) <= time]
        keys = {part.id: [key for key in answers if key[0] == part.id and key[1] > time] for part in parts}
        cohorts = {
            number: _responses(np.concatenate([answers[key] for key in own])) for number, own in keys.items()
        }
        for table in manager_figures.tables_of(cohorts, policy):
            for ids in _subjects(parts, world.shared) if table.name == STATEMENT else ():
                now = {number: len(cohorts[number]) for number in ids}
                if any(set(ids) == set(before) for before in past):
                    continue
                if may_come_out(table, now, [] if by_themselves else past):
                    past.append(now)
                    own = frozenset(key for number in ids for key in keys[number])
                    agree, rest = table.of(ids).tolist()
                    told.append((own, agree, agree + rest))
    return told


def system(answers, told):
    """All that is known, and what small counts of each cohort must be able to be."""
    found, policy = System(), Policy()
    for key, given in answers.items():
        cells = [found.cell((key, kind)) for kind in KINDS]
        found.adds_up(cells, found.cell((key, "answered"), len(given)))
        counts = ((given > 0) & (given < 3)).sum(), (given >= 3).sum()
        for kind, count in zip(KINDS, counts, strict=False):
            if policy.is_small(int(count), special=False) and len(given) > ROOM:
                found.needs[key, kind] = Need(1, min(policy.smallest_count - 1, len(given)), ROOM)
    for place, (own, agree, base) in enumerate(told):
        agreeing, answered = found.cell(("agree", place), agree), found.cell(("base", place), base)
        found.adds_up([found.cell((key, "agree")) for key in own], agreeing)
        found.adds_up([found.cell((key, kind)) for key in own for kind in KINDS[:2]], answered)
    return found
