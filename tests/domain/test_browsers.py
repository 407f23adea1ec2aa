"""What a browser says of itself becomes a few words."""

import pytest

from fieldops.domain.browsers import device_words

_ENGINE = "AppleWebKit/537.36"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"Mozilla/5.0 (Linux; Android 14) {_ENGINE} Chrome/131 Safari/537", "Chrome · Android"),
        # Edge says that it is Chrome as well, and Safari on a telephone that it is like a Mac.
        (f"Mozilla/5.0 (Windows NT 10.0) {_ENGINE} Chrome/131.0 Edg/131.0", "Edge · Windows"),
        (f"Mozilla/5.0 (iPhone; like Mac OS X) {_ENGINE} Safari/604.1", "Safari · iPhone"),
        ("curl/8.11.0", "curl"),
        ("Mozilla/5.0 (compatible)", ""),
        ("", ""),
        # What cannot be shown is not kept.
        ("\x07bell/1.0", ""),
    ],
)  # fmt: skip
def test_a_browser_is_known_again_by_its_words(said: str, words: str) -> None:
    assert device_words(said) == words
