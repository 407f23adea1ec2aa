"""The whole world as one stream in order of what became known, and the truth beside it."""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldops.drills.world import paper
from fieldops.drills.world.cast import FieldAgent, Surroundings, field_agents, surroundings
from fieldops.drills.world.habits import Habits
from fieldops.drills.world.lives import SHIELDED, Life, live
from fieldops.drills.world.property import Property, owned, seen_of
from fieldops.drills.world.sighting import Sighting
from fieldops.drills.world.timing import moments
from fieldops.drills.world.visiting import visit

TRUTH_FORM = "fieldops-drill-truth-1"
Act = Callable[[random.Random, Life, Surroundings, Habits, float], Iterator[Sighting]]
_ACTS: tuple[tuple[str, Act], ...] = (
    ("visits.per_week", visit),
    ("phone.per_week", paper.call),
    ("registry.per_week", paper.register),
    ("vendor.per_week", paper.vendor),
    ("mail.per_week", paper.letter),
)


@dataclass(frozen=True, slots=True)
class Debtor:
    """One debtor's life and property."""

    life: Life
    assets: list[Property]


class World:
    """One seeded world; persons are drawn independently, so that more of them change nobody."""

    def __init__(self, seed: int, habits: Habits, start: datetime) -> None:
        """`start` is the aware moment of its first week."""
        if start.tzinfo is None:
            raise ValueError("start must be an aware datetime")
        self.seed, self.habits, self.start = seed, habits, start
        self.weeks = habits.count("world.weeks")
        self.agents: list[FieldAgent] = field_agents(self._chance("agents"), habits)
        names = (f"p{number:05d}" for number in range(1, habits.count("world.persons") + 1))
        self.debtors = [self._debtor(name) for name in names]

    def observations(self) -> Iterator[dict[str, Any]]:
        """Every observation as a line of the stream, in the order in which they were recorded."""
        merged = heapq.merge(*map(self._told_of, self.debtors), key=lambda row: row[:2])
        for number, (recorded, person, one) in enumerate(merged, 1):
            if recorded >= self.weeks:
                return
            yield one.to_json(number, person, self.start)

    def truth(self) -> dict[str, Any]:
        """What is true of everybody, in the form that a scorer reads."""
        return {
            "form": TRUTH_FORM,
            "seed": self.seed,
            "habits": dict(self.habits.values),
            "start": self.start.isoformat(),
            "weeks": self.weeks,
            "persons": [_person(debtor.life) for debtor in self.debtors],
            "assets": [
                {"asset": one.asset, "person": one.person, "kind": one.kind,
                 "since": round(one.since, 3), "until": round(one.until, 3),
                 "evasive": one.evasive}
                for debtor in self.debtors
                for one in debtor.assets
                if one.until is not None
            ],
            "agents": [{"agent": one.name, "kind": one.care} for one in self.agents],
            "fabricators": [one.name for one in self.agents if one.care == "inventing"],
        }  # fmt: skip

    def _debtor(self, name: str) -> Debtor:
        chance = self._chance(f"life:{name}")
        life = live(chance, name, self.habits)
        return Debtor(life, owned(chance, life, self.habits))

    def _told_of(self, debtor: Debtor) -> Iterator[tuple[float, str, Sighting]]:
        for one in self._seen(debtor):
            yield one.recorded, debtor.life.person, one

    def _seen(self, debtor: Debtor) -> Iterator[Sighting]:
        """One debtor's sightings in order of record, drawn when the first of them is asked for."""
        life = debtor.life
        chance = self._chance(f"seen:{life.person}")
        around = surroundings(chance, life, self.agents, self.habits)
        found = [
            sighting
            for one in debtor.assets
            for sighting in seen_of(chance, one, self.habits, self.start)
        ]
        found += [
            sighting
            for rate, act in _ACTS
            for at in moments(chance, self.habits[rate], self.weeks)
            for sighting in act(chance, life, around, self.habits, at)
        ]
        yield from sorted(found, key=_recorded)

    def _chance(self, what: str) -> random.Random:
        return random.Random(f"{self.seed}:{what}")  # noqa: S311  # A world, not a key.


def _recorded(one: Sighting) -> float:
    return one.recorded


def _person(life: Life) -> dict[str, Any]:
    return {
        "person": life.person,
        "kind": life.kind.value,
        "evader": life.kind in SHIELDED,
        "states": life.states,
        "moves": life.moves,
    }
