"""Several clauses under one rule id, because one paragraph of a text often asks several things."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldops.domain.rulebook.predicates.clause import (
    REGISTRY,
    Clause,
    Lifts,
    Setting,
    predicate,
)
from fieldops.domain.rulebook.reading import Reader, refuse
from fieldops.domain.rulebook.spans import TICK, Span, clipped
from fieldops.domain.rulebook.vocabulary import Channel, Gate, Lift, PlaceKind, Purpose, Role

NAME = "any_of"


@dataclass(frozen=True, eq=False)
class Part:
    """One clause, and to which of the rule's contacts and gates it applies; none is all."""

    clause: Clause
    channels: frozenset[Channel]
    purposes: frozenset[Purpose]
    roles: frozenset[Role]
    places: frozenset[PlaceKind]
    gates: frozenset[Gate]

    def concerns(self, setting: Setting) -> bool:
        """Whether the contact falls under it."""
        contact = setting.proposal.contact
        return (
            (not self.channels or contact.channel in self.channels)
            and (not self.purposes or contact.purpose in self.purposes)
            and (not self.roles or contact.party.role in self.roles)
            and (not self.places or contact.place.kind in self.places)
            and (not self.gates or setting.gate in self.gates)
        )


@dataclass(frozen=True, eq=False)
class AnyOf:
    """Forbids what any of its clauses forbids."""

    parts: tuple[Part, ...]

    @property
    def daily(self) -> bool:
        """Whether one of them is."""
        return any(part.clause.daily for part in self.parts)

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts that one of them forbids."""
        return [
            found
            for part in self.parts
            if part.concerns(setting)
            for found in part.clause.blocked(setting, span)
        ]

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """What all those found that forbid this start."""
        at = (start, start + TICK)
        told: dict[str, Any] = {}
        for part in self.parts:
            if part.concerns(setting) and clipped(part.clause.blocked(setting, at), at):
                told |= part.clause.found(setting, start)
        return told


@predicate(NAME)
def any_of(params: Reader, lifts: Lifts) -> AnyOf:
    """Params: clauses = [{predicate, params?, lifted?}], each for channels?, purposes?, roles?,
    places? and gates? of its own.

    What lifts the rule lifts each clause, but for one that says `lifted = false`.
    """
    parts = tuple(_part(reader, lifts) for reader in params.children("clauses"))
    if len(parts) < 2:
        refuse(params.at("clauses"), "names fewer than two", "name the predicate itself")
    return AnyOf(parts)


def _part(reader: Reader, lifts: Lifts) -> Part:
    name = reader.text("predicate", required=True)
    if name == NAME or name not in REGISTRY:
        known = ", ".join(sorted(REGISTRY.keys() - {NAME}))
        refuse(reader.at("predicate"), f"{name[:60]!r} is not a predicate", f"write one of {known}")
    params = reader.child("params")
    clause = REGISTRY[name](params, lifts if reader.flag("lifted", default=True) else NO_LIFTS)
    params.done()
    part = Part(
        clause=clause,
        channels=reader.words("channels", Channel),
        purposes=reader.words("purposes", Purpose),
        roles=reader.words("roles", Role),
        places=reader.words("places", PlaceKind),
        gates=reader.words("gates", Gate),
    )
    reader.done()
    return part


NO_LIFTS: frozenset[Lift] = frozenset()
