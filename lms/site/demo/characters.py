"""Who is in the demonstration. Everybody is invented; telephone numbers are from the range kept for drama."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lms.people.models import OrganisationKind
from lms.people.roles import Role
from lms.site.demo_accounts import address

PHONE = "0113 496 0000"


@dataclass(frozen=True, slots=True)
class House:
    """An organisation, by the name that moments know it by."""

    key: str
    kind: OrganisationKind
    name: str
    phone: str = ""


PROVIDER, COMMISSIONER, AWARDING_BODY, OPERATOR = "provider", "cwdc", "awarding-body", "operator"

HOUSES = (
    House(OPERATOR, OrganisationKind.OPERATOR, "Going Forward", "0113 496 0900"),
    House(COMMISSIONER, OrganisationKind.COMMISSIONER, "Children's Workforce Development Council"),
    House(PROVIDER, OrganisationKind.PROVIDER, "Aire Valley Family Learning", PHONE),
    House(AWARDING_BODY, OrganisationKind.AWARDING_BODY, "Pennine Awards", "0114 496 0120"),
    House("rowan-tree", OrganisationKind.EMPLOYER, "Rowan Tree Children’s Centre", "0113 496 0210"),
    House("st-aidans", OrganisationKind.EMPLOYER, "St Aidan’s Children’s Centre", "0113 496 0220"),
    House("moor-lane", OrganisationKind.EMPLOYER, "Moor Lane Children’s Centre", "0113 496 0230"),
    House("beck-side", OrganisationKind.EMPLOYER, "Beck Side Family Hub", "0113 496 0240"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody whom a visitor may sign in as."""

    role: Role
    name: str
    house: str

    @property
    def email(self) -> str:
        """The listed address."""
        return address(self.role.value)


LISTED = (
    Listed(Role.ADMINISTRATOR, "Sam Whitaker", OPERATOR),
    Listed(Role.COMMISSIONER, "Eleanor Finch", COMMISSIONER),
    Listed(Role.PROVIDER_ADMINISTRATOR, "Joy Mensah", PROVIDER),
    Listed(Role.FACILITATOR, "Bronwen Pryce", PROVIDER),
    Listed(Role.ASSESSOR, "Rukhsana Iqbal", PROVIDER),
    Listed(Role.IQA, "Halina Nowak", PROVIDER),
    Listed(Role.EQA, "Daniel Ashworth", AWARDING_BODY),
    Listed(Role.EMPLOYER, "Grace Mbatha", "rowan-tree"),
)
"""Everybody on the list but the practitioner, who comes in with her cohort."""


class Standing(StrEnum):
    """How far a portfolio has come by today."""

    NONE = "none"
    EVIDENCE = "with evidence"
    SENT = "sent"
    REFERRED = "referred"
    RESENT = "sent again"
    PARTLY_MET = "partly met"
    ALL_MET = "all met"
    ACCEPTED = "accepted"


class Answering(StrEnum):
    """How far somebody has come with the pre-course questionnaire."""

    NOT = "not begun"
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Learner:
    """A practitioner.

    Attributes:
        key: the name that moments know them by; the local part of their address too.
        house: who employs them.
        marks: one letter for each session held: c came, o online, l late, e left early, p part of it,
            a apologies, m missed, u made up elsewhere.
    """

    key: str
    name: str
    house: str
    marks: str
    standing: Standing = Standing.NONE
    answering: Answering = Answering.DONE
    accredited: bool = True
    shares: bool = True

    @property
    def email(self) -> str:
        """The listed address for the listed practitioner; one at their own workplace for the others."""
        return (
            address(Role.PRACTITIONER.value)
            if self.key == PRACTITIONER
            else f"{self.key}@{self.house}.example"
        )


PRACTITIONER = "sade"

LIVE = (
    Learner(PRACTITIONER, "Ṣadé Adéyẹmí", "rowan-tree", "ccccccc", Standing.REFERRED),
    Learner("fatima", "Fatima Zahra Benali", "st-aidans", "ccccccc", Standing.RESENT),
    Learner("keisha", "Keisha Campbell", "moor-lane", "ccccccc", Standing.SENT),
    Learner("owain", "Owain Llŷr Davies", "moor-lane", "pcccccc", Standing.EVIDENCE),
    Learner("linh", "Đặng Thùy Linh", "rowan-tree", "ccccccc", Standing.PARTLY_MET, shares=False),
    Learner("tevita", "Tevita Faleafa", "beck-side", "cccccca", Standing.EVIDENCE, Answering.NOT),
    Learner("callum", "Callum Fraser", "rowan-tree", "caccmcc", Standing.PARTLY_MET),
    Learner("dilnoza", "Dilnoza Karimova", "beck-side", "ccucccc", Standing.EVIDENCE),
    Learner("agnieszka", "Agnieszka Łukaszewicz", "st-aidans", "ccccccc", Standing.ALL_MET),
    Learner("hye-jin", "Hye-jin Park", "beck-side", "cccclcc", Standing.ACCEPTED),
    Learner("gurpreet", "Gurpreet Kaur Sandhu", "moor-lane", "ceccccc", Standing.NONE, Answering.BEGUN),
    Learner("ioana", "Ioana Țurcanu", "st-aidans", "cccoccc", Standing.EVIDENCE),
    Learner("meena", "மீனா சுந்தரம்", "moor-lane", "ccccccc", accredited=False),
    Learner("nour", "نور الهاشمي", "beck-side", "ccccccc", Standing.NONE, Answering.NOT),
)
"""The live cohort, Harehills Tuesdays."""

FINISHED = (
    Learner("maeve", "Maeve O’Dowd", "rowan-tree", "ccccc", Standing.ACCEPTED),
    Learner("kwame", "Kwame Boateng", "st-aidans", "ccccc", Standing.ACCEPTED),
    Learner("lowri", "Lowri Pugh", "beck-side", "ccpcc", Standing.ACCEPTED),
    Learner("bilal", "Bilal Hussain", "moor-lane", "ccmcc"),
    Learner("shanthi", "Shanthi Perera", "st-aidans", "ccccc", accredited=False),
    Learner("teresa", "Teresa Vasquez", "beck-side", "ccccc", Standing.ALL_MET),
)
"""The finished cohort, Beeston block."""
