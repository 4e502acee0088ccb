"""Text strings of a PDF that are not drawn: what it says of itself, and what is read out in place of what is drawn."""

from __future__ import annotations


def text_string(value: str) -> bytes:
    """A text string as PDF writes any language: UTF-16 with its mark, in hexadecimal."""
    return b"<feff%b>" % value.encode("utf-16-be").hex().encode()
