"""What people call the device behind a browser's own description of itself. Pure."""

from __future__ import annotations

BROWSERS = (  # in this order: nearly all also call themselves Chrome and Safari
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android phone or tablet"),
    ("CrOS", "a Chromebook"),
    ("Windows", "a Windows computer"),
    ("Macintosh", "a Mac"),
    ("Linux", "a Linux computer"),
)


def device_words(user_agent: str) -> str:
    """`Chrome on a Windows computer`, from a User-Agent header; what it does not know it leaves out."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "A browser")
    device = next((name for sign, name in DEVICES if sign in user_agent), "")
    return f"{browser} on {device}" if device else browser
