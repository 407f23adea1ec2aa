"""Holds and standing flags: contact that is stopped until something ends, or for good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fieldops.domain.rulebook.predicates.clause import (
    Clause,
    Lasting,
    Lifts,
    Setting,
    Standing,
    predicate,
)
from fieldops.domain.rulebook.predicates.consents import liftable
from fieldops.domain.rulebook.proposal import Hold, Proposal
from fieldops.domain.rulebook.reading import Reader, refuse
from fieldops.domain.rulebook.spans import Span, clipped, starts_touching
from fieldops.domain.rulebook.vocabulary import HoldKind, PlaceKind

FLAGS: dict[str, Callable[[Proposal], bool]] = {
    "debt.disputed": lambda p: p.debt.disputed,
    "debt.bankruptcy": lambda p: p.debt.bankruptcy,
    "debtor.represented": lambda p: p.debtor.represented,
    "debtor.refused_workplace": lambda p: p.debtor.refused_workplace,
    "party.represented": lambda p: p.contact.party.represented,
    "party.refused_workplace": lambda p: p.contact.party.refused_workplace,
    "party.opted_out": lambda p: p.contact.party.opted_out,
}
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2300, 1, 1, tzinfo=UTC)


def raised(names: tuple[str, ...], proposal: Proposal) -> list[str]:
    """Which of the named flags stand."""
    return [name for name in names if FLAGS[name](proposal)]


@dataclass(frozen=True, eq=False)
class Held(Lasting):
    """Forbids contact that overlaps a hold of these kinds, or where a flag or place forbids it."""

    kinds: frozenset[HoldKind]
    flags: tuple[str, ...]
    places: frozenset[PlaceKind]

    def _time(self, hold: Hold, setting: Setting) -> Span:
        return setting.opens(hold.start, _FIRST), setting.closes(hold.until, _LAST)

    def _holds(self, setting: Setting) -> list[Hold]:
        return [hold for hold in setting.holds() if hold.kind in self.kinds]

    def _standing(self, setting: Setting) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.flags and (flags := raised(self.flags, setting.proposal)):
            found["flags"] = flags
        if (kind := setting.proposal.contact.place.kind) in self.places:
            found["place"] = kind.value
        return found

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts at which the contact overlaps a hold; all of them where a flag stands."""
        if self._standing(setting):
            return [span]
        if not setting.proposal.holds:
            return []
        times = (self._time(hold, setting) for hold in self._holds(setting))
        touching = (starts_touching(time, setting.length) for time in times if time[0] < time[1])
        return clipped(touching, span)

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """The holds in the way, and the flags."""
        at = (start, start + setting.length)
        holds = [h for h in self._holds(setting) if clipped([self._time(h, setting)], at)]
        found = self._standing(setting)
        return found | ({"holds": [_as_json(hold) for hold in holds]} if holds else {})


def _as_json(hold: Hold) -> dict[str, Any]:
    return {
        "kind": hold.kind.value,
        "scope": hold.scope.value,
        "from": hold.start and hold.start.isoformat(),
        "until": hold.until and hold.until.isoformat(),
    }


@dataclass(frozen=True, eq=False)
class Flagged(Standing):
    """Forbids contact while any of the flags stands."""

    flags: tuple[str, ...]

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """The flags that stand."""
        flags = raised(self.flags, setting.proposal)
        return {"flags": flags} if flags else None


@dataclass(frozen=True, eq=False)
class Forbidden(Standing):
    """Forbids contact at these kinds of place."""

    places: frozenset[PlaceKind]

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """The place."""
        kind = setting.proposal.contact.place.kind
        return {"place": kind.value} if kind in self.places else None


def _flags(params: Reader) -> tuple[str, ...]:
    found = params.texts("flags")
    for name in found:
        if name not in FLAGS:
            refuse(
                params.at("flags"), f"{name!r} is not a flag", "write one of " + ", ".join(FLAGS)
            )
    return found


@predicate("held")
def held(params: Reader, lifts: Lifts) -> Clause:
    """Params: kinds = [...], flags? = [...], places? = [...], consent_of?, to_hours?."""
    kinds = params.words("kinds", HoldKind)
    if not kinds:
        refuse(params.at("kinds"), "is missing", "name the kinds of hold")
    clause = Held(kinds, _flags(params), params.words("places", PlaceKind))
    return liftable(clause, params, lifts, to_hours=False)


@predicate("flagged")
def flagged(params: Reader, lifts: Lifts) -> Clause:
    """Params: flags = [...], consent_of?; a consent to hours alone lifts no flag."""
    flags = _flags(params)
    if not flags:
        refuse(params.at("flags"), "is missing", "name the flags")
    return liftable(Flagged(flags), params, lifts, to_hours=False)


@predicate("place")
def place(params: Reader, lifts: Lifts) -> Clause:
    """Params: places = [...], consent_of?."""
    places = params.words("places", PlaceKind)
    if not places:
        refuse(params.at("places"), "is missing", "name the kinds of place")
    return liftable(Forbidden(places), params, lifts)
