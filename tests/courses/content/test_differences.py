"""What is different between two versions of a course."""

import re

import pytest

from courses.content import loader
from courses.content.differences import compare
from courses.content.lines import TextLine
from courses.content.text_changes import Fate, text_changes
from tests.courses.content import samples


@pytest.fixture
def differences(tmp_path):
    def made(**edits):
        before = loader.load(samples.write(tmp_path / "before")).document
        return compare(before, loader.load(samples.write(tmp_path / "after", **edits)).document)

    return made


def only_activity(found):
    (module,) = found.modules
    (activity,) = module.activities
    return activity


def said(change):
    """A line with what went in [-brackets-] and what came in {+braces+}."""
    marks = {Fate.SAME: "{}", Fate.REMOVED: "[-{}-]", Fate.ADDED: "{{+{}+}}"}
    return f"{change.where}: " + " ".join(marks[words.fate].format(words.text) for words in change.words)


def test_the_same_course_in_other_files_has_no_differences(differences):
    found = differences(page=("They may not come to us. See", "They may not\ncome to us.\nSee"))
    assert (found.texts, found.modules, found.is_nothing) == ((), (), True)


def test_changed_words_of_a_page_stand_word_by_word(differences):
    found = differences(page=("go out to meet people.", "go out to families and meet people."))
    change = only_activity(found)
    assert (change.activity.id, change.fate, change.minutes, change.moved) == (
        "why",
        Fate.CHANGED,
        (20, 20),
        "",
    )
    assert [said(each) for each in change.texts] == [
        "On the page: We go out to {+families and+} meet people. They may not come to us. See [the door](activity:the-door)."
    ]


def test_feedback_is_named_by_its_place_and_a_new_choice_is_no_change_of_others(differences):
    found = differences(
        first=("      - id: push", "      - id: sing\n        text: I sing.\n        fit: partly\n        feedback: They laugh.\n      - id: push")
    )  # fmt: skip
    assert [said(each) for each in only_activity(found).texts] == [
        "Choice 2, id: {+sing+}",
        "Choice 2, text: {+I sing.+}",
        "Choice 2, fit: {+partly+}",
        "Choice 2, feedback: {+They laugh.+}",
    ]


def test_a_right_answer_that_becomes_wrong_is_said(differences):
    found = differences(
        first=("            right: true\n            feedback: Yes.\n          - id: b\n            text: That\n",
               "            feedback: Yes.\n          - id: b\n            text: That\n            right: true\n")
    )  # fmt: skip
    assert [said(each) for each in only_activity(found).texts] == [
        "Question 1, option 1, right answer: [-yes-] {+no+}",
        "Question 1, option 2, right answer: [-no-] {+yes+}",
    ]


def test_minutes_of_an_activity_and_of_the_course(differences, tmp_path):
    before = loader.load(samples.write(tmp_path / "a")).document
    longer = samples.write(
        tmp_path / "b",
        course=("reading_minutes: 20", "reading_minutes: 25"),
        reading=("minutes: 20\n    page", "minutes: 25\n    page"),
    )
    file = longer / "modules" / "00-before.yaml"
    file.write_text(file.read_text().replace("minutes: 20\nmaterial", "minutes: 25\nmaterial"))
    found = compare(before, loader.load(longer).document)
    assert found.reading == (20, 25)
    assert found.taught == (180, 180)
    assert not found.is_nothing
    assert found.modules[0].minutes == (20, 25)
    assert only_activity(found).minutes == (20, 25)
    assert only_activity(found).texts == ()


def test_added_and_removed_activities(differences):
    whole = samples.FIRST
    start, end = whole.index("  - kind: reflection"), whole.index("  - kind: session-plan")
    gone = only_activity(differences(first=(whole[start:end], "")))
    assert (gone.activity.id, gone.fate, gone.minutes) == ("think", Fate.REMOVED, (5, None))
    other = whole[start:end].replace("id: think", "id: think-again")
    both = differences(first=(whole[start:end], whole[start:end] + other))
    new = only_activity(both)
    assert (new.activity.id, new.fate, new.minutes) == ("think-again", Fate.ADDED, (None, 5))
    assert (both.count(Fate.ADDED), both.count(Fate.REMOVED), both.moved) == (1, 0, 0)


def test_an_activity_that_only_moved_is_not_called_changed(differences):
    whole = samples.FIRST
    start, end = whole.index("  - kind: reflection"), whole.index("  - kind: session-plan")
    reflection = whole[start:end]
    found = differences(first=(whole[whole.index("  - kind: scenario") : end],
                               reflection + whole[whole.index("  - kind: scenario") : start]))  # fmt: skip
    change = only_activity(found)
    assert (change.activity.id, change.fate, change.texts) == ("think", Fate.SAME, ())
    assert change.moved == "It stands at another point of the module"
    assert found.moved == 1


def test_an_activity_that_moved_to_another_module_says_where_it_was(tmp_path):
    before = loader.load(samples.write(tmp_path / "a")).document
    folder = samples.write(tmp_path / "b")
    whole = samples.FIRST
    start, end = whole.index("  - kind: reflection"), whole.index("  - kind: session-plan")
    reflection = whole[start:end]
    (folder / "modules" / "01-connect.yaml").write_text(whole.replace(reflection, ""))
    (folder / "modules" / "00-before.yaml").write_text(
        samples.READING + reflection.replace("What happened?", "What happened then?")
    )
    change = only_activity(compare(before, loader.load(folder).document))
    assert (change.activity.id, change.fate) == ("think", Fate.CHANGED)
    assert change.moved == "It was in “Connect”"
    assert [said(each) for each in change.texts] == ["Prompt: What [-happened?-] {+happened then?+}"]


def test_a_module_that_is_gone_comes_last_with_its_activities(tmp_path):
    before = loader.load(samples.write(tmp_path / "a")).document
    folder = samples.write(tmp_path / "b", page=("See [the door](activity:the-door).", ""))
    (folder / "modules" / "01-connect.yaml").unlink()
    found = compare(before, loader.load(folder).document)
    assert [(each.module.id, each.fate) for each in found.modules] == [
        ("before", Fate.CHANGED), ("connect", Fate.REMOVED),
    ]  # fmt: skip
    assert {each.fate for each in found.modules[1].activities} == {Fate.REMOVED}
    assert found.count(Fate.REMOVED) == 5


def test_what_completes_the_course_is_said_of_the_whole(differences):
    found = differences(course=("completion:\n  taught_minutes: 90", "completion:\n  taught_minutes: 120"))
    assert found.completes_otherwise
    assert [said(each) for each in found.texts] == ["Completion, taught minutes: [-90-] {+120+}"]
    assert found.modules == ()


def test_every_text_of_the_first_course_that_changes_is_found():
    before = loader.load(loader.LIBRARY / "families-going-forward").document
    swapped = re.sub(r"\bmother\b", "woman", before.model_dump_json())
    found = compare(before, type(before).model_validate_json(swapped))
    came = sum(
        words.text.count("woman") for module in found.modules
        for texts in (module.texts, *(each.texts for each in module.activities))
        for change in texts for words in change.words if words.fate is Fate.ADDED
    )  # fmt: skip
    assert came == len(re.findall(r"\bmother\b", before.model_dump_json()))


def lines(*texts):
    return [TextLine("run", text, "Row") for text in texts]


def test_lines_that_have_little_in_common_are_one_out_and_one_in():
    found = text_changes(
        lines("Talk in pairs about a door."), lines("Everyone stands on the line and waits.")
    )
    assert [each.fate for each in found] == [Fate.ADDED, Fate.REMOVED]
    assert text_changes(lines("a", "b", "c"), lines("a", "c")) == text_changes(lines("b"), lines())
