"""A small installation for journeys: what is published, a provider with its people, an employer. Made by services."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from assessments.portfolio import service as portfolios
from assessments.portfolio import unit_files
from assessments.questionnaires import service as questionnaires
from courses.content import loader
from courses.content import service as content
from lms.core import clock
from lms.core.database import writing
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import Organisation, OrganisationKind
from lms.people.roles import Role

PASSWORD = "teapot lantern gravel sixty"
PROVIDER = "Aire Valley Family Training"
EMPLOYER = "Leeds Early Years"
SETTING = "Rowan Tree Children’s Centre"
NAMES = {
    Role.PROVIDER_ADMINISTRATOR: "Joy Mensah",
    Role.FACILITATOR: "Bronwen Pryce",
    Role.ASSESSOR: "Rukhsana Iqbal",
    Role.IQA: "Eleri Vaughan",
    Role.EMPLOYER: "Grace Mbatha",
    Role.COMMISSIONER: "Priya Nadarajah",
}
HOUSES = {
    Role.EMPLOYER: (OrganisationKind.EMPLOYER, EMPLOYER),
    Role.COMMISSIONER: (OrganisationKind.COMMISSIONER, "Children’s Workforce Board"),
}


def email_of(role: Role) -> str:
    """The address of the person of a role."""
    return f"{role.value}@example.org"


def furnish(app: Flask, *, at: datetime) -> None:
    """Fill an empty database, as it would have been done at that time."""
    with clock.set_to(at), app.app_context(), writing():
        for source in loader.load_library():
            content.publish(source.document, by=None)
        for unit in unit_files.read_units():
            portfolios.publish_unit(unit, by=None)
        questionnaires.publish_instruments(by=None)
        houses: dict[str, Organisation] = {}
        for role, name in NAMES.items():
            kind, house = HOUSES.get(role, (OrganisationKind.PROVIDER, PROVIDER))
            if house not in houses:
                houses[house] = people.create_organisation(kind=kind, name=house, phone="0113 496 0000")
            user = people.create_user(name=name, email=email_of(role), password=PASSWORD)
            people.add_member(user, houses[house], role)
        people.create_setting(houses[EMPLOYER], name=SETTING, region="yorkshire_humber", location="urban")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
