"""A small good course on disk, and a way to spoil it."""

from pathlib import Path

COURSE = """\
slug: small-steps
title: Small steps
subtitle: A course for tests.
unit: small-unit
taught_minutes: 180
reading_minutes: 20
reading_age: 12
completion:
  taught_minutes: 90
frameworks:
  - id: nine-cs
    title: Nine C's
    status: A framework of the course.
    terms:
      - id: connect
        title: Connect
        meaning: Meet.
"""

READING = """\
id: before
number: 0
title: Before you start
lead: Read this first.
minutes: 20
material: written
aims:
  - text: say what outreach is
activities:
  - kind: reading
    id: why
    title: Why
    minutes: 20
    page: pages/why.md
"""

FIRST = """\
id: connect
number: 1
title: Connect
lead: Meeting a family.
minutes: 180
material: written
aims:
  - text: meet a family
    criteria: [1.1, 2.10]
    draws_on:
      nine-cs: [connect]
activities:
  - kind: scenario
    id: the-door
    title: The door
    minutes: 5
    situation: Family A opens the door a little.
    question: What do you do?
    choices:
      - id: wait
        text: I wait.
        fit: strong
        feedback: Good.
      - id: push
        text: I push.
        fit: think-again
        feedback: The door shuts.
    learning: Let them choose.
  - kind: check
    id: quiz
    title: Quiz
    minutes: 5
    questions:
      - id: one
        text: Which?
        options:
          - id: a
            text: This
            right: true
            feedback: Yes.
          - id: b
            text: That
            feedback: No.
  - kind: worksheet
    id: sheet
    title: Sheet
    minutes: 10
    intro: Fill it in.
    parts:
      - title: First
        fields:
          - id: name
            label: A code
            size: line
  - kind: reflection
    id: think
    title: Think
    minutes: 5
    prompt: What happened?
  - kind: session-plan
    id: plan
    title: Session
    minutes: 180
    rows:
      - minutes: 90
        title: Morning
        run: Talk.
      - minutes: 90
        title: Afternoon
        run: Talk more.
"""

PAGE = """\
# Why

We go out to meet people. They may not come to us. See [the door](activity:the-door).
"""


def write(root: Path, **edits: tuple[str, str]) -> Path:
    """Write the good course, each named file with one piece of text replaced by another."""
    files = {
        "course": (root / "small-steps" / "course.yaml", COURSE),
        "reading": (root / "small-steps" / "modules" / "00-before.yaml", READING),
        "first": (root / "small-steps" / "modules" / "01-connect.yaml", FIRST),
        "page": (root / "small-steps" / "pages" / "why.md", PAGE),
    }
    for name, (path, text) in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        old, new = edits.get(name, ("", ""))
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return root / "small-steps"
