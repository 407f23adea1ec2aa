"""What members of our vocabularies are called, in Chinese and in English, on pages and on papers.

A table is a vocabulary, a key in it the code. Words of pages alone: `fieldops/web/translations`.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

Pair = tuple[str, str]


def in_both(table: str, value: str) -> Pair:
    """The word for a member of a vocabulary in Chinese and in English; itself if it is unknown."""
    key = f"{table}.{value}"
    return words("zh-CN").get(key, value), words("en").get(key, value)


def once(pair: Pair) -> Sequence[str]:
    """Both languages, and once what is no word of either: a code that has none, or a number."""
    return list(dict.fromkeys(pair))


@cache
def words(language: str) -> Mapping[str, str]:
    """All words of a language, "zh-CN" or "en", by dotted key."""
    return flat(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))


def flat(text: str) -> dict[str, str]:
    """The words of a file of tables, by dotted key."""
    return dict(_flat(tomllib.loads(text), ""))


def _flat(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield path + key, value
