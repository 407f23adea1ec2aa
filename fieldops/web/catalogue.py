"""The words of the pages: two catalogues with the same keys, looked up by the reader's language.

Each is a folder of files, one for each room; a table stands in one file alone.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from flask import current_app

from fieldops.web import languages

NAMES = {"zh_CN": "zh-CN", "en": "en"}


def language() -> str:
    """The language of this page, "zh-CN" or "en"."""
    default = str(current_app.config["BABEL_DEFAULT_LOCALE"])
    return NAMES.get(languages.choose() or default, "zh-CN")


def t(key: str, **values: object) -> str:
    """The words under a dotted key; raises KeyError for one that no catalogue has."""
    return words(language())[key].format(**values)


def word(table: str, value: object) -> str:
    """The word for a member of a vocabulary, or the member itself where it is not known."""
    return words(language()).get(f"{table}.{value}", str(value))


def in_both(table: str, value: str) -> tuple[str, str]:
    """The word for a member of a vocabulary in Chinese and in English, for a paper in both."""
    key = f"{table}.{value}"
    return words("zh-CN").get(key, value), words("en").get(key, value)


def table(name: str) -> dict[str, str]:
    """A whole table of words, blanks and all, for a script that fills them in itself."""
    head = f"{name}."
    whole = words(language())
    return {key[len(head) :]: text for key, text in whole.items() if key.startswith(head)}


@cache
def words(name: str) -> Mapping[str, str]:
    """The whole catalogue of a language, its tables flattened to dotted keys."""
    found: dict[str, str] = {}
    for file in files("fieldops.web").joinpath("translations", name).iterdir():
        found |= _flat(tomllib.loads(file.read_text("utf-8")), "")
    return found


def _flat(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield path + key, value
