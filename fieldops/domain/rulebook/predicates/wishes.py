"""Wishes: the times of day and the channels that the debtor, or who is reached, asked to spare."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fieldops.domain.rulebook.predicates.clause import Daily, Lifts, Setting, predicate
from fieldops.domain.rulebook.predicates.consents import Whose
from fieldops.domain.rulebook.proposal import Wish
from fieldops.domain.rulebook.reading import Reader
from fieldops.domain.rulebook.spans import Span, clipped, clock_span, local_days, starts_touching


class WishKind(StrEnum):
    """Which wishes a rule looks at: times of day, whole channels, or both."""

    TIME = "time"
    MEDIUM = "medium"
    ANY = "any"


@dataclass(frozen=True, eq=False)
class Wishes(Daily):
    """Forbids what overlaps a time that the debtor, or who is reached, asked to be spared."""

    kind: WishKind
    whose: Whose

    def _heeded(self, setting: Setting) -> list[Wish]:
        asked = setting.proposal
        channel, party = asked.contact.channel, asked.contact.party
        told = asked.debtor.wishes if self.whose is Whose.DEBTOR else party.wishes
        return [
            wish
            for wish in told
            if wish.channel in (None, channel)
            and self.kind in (WishKind.ANY, WishKind.MEDIUM if wish.is_whole_day else WishKind.TIME)
        ]

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts at which the contact overlaps a forbidden time."""
        return [part for wish in self._heeded(setting) for part in _starts(wish, setting, span)]

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """The wishes that are in the way."""
        at = (start, start + setting.length)
        wishes = [wish for wish in self._heeded(setting) if clipped(_times(wish, setting, at), at)]
        return {"wishes": [_as_json(wish) for wish in wishes]}


def _times(wish: Wish, setting: Setting, span: Span) -> list[Span]:
    if wish.is_whole_day or wish.forbid is None:
        return [span]
    days = local_days(setting.zone, span)
    return [clock_span(setting.zone, on, wish.forbid, strict=False) for on in days]


def _starts(wish: Wish, setting: Setting, span: Span) -> list[Span]:
    times = _times(wish, setting, (span[0], span[1] + setting.length))
    return clipped((starts_touching(time, setting.length) for time in times), span)


def _as_json(wish: Wish) -> dict[str, Any]:
    forbid = wish.forbid and [f"{m // 60:02d}:{m % 60:02d}" for m in wish.forbid]
    return {"channel": wish.channel, "forbid": forbid}


@predicate("wishes")
def wishes(params: Reader, _lifts: Lifts) -> Wishes:
    """Params: kind = "time" | "medium" | "any" (the default), whose = "debtor" (too) | "party"."""
    kind = params.word("kind", WishKind, WishKind.ANY)
    return Wishes(kind, params.word("whose", Whose, Whose.DEBTOR))
