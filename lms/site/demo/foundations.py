"""The ground on which the demonstration stands: the operator, what is published, organisations and their people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assessments.portfolio import service as portfolio_service
from assessments.portfolio import unit_files
from assessments.questionnaires import service as questionnaires_service
from courses.content import service as content_service
from courses.content.models import CourseVersion
from lms.people import service as people
from lms.people.models import Organisation, OrganisationKind, User
from lms.people.roles import Role
from lms.site.demo import editions
from lms.site.demo.characters import COMMISSIONER, HOUSES, LISTED, OPERATOR, House, Listed
from lms.site.demo.days import Days
from lms.site.demo.stage import Moment, Stage, at

BEGINNING = date(2010, 8, 2)
"""When the programme that the 2011 study looked at was being prepared."""
REVISED = date(2011, 10, 3)
"""When what the study had heard came into the course."""


def moments(days: Days) -> Iterator[Moment]:
    """The operator, its course, unit and questionnaires; the commissioner; then the provider and the employers."""
    yield Moment(at(BEGINNING, "09:00"), "the operator and its administrator", _operator)
    yield Moment(at(BEGINNING, "10:00"), "the course, the unit and the questionnaires", _publish)
    yield Moment(at(BEGINNING, "11:00"), "the commissioner", _commissioner)
    yield Moment(at(REVISED, "10:00"), "the course, revised", _revise)
    yield Moment(at(days.founded, "09:00"), "the provider, employers and their people", _everybody_else)


def _operator(stage: Stage) -> None:
    _house(stage, next(house for house in HOUSES if house.key == OPERATOR))
    _listed(stage, next(one for one in LISTED if one.role is Role.ADMINISTRATOR))


def _publish(stage: Stage) -> None:
    by = stage.actor(Role.ADMINISTRATOR.value)
    for document in editions.library():
        version: CourseVersion = content_service.publish(editions.first_edition(document), by=by)
        stage.keep(version.slug, version)
    for unit in unit_files.read_units():
        portfolio_service.publish_unit(unit, by=by)
    questionnaires_service.publish_instruments(by=by)


def _revise(stage: Stage) -> None:
    """What is taught stays on the version it began with; cohorts from now on are taught this one."""
    for document in editions.library():
        version = content_service.publish(document, by=stage.actor(Role.ADMINISTRATOR.value))
        stage.keep(version.slug, version)


def _commissioner(stage: Stage) -> None:
    _house(stage, next(house for house in HOUSES if house.key == COMMISSIONER))
    _listed(stage, next(one for one in LISTED if one.role is Role.COMMISSIONER))


def _everybody_else(stage: Stage) -> None:
    for house in HOUSES:
        if not stage.has(Organisation, house.key):
            _house(stage, house)
    for one in LISTED:
        if not stage.has(User, one.role.value):
            _listed(stage, one)


def _house(stage: Stage, house: House) -> None:
    by = None if house.key == OPERATOR else stage.actor(Role.ADMINISTRATOR.value)
    organisation = people.create_organisation(kind=house.kind, name=house.name, phone=house.phone, by=by)
    stage.keep(house.key, organisation)
    if house.kind is OrganisationKind.EMPLOYER:
        setting = people.create_setting(
            organisation,
            name=house.name,
            region="yorkshire_humber",
            location="urban",
            deprivation="most_deprived",
            by=by,
        )
        stage.keep(house.key, setting)


def _listed(stage: Stage, one: Listed) -> None:
    by = None if one.role is Role.ADMINISTRATOR else stage.actor(Role.ADMINISTRATOR.value)
    user = people.create_user(name=one.name, email=one.email, by=by)
    stage.keep(one.role.value, user)
    people.add_member(user, stage.get(Organisation, one.house), one.role, by=by)
