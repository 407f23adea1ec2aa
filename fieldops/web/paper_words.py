"""The words of printed papers: one language, whatever the reader's pages are in, and one zone."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from fieldops.domain.crosschecks import CHECKS
from fieldops.domain.rulebook.records import RuleBook
from fieldops.web.catalogue import words

Named = Callable[[str], str]


class PaperWords:
    """Knows one language, one zone and one rulebook."""

    def __init__(self, language: str, zone: ZoneInfo, book: RuleBook) -> None:
        self._language, self._zone, self._book = language, zone, book
        self._words: Mapping[str, str] = words(language)

    def t(self, key: str, **values: object) -> str:
        """The words under a dotted key."""
        return self._words[key].format(**values)

    def _in(self, table: str) -> Named:
        return lambda word: self._words.get(f"{table}.{word}", word)

    def _rule(self, name: str) -> str:
        versions = self._book.versions(name)
        return f"{name} {versions[-1].title.in_language(self._language)}" if versions else name

    def _check(self, name: str) -> str:
        english, chinese = CHECKS.get(name, (name, name))
        return chinese if self._language == "zh-CN" else english

    def _day(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d}"
