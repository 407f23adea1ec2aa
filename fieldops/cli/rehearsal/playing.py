"""The simulated agents: they work their visits in the order of time, over HTTP, as phones do."""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fieldops import clock
from fieldops.cli.rehearsal import media
from fieldops.cli.rehearsal.client import Client, Refused
from fieldops.cli.rehearsal.finding import what_is_found
from fieldops.cli.rehearsal.world import secret

# One upload in so many meets a lost connection half way.
_CUT_EVERY = 3
_FACTS = {
    "badge_shown": True,
    "authorisation_shown": True,
    "recorder_on": True,
}


@dataclass
class Tally:
    """What the day came to."""

    visits: int = 0
    arrivals: int = 0
    items: int = 0
    lost_connections: int = 0
    refused: list[str] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One act at one moment."""

    at: datetime
    order: int
    act: Callable[[datetime], None]


class Day:
    """One day of all agents; `clients` are by agent code."""

    def __init__(
        self, clients: dict[str, Client], day: date, seed: int, zone: ZoneInfo, clock_file: Path
    ) -> None:
        self.tally = Tally()
        self._clients, self._day, self._seed, self._zone = clients, day, seed, zone
        self._clock_file = clock_file
        self._chance = random.Random(seed)  # noqa: S311  # A world, not a key.
        self._pool = ThreadPoolExecutor(max_workers=4)

    def play(self, told: Callable[[int, int], None]) -> Tally:
        """Work all visits; `told(done, total)` is called as steps are done."""
        steps = sorted(self._steps(), key=lambda step: (step.at, step.order))
        for done, step in enumerate(steps, 1):
            clock.set_rehearsal(self._clock_file, step.at)
            step.act(step.at)
            told(done, len(steps))
        self._pool.shutdown()
        return self.tally

    def _steps(self) -> Iterator[Step]:
        order = 0
        for code, client in self._clients.items():
            for visit in client.get("/api/v1/me/day", day=self._day.isoformat())["items"]:
                # The second of a crew has the same visits; the first one drives.
                if visit["crew"][0]["code"] == code and visit["visit"]["state"] == "planned":
                    yield from self._visit_steps(visit, order)
                    order += 10

    def _visit_steps(self, visit: dict[str, Any], order: int) -> Iterator[Step]:
        crew = [self._clients[member["code"]] for member in visit["crew"]]
        start = datetime.fromisoformat(visit["visit"]["planned_start"])
        finish = datetime.fromisoformat(visit["visit"]["planned_finish"])
        work = _Visit(self, visit, crew, self._chance.random())
        for n, client in enumerate(crew):
            yield Step(start + timedelta(seconds=15 * n), order + n, work.arrival_of(client))
        yield Step(start + timedelta(seconds=90), order + 3, work.send_files)
        yield Step(finish - timedelta(seconds=60), order + 4, work.record)
        yield Step(finish, order + 5, work.leave)

    def upload(self, client: Client, data: bytes, details: dict[str, str]) -> Future[str]:
        """Send a file beside what else happens; some connections are lost half way."""
        cut = len(data) // 2 if self.tally.items % _CUT_EVERY == 0 else None
        self.tally.items += 1
        self.tally.lost_connections += cut is not None
        return self._pool.submit(client.upload, data, details, cut_at=cut)

    @property
    def seed(self) -> int:
        """The seed of this world."""
        return self._seed

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the phones."""
        return self._zone


class _Visit:
    """One visit as its crew works it."""

    def __init__(
        self, day: Day, described: dict[str, Any], crew: Sequence[Client], luck: float
    ) -> None:
        self._day, self._crew, self._luck = day, crew, luck
        self._id = str(described["visit"]["id"])
        self._path = f"/api/v1/visits/{self._id}"
        self._number = str(described["to_know"]["case_number"])
        place = described["address"]
        # Phones are some metres off.
        self._lat = float(place["lat"]) + (luck - 0.5) * 2e-4
        self._lon = float(place["lon"]) + (0.5 - luck) * 2e-4
        self._open = True
        self._sending: list[Future[str]] = []

    def arrival_of(self, client: Client) -> Callable[[datetime], None]:
        """The step in which one of the crew says that he is there."""

        def arrive(at: datetime) -> None:
            body = {
                "position": {"lat": self._lat, "lon": self._lon, "datum": "WGS84"},
                "accuracy_metres": round(5 + self._luck * 20, 1),
                "fix_age_seconds": round(self._luck * 9, 1),
                "is_mock": False,
                "device_at": at.isoformat(),
                "facts": _FACTS,
            }
            if self._try(lambda: client.post(f"{self._path}/arrive", body)):
                self._day.tally.arrivals += 1

        return arrive

    def send_files(self, at: datetime) -> None:
        """Photograph the door and keep the recorder running."""
        if not self._open:
            return
        fix = {"lat": f"{self._lat:.6f}", "lon": f"{self._lon:.6f}", "datum": "WGS84"}
        told = {"visit": self._id, "device_at": at.isoformat(), "accuracy": "12", **fix}
        picture = media.photo(self._id, at, self._day.zone, self._lat, self._lon)
        recording = media.sound(self._id, 2 + 2 * self._luck)
        for data, name, kind, capture in (
            (picture, "door.jpg", "image/jpeg", "camera"),
            (recording, "visit.wav", "audio/wav", "recorder"),
        ):
            details = {**told, "filename": name, "filetype": kind, "capture": capture}
            self._sending.append(self._day.upload(self._crew[0], data, details))

    def record(self, at: datetime) -> None:
        """Record what happened at the door."""
        if not self._open:
            return
        for sent in self._sending:
            sent.result()
        found = what_is_found(secret(self._day.seed, self._number), at, self._number)
        body = {"outcome": found.outcome, **found.answers}
        version = self._version()
        if self._try(lambda: self._crew[0].post(f"{self._path}/outcome", body, version=version)):
            tally = self._day.tally
            tally.visits += 1
            tally.outcomes[found.outcome] = tally.outcomes.get(found.outcome, 0) + 1

    def leave(self, at: datetime) -> None:
        """Leave the door."""
        if not self._open:
            return
        version = self._version()
        self._try(lambda: self._crew[0].post(f"{self._path}/leave", version=version))

    def _version(self) -> int:
        return int(self._crew[0].get(self._path)["visit"]["version"])

    def _try(self, act: Callable[[], object]) -> bool:
        """Do what the service may refuse; a refused visit is not worked further."""
        try:
            act()
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            self._open = False
            self._day.tally.refused.append(str(refusal))
            return False
        return True
