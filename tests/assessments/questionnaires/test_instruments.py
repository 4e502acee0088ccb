"""The shipped instruments against the study's codebook, and what the strict reader refuses."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from assessments.questionnaires import library
from assessments.questionnaires.items import Standing
from assessments.questionnaires.library import InstrumentFault
from assessments.questionnaires.schema import STUDY, WaveKind

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def instruments():
    """The two questionnaires of the study."""
    return {instrument.slug: instrument for instrument in library.shipped_for(STUDY)}


@pytest.fixture(scope="module")
def codebook():
    """Rows of the codebook that describe answers: variable -> [(label, code, code label)], and the pairs."""
    variables, pairs = defaultdict(list), {}
    with (DATA / "codebook.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "pair":
                pairs[row["variable"]] = row["code"]
            elif row["kind"].startswith("profile") or row["kind"].endswith("statement"):
                variables[row["variable"]].append((row["label"], row["code"], row["code_label"]))
    return variables, pairs


def test_both_questionnaires_together_hold_every_variable_of_the_codebook(instruments, codebook):
    variables, _ = codebook
    held = [code for instrument in instruments.values() for code in instrument.variables]
    assert sorted(held) == sorted(variables)
    assert len(held) == len(set(held)) == 50


def test_codes_labels_and_their_order_are_the_codebooks(instruments, codebook):
    variables, _ = codebook
    for instrument in instruments.values():
        for item in instrument.items:
            options = [(option.code, option.label) for option in instrument.options_of(item)]
            assert options == [(code, label) for _, code, label in variables[item.code]], item.code
            assert (item.label or item.wording) == variables[item.code][0][0]
        for derived in instrument.derived:
            options = [(option.code, option.label) for option in derived.options]
            assert options == [(code, label) for _, code, label in variables[derived.code]]


def test_pairs_name_each_other_and_are_the_codebooks_twelve(instruments, codebook):
    _, pairs = codebook
    before, after = instruments["pre-course"], instruments["post-course"]
    assert {item.code: item.pair for item in before.items if item.pair} == pairs
    assert {item.pair: item.code for item in after.items if item.pair} == pairs
    assert len(pairs) == 12


def test_no_impact_is_asked_after_the_course_only_and_stands_apart_from_the_scale(instruments):
    before, after = instruments["pre-course"], instruments["post-course"]
    for item in before.items:
        assert "NI" not in [option.code for option in before.options_of(item)]
    for item in after.items:
        has_no_impact = "NI" in [option.code for option in after.options_of(item)]
        assert has_no_impact == item.code.startswith("post_")
        assert after.apart_of(item) == (("NI",) if has_no_impact else ())


def test_special_category_questions_are_optional_and_the_only_two(instruments):
    special = [
        item for instrument in instruments.values() for item in instrument.items if item.special_category
    ]
    assert [item.code for item in special] == ["bme", "disability"]
    assert all(item.optional for item in special)


def test_several_answers_are_read_from_files_but_not_offered(instruments):
    before = instruments["pre-course"]
    kept_back = {item.code for item in before.items for option in before.options_of(item) if not option.asked}
    assert kept_back == {"location", "motivation"}


def test_every_wording_says_how_sure_it_is_and_where_from(instruments):
    standings = defaultdict(int)
    for instrument in instruments.values():
        assert "SP211/0311" in instrument.source
        for item in instrument.items:
            assert item.source
            if item.kind == "likert":
                standings[item.standing] += 1
    assert standings == {Standing.VERBATIM: 28, Standing.RECONSTRUCTED: 6, Standing.INFERRED: 1}


def test_waves(instruments):
    assert instruments["pre-course"].waves == (WaveKind.PRE,)
    assert instruments["post-course"].waves == (WaveKind.POST,)


def test_every_kind_of_wave_has_one_questionnaire_and_every_question_a_code_of_its_own():
    by_kind = [kind for instrument in library.shipped() for kind in instrument.waves]
    assert sorted(by_kind) == sorted(WaveKind)
    codes = [code for instrument in library.shipped() for code in instrument.by_code]
    assert len(codes) == len(set(codes))


def test_a_pair_is_a_question_that_is_there_and_answered_in_the_same_way():
    items = {item.code: (item, each) for each in library.shipped() for item in each.items}
    for item, _ in items.values():
        if item.pair:
            other, _ = items[item.pair]
            assert (other.kind, other.lowest, other.highest) == (item.kind, item.lowest, item.highest), (
                item.code
            )


def test_the_statements_that_the_study_compared_are_asked_again_word_for_word():
    after = {item.pair: item for item in library.shipped_for([WaveKind.POST])[0].items if item.pair}
    for kind in (WaveKind.ONE_MONTH, WaveKind.THREE_MONTHS):
        (later,) = library.shipped_for([kind])
        again = {item.pair: item for item in later.items if item.kind == "likert"}
        assert {code: item.wording for code, item in again.items()} == {
            code: item.wording for code, item in after.items()
        }
        for item in again.values():
            assert [option.code for option in later.options_of(item)] == ["SA", "A", "D", "SD", "NI"]


def test_the_sheet_of_the_focus_group_has_the_rows_of_figure_19_twice():
    (sheet,) = library.shipped_for([WaveKind.FOCUS_GROUP])
    marks = [item for item in sheet.items if item.kind == "scale"]
    assert len(marks) == 16
    assert {(item.lowest, item.highest) for item in marks} == {(1, 10)}
    assert sum(item.code.endswith("_before") for item in marks) == 8


def test_only_a_parent_at_the_end_is_asked_about_the_worker_and_nobody_is_asked_for_a_name():
    start, end = (library.shipped_for([kind])[0] for kind in (WaveKind.PARENT_START, WaveKind.PARENT_END))
    assert not [item for item in start.items if "worker" in item.wording]
    assert [item for item in end.items if "worker" in item.wording]
    for instrument in library.shipped():
        assert not [item for item in instrument.items if "your name" in item.wording.lower()]


def words_of(instrument):
    """Everything that whoever answers reads."""
    yield instrument.intro
    for section in instrument.sections:
        yield from (section.title + ".", section.lead)
        for item in section.items:
            yield item.wording
            yield from (f"{option.label}." for option in instrument.options_of(item) if item.kind != "scale")


def syllables(word):
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and len(groups) > 1
    return max(1, len(groups) - silent)


@pytest.mark.parametrize("kind", [WaveKind.PARENT_START, WaveKind.PARENT_END])
def test_a_parent_can_read_the_form_at_the_age_of_nine(kind):
    """Flesch-Kincaid grade (Kincaid and others 1975): grade 4 is the age of nine."""
    (form,) = library.shipped_for([kind])
    text = " ".join(words_of(form))
    sentences = [part for part in re.split(r"[.!?]+", text) if part.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    assert grade <= 4


BROKEN = {
    "an unknown key": ("slug: pre-course", "slug: pre-course\ncolour: red", "colour"),
    "a key given twice": (
        "slug: pre-course",
        "slug: pre-course\nslug: again",
        "line 9: the key 'slug' is given twice",
    ),
    "a scale that is not there": ("scale: agreement", "scale: agreemnet", "agreemnet"),
    "a variable twice": (
        "code: pre_support_clear",
        "code: pre_role_clear",
        "variable given twice: pre_role_clear",
    ),
    "special but not optional": ("        optional: true\n", "", "a special-category item must be optional"),
    "a derived value of nothing": ('level2: "2"', 'level2: "9"', "9 is not among the options"),
    "a standing of its own": ("standing: verbatim", "standing: probably", "standing"),
    "not YAML": ("sections:", "sections: [", "line"),
    "a code with a space": ("code: employment", "code: em ployment", "sections.0.items.1.code"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_its_name_and_line(tmp_path, case):
    found, instead, told = BROKEN[case]
    text = (library.FOLDER / "pre-course.yaml").read_text(encoding="utf-8")
    assert found in text
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace(found, instead, 1), encoding="utf-8")
    with pytest.raises(InstrumentFault) as refusal:
        library.read(broken)
    assert told in str(refusal.value)
    assert all(fault.startswith("broken.yaml, line ") for fault in refusal.value.faults)


def test_the_line_named_is_the_line_at_fault(tmp_path):
    lines = (library.FOLDER / "pre-course.yaml").read_text(encoding="utf-8").splitlines()
    at = next(index for index, line in enumerate(lines) if "standing: verbatim" in line)
    lines[at] = lines[at].replace("verbatim", "probably")
    broken = tmp_path / "broken.yaml"
    broken.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InstrumentFault) as refusal:
        library.read(broken)
    assert refusal.value.faults[0].startswith(f"broken.yaml, line {at + 1}: ")


def test_an_empty_file_is_refused(tmp_path):
    empty = tmp_path / "empty.yaml"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(InstrumentFault, match="the file is empty"):
        library.read(empty)
