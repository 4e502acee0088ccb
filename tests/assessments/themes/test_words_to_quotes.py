"""From an answer with a name in it to a quote without one, page by page; and back, when it is taken back."""

from __future__ import annotations

import re

import pytest

from assessments.evaluation.policy import Policy
from assessments.questionnaires import service as questionnaires
from assessments.themes import publishing, queries
from assessments.themes.models import Coding, Quote, Redaction, Settlement, TakenIn
from lms.core.audit import Act, AuditRecord
from lms.core.extensions import db
from lms.people import service as people
from lms.people.roles import Role
from tests.budget import queries as counted
from tests.factories.people import as_actor, make_user

TOLD = "Leanne rang 0113 496 0123 and Rukhsana Iqbal came the same day."
READS = "[left out] rang [phone number] and [name] came the same day."
SECRET = "Nobody may quote this about goals."


@pytest.fixture
def question(world):
    """A question with thirty answers: on goals, on time, and one with names in it."""
    make_user(Role.FACILITATOR, world.waves[0].cohort.provider, name="Rukhsana Iqbal")
    world.write([f"We set small goals, number {each}." for each in range(16)])
    world.write([f"There was no time, number {each}." for each in range(12)])
    world.write([TOLD])
    world.write([SECRET], may_quote=False)
    return world.take_in()


def place_of(question, text):
    return next(place for place in range(1, 31) if queries.get_original(question, place).text == text)


def read_and_redact(client, world, question):
    """The answer with names by its page, the others as the page would."""
    place = place_of(question, TOLD)
    client.sign_in(world.reader)
    client.see("themes.redact", status=403, question_ref=question.ref, place=place)
    opened = client.send("themes.open_answers", question_ref=question.ref)
    assert opened.location == client.address("themes.redact", question_ref=question.ref, place=1)
    page = client.see("themes.redact", question_ref=question.ref, place=place)
    data = {"written": page.field("written"), "hide": hides(page), "written_words": "leanne"}
    asked = {"question_ref": question.ref, "place": place}
    look = client.send("themes.keep_redacted", data={**data, "look": "1"}, status=200, audited=False, **asked)
    assert READS in look.text
    wrong = client.send("themes.keep_redacted", data={**data, "written_words": "Leonie"}, status=422, **asked)
    assert "“Leonie” is not in this answer" in wrong.text
    other = client.send("themes.keep_redacted", data={**data, "written": "x" * 22}, status=404, **asked)
    assert "not where it was" in other.text
    client.send("themes.keep_redacted", data=data, **asked)
    world.redact_all(question)
    done = client.see("themes.redact_next", status=303, question_ref=question.ref)
    assert done.location == client.address("themes.question", question_ref=question.ref)


def hides(page):
    return [box.get("value") for box in page.all("input") if box.get("name") == "hide"]


def code_all(client, world, question, coder, of):
    """The answer that had names in it by its page, the others as the page would."""
    client.sign_in(coder)
    client.see("themes.code", status=403, question_ref=question.ref, place=1)
    client.send("themes.join_coders", question_ref=question.ref)
    first = client.see("themes.code", question_ref=question.ref, place=1)
    assert "0 of 30 coded" in first.text
    page = client.see("themes.code", question_ref=question.ref, place=place_of(question, TOLD))
    assert READS in page.text
    assert not re.search("Leanne|0113|Rukhsana", page.body)
    assert world.waves[0].cohort.name not in page.text
    client.send(
        "themes.keep_code",
        data={"written": page.field("written"), "themes": [str(theme.id) for theme in of(READS)]},
        question_ref=question.ref,
        place=place_of(question, TOLD),
    )
    assert "1 of 30 coded" in client.see("themes.code", question_ref=question.ref, place=1).text
    world.code(question, coder, of)


def test_from_an_answer_with_a_name_to_a_quote_without_one_and_back(client, world, question):
    read_and_redact(client, world, question)
    client.sign_in(world.first)
    assert client.get(client.address("themes.redact", question_ref=question.ref, place=1)).status_code == 403
    for name in ("Small goals", "Time"):
        client.send(
            "themes.add_theme", data={"name": name, "meaning": f"{name}, as said."}, question_ref=question.ref
        )
    goals, time = queries.list_offered(question)

    def by_the_words(text):
        return ([goals] if "goals" in text else []) + ([time] if "time" in text else [])

    code_all(client, world, question, world.first, by_the_words)
    blind = client.see("themes.compare", question_ref=question.ref)
    assert "Opens when both have coded every answer" in blind.text
    # the second sees goals in what Leanne did as well
    code_all(
        client,
        world,
        question,
        world.second,
        lambda text: [goals] if READS in text else by_the_words(text),
    )
    compared = client.see("themes.compare", question_ref=question.ref)
    # goals: 17 both, 1 the second only, 12 neither: 29/30 alike; chance (17*18 + 13*12)/900
    kappa = (29 / 30 - 462 / 900) / (1 - 462 / 900)
    assert f"{kappa:.2f}" in compared.text
    assert "97%" in compared.text
    assert "29 of 30 answers" in compared.text
    refused = client.send("themes.publish", status=422, question_ref=question.ref)
    assert "Settle where the two coders differ" in refused.text
    client.send(
        "themes.settle",
        data={"written": compared.field("written"), "themes": [str(goals.id)]},
        question_ref=question.ref,
    )
    settled = client.see("themes.compare", question_ref=question.ref)
    assert world.second.name in settled.text
    assert "Nothing left to settle" in settled.text

    chosen = db.session.query(Redaction).filter_by(text=READS).one().answer_id
    never = db.session.query(Redaction).filter_by(text=SECRET).one().answer_id
    client.send("themes.quote", data={"written": chosen, "quoted": "1"}, theme_ref=goals.ref)
    client.send("themes.quote", data={"written": never, "quoted": "1"}, status=422, theme_ref=goals.ref)
    client.send("themes.publish", question_ref=question.ref)
    out = client.see("words.programme", programme_ref=world.programme.ref)
    assert READS in out.text
    assert SECRET not in out.text
    for figure in ("60%", "40%", "About 30 people", "Fleiss"):  # 18 and 12 of 30
        assert figure in out.text

    teller = world.asked[28]
    questionnaires.withdraw(teller, by=None)
    db.session.commit()
    for table in (TakenIn, Redaction, Coding, Settlement, Quote):
        assert db.session.query(table).filter_by(answer_id=chosen).count() == 0, table
    for page in (
        client.see("words.programme", programme_ref=world.programme.ref),
        client.see("themes.figures", question_ref=question.ref),
        client.see("themes.compare", question_ref=question.ref),
    ):
        assert READS not in page.text
    # the figures stay as they came out, and new ones would tell what was taken back
    assert "60%" in client.see("words.programme", programme_ref=world.programme.ref).text
    client.send("themes.publish", status=422, question_ref=question.ref)
    trail = db.session.query(AuditRecord).filter(AuditRecord.act.startswith("themes:")).all()
    assert {Act.ANSWERS_OPENED, Act.ANSWERS_REDACTED, Act.ANSWERS_CODED, Act.ANSWERS_SETTLED} <= {
        each.act for each in trail
    }
    assert not any(re.search(rf"{chosen}|Leanne|goals, number", str(each.facts)) for each in trail)


def test_pages_ask_as_many_questions_of_the_database_for_many_answers_as_for_few(app, client, world):
    app.config["PERCENTAGE_BASE"] = 3
    world.policy = Policy(percent_base=3)
    world.write(["We set goals."] * 3)
    question = world.take_in()
    (theme,) = world.themes(question, "Goals")
    client.sign_in(world.first)
    one, all_of_it = {"question_ref": question.ref}, {"programme_ref": world.programme.ref}
    pages = {
        "themes.question": one,
        "themes.compare": one,
        "themes.figures": one,
        "themes.programme": all_of_it,
        "words.programme": all_of_it,
    }

    def everything():
        world.redact_all(question)
        for coder in (world.first, world.second):
            world.code(question, coder, lambda _text: [theme])
        publishing.publish(question, world.policy, by=as_actor(world.first))

    def asked():
        counts = []
        for page, values in pages.items():
            with counted() as seen:
                client.see(page, **values)
            counts.append(len(seen))
        return counts

    everything()
    few = asked()
    world.write(["More goals."] * 3)
    world.take_in()
    everything()
    assert asked() == few


@pytest.mark.parametrize(
    "role", [Role.PROVIDER_ADMINISTRATOR, Role.FACILITATOR, Role.ASSESSOR, Role.PRACTITIONER, Role.EMPLOYER]
)
def test_nobody_else_reads_what_people_wrote(client, world, role):
    world.write([f"Words {each}" for each in range(23)])
    question = world.take_in()
    provider = world.waves[0].cohort.provider
    client.sign_in(make_user(role, provider if role is not Role.EMPLOYER else None))
    for endpoint in (
        "themes.question",
        "themes.code_next",
        "themes.compare",
        "themes.figures",
        "themes.redact_next",
    ):
        client.see(endpoint, status=403, question_ref=question.ref)
    client.see("themes.programme", status=403, programme_ref=world.programme.ref)
    client.see("words.programme", status=403, programme_ref=world.programme.ref)


def test_whoever_may_know_the_writers_reads_nothing_though_the_role_would_allow_it(client, world):
    world.write([f"Words {each}" for each in range(23)])
    question = world.take_in()
    people.add_member(world.first, world.waves[1].cohort.provider, Role.FACILITATOR)
    client.sign_in(world.first)
    for endpoint in ("themes.question", "themes.code_next", "themes.compare"):
        refused = client.see(endpoint, status=403, question_ref=question.ref)
        assert "You know people who may have written here" in refused.text
    client.sign_in(make_user(Role.COMMISSIONER))
    client.see("themes.question", status=404, question_ref=question.ref)
