"""Lint of courses as wholes: what one file alone cannot show. Pure.

`loader` has already made sure that every file says what the schema allows. Here the parts are held against each
other: ids, minutes, pages, links, criteria, pictures, reading age.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from courses.content import readability
from courses.content.faults import Fault
from courses.content.lined_yaml import Place
from courses.content.links import faults_of_links
from courses.content.loader import Source
from courses.content.prose_checks import faults_of_prose
from courses.content.schema import Activity, Module, Reading

CriteriaOf = Callable[[str], frozenset[str] | None]
"""Criterion references of a unit by its slug; None where the unit is not known."""


def check_library(sources: Iterable[Source], *, criteria_of: CriteriaOf | None = None) -> list[Fault]:
    """Judge courses.

    Args:
        sources: Courses as read by the loader.
        criteria_of: The units' criteria, from whoever can see them; None leaves references unjudged.

    Returns:
        Every fault of every course, in order of file and line. Empty when all is well.
    """
    return sorted({fault for source in sources for fault in _check(source, criteria_of)})


def _check(source: Source, criteria_of: CriteriaOf | None) -> Iterator[Fault]:
    yield from _numbers_and_minutes(source)
    yield from _ids(source)
    yield from _pages(source)
    yield from faults_of_links(source)
    yield from faults_of_prose(source)
    yield from _terms(source)
    yield from _criteria(source, criteria_of)
    yield from _completion(source)


def _placed(source: Source) -> Iterator[tuple[Module, int, Activity]]:
    for module in source.document.course.modules:
        for index, activity in enumerate(module.activities):
            yield module, index, activity


def _numbers_and_minutes(source: Source) -> Iterator[Fault]:
    course = source.document.course
    for number, times in Counter(module.number for module in course.modules).items():
        if times > 1:
            last = [module for module in course.modules if module.number == number][-1]
            yield source.fault(f"Module {number} is here {times} times.", module=last.id, place=("number",))
    taught = sorted({module.number for module in course.modules if module.is_taught})
    if taught != list(range(1, len(taught) + 1)):
        yield source.fault(f"Taught modules are numbered {taught}; they count 1, 2, 3 with none left out.")
    sums = {
        "taught_minutes": sum(module.minutes for module in course.modules if module.is_taught),
        "reading_minutes": sum(module.minutes for module in course.modules if not module.is_taught),
    }
    for key, total in sums.items():
        said = getattr(course, key)
        if total != said:
            yield source.fault(f"'{key}' is {said}, but the modules add up to {total}.", place=(key,))
    for module in course.modules:
        yield from _module_minutes(source, module)


def _module_minutes(source: Source, module: Module) -> Iterator[Fault]:
    if module.material == "to-come":
        return
    plans = [index for index, activity in enumerate(module.activities) if activity.kind == "session-plan"]
    if module.is_taught and len(plans) != 1:
        yield source.fault(
            f"A taught module has one session plan, and this has {len(plans)}.", module=module.id
        )
    if not module.is_taught:
        total = sum(activity.minutes for activity in module.steps)
        if total != module.minutes:
            yield source.fault(
                f"'minutes' is {module.minutes}, but the activities add up to {total}.",
                module=module.id,
                place=("minutes",),
            )
    plan = module.session_plan
    if plan is None:
        return
    total = sum(row.minutes for row in plan.rows)
    if not total == plan.minutes == module.minutes:
        yield source.fault(
            f"The session plan says {plan.minutes} minutes and its rows add up to {total}; the module has "
            f"{module.minutes}.",
            module=module.id,
            place=("activities", plans[0], "minutes"),
        )


def _ids(source: Source) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for module, index, activity in _placed(source):
        if activity.id in first:
            yield source.fault(
                f"The activity id '{activity.id}' is also in {first[activity.id]}. Ids are unique in the course.",
                module=module.id,
                place=("activities", index, "id"),
            )
        first.setdefault(activity.id, source.module_files[module.id][0])
    yield from _ids_of_frameworks(source)


def _ids_of_frameworks(source: Source) -> Iterator[Fault]:
    frameworks = source.document.course.frameworks
    rows: list[tuple[Place, tuple[str, ...]]] = [(("frameworks",), tuple(each.id for each in frameworks))]
    for index, framework in enumerate(frameworks):
        rows.append((("frameworks", index, "terms"), tuple(term.id for term in framework.terms)))
    for place, ids in rows:
        for index, name in enumerate(ids):
            if name in ids[:index]:
                message = f"The id '{name}' is here twice. Give one of them another."
                yield source.fault(message, place=(*place, index, "id"))


def _pages(source: Source) -> Iterator[Fault]:
    pages, used = source.document.pages, set()
    for module, index, activity in _placed(source):
        if not isinstance(activity, Reading):
            continue
        used.add(activity.page)
        place = ("activities", index, "page")
        if activity.page not in pages:
            yield source.fault(f"The page '{activity.page}' is missing.", module=module.id, place=place)
            continue
        count = len(readability.words(pages[activity.page]))
        if count > activity.minutes * readability.WORDS_A_MINUTE:
            yield source.fault(
                f"'{activity.page}' has {count} words; {activity.minutes} minutes is too short to read it.",
                module=module.id,
                place=("activities", index, "minutes"),
            )
    used |= {module.handout for module in source.document.course.modules if module.handout}
    yield from _handouts(source)
    for page in sorted(set(pages) - used):
        yield Fault(
            f"{source.folder.name}/{page}",
            1,
            "No activity or handout shows this page. Use it or take it out.",
        )


def _handouts(source: Source) -> Iterator[Fault]:
    for module in source.document.course.modules:
        if module.handout is not None and module.handout not in source.document.pages:
            yield source.fault(
                f"The handout '{module.handout}' is missing.", module=module.id, place=("handout",)
            )


def _terms(source: Source) -> Iterator[Fault]:
    course = source.document.course
    terms = {framework.id: {term.id for term in framework.terms} for framework in course.frameworks}
    for module in course.modules:
        for index, aim in enumerate(module.aims):
            for framework_id, names in aim.draws_on.items():
                for name in names:
                    if name not in terms.get(framework_id, set()):
                        yield source.fault(
                            f"'{framework_id}: {name}' is not in the frameworks of course.yaml.",
                            module=module.id,
                            place=("aims", index, "draws_on", framework_id),
                        )


def _criteria(source: Source, criteria_of: CriteriaOf | None) -> Iterator[Fault]:
    if criteria_of is None:
        return
    course = source.document.course
    known = frozenset() if course.unit is None else criteria_of(course.unit)
    if known is None:
        yield source.fault(f"There is no unit '{course.unit}'.", place=("unit",))
        return
    for module in course.modules:
        named = [(("aims", index, "criteria"), aim.criteria) for index, aim in enumerate(module.aims)]
        named += [
            (("activities", index, "criteria"), each.criteria) for index, each in enumerate(module.activities)
        ]
        for place, references in named:
            for nth, reference in enumerate(references):
                if reference not in known:
                    message = _no_such_criterion(course.unit, reference)
                    yield source.fault(message, module=module.id, place=(*place, nth))


def _no_such_criterion(unit: str | None, reference: str) -> str:
    if unit is None:
        return f"The course has no unit, so there is no criterion {reference}."
    return f"The unit has no criterion {reference}."


def _completion(source: Source) -> Iterator[Fault]:
    course = source.document.course
    rules = course.completion
    for key in ("taught_minutes", "reading_minutes"):
        if getattr(rules, key) > getattr(course, key):
            yield source.fault(
                f"Completion asks for {getattr(rules, key)} {key.replace('_', ' ')}, and the course has "
                f"{getattr(course, key)}.",
                place=("completion", key),
            )
    steps = {step.id for module in course.modules for step in module.steps}
    for index, wanted in enumerate(rules.activities):
        if wanted not in steps:
            yield source.fault(
                f"Completion asks for '{wanted}', which is not an activity of this course.",
                place=("completion", "activities", index),
            )
