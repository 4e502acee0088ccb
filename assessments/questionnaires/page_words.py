"""The words of the answering pages themselves, in English: a translation gives them all (see `translations.py`). Pure."""

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "part_of": "part {number} of {parts}",
        "answered_of": "{answered} of {total} questions answered",
        "start": "Start",
        "carry_on": "Carry on from part {number}",
        "open_until": "Open until {day}.",
        "keep_going": "Keep going",
        "check": "Check your answers",
        "back": "Back",
        "later": "Finish later",
        "finished": "I have finished",
        "change": "Change",
        "all_answered": "Every question has an answer.",
        "unanswered": "Questions without an answer: {count}. You may leave them so.",
        "no_answer": "No answer",
        "choose_one": "Choose one",
        "rather_not": "I would rather not say",
        "from_to": "{lowest} is “{lowest_words}”, {highest} is “{highest_words}”.",
        "whole_number": "A whole number from {lowest} to {highest}.",
        "day": "Day",
        "month": "Month",
        "year": "Year",
        "day_hint": "For example 27 3 2011.",
        "at_most": "At most {most} characters.",
        "may_quote": "You may quote this without my name.",
        "quoted": "You agreed that we may quote this without your name.",
        "asked_now": "Your answer brings one more question. It is below.",
        "see_yours": "See your answers",
        "take_back": "Take your answers back",
        "how_kept": "How we do this",
        "link_alone": "The link that you followed is yours alone. It opens this questionnaire and nothing else.",
        "card_alone": "Whoever has your card can open this page. Keep it where only you find it.",
        "close_here": "Close it on this device",
        "name_not_kept": "Your name is not kept with your answers.",
        "kept_from_practitioner": "Your manager, facilitator and assessor cannot see them. You can take them back at any time.",
        "kept_from_manager": "Nor is the name of anybody you manage. They cannot see your answers, and nobody is judged by them.",
        "kept_from_participant": "Please name nobody in them. You can take them back at any time.",
        "kept_from_parent": "The worker who visits you cannot see them. Saying yes or no here changes nothing in the help you get.",
    }
)
