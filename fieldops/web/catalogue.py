"""The words of the pages: two catalogues with the same keys, looked up by the reader's language.

Each is a folder of files, one for each room; a table stands in one file alone. The words for codes
that papers print as well are those of `fieldops/domain/vocabulary`, flags are called as the library
that raises them calls them.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from flask import current_app

from evidence.trace import flags
from fieldops.domain import vocabulary
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


def table(name: str) -> dict[str, str]:
    """A whole table of words, blanks and all, for a script that fills them in itself."""
    head = f"{name}."
    whole = words(language())
    return {key[len(head) :]: text for key, text in whole.items() if key.startswith(head)}


@cache
def words(name: str) -> Mapping[str, str]:
    """The whole catalogue of a language, its tables flattened to dotted keys."""
    found = dict(vocabulary.words(name))
    for file in files("fieldops.web").joinpath("translations", name).iterdir():
        found |= vocabulary.flat(file.read_text("utf-8"))
    for code in flags.catalogue():
        chinese, english = flags.title(code)
        found[f"flag.{code}"] = begun(chinese if name == "zh-CN" else english)
    return found


def begun(text: str) -> str:
    """The text as it begins a line: its first letter is a capital."""
    return text[:1].upper() + text[1:]
