import pytest

from courses.content import checks, loader, readability
from tests.courses.content import samples

KNOWN = frozenset({"1.1", "2.10"})


def faults_of(folder, criteria_of=lambda _unit: KNOWN):
    return [str(fault) for fault in checks.check_library([loader.load(folder)], criteria_of=criteria_of)]


def test_the_good_course_has_no_faults(tmp_path):
    assert faults_of(samples.write(tmp_path)) == []


def test_the_products_own_library_has_no_faults():
    assert checks.check_library(loader.load_library()) == []


BAD = {
    "activity id twice": (
        {"first": ("id: the-door", "id: why")},
        [("modules/01-connect.yaml:14: The activity id 'why' is also in small-steps/modules/00-before.yaml. "
         "Ids are unique in the course."),
         "pages/why.md:3: The link 'activity:the-door' leads nowhere: there is no such activity."],
    ),
    "term id twice": (
        {"course": ("        meaning: Meet.\n", "        meaning: Meet.\n      - id: connect\n        title: Again\n        meaning: Meet.\n")},
        ["course.yaml:18: The id 'connect' is here twice. Give one of them another."],
    ),
    "framework id twice": (
        {"course": ("        meaning: Meet.\n", "        meaning: Meet.\n  - id: nine-cs\n    title: Again\n    status: Ours.\n    terms:\n      - {id: connect, title: A, meaning: B}\n")},
        ["course.yaml:18: The id 'nine-cs' is here twice. Give one of them another."],
    ),
    "unknown criterion": ({"first": ("2.10", "7.1")},
                          ["modules/01-connect.yaml:9: The unit has no criterion 7.1."]),
    "taught minutes": ({"course": ("taught_minutes: 180", "taught_minutes: 1800")},
                       ["course.yaml:5: 'taught_minutes' is 1800, but the modules add up to 180."]),
    "reading minutes": ({"course": ("reading_minutes: 20", "reading_minutes: 300")},
                        ["course.yaml:6: 'reading_minutes' is 300, but the modules add up to 20."]),
    "reading activities": ({"reading": ("minutes: 20\n    page", "minutes: 15\n    page")},
                           ["modules/00-before.yaml:5: 'minutes' is 20, but the activities add up to 15."]),
    "session rows": ({"first": ("minutes: 90\n        title: Morning", "minutes: 80\n        title: Morning")},
                     [("modules/01-connect.yaml:63: The session plan says 180 minutes and its rows add up to 170; "
                      "the module has 180.")]),
    "no session plan": ({"first": (samples.FIRST[samples.FIRST.index("  - kind: session-plan"):], "")},
                        ["modules/01-connect.yaml:1: A taught module has one session plan, and this has 0."]),
    "missing page": (
        {"reading": ("pages/why.md", "pages/who.md")},
        ["modules/00-before.yaml:14: The page 'pages/who.md' is missing.",
         "pages/why.md:1: No activity or handout shows this page. Use it or take it out."],
    ),
    "column without a heading": (
        {"page": ("We go out", "| | When |\n| --- | --- |\n| Ask | |\n\nWe go out")},
        ["pages/why.md:3: A column of this table has no heading. Say in the first row what is in it."],
    ),
    "missing handout": (
        {"first": ("material: written\naims", "material: written\nhandout: pages/none.md\naims")},
        ["modules/01-connect.yaml:7: The handout 'pages/none.md' is missing."],
    ),
    "completion asks for too much": (
        {"course": ("taught_minutes: 90", "taught_minutes: 200")},
        ["course.yaml:9: Completion asks for 200 taught minutes, and the course has 180."],
    ),
    "completion asks for what is not there": (
        {"course": ("taught_minutes: 90", "taught_minutes: 90\n  activities: [the-roof]")},
        ["course.yaml:10: Completion asks for 'the-roof', which is not an activity of this course."],
    ),
    "dead link to a module": ({"page": ("activity:the-door", "module:seven")},
                              ["pages/why.md:3: The link 'module:seven' leads nowhere: there is no such module."]),
    "link to a file": ({"page": ("activity:the-door", "other.md")},
                       [("pages/why.md:3: The link 'other.md' leads nowhere. Write activity:ID, module:ID or an "
                        "https address.")]),
    "picture without words": ({"page": ("We go", "![](door.png) We go")},
                              [("pages/why.md:3: The picture 'door.png' has no words. Say in the square brackets what "
                               "it shows.")]),
    "picture missing": ({"page": ("We go", "![A door](door.png) We go")},
                        ["pages/why.md:3: The picture 'door.png' is missing."]),
    "dead link in a block of a module": (
        {"first": ("situation: Family A opens the door a little.",
                   "situation: |-\n      Family A opens the door.\n\n      See [this](activity:the-roof) first.")},
        ["modules/01-connect.yaml:20: The link 'activity:the-roof' leads nowhere: there is no such activity."],
    ),
    "dead link in a line of a module": (
        {"first": ("prompt: What happened?", "prompt: What happened? See [a file](notes.docx).")},
        [("modules/01-connect.yaml:59: The link 'notes.docx' leads nowhere. Write activity:ID, module:ID or an https "
          "address.")],
    ),
    "picture without words in a module": (
        {"first": ("intro: Fill it in.", "intro: Fill it in. ![ ](sheet.png)")},
        [("modules/01-connect.yaml:48: The picture 'sheet.png' has no words. Say in the square brackets what it "
          "shows.")],
    ),
    "unknown criterion on a line of its own": (
        {"first": ("criteria: [1.1, 2.10]", "criteria:\n      - 1.1\n      - 7.1")},
        ["modules/01-connect.yaml:11: The unit has no criterion 7.1."],
    ),
    "unknown criterion of an activity": (
        {"first": ("title: Sheet\n    minutes: 10", "title: Sheet\n    minutes: 10\n    criteria: [1.1, 8.8]")},
        ["modules/01-connect.yaml:48: The unit has no criterion 8.8."],
    ),
    "handout that cannot be printed": (
        {"first": ("material: written\naims", "material: written\nhandout: pages/why.md\naims"),
         "page": ("We go out", "🙂 We go out")},
        ["pages/why.md:3: This handout cannot be made into a PDF: we cannot print 🙂. Use a word or another sign."],
    ),
    "unknown term": ({"first": ("nine-cs: [connect]", "nine-cs: [conect]")},
                     ["modules/01-connect.yaml:11: 'nine-cs: conect' is not in the frameworks of course.yaml."]),
    "gap in numbers": ({"first": ("number: 1", "number: 2")},
                       ["course.yaml:1: Taught modules are numbered [2]; they count 1, 2, 3 with none left out."]),
    "too little time": ({"page": ("We go", "We go " + "and look " * 2100)},
                        ["modules/00-before.yaml:13: 'pages/why.md' has 4216 words; 20 minutes is too short to read it.",
                         "pages/why.md:1: Reading age"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_each_fault_between_files_is_said(tmp_path, name):
    edits, expected = BAD[name]
    found = faults_of(samples.write(tmp_path, **edits))
    assert len(found) == len(expected), found
    for fault, start in zip(found, expected, strict=True):
        assert fault.startswith(f"small-steps/{start}")


def test_two_modules_with_one_number(tmp_path):
    folder = samples.write(tmp_path, reading=("number: 0", "number: 1"))
    assert "small-steps/modules/01-connect.yaml:2: Module 1 is here 2 times." in faults_of(folder)


def test_an_unknown_unit_is_said_once_and_no_units_leaves_criteria_alone(tmp_path):
    folder = samples.write(tmp_path)
    assert faults_of(folder, lambda _unit: None) == [
        "small-steps/course.yaml:4: There is no unit 'small-unit'."
    ]
    assert faults_of(folder, None) == []


def test_hard_prose_is_named_with_its_age(tmp_path):
    hard = (
        "Multidisciplinary professionals operationalise collaborative safeguarding responsibilities by "
        "systematically facilitating proportionate interventions, notwithstanding organisational constraints."
    )
    (fault,) = faults_of(samples.write(tmp_path, page=("We go out to meet people.", f"{hard} {hard} {hard}")))
    assert fault.startswith("small-steps/pages/why.md:1: Reading age ")
    assert fault.endswith("; the highest for this course is 12. Shorten sentences and words.")


def test_hard_words_in_an_activity_are_named_with_its_line_and_a_few_are_let_be(tmp_path):
    hard = "Multidisciplinary professionals operationalise collaborative safeguarding responsibilities. "
    (fault,) = faults_of(
        samples.write(tmp_path, first=("learning: Let them", f"learning: {hard * 12}Let them"))
    )
    assert fault.startswith("small-steps/modules/01-connect.yaml:13: Reading age ")
    assert "in the words of 'the-door'; the highest for this course is 12" in fault
    assert (
        faults_of(samples.write(tmp_path, first=("learning: Let them", f"learning: {hard * 2}Let them")))
        == []
    )


@pytest.mark.parametrize(
    ("word", "count"),
    [("a", 1), ("family", 3), ("home", 1), ("homes", 1), ("house", 1), ("houses", 2), ("table", 2), ("visited", 3),
     ("walked", 1), ("people", 2), ("practitioner", 4), ("rhythm", 1), ("the", 1), ("little", 2)],
)  # fmt: skip
def test_syllables(word, count):
    assert readability.syllables(word) == count


def test_reading_age_is_flesch_kincaid_plus_five():
    # 6 words, 1 sentence, 6 syllables: 0.39*6 + 11.8*1 - 15.59 = -1.45, and no page is easier than for a child of 5.
    assert readability.reading_age("The cat sat on the mat.") == 5.0
    # 10 words, 2 sentences, 19 syllables ("centres" is counted as one): 0.39*5 + 11.8*1.9 - 15.59 = 8.78.
    page = "Parents visit gentle centres often. Workers listen, never hurry parents."
    assert readability.reading_age(page) == pytest.approx(13.78)


def test_marks_addresses_and_pictures_are_not_words():
    page = "# A title\n\n![Alt words](a.png)\n\nSee [this page](activity:long-name).\n\n- **one**\n- two\n"
    assert readability.words(page) == ["A", "title", "See", "this", "page", "one", "two"]
