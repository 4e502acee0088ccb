"""The coding of answers: one byte a question, so that a million responses are one read of a byte matrix.

* 0: no answer. It leaves the base of that question.
* `single` and `likert`: 1 + the place of the option in the item's (or its scale's) list.
* `scale` and `number`: 1 + the value - the lowest.
* `multiple`: a bit an option, the first option in the lowest bit.
* 255: "I would rather not say". It is kept apart from 0 so that a resumed questionnaire knows the question was dealt with;
  whoever counts treats it as no answer (`translation` makes it 0).

A response is two strings of bytes in the instrument's order: the ordinary items, and those of a special category, which are
stored elsewhere. Written answers (`date`, `text`, `long_text`) have no byte (see `written.py`). Pure: bytes and plain
values only.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assessments.questionnaires.items import Derived, Item, Option
from assessments.questionnaires.schema import Instrument

Answer = str | frozenset[str]

MISSING = 0
DECLINED = 255
RATHER_NOT_SAY = "rather-not-say"
"""The answer that declines a question. Codes of options have no hyphen, so it cannot be one of them."""

Bytes = npt.NDArray[np.uint8]


class Coded(NamedTuple):
    """A response as stored: one byte an ordinary item, one byte a special-category item, both in the instrument's order."""

    codes: bytes
    special: bytes


class NotAnAnswer(ValueError):
    """An answer that the item does not have.

    Attributes:
        accepted: the codes that it does have.
    """

    def __init__(self, item: Item, answer: object, accepted: Sequence[str]) -> None:
        super().__init__(f"{item.code} has no answer {answer!r}; accepted: {', '.join(accepted)}")
        self.accepted = tuple(accepted)


def stored_items(instrument: Instrument, *, special: bool) -> tuple[Item, ...]:
    """The items whose bytes stand in `Coded.codes` (or, with `special`, in `Coded.special`), in order."""
    return tuple(
        item for item in instrument.items if item.special_category == special and not item.is_written
    )


def byte_of(item: Item, options: Sequence[Option], answer: Answer | None) -> int:
    """The byte of one answer.

    Args:
        item: the question.
        options: its options (`Instrument.options_of`).
        answer: a code, which for a number is its digits; for `multiple` a set of codes (an empty set is no answer);
            `RATHER_NOT_SAY`; None for no answer.

    Raises:
        NotAnAnswer: a code that the item does not have, or one code for a `multiple` item, or a set for another.
    """
    if answer is None:
        return MISSING
    codes = [option.code for option in options]
    if answer == RATHER_NOT_SAY:
        return next((place for place, option in enumerate(options, 1) if option.declines), DECLINED)
    if isinstance(answer, str):
        if item.kind == "multiple" or answer not in codes:
            raise NotAnAnswer(item, answer, codes)
        return codes.index(answer) + 1
    if item.kind != "multiple" or not answer <= set(codes):
        raise NotAnAnswer(item, sorted(answer), codes)
    return sum(1 << place for place, code in enumerate(codes) if code in answer)


def answer_of(item: Item, options: Sequence[Option], byte: int) -> Answer | None:
    """The answer that a byte stands for: the inverse of `byte_of`.

    Raises:
        ValueError: a byte that the item cannot have: it was stored by another version of the instrument.
    """
    if byte == MISSING:
        return None
    if byte == DECLINED:
        return RATHER_NOT_SAY
    if byte > highest_byte(item, options):
        raise ValueError(f"{item.code} has no answer with byte {byte}")
    if item.kind == "multiple":
        return frozenset(option.code for place, option in enumerate(options) if byte >> place & 1)
    return options[byte - 1].code


def highest_byte(item: Item, options: Sequence[Option]) -> int:
    """The largest byte of a given answer: the number of options, or all ticks together."""
    return (1 << len(options)) - 1 if item.kind == "multiple" else len(options)


def encode(instrument: Instrument, answers: Mapping[str, Answer]) -> Coded:
    """Answers by item code -> bytes. Items that are not named have no answer.

    Raises:
        KeyError: a code that is no item of the instrument.
        NotAnAnswer: as `byte_of`.
    """
    strangers = sorted(set(answers) - {item.code for item in instrument.items if not item.is_written})
    if strangers:
        raise KeyError(f"{instrument.slug} {instrument.number} keeps no byte for {', '.join(strangers)}")
    return Coded(
        *(
            _encode(instrument, stored_items(instrument, special=special), answers)
            for special in (False, True)
        )
    )


def _encode(instrument: Instrument, items: Iterable[Item], answers: Mapping[str, Answer]) -> bytes:
    return bytes(byte_of(item, instrument.options_of(item), answers.get(item.code)) for item in items)


def decode(instrument: Instrument, coded: Coded) -> dict[str, Answer]:
    """Bytes -> answers by item code, in the order asked; items without an answer are left out.

    Raises:
        ValueError: the wrong number of bytes, or a byte that no answer has.
    """
    byte_by_code: dict[str, int] = {}
    for special, stored in ((False, coded.codes), (True, coded.special)):
        items = stored_items(instrument, special=special)
        if len(items) != len(stored):
            raise ValueError(
                f"{instrument.slug} {instrument.number} stores {len(items)} bytes, not {len(stored)}"
            )
        byte_by_code.update(zip((item.code for item in items), stored, strict=True))
    answers = {
        item.code: answer_of(item, instrument.options_of(item), byte_by_code[item.code])
        for item in instrument.items
        if not item.is_written
    }
    return {code: answer for code, answer in answers.items() if answer is not None}


def blank(instrument: Instrument) -> Coded:
    """A response in which nothing is answered yet."""
    return encode(instrument, {})


def translation(item: Item, stored: Sequence[Option], wanted: Sequence[Option]) -> Bytes:
    """Look-up table from the bytes of one version's options to those of another, matched by option code.

    Args:
        item: the question (of either version; both have the same kind).
        stored: options in the order in which the bytes were written.
        wanted: options in the order asked for.

    Returns:
        256 bytes, to be indexed with stored bytes. Declined answers, and options that `wanted` does not have, become 0.
    """
    place = {option.code: index for index, option in enumerate(wanted)}
    table = np.zeros(256, dtype=np.uint8)
    for byte in range(1, highest_byte(item, stored) + 1):
        answer = answer_of(item, stored, byte)
        if isinstance(answer, str):
            table[byte] = place[answer] + 1 if answer in place else MISSING
        elif answer is not None:
            table[byte] = sum(1 << place[code] for code in answer if code in place)
    return table


def derivation(instrument: Instrument, derived: Derived) -> Bytes:
    """Look-up table from the bytes of the item that `derived` follows to the bytes of `derived` itself (256 bytes)."""
    followed = instrument.by_code[derived.follows]
    places = {option.code: index for index, option in enumerate(derived.options, 1)}
    table = np.zeros(256, dtype=np.uint8)
    for byte, option in enumerate(instrument.options_of(followed), 1):
        if option.code in derived.becomes:
            table[byte] = places[derived.becomes[option.code]]
    return table
