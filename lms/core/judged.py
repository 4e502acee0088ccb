"""What comes of judging a file by its content. Used apart; see `apart`."""

from __future__ import annotations

from dataclasses import dataclass, field


class NotThat(Exception):
    """A file is not of the kind that its name says."""


class Unwanted(Exception):
    """A file is of its kind and is not taken all the same; the words go after its name: "is locked with a password"."""


@dataclass(slots=True)
class Judged:
    """What a file is.

    Attributes:
        ending: the ending of what it is now.
        media_type: the media type of what it is now.
        changes: what was changed or taken out, as sentences for people.
        is_edited: whether its bytes were changed where they lie.
        is_redrawn: whether a new file was made of it.
    """

    ending: str
    media_type: str
    changes: list[str] = field(default_factory=list)
    is_edited: bool = False
    is_redrawn: bool = False
