"""What people of the demonstration write in answer to the follow-ups. Everybody and everything is invented."""

from collections.abc import Mapping
from types import MappingProxyType

_CHANGED = (
    "I sit down before I take my coat off and ask what went well since last time. One mother now tells me before I ask.",
    "I say on the first visit what I can do and what I can't. It felt cold at first. It saves a lot of upset later.",
    "I write three lines in the car after each visit: what I saw, what I felt, what next. Supervision goes quicker for it.",
    "With Family C we set one small goal for the week, bed by eight. They got there twice and were proud of it.",
    "I ring the health visitor myself now. I used to wait for my manager to do that.",
)
_HINDERED = (
    "Two visits were cancelled on the day and I was sent to cover the stay-and-play, so the goals with Family A had to wait.",
    "A colleague told a father what to do while I was still asking him. I did not know how to come back from that.",
    "I had eleven families that month. I could not write up visits, let alone think about them.",
    "Nobody at the housing office knew the form we had agreed to use, so we began from nothing.",
)
_MISSING = (
    "An hour a month with the others from the course.",
    "Going out with somebody who has done this for longer.",
    "My manager doing the first day of the course herself.",
    "Fewer families, or longer for each.",
)
_LASTED = (
    "The log after visits. I kept it up for six weeks, then the summer play scheme came.",
    "The strengths sheet. Parents liked it, but it was one more form and I let it go.",
    "Nothing yet. The team holds me to it.",
)

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "m1_used_other": ("The weather chart for feelings", "A map of who is around the family"),
        "m1_changed": _CHANGED,
        "m1_hindered": _HINDERED,
        "m1_missing": _MISSING,
        "m3_used_other": ("Walking with a mother instead of sitting",),
        "m3_changed": _CHANGED[::-1],
        "m3_hindered": _HINDERED[::-1],
        "m3_lasted": _LASTED,
        "m3_missing": _MISSING[::-1],
        "mgr_example": (
            "Case notes end with what happens next and who does it. I no longer have to ask.",
            "They bring a family to supervision because they want to think, not because something has gone wrong.",
            "One of them chaired the meeting with social care last week. That would not have happened in spring.",
        ),
        "mgr_more": (
            "A half-day for managers, so that we know what they are talking about when they come back.",
            "Dates outside the school holidays.",
        ),
        "fg_difference": (
            "Being asked what I am good at. Now I ask parents the same.",
            "Hearing how other centres do it, and that nobody finds doorsteps easy.",
            "The boundaries session. I go home on time and the families are none the worse.",
        ),
        "ps_hope": (
            "I want to sleep and not shout in the mornings.",
            "To know some other mums round here.",
            "Help with the letters from the school.",
            "That he talks more.",
        ),
        "pe_best": (
            "She came when she said and did not rush.",
            "Going to the group with me the first time.",
            "We made a list of what I do well. It is on the fridge.",
        ),
        "pe_better": ("Come later in the day.", "Tell dad about the visits too."),
    }
)
