"""A wider attack than the tests': many cohorts and many worlds, in every table. By hand, since it takes minutes.

python -m tests.assessments.evaluation.sweep [how many, 5] [from which seed, 0]

For each seed: every table of one cohort, and what its correlations tell; what the comparison of as many cohorts tells as are needed
for its figures; then a world of several providers and programmes over
four rounds with withdrawals, its tables at every level, what lasted beside them, and what managers say. Prints what is found of each.
"""

import sys
from time import perf_counter

import click
import numpy as np

from assessments.evaluation import cohort_figures, item_analysis, study_2011, sure_figures
from assessments.evaluation.codebook import study_codebook
from assessments.evaluation.policy import Policy
from assessments.evaluation.reliability_disclosure import may_tell_correlations
from assessments.evaluation.responses import read_responses
from tests.assessments.evaluation import cohorts_attack, lasting_attack, managers_attack, reliability_attack
from tests.assessments.evaluation.solving import Solver
from tests.assessments.evaluation.test_disclosure import attacks, some
from tests.assessments.evaluation.test_linked import World, found_in


def main(many: int = 5, first: int = 0) -> None:
    study = read_responses(study_2011.RESPONDENTS, study_codebook())
    for seed in range(first, first + many):
        people = int(np.random.default_rng(seed).integers(14, 400))
        cohort = some(study, people, seed=seed, complete=bool(seed % 2))
        _say(f"cohort {seed}, {people} people", lambda cohort=cohort: _in_tables(cohort))
        _say(f"cohort {seed}, correlations", lambda cohort=cohort: _in_correlations(cohort))
        compared = cohorts_attack.many(cohort_figures.MANY_COHORTS, seed)
        _say(
            f"cohorts compared {seed}, {cohort_figures.MANY_COHORTS} of them",
            lambda compared=compared: cohorts_attack.narrowed(*compared, Policy()),
        )
        world = World(study, seed, rounds=4)
        if world.published:
            _say(
                f"world {seed}, {len(world.published)} figures",
                lambda world=world: found_in(world, many=True),
            )
            lasting = lasting_attack.Lasting(world, seed)
            _say(
                f"world {seed}, what lasted {len(lasting.told)} times",
                lambda world=world, told=lasting.told: Solver(
                    [lasting_attack.system(world.attack(), told)]
                ).found(),
            )
            managers = managers_attack.random_answers(world, seed)
            told = managers_attack.come_out(world, managers)
            _say(
                f"world {seed}, what managers say {len(told)} times",
                lambda managers=managers, told=told: Solver([managers_attack.system(managers, told)]).found(),
            )


def _say(what, attack):
    start = perf_counter()
    found = attack()
    click.echo(f"{what}: {len(found)} found, {perf_counter() - start:.0f} s {found[:3]}")


def _in_tables(cohort):
    shown, exact = attacks(cohort)
    return shown.found(exact, Policy())


def _in_correlations(cohort):
    sets = [item_analysis.scores_of(cohort, cohort.codebook.of_kind(kind)) for kind in sure_figures.TITLES]
    enough = [each for each in sets if (each > 0).all(axis=1).sum() >= Policy().percent_base]
    told = [each for each in enough if may_tell_correlations(each, Policy())]
    return [item for each in told for item in reliability_attack.narrowed(each)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
