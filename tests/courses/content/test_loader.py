import pytest

from courses.content import loader
from courses.content.faults import ContentFaults
from tests.courses.content import samples


def faults_of(folder):
    with pytest.raises(ContentFaults) as caught:
        loader.load(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_good_course_is_read_whole(tmp_path):
    document = loader.load(samples.write(tmp_path)).document
    assert document.course.title == "Small steps"
    assert [module.id for module in document.course.modules] == ["before", "connect"]
    assert [activity.id for _, activity in document.course.activities()] == [
        "why", "the-door", "quiz", "sheet", "think", "plan",
    ]  # fmt: skip
    assert document.pages["pages/why.md"].startswith("# Why")


def test_practitioners_are_not_shown_the_session_plan(tmp_path):
    module = loader.load(samples.write(tmp_path)).document.course.modules[1]
    assert [activity.id for activity in module.steps] == ["the-door", "quiz", "sheet", "think"]
    assert module.session_plan is not None
    assert module.session_plan.id == "plan"


def test_a_criterion_is_text_and_keeps_its_nought(tmp_path):
    course = loader.load(samples.write(tmp_path)).document.course
    assert course.modules[1].aims[0].criteria == ("1.1", "2.10")


BAD = {
    "misspelt key": (
        {"first": ("title: The door\n    minutes", "title: The door\n    minuts")},
        ["modules/01-connect.yaml:13: 'minutes' is missing.",
         "modules/01-connect.yaml:16: 'minuts' is not a known key here. Did you mean 'minutes'?"],
    ),
    "unknown key": (
        {"course": ("reading_age: 12", "reading_age: 12\ncolour: teal")},
        ["course.yaml:8: 'colour' is not a known key here."],
    ),
    "missing key": ({"course": ("title: Small steps\n", "")}, ["course.yaml:1: 'title' is missing."]),
    "tab": ({"first": ("  - text: meet", "\t- text: meet")},
            ["modules/01-connect.yaml:8: A tab. Indent with spaces, two for each step."]),
    "tab inside text": ({"course": ("A course for", "A course\tfor")},
                        ["course.yaml:3: A tab. Indent with spaces, two for each step."]),
    "doubled key": ({"course": ("unit: small-unit", "unit: small-unit\nslug: again")},
                    ["course.yaml:5: 'slug' is here twice; the first is on line 1."]),
    "anchor": ({"first": ("title: Connect", "title: &name Connect"), "course": ("title: Small steps", "title: *name")},
               ["course.yaml:2: This is not YAML: found undefined alias."]),
    "tag": ({"course": ("title: Small", "title: !!python/name Small")},
            ["course.yaml:2: A tag (tag:yaml.org,2002:python/name). Tags are not used here."]),
    "not yaml": ({"course": ("title: Small steps", "title: Small: steps")},
                 ["course.yaml:2: This is not YAML: mapping values are not allowed in this context."]),
    "not a map": ({"course": (samples.COURSE, "- one\n- two\n")},
                  ["course.yaml:1: 'this file' must be keys and values, not ['one', 'two']."]),
    "empty": ({"course": (samples.COURSE, "")}, ["course.yaml:1: The file is empty."]),
    "unknown kind": (
        {"first": ("kind: reflection", "kind: refection")},
        [("modules/01-connect.yaml:55: 'kind' cannot be 'refection'. It is one of 'reading', 'scenario', "
         "'reflection', 'worksheet', 'check', 'session-plan'.")],
    ),
    "no kind": ({"first": ("- kind: reflection\n    id: think", "- id: think")},
                ["modules/01-connect.yaml:55: 'kind' is missing."]),
    "words for minutes": ({"reading": ("minutes: 20\n    page", "minutes: twenty\n    page")},
                          ["modules/00-before.yaml:13: 'minutes' must be a whole number, not 'twenty'."]),
    "no minutes at all": ({"reading": ("minutes: 20\n    page", "minutes: 0\n    page")},
                          ["modules/00-before.yaml:13: 'minutes': input should be greater than or equal to 1."]),
    "number for a title": ({"course": ("title: Small steps", "title: 2026")},
                           ["course.yaml:2: 'title' must be text, not 2026."]),
    "empty title": ({"course": ("title: Small steps", 'title: " "')}, ["course.yaml:2: 'title' is empty."]),
    "criterion without its part": (
        {"first": ("[1.1, 2.10]", "[one]")},
        [("modules/01-connect.yaml:9: 'criteria, item 1' is 'one', which is not in the form "
         "^[1-9][0-9]?\\.[1-9][0-9]?$.")],
    ),
    "capital in an id": ({"first": ("id: the-door", "id: The door")},
                         [("modules/01-connect.yaml:14: 'id' is 'The door', which is not in the form "
                          "^[a-z0-9]+(-[a-z0-9]+)*$.")]),
    "page outside pages": ({"reading": ("pages/why.md", "../../secret.md")},
                           [("modules/00-before.yaml:14: 'page' is '../../secret.md', which is not in the form "
                            "^pages/[a-z0-9-]+\\.md$.")]),
    "no strong choice": ({"first": ("fit: strong", "fit: partly")},
                         [("modules/01-connect.yaml:13: No choice has the fit 'strong': a scenario needs at least one "
                          "good way to act.")]),
    "a fit of its own": ({"first": ("fit: strong", "fit: great")},
                         [("modules/01-connect.yaml:22: 'fit' cannot be 'great'. It is one of 'strong', 'partly' or "
                          "'think-again'.")]),
    "two choices, one id": ({"first": ("id: push", "id: wait")},
                            ["modules/01-connect.yaml:13: Two choices have the same id."]),
    "two fields, one id": (
        {"first": ("            size: line\n", "            size: line\n          - id: name\n            label: Again\n")},
        ["modules/01-connect.yaml:44: Two fields have the id 'name'."],
    ),
    "two questions, one id": (
        {"first": ("  - kind: worksheet", "      - id: one\n        text: Why?\n        choose: short\n        accept: [so]\n        model: So.\n        feedback: Yes.\n  - kind: worksheet")},
        ["modules/01-connect.yaml:29: Two questions have the same id."],
    ),
    "two right answers": ({"first": ("text: That\n", "text: That\n            right: true\n")},
                          [("modules/01-connect.yaml:34: A question to choose one has exactly one right option, and "
                           "this has 2.")]),
    "no right answer": ({"first": ("            right: true\n", "")},
                        [("modules/01-connect.yaml:34: A question to choose one has exactly one right option, and "
                         "this has 0.")]),
    "yes for right": ({"first": ("right: true", "right: yes")},
                      ["modules/01-connect.yaml:39: 'right' must be true or false, not 'yes'."]),
    "options where none belong": (
        {"first": ("size: line", "size: line\n            options: [a, b]")},
        ["modules/01-connect.yaml:52: Options are only for a field whose size is 'choice' or 'many'."],
    ),
    "choice without options": ({"first": ("size: line", "size: choice")},
                               ["modules/01-connect.yaml:52: A choice needs two to ten options."]),
    "written but empty": ({"reading": (samples.READING[samples.READING.index("activities"):], "")},
                          ["modules/00-before.yaml:1: Material is 'written' but there are no activities."]),
    "to come but here": ({"reading": ("material: written", "material: to-come")},
                         ["modules/00-before.yaml:1: Material is 'to-come' but there are activities: say 'written'."]),
    "same module id": ({"first": ("id: connect\nnumber", "id: before\nnumber")},
                       ["modules/01-connect.yaml:1: The id 'before' is also that of small-steps/modules/00-before.yaml."]),
    "slug of another": ({"course": ("slug: small-steps", "slug: big-steps")},
                        ["course.yaml:1: The slug must be the folder's name, 'small-steps'."]),
    "modules written by hand": ({"course": ("reading_age: 12", "reading_age: 12\nmodules: []")},
                                ["course.yaml:8: 'modules' is filled from the files in modules/."]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_said_with_its_file_and_line(tmp_path, name):
    edits, expected = BAD[name]
    assert faults_of(samples.write(tmp_path, **edits)) == [f"small-steps/{fault}" for fault in expected]


def test_all_faults_of_all_files_are_said_at_once(tmp_path):
    folder = samples.write(
        tmp_path,
        course=("title: Small steps\n", ""),
        reading=("lead: Read this first.\n", ""),
        first=("fit: strong", "fit: great"),
    )
    assert [fault.split(": ")[0] for fault in faults_of(folder)] == [
        "small-steps/course.yaml:1",
        "small-steps/modules/00-before.yaml:1",
        "small-steps/modules/01-connect.yaml:22",
    ]


def test_a_missing_course_file_and_a_page_in_another_encoding_are_said(tmp_path):
    folder = samples.write(tmp_path)
    (folder / "course.yaml").unlink()
    (folder / "pages" / "why.md").write_bytes("Café".encode("latin-1"))
    assert faults_of(folder) == [
        "small-steps/course.yaml:1: The file is missing.",
        "small-steps/pages/why.md:1: The file is not UTF-8 (at byte 3). Save it as UTF-8.",
    ]


def test_a_course_without_modules_is_refused(tmp_path):
    folder = samples.write(tmp_path)
    for path in (folder / "modules").iterdir():
        path.unlink()
    assert faults_of(folder) == [
        "small-steps/course.yaml:1: There is no module. Write one in modules/, such as 01-first-steps.yaml."
    ]


def test_the_hash_is_of_the_content_and_not_of_its_layout(tmp_path):
    one = loader.load(samples.write(tmp_path / "a")).document
    spaced = samples.write(
        tmp_path / "b", course=("title: Small steps", "\n# a comment\ntitle:   'Small steps'")
    )
    (spaced / "pages" / "why.md").write_bytes(b"\xef\xbb\xbf" + samples.PAGE.replace("\n", "\r\n").encode())
    two = loader.load(spaced).document
    other = loader.load(samples.write(tmp_path / "c", page=("We go", "They go"))).document
    assert one.content_hash == two.content_hash
    assert one.content_hash != other.content_hash


def test_a_document_comes_back_from_its_json_as_it_was(tmp_path):
    document = loader.load(samples.write(tmp_path)).document
    again = type(document).model_validate_json(document.model_dump_json())
    assert again == document
    assert again.content_hash == document.content_hash


def test_a_library_says_the_faults_of_every_course(tmp_path):
    samples.write(tmp_path, course=("title: Small steps\n", ""))
    (tmp_path / "small-steps").rename(tmp_path / "other-steps")
    samples.write(tmp_path, first=("fit: strong", "fit: great"))
    with pytest.raises(ContentFaults) as caught:
        loader.load_library(tmp_path)
    assert {fault.file for fault in caught.value.faults} == {
        "other-steps/course.yaml",
        "small-steps/modules/01-connect.yaml",
    }
