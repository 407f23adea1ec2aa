"""At the doors: what crews do there, at lawful and unlawful moments, online and offline."""

import io
import random
import wave
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from bench.audit.refusals import Refusal
from bench.month.house import House
from fieldops import clock
from fieldops.cli.rehearsal.finding import what_is_found
from fieldops.cli.rehearsal.world import secret
from fieldops.db import db
from fieldops.domain.evidence import read_claims
from fieldops.domain.permissions import Actor
from fieldops.gateways import media
from fieldops.models import DeviceEntry, Item
from fieldops.services import evidence, uploads, visits
from fieldops.services.phones import journal
from fieldops.services.phones.journal import Written
from fieldops.transaction import transaction

Step = tuple[datetime, int, Callable[[datetime], Any]]
"""When it is done, a number that keeps steps of one moment in order, and what is done."""

SHOWN = {"badge_shown": True, "authorisation_shown": True, "recorder_on": True}
_LATE = (0, 0, 0, 0, 0, 20, 90, 400)
# How often, of a hundred visits, something is tried that ought not to be.
_EARLY, _AT_NIGHT, _AT_NOON, _STRANGER, _NO_BADGE = 6, 3, 4, 2, 3
_ALONE, _NEVER, _STAYS_ON, _APART = 5, 4, 3, 2
_OFFLINE, _RECORDED, _ITEM = 25, 88, 25
LARGEST = 10**7


@dataclass(frozen=True, slots=True)
class Door:
    """A planned visit: whose, by whom, and when."""

    id: UUID
    case_id: UUID
    number: str
    party_id: UUID
    agent_id: UUID
    partner_id: UUID | None
    starts: datetime
    ends: datetime


@dataclass
class Doors:
    """The crews of the house on one day; what is written offline waits in `written`."""

    house: House
    seed: int
    chance: random.Random = field(default_factory=random.Random)
    written: dict[UUID, list[tuple[str, UUID, datetime, Mapping[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    sent: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    _orders: int = 0
    _items: int = 0

    def of(self, door: Door, *, offline: bool) -> Iterator[Step]:
        """What the crew does at a door, in order of time."""
        # On the case and the day alone, so that a plan that comes out otherwise changes little.
        self.chance = random.Random(f"{self.seed}/{door.number}/{door.starts.date()}")
        chance = self.chance.random
        if chance() * 100 < _NEVER:
            return
        start = door.starts + timedelta(minutes=self.chance.choice(_LATE))
        yield from self._tries(door)
        crew = [one for one in (door.agent_id, door.partner_id) if one is not None]
        if chance() * 100 < _ALONE:
            crew = crew[:1]
        for place, agent in enumerate(crew):
            late = timedelta(seconds=20 * place)
            if place and chance() * 100 < _APART:
                late = timedelta(minutes=50)
            yield self._step(start + late, self._arrival(door, agent, offline=offline))
        end = start + (door.ends - door.starts) - timedelta(minutes=1)
        yield self._step(end, self._outcome(door, offline=offline))
        # The first crew with a network always hands something in: a small house has custody too.
        if not offline and (chance() * 100 < _ITEM or not self._items):
            self._items += 1
            yield self._step(end + timedelta(seconds=30), self._item(door))
        stays = self.chance.randint(60, 300) if chance() * 100 < _STAYS_ON else 1
        yield self._step(end + timedelta(minutes=stays), self._leaving(door, offline=offline))

    def is_offline(self, door: Door) -> bool:
        """Whether the crew has no network, which lasts for its whole day."""
        crew = list(self.house.agents).index(door.agent_id) // 2
        draw = random.Random(f"{self.seed}/offline/{crew}/{door.starts.date()}")
        return draw.random() * 100 < _OFFLINE

    def _tries(self, door: Door) -> Iterator[Step]:
        """What an agent tries beside his plan."""
        midnight = door.starts.replace(hour=0, minute=0, second=0, microsecond=0)
        own = door.agent_id
        for share, minutes in (
            (_EARLY, self.chance.randint(330, 509)),
            (_AT_NOON, self.chance.randint(715, 835)),
            (_AT_NIGHT, self.chance.randint(1225, 1430)),
        ):
            if self.chance.random() * 100 < share:
                yield self._step(midnight + timedelta(minutes=minutes), self._arrival(door, own))
        if self.chance.random() * 100 < _STRANGER:
            other = self.chance.choice(list(self.house.agents))
            yield self._step(door.starts - timedelta(minutes=3), self._arrival(door, other))
        if self.chance.random() * 100 < _NO_BADGE:
            hidden = {**SHOWN, self.chance.choice(list(SHOWN)): False}
            step = self._arrival(door, own, shown=hidden)
            yield self._step(door.starts - timedelta(seconds=10), step)

    def _step(self, at: datetime, act: Callable[[datetime], Any]) -> Step:
        self._orders += 1
        return at, self._orders, act

    def _arrival(
        self, door: Door, agent: UUID, *, offline: bool = False, shown: Mapping[str, bool] = SHOWN
    ) -> Callable[[datetime], Any]:
        def act(at: datetime) -> Any:
            body = {
                "position": {"lat": 30.66, "lon": 104.06, "datum": "WGS84"},
                "accuracy_metres": 12.0, "fix_age_seconds": 3.0, "is_mock": False,
                "device_at": at.isoformat(), "facts": dict(shown),
            }  # fmt: skip
            if offline:
                self.written[agent].append(("arrive", door.id, at, body))
                return None
            house = self.house
            return house.try_to(
                "arrive",
                lambda session: visits.arrive(
                    session, door.id, visits.read_arrival(body), book=house.parts.rulebook,
                    radius_metres=1e7, actor=house.agents[agent].actor, now=at,
                ),
                at, f"visit:{door.id}",
            )  # fmt: skip

        return act

    def _outcome(self, door: Door, *, offline: bool) -> Callable[[datetime], Any]:
        kept = self.chance.random() * 100 < _RECORDED

        def act(at: datetime) -> Any:
            found = what_is_found(secret(self.seed, f"{door.number}/{at.date()}"), at, door.number)
            answers = dict(found.answers)
            answers["facts"] = {**answers["facts"], **({"recording_kept": True} if kept else {})}
            if offline:
                body = {"outcome": found.outcome, **answers}
                self.written[door.agent_id].append(("outcome", door.id, at, body))
                return None
            house = self.house
            return house.try_to(
                f"outcome {found.outcome}",
                lambda session: visits.record_outcome(
                    session, door.id, found.outcome, answers, version=None,
                    book=house.parts.rulebook, terms=house.parts.terms,
                    actor=self._first(door), now=at,
                ),
                at,
            )  # fmt: skip

        return act

    def _leaving(self, door: Door, *, offline: bool) -> Callable[[datetime], Any]:
        def act(at: datetime) -> Any:
            if offline:
                self.written[door.agent_id].append(("leave", door.id, at, {}))
                return None
            return self.house.try_to(
                "leave",
                lambda session: visits.leave(
                    session,
                    door.id,
                    version=None,
                    book=self.house.parts.rulebook,
                    actor=self._first(door),
                    now=at,
                ),
                at,
            )

        return act

    def _item(self, door: Door) -> Callable[[datetime], Any]:
        content = _sound(self.chance)

        def act(at: datetime) -> Any:
            return self.house.try_to(
                "item", lambda session: self._received(session, door, content, at), at
            )

        return act

    def _received(self, session: Session, door: Door, content: bytes, at: datetime) -> Item:
        actor, store = self._first(door), self.house.parts.blobs
        told = {"visit": str(door.id), "filename": "door.wav", "key": uuid4().hex}
        upload = uploads.create(
            session, store, read_claims(told), len(content), largest=LARGEST, hours=24,
            actor=actor, now=at, at=clock.wall_time(),
        )  # fmt: skip
        uploads.append(session, store, upload.id, 0, content, actor=actor, now=clock.wall_time())
        found = evidence.receive(
            session, store, upload.id, media.examine(io.BytesIO(content)), radius_metres=1e7,
            actor=actor, now=at, at=clock.wall_time(),
        )  # fmt: skip
        if not isinstance(found, Item):
            raise found
        return found

    def _first(self, door: Door) -> Actor:
        return self.house.agents[door.agent_id].actor

    def write_hold(self, door: Door, kind: str, at: datetime) -> None:
        """Note a hold on the phone, to be handed in later."""
        body = {"kind": kind, "case_id": str(door.case_id), "reason": "seen at the door"}
        self.written[door.agent_id].append(("hold", door.id, at, body))

    def hand_in(self, at: datetime) -> None:
        """Every phone that wrote offline hands all of it in."""
        for agent, entries in self.written.items():
            self._hand_in(agent, sorted(entries, key=lambda one: one[2]), at)
        self.written.clear()

    def _hand_in(self, agent: UUID, entries: list[Any], at: datetime) -> None:
        worker = self.house.agents[agent]
        for kind, visit_id, happened, body in entries:
            self.sent[agent] += 1
            one = Written(
                sequence=self.sent[agent], key=uuid4().hex, kind=kind, visit_id=visit_id,
                based_on=None, device_at=happened, happened=happened, body=body,
            )  # fmt: skip
            with transaction(db.session) as session:
                journal.take(session, worker.device_id, one, actor=worker.actor, now=at)
        while self._applied(worker.device_id, worker.actor, at):
            pass

    def _applied(self, device_id: UUID, actor: Actor, at: datetime) -> bool:
        with transaction(db.session) as session:
            row = journal.apply_next(session, device_id, self.house.means, actor=actor, now=at)
            if row is not None:
                self._count(row, at)
        return row is not None

    def _count(self, row: DeviceEntry, at: datetime) -> None:
        tally = self.house.tally
        if row.state == "applied":
            tally.done[f"{row.kind} offline"] += 1
            return
        problem = row.problem["en"] if row.problem else {}
        rules = frozenset(one["rule"] for one in problem.get("violations", ()))
        if not rules:
            tally.turned_away[str(problem.get("type", "")).rpartition("/")[2]] += 1
            return
        tally.refused[f"{row.kind} offline"] += 1
        tally.rules.update(rules)
        tally.refusals.append(Refusal(f"visit:{row.visit_id}", at, rules))


def _sound(chance: random.Random) -> bytes:
    """A recording of a twentieth of a second, like no other."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(chance.randbytes(800))
    return target.getvalue()
