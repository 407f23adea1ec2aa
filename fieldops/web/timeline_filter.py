"""What of a timeline is asked for, read from the address of a page and written back into it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from fieldops.services import timeline
from fieldops.web.catalogue import language, words

# Who looked at evidence is asked for by itself: a case that is worked on has hundreds of looks.
USUAL: Final = tuple(kind for kind in timeline.KINDS if kind != "look")
NAMES: Final = ("kind", "person", "address", "from", "to", "q")
# The vocabularies whose members a reader knows by the words of the pages.
_TABLES: Final = (
    "visit_state", "outcome", "channel", "result", "observation", "source", "item_kind", "flag",
    "flag_state", "hold_kind", "hold_scope", "gate", "pack_state", "custody_action", "method",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """The kinds, person, address, days and words that the reader wants; empty where left out."""

    kinds: tuple[str, ...] = ()
    person: UUID | None = None
    address: UUID | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""

    @classmethod
    def read(cls, given: "MultiDict[str, str]") -> "Filter":
        """What the address says; what makes no sense in it is as if nobody had asked for it."""
        named = given.getlist("kind")
        return cls(
            kinds=tuple(kind for kind in timeline.KINDS if kind in named),
            person=_id(given.get("person", "")),
            address=_id(given.get("address", "")),
            since=_day(given.get("from", "")),
            until=_day(given.get("to", "")),
            words=given.get("q", "").strip()[: timeline.LONGEST_WORDS],
        )

    def asked(self, zone: ZoneInfo) -> timeline.Asked:
        """The same as the timeline takes it; days are those of the house, the last one whole."""
        until = None if self.until is None else self.until + timedelta(days=1)
        return timeline.Asked(
            kinds=self.kinds or USUAL,
            since=_start(self.since, zone),
            until=_start(until, zone),
            person_id=self.person,
            address_id=self.address,
            words=self.words,
            codes=frozenset(_codes(self.words)) if self.words else (),
        )

    def query(self, **more: Any) -> dict[str, Any]:
        """The parts of an address that ask for this and for `more`."""
        told = {
            "kind": list(self.kinds),
            "person": self.person,
            "address": self.address,
            "from": self.since,
            "to": self.until,
            "q": self.words,
            **more,
        }
        return {name: value for name, value in told.items() if value}

    def pairs(self, *but: str) -> Sequence[tuple[str, str]]:
        """The same as hidden fields of a form, without those that it asks for itself."""
        found: list[tuple[str, str]] = []
        for name, value in self.query().items():
            values = value if isinstance(value, list) else [value]
            found += [(name, str(one)) for one in values if name not in but]
        return found

    def toggled(self, kind: str) -> "Filter":
        """With this kind too, or without it where it is asked for."""
        chosen = {*self.kinds} ^ {kind}
        return replace(self, kinds=tuple(one for one in timeline.KINDS if one in chosen))

    @property
    def every_kind(self) -> "Filter":
        """The same of all usual kinds."""
        return replace(self, kinds=())

    @property
    def is_of_one_case(self) -> bool:
        """Whether it names a person or an address, which other cases do not have."""
        return self.person is not None or self.address is not None

    @property
    def narrows(self) -> bool:
        """Whether anything but kinds is asked for."""
        return replace(self, kinds=()) != Filter()

    def to_json(self) -> dict[str, Any]:
        """As a saved view keeps it: the names and values of an address."""
        return {
            name: value if isinstance(value, list) else str(value)
            for name, value in self.query().items()
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Filter":
        """What `to_json` gave."""
        return cls.read(MultiDict(kept))


def _codes(sought: str) -> Iterator[str]:
    """The members of vocabularies whose word in the reader's language holds these words."""
    wanted = sought.casefold()
    for key, text in words(language()).items():
        table, _, code = key.partition(".")
        if table in _TABLES and wanted in text.casefold():
            yield code


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)
