"""The shipped instruments against the study's codebook, and what the strict reader refuses."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from assessments.questionnaires import library
from assessments.questionnaires.library import InstrumentFault
from assessments.questionnaires.schema import Standing, WaveKind

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def instruments():
    return {instrument.slug: instrument for instrument in library.shipped()}


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
