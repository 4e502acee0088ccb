"""A person recognises her own devices in the list of sign-ins."""

import pytest

from lms.people.devices import device_words

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1"
SAMSUNG = "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/122.0.0.0 Safari/537.36 Edg/122.0.0.0"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (IPHONE, "Safari on an iPhone"),
        (SAMSUNG, "Samsung Internet on an Android phone or tablet"),
        (EDGE, "Edge on a Windows computer"),
        ("curl/8.5", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_is_named_as_people_name_it(header: str, words: str) -> None:
    assert device_words(header) == words
