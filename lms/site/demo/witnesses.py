"""Witnesses of the demonstration: one has said what she saw, and one has not opened the letter yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from assessments.portfolio import witnesses
from assessments.portfolio.models import Portfolio
from assessments.portfolio.witness_models import WitnessRequest
from assessments.portfolio.witnesses import Said
from lms.core import clock
from lms.site.demo.characters import PRACTITIONER
from lms.site.demo.days import Days
from lms.site.demo.stage import Moment, Stage, at

MANAGER, VISITOR = "manager", "health visitor"
ASKED = {
    MANAGER: ("Bev Clarke", "bev.clarke@demo.goingforward.example", "How I ran the Tuesday group in autumn"),
    VISITOR: (
        "Nasreen Akhtar",
        "nasreen.akhtar@demo.goingforward.example",
        "The visit that we made together to Family B",
    ),
}
SAW = (
    "I sat in on three mornings of the Tuesday group. Ṣadé greets everybody at the door by name and asks what would help "
    "today before she says what is planned. One mother came for the first time and stayed near the coats. Ṣadé did not "
    "bring her in. She sat down beside her, asked about the baby’s hat, and waited.\n\n"
    "By the third morning the same mother was showing somebody else where the cups are. Ṣadé told the group that it was "
    "her doing, which it was."
)


def moments(days: Days) -> Iterator[Moment]:
    """Two letters, and one answer."""
    yield Moment(at(days.ago(9), "12:30"), "Ṣadé asks her manager to be a witness", partial(_ask, MANAGER))
    yield Moment(at(days.ago(8), "17:05"), "her manager says what she saw", _answer)
    yield Moment(at(days.ago(2), "12:40"), "Ṣadé asks a health visitor", partial(_ask, VISITOR))


def _ask(whom: str, stage: Stage) -> None:
    name, email, about = ASKED[whom]
    request = witnesses.ask(
        stage.get(Portfolio, PRACTITIONER), name=name, email=email, about=about, by=stage.actor(PRACTITIONER)
    )
    stage.keep(whom, request)


def _answer(stage: Stage) -> None:
    request = stage.get(WitnessRequest, MANAGER)
    witnesses.note_opened(request)
    witnesses.give(
        request,
        Said(
            name=request.name,
            role="Manager of Rowan Tree Children’s Centre",
            relationship_to="I am her line manager",
            contact=request.email,
            how_known="I see her at work each week, and sat in on the group three times.",
            saw=SAW,
            seen_on=clock.today() - timedelta(days=5),
            expert_basis="",
            interest="",
            signature="B Clarke",
            declared=True,
        ),
    )
