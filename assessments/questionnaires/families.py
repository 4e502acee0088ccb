"""Cards for families: a link that a visitor gives to a family, and that opens both questionnaires for parents.

Whoever prints the cards does not know who gets which, and whoever hands one out does not write that down: the site knows a
card and no family. Both questionnaires are answered under the pseudonym of the card, so they pair. A card has a code
besides, for forms on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from assessments.questionnaires import library, paper_codes, queries
from assessments.questionnaires.models import FamilyLink, Wave
from assessments.questionnaires.queries import Asked, Standing
from assessments.questionnaires.schema import AnsweredBy, WaveKind
from courses.cohorts.models import Cohort
from lms.core import audit, keys
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db
from lms.core.model import new_ref
from lms.people import queries as people

BY_PARENTS = tuple(kind for kind in WaveKind if kind.answered_by is AnsweredBy.PARENT)
MOST_CARDS = 60


@dataclass(frozen=True)
class Card:
    """What is printed on one card: the address that its link has, and the code for paper."""

    path: str
    code: str


@dataclass(frozen=True)
class FamilyWave:
    """A questionnaire for parents as one family meets it."""

    ref: str
    title: str
    opens_on: date
    closes_on: date
    standing: Standing


def print_cards(cohort: Cohort, *, cards: int, by: Actor) -> list[Card]:
    """Make cards for families of a cohort. Each print makes new ones; what was printed before goes on.

    Raises:
        Refused: none, or too many at once.
    """
    if not 1 <= cards <= MOST_CARDS:
        raise Refused(f"Print from 1 to {MOST_CARDS} cards at a time.", field="cards")
    refs = [new_ref() for _ in range(cards)]
    db.session.add_all(
        FamilyLink(ref=ref, cohort_id=cohort.id, token_hash=people.hash_token(keys.link_token(ref)))
        for ref in refs
    )
    db.session.flush()
    audit.record(Act.FAMILY_CARDS_PRINTED, by=by, on=cohort, organisation_id=cohort.provider_id, cards=cards)
    return [Card(path_of(ref), paper_codes.code_of(ref)) for ref in refs]


def path_of(ref: str) -> str:
    """The secret address of a card."""
    return f"/answer/{keys.link_token(ref)}"


def find_link(token: str) -> FamilyLink | None:
    """The card whose address this is, if there is one."""
    return db.session.scalar(select(FamilyLink).where(FamilyLink.token_hash == people.hash_token(token)))


def find_by_code(cohort_id: int, code: str) -> FamilyLink | None:
    """The card of a cohort with this code, as it was written on a form."""
    cards: Iterable[FamilyLink] = db.session.scalars(
        select(FamilyLink).where(FamilyLink.cohort_id == cohort_id)
    )
    return next((card for card in cards if paper_codes.code_of(card.ref) == code), None)


def get_link(link_ref: str) -> FamilyLink:
    """A card whose link was followed.

    Raises:
        NotFound: it is no more.
    """
    link = db.session.scalar(select(FamilyLink).where(FamilyLink.ref == link_ref))
    if link is None:
        raise NotFound(queries.NO_LINK)
    return link


def get_wave(wave_ref: str, *, link_ref: str) -> Asked:
    """A questionnaire for parents of the cohort of a card, as the family with the card meets it.

    The card goes on when the questionnaire has closed: nobody else can show the family its answers or take them back.

    Raises:
        NotFound: the card is no more, or its cohort asks no such questionnaire of parents.
    """
    link = get_link(link_ref)
    wave = db.session.scalar(
        select(Wave).where(Wave.ref == wave_ref, Wave.cohort_id == link.cohort_id, Wave.kind.in_(BY_PARENTS))
    )
    if wave is None:
        raise NotFound(queries.NO_LINK)
    return _asked(wave, link)


def list_waves(link: FamilyLink) -> list[FamilyWave]:
    """What a family can be asked, the start of the visits before their end."""
    waves = db.session.scalars(
        select(Wave).where(Wave.cohort_id == link.cohort_id, Wave.kind.in_(BY_PARENTS))
    ).all()
    return [
        FamilyWave(
            wave.ref,
            wave.instrument_version.title,
            wave.opens_on,
            wave.closes_on,
            queries.standing_for(_asked(wave, link)),
        )
        for wave in sorted(waves, key=lambda wave: BY_PARENTS.index(wave.kind))
    ]


def _asked(wave: Wave, link: FamilyLink) -> Asked:
    instrument = library.from_document(wave.instrument_version.document)
    return Asked(wave, None, instrument, who=who_of(link))


def who_of(link: FamilyLink) -> tuple[str, ...]:
    """The words from which the pseudonym of a card's answers is made."""
    return (link.ref,)
