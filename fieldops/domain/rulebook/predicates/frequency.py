"""Frequency: caps on contacts in calendar days or rolling days, on the debtor's clock."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fieldops.domain.rulebook.predicates.clause import Clause, Lasting, Lifts, Setting, predicate
from fieldops.domain.rulebook.predicates.consents import liftable
from fieldops.domain.rulebook.proposal import PastContact
from fieldops.domain.rulebook.reading import Reader, as_utc, refuse
from fieldops.domain.rulebook.spans import DAY, TICK, Span, clipped, midnight
from fieldops.domain.rulebook.vocabulary import Channel, Result

EVER_DAYS = 36_500


class Counting(StrEnum):
    """Whether a period is so many local calendar days, or so many times 24 hours."""

    CALENDAR = "calendar"
    ROLLING = "rolling"


class Per(StrEnum):
    """Which earlier contacts count: with this person, about this debt, or to this number."""

    PERSON = "person"
    DEBT = "debt"
    NUMBER = "number"


@dataclass(frozen=True, eq=False)
class Cap:
    """At most `most` contacts in any `days`, this one included; no results means any result."""

    most: int
    days: int
    counting: Counting
    per: Per
    results: frozenset[Result]
    channels: frozenset[Channel]

    def counts(self, past: PastContact, setting: Setting) -> bool:
        """Whether an earlier contact is one of those that the cap counts."""
        contact = setting.proposal.contact
        if past.channel not in (self.channels or {contact.channel}):
            return False
        if self.results and not past.pending and past.result not in self.results:
            return False
        if self.per is Per.DEBT:
            return past.debt in (None, setting.proposal.debt.id)
        same_party = past.party in (None, contact.party.id)
        if self.per is Per.PERSON:
            return same_party
        return past.number == contact.number and (contact.number is not None or same_party)

    def events(self, setting: Setting) -> list[datetime]:
        """When the counted contacts were, in order."""
        history = setting.proposal.history
        return sorted(as_utc(past.at) for past in history if self.counts(past, setting))

    def blocked(self, setting: Setting) -> list[Span]:
        """All starts at which one contact more would be too many in some period.

        Only `most` contacts in a row can fill a period, and only when one period holds them all.
        """
        events = self.events(setting)
        spans = self._rolling if self.counting is Counting.ROLLING else self._calendar
        rows = zip(events, events[self.most - 1 :], strict=False)
        return [span for first, last in rows for span in spans(first, last, setting)]

    def _rolling(self, first: datetime, last: datetime, _setting: Setting) -> list[Span]:
        period = self.days * DAY
        return [(last - period + TICK, first + period)] if last - first < period else []

    def _calendar(self, first: datetime, last: datetime, setting: Setting) -> list[Span]:
        begun, ended = (at.astimezone(setting.zone).date() for at in (first, last))
        if (ended - begun).days >= self.days:
            return []
        opens = midnight(setting.zone, ended - (self.days - 1) * DAY)
        return [(opens, midnight(setting.zone, begun + self.days * DAY))]


@dataclass(frozen=True, eq=False)
class Frequency(Lasting):
    """The caps of one rule; all of them must hold."""

    caps: tuple[Cap, ...]

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts at which the contact would be one too many."""
        if not setting.proposal.history:
            return []
        return clipped((part for cap in self.caps for part in cap.blocked(setting)), span)

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """For each cap that is full: how many of what were counted, and when."""
        at = (start, start + TICK)
        full = [cap for cap in self.caps if clipped(cap.blocked(setting), at)]
        return {"full": [_as_json(cap, setting, start) for cap in full]}


def _as_json(cap: Cap, setting: Setting, start: datetime) -> dict[str, Any]:
    events = cap.events(setting)
    after = bisect_left(events, start + cap.days * DAY)
    near = events[bisect_left(events, start - cap.days * DAY) : after]
    return {
        "counted": len(near),
        "most": cap.most,
        "days": cap.days,
        "at": [setting.local(event) for event in near[-10:]],
    }


@predicate("frequency")
def frequency(params: Reader, lifts: Lifts) -> Clause:
    """Params: caps = [{most, days, counting, per, results?, channels?}], consent_of?.

    A consent to hours of the day says nothing of how often; one without hours does.
    """
    caps = tuple(_cap(reader) for reader in params.children("caps"))
    if not caps:
        refuse(params.at("caps"), "is missing", "state at least one cap")
    return liftable(Frequency(caps), params, lifts, to_hours=False)


def _cap(reader: Reader) -> Cap:
    cap = Cap(
        most=reader.whole("most", 1, 1_000),
        days=reader.whole("days", 1, EVER_DAYS),
        counting=reader.word("counting", Counting),
        per=reader.word("per", Per),
        results=reader.words("results", Result),
        channels=reader.words("channels", Channel),
    )
    reader.done()
    return cap
