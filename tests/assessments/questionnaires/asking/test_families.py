"""What a parent says at the start and at the end goes together, by a card or an address, and nothing says which family it is."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa

from assessments.questionnaires import link_views, queries, service
from assessments.questionnaires.asking import families, inviting
from assessments.questionnaires.models import FamilyLink, OutsideInvitation, PersonalLink, Response, Wave
from assessments.questionnaires.paper import keying
from assessments.questionnaires.schema import WaveKind
from lms.core import clock
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.core.model import Base
from tests.assessments.questionnaires.conftest import ask_of, every_kind, make_cohort, printed

BOTH = (WaveKind.PARENT_START, WaveKind.PARENT_END)


@pytest.fixture
def parents(cohort) -> dict[WaveKind, Wave]:
    """Both questionnaires for parents, open."""
    waves = service.open_waves(cohort, by=None, kinds=BOTH)
    return {kind: waves[kind] for kind in BOTH}


def rows(cohort):
    """How many respondents the two questionnaires have, once answers of the same are joined."""
    return len(queries.paired_answers([cohort.id], BOTH).codes)


def test_a_family_answers_twice_by_its_card_and_the_two_go_together(client, cohort, parents, joy):
    client.sign_out()
    mine, theirs = families.print_cards(cohort, cards=2, by=joy)
    db.session.commit()
    start, end = (parents[kind] for kind in BOTH)
    for card, waves in ((mine, (start, end)), (theirs, (start,))):
        opened = client.get(card.path)
        assert opened.location == "/answer/family"
        assert opened.headers["Referrer-Policy"] == "no-referrer"
        page = client.see("answering.family")
        assert page.text.index("When the visits start") < page.text.index("When the visits end")
        for wave in waves:
            client.send(
                "answering.save_part",
                wave_ref=wave.ref,
                number=1,
                data={"answer-ps_help": "a_bit", "go": "next"},
            )
            client.send("answering.finish", wave_ref=wave.ref)
            assert "Keep your card" in client.see("answering.thanks", wave_ref=wave.ref).text
    assert len(db.session.scalars(sa.select(Response)).all()) == 3
    assert rows(cohort) == 2
    # whoever has the card can read and take back, also when the questionnaire has closed
    client.get(mine.path)
    start.closes_on = end.closes_on = clock.today() - timedelta(days=1)
    start.opens_on = end.opens_on = start.closes_on
    assert "your answers are kept" in client.see("answering.family").text
    client.send("answering.save_part", wave_ref=start.ref, number=1, status=422)
    assert client.send("answering.withdraw", wave_ref=start.ref).location == "/answer/family"
    assert len(db.session.scalars(sa.select(Response)).all()) == 2


def test_a_card_opens_what_its_own_cohort_asks_of_parents_and_nothing_else(client, app, cohort, parents, joy):
    (card,) = families.print_cards(cohort, cards=1, by=joy)
    pre = service.open_waves(cohort, by=None)[WaveKind.PRE].ref
    elsewhere = service.open_waves(make_cohort(), by=None, kinds=BOTH)[WaveKind.PARENT_START].ref
    db.session.commit()
    before = [
        str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(sa.select(table))
    ]
    client.get(card.path)
    client.see("answering.family")
    client.see("answering.show", wave_ref=parents[WaveKind.PARENT_START].ref)
    after = [
        str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(sa.select(table))
    ]
    assert after == before, "following a card writes nothing"
    for ref in (pre, elsewhere):
        client.see("answering.show", wave_ref=ref, status=404)
        client.send("answering.withdraw", wave_ref=ref, status=404)
    with client.session_transaction() as cookie:
        cookie[link_views.SEEN] -= app.config["SESSION_IDLE"].total_seconds() + 1
    assert "Point your phone" in client.see("answering.family", status=404).text


def test_the_same_address_at_the_start_and_at_the_end_goes_together_and_another_does_not(client, cohort, joy):
    waves = [ask_of(cohort, kind, every_kind()) for kind in BOTH]
    for wave, asked in zip(waves, (["a@example.org"], ["A@example.org", "b@example.org"]), strict=True):
        inviting.ask_outside(wave, [("", email) for email in asked], by=joy)
    db.session.commit()
    for link in db.session.scalars(sa.select(PersonalLink)).all():
        client.get(inviting.path_of(link))
        client.send("answering.save_part", wave_ref=link.wave.ref, number=1, data={"answer-one": "yes"})
        client.send("answering.finish", wave_ref=link.wave.ref)
    assert len(db.session.scalars(sa.select(Response)).all()) == 3
    assert len({each.pseudonym for each in db.session.scalars(sa.select(Response))}) == 2
    assert all(db.session.scalars(sa.select(OutsideInvitation.answered)))


def test_a_form_on_paper_with_the_code_of_a_card_goes_together_with_what_the_card_said(client, cohort, joy):
    start, end = (ask_of(cohort, kind, every_kind()) for kind in BOTH)
    mine, theirs = families.print_cards(cohort, cards=2, by=joy)
    db.session.commit()
    client.get(mine.path)
    client.send("answering.save_part", wave_ref=start.ref, number=1, data={"answer-one": "yes"})
    forms = printed(end, joy, many=2)
    for sheet, card in zip(forms, (mine, theirs), strict=True):
        keying.key(sheet, code=f"{card.code[:4]} {card.code[4:].lower()}", answers={"sure": "8"}, by=joy)
    keying.finish_keying(by=joy)
    assert len(db.session.scalars(sa.select(Response)).all()) == 3
    assert len({each.pseudonym for each in db.session.scalars(sa.select(Response))}) == 2


def test_nothing_that_is_kept_opens_a_card_or_leads_from_it_to_an_answer(client, cohort, parents, joy):
    (card,) = families.print_cards(cohort, cards=1, by=joy)
    db.session.commit()
    client.get(card.path)
    ref = parents[WaveKind.PARENT_START].ref
    client.send("answering.save_part", wave_ref=ref, number=1, data={"answer-ps_help": "a_bit"})
    tables = {
        table.name: [str(row) for row in db.session.execute(sa.select(table))]
        for table in Base.metadata.sorted_tables
    }
    token = card.path.rsplit("/", 1)[1]
    assert not [row for found in tables.values() for row in found if token in row or card.code in row]
    link = db.session.scalars(sa.select(FamilyLink)).one()
    assert not [
        row for name, found in tables.items() if name != "family_link" for row in found if link.ref in row
    ]
    response = db.session.scalars(sa.select(Response)).one()
    assert not {response.id, response.pseudonym} & {str(cell) for cell in vars(link).values()}
    entries = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.act.contains("families"))).all()
    assert [each.facts for each in entries] == [{"cards": 1}]


def test_the_administrator_prints_cards_where_parents_are_asked(client, cohort, parents, administrator):
    client.sign_in(administrator)
    wave = parents[WaveKind.PARENT_START]
    assert (
        "Nobody writes down who gets which card"
        in client.see("questionnaires.wave_people", wave_ref=wave.ref).text
    )
    made = client.post(
        client.address("questionnaires.family_cards_pdf", wave_ref=wave.ref),
        data=client._with_token({"cards": "5"}),
    )
    with pikepdf.open(BytesIO(made.get_data())) as pdf:
        assert len(pdf.pages) == 2
        assert pdf.Root.MarkInfo.Marked
    assert len(db.session.scalars(sa.select(FamilyLink)).all()) == 5
    many = client.send("questionnaires.family_cards_pdf", wave_ref=wave.ref, status=422, data={"cards": "61"})
    assert "from 1 to 60 cards" in many.text
    managers = service.open_waves(cohort, by=None, kinds=[WaveKind.MANAGER])[WaveKind.MANAGER]
    client.send("questionnaires.family_cards_pdf", wave_ref=managers.ref, status=404, data={"cards": "5"})
    assert "By a card" not in client.see("questionnaires.wave_people", wave_ref=managers.ref).text
