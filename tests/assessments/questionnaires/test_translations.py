"""Questionnaires in other languages: complete, strictly read, and marked as such on the pages."""

from __future__ import annotations

import pytest

from assessments.questionnaires import library, queries, translations
from assessments.questionnaires.library import InstrumentFault
from lms.core.extensions import db
from lms.site.commands import assessments_group
from tests.assessments.questionnaires.conftest import asked

PRE = next(each for each in library.shipped() if each.slug == "pre-course")
WELSH = translations.FOLDER / "pre-course.cy.yaml"


def test_the_two_questionnaires_of_the_study_are_whole_in_welsh():
    whole = {each.slug for each in translations.shipped() if each.language == "cy"}
    assert whole == {"pre-course", "post-course"}
    for each in translations.shipped():
        instrument = next(one for one in library.shipped() if one.slug == each.slug)
        assert translations.untranslated(each, instrument) == ()


def test_codes_and_their_order_are_the_same_in_every_language():
    welsh = translations.spoken(PRE, "cy").instrument
    assert welsh.variables == PRE.variables
    for item in PRE.items:
        assert [option.code for option in welsh.options_of(welsh.by_code[item.code])] == [
            option.code for option in PRE.options_of(item)
        ]
    assert welsh.by_code["pre_job_satisfied"].wording == "Rwy'n fodlon ar fy swydd."


BROKEN = {
    "a question that is not there": ("  pre_access:", "  pre_acess:", "there is no question pre_acess"),
    "an answer that is not there": ('lt1: "Llai', 'lt2: "Llai', "length has no answer lt2"),
    "a scale that is not there": ("  agreement:", "  agreemnet:", "there is no scale agreemnet"),
    "a point that is not there": ("    SD: ", "    SE: ", "the scale agreement has no SE"),
    "a part that is not there": ("  9:", "  10:", "there is no part 10"),
    "a hint of its own": (
        "    options:\n      lt1",
        '    hint: "Dewiswch."\n    options:\n      lt1',
        "length has no hint in English",
    ),
    "another version": ("number: 1", "number: 2", "there is no pre-course 2"),
    "a language without pages": ("language: cy", "language: gd", "there is no page.gd.yaml"),
    "a key of its own": ("title: ", "tytl: ", "tytl"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_translation_is_refused_with_its_name_and_line(tmp_path, case):
    found, instead, told = BROKEN[case]
    text = WELSH.read_text(encoding="utf-8")
    at = text.index(found)
    broken = tmp_path / "broken.cy.yaml"
    broken.write_text(text[:at] + instead + text[at + len(found) :], encoding="utf-8")
    with pytest.raises(InstrumentFault) as refusal:
        translations.read(broken, library.shipped())
    assert told in str(refusal.value)
    line = text[:at].count("\n") + 1
    assert refusal.value.faults[0].startswith(f"broken.cy.yaml, line {line}: ")


def test_what_is_not_translated_is_listed_and_asked_in_english(tmp_path):
    text = WELSH.read_text(encoding="utf-8")
    part = tmp_path / "part.cy.yaml"
    part.write_text(text[: text.index("  pre_role_clear:")], encoding="utf-8")
    missing = translations.untranslated(translations.read(part, (PRE,)), PRE)
    assert "items.pre_role_clear.wording" in missing
    assert "items.bme.options.yes" in missing
    assert len(missing) == 14 + 2 * 4


def test_the_command_says_what_there_is_in_which_language(app):
    told = app.test_cli_runner().invoke(assessments_group, ["check"])
    assert told.exit_code == 0, told.output
    assert (
        "pre-course 1: 27 questions\n  Cymraeg: complete; no native speaker has checked it yet" in told.output
    )
    assert "parent-end 1" in told.output


def test_the_language_is_chosen_on_the_first_page_and_stays(client, enrolment):
    mine = asked(enrolment)
    ref = mine.wave.ref
    client.sign_in(enrolment.user)
    first = client.see("questionnaires.show", wave_ref=ref)
    assert [each.get("lang") for each in first.all("a") if each.get("hreflang")] == ["cy"]
    welsh = client.see("questionnaires.show", wave_ref=ref, language="cy")
    assert "Cyn i chi ddechrau" in welsh.text
    assert "Dechrau" in welsh.text
    page = client.see("questionnaires.part", wave_ref=ref, number=5)
    (whole,) = [each for each in page.all("div") if each.get("dir")]
    assert (whole.get("lang"), whole.get("dir")) == ("cy", "ltr")
    assert "Rwy'n glir ynghylch beth yw fy rôl" in page.text
    assert "Byddai'n well gen i beidio â dweud" in page.text
    client.send(
        "questionnaires.save_part", wave_ref=ref, number=5, data={"answer-pre_role_clear": "A", "go": "next"}
    )
    db.session.expire_all()
    assert queries.own_answers(mine) == {"pre_role_clear": "A"}
    review = client.see("questionnaires.review", wave_ref=ref)
    assert "Cytuno" in review.text
    client.see("questionnaires.show", wave_ref=ref, language="xx")
    assert "Cyn i chi ddechrau" in client.see("questionnaires.show", wave_ref=ref).text, (
        "no such language: it stays"
    )
    client.see("questionnaires.show", wave_ref=ref, language="en-GB")
    assert "Before you start" in client.see("questionnaires.part", wave_ref=ref, number=1).text
