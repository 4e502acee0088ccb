"""What focus groups of the demonstration write, and how two people code it. Everybody and everything is invented."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.themes.codebook import Words


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet's words.

    Attributes:
        text: What somebody wrote.
        first, second: The themes that each coder sees in it, by the letters of `THEMES`.
        quotable: Whether the writer agrees to be quoted.
        hide: What a reader hides besides what is proposed.
        is_quoted: Whether it is chosen as a quote.
    """

    text: str
    first: str
    second: str
    quotable: bool = True
    hide: str = ""
    is_quoted: bool = False


THEMES = {
    "S": Words(
        "Beginning with what goes well",
        "They ask first what the family does well, and build on it.",
        "Somebody tells of praise, strengths or small goals that a family reached.",
        "They praise the course itself.",
        "I ask what was good about the week before anything else.",
    ),
    "B": Words(
        "Saying what I can and cannot do",
        "They are clear about their role and its limits.",
        "Boundaries, promises, going home on time, saying no.",
    ),
    "O": Words(
        "Learning from one another",
        "Other people on the course, from other centres, made the difference.",
        "",
        "They speak of colleagues at their own centre.",
    ),
    "R": Words(
        "Time to think about a visit",
        "They stop to reflect: in writing, in the car, in supervision.",
    ),
    "P": Words("Knowing whom to ring", "They know other services better and ring them."),
}
"""The codebook, by letters."""

SHEETS = (
    Sheet("Being asked what I am good at. Now I ask parents the same.", "S", "S", is_quoted=True),
    Sheet("Hearing how other centres do it, and that nobody finds doorsteps easy.", "O", "O", is_quoted=True),
    Sheet(
        "The boundaries session. I go home on time and the families are none the worse.",
        "B",
        "B",
        is_quoted=True,
    ),
    Sheet(
        "I write down three lines in the car before I drive off. My head is clearer for the next door.",
        "R",
        "R",
    ),
    Sheet("Small goals. One mother chose bed by eight and got there twice in a week.", "S", "S"),
    Sheet(
        "Swapping stories with people who do the same job. Bev Tordoff from another centre rings me now, 0113 496 0188.",
        "O",
        "OP",
        hide="Bev Tordoff",
    ),
    Sheet("I say on the first visit what I can do and what I can't.", "B", "B"),
    Sheet("Supervision. We talk about what I felt as well as what I did.", "R", "R", is_quoted=True),
    Sheet("I ring the health visitor myself instead of waiting for my manager to.", "P", "P"),
    Sheet("Starting with what went well since last time, even when it was a bad week.", "S", "S"),
    Sheet(
        "I stopped promising things I could not do. It felt cold and it is kinder.", "B", "B", is_quoted=True
    ),
    Sheet("The others on the course. I was the only outreach worker in my building.", "O", "O"),
    Sheet("Thinking before I knock. What do I want this visit to be for?", "R", "R"),
    Sheet("The strengths wheel. A father said nobody had asked him that before.", "S", "S", quotable=False),
    Sheet("Knowing which door to knock at when it is more than we can do.", "P", "BP"),
    Sheet(
        "I notice now what children and parents do well together and I tell them.", "S", "S", is_quoted=True
    ),
    Sheet("Listening to the other groups' worksheets. I stole half of them.", "O", "O"),
    Sheet("My manager and I go over one visit a month. It used to be only numbers.", "R", "R"),
    Sheet("Not picking up my phone at weekends, and telling families why.", "B", "B"),
    Sheet("Praise that is about something. Not just well done.", "S", "S"),
    Sheet("Meeting people from the other side of town and finding that we share families.", "OP", "O"),
    Sheet("Writing it down. I read last month's and see that something moved.", "R", "RS"),
    Sheet("We do a plan with them, not for them, and we begin with what they already manage.", "S", "S"),
    Sheet(
        "My own worker at Sure Start, Mrs Lumb, was kind. I try to be that, with limits.",
        "B",
        "",
        quotable=False,
        hide="Sure Start",
    ),
    Sheet("I know the housing officer by name now and she knows me.", "P", "P"),
    Sheet(
        "The quiet ten minutes at the end of each session, to think what it meant for my families.", "R", "R"
    ),
    Sheet("Everyone said what had gone wrong for them. I felt less alone.", "O", "O", is_quoted=True),
    Sheet("Small steps. I used to write plans nobody could reach.", "S", ""),
    Sheet("Saying no to the fourth job of the day, with reasons.", "B", "B"),
    Sheet("The tea. I mean the talking in it.", "O", "O"),
)
"""What thirty people wrote when asked what made the most difference to their work."""
