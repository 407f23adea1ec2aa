"""Servers that speak OSRM's and Valhalla's documented JSON, well or as badly as a test wants."""

import json
import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench import serving as threads

Place = tuple[float, float]
DETOUR, METRES_A_SECOND = 1.4, 8.0


def road_metres(a: Place, b: Place) -> float:
    """Our road: 1.4 times the flat distance."""
    east = (a[1] - b[1]) * math.cos(math.radians(a[0]))
    return math.hypot(a[0] - b[0], east) * 111_200 * DETOUR


@dataclass
class Behaviour:
    """What the server does. `scripted` answers, (status, type, body), come before all others."""

    most_pairs: int = 2_500
    off_road: set[Place] = field(default_factory=set)
    islands: set[Place] = field(default_factory=set)
    snapped: float = 3.0
    long_form: bool = False
    units: str = "kilometers"
    scripted: deque[tuple[int, str, bytes]] = field(default_factory=deque)
    patch: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def cell(self, a: Place, b: Place) -> tuple[float, float] | tuple[None, None]:
        """Seconds and metres, or no way at all."""
        if (a in self.islands) != (b in self.islands):
            return None, None
        metres = road_metres(a, b)
        return round(metres / METRES_A_SECOND, 1), round(metres, 1)


def osrm_answer(of: Behaviour, path: str) -> tuple[int, dict[str, Any]]:
    """OSRM's table service."""
    parts = urlsplit(path)
    _, service, version, _profile, places = parts.path.split("/")
    assert (service, version) == ("table", "v1")
    every = [(float(lat), float(lon)) for lon, lat in (p.split(",") for p in places.split(";"))]
    query = parse_qs(parts.query)
    assert query["annotations"] == ["duration,distance"]
    rows, columns = (
        [int(one) for one in query[key][0].split(";")] for key in ("sources", "destinations")
    )
    of.asked.append((len(rows), len(columns)))
    if len(rows) * len(columns) > of.most_pairs:
        return 400, {"code": "TooBig", "message": "Too many table coordinates"}
    for at, place in enumerate(every):
        if place in of.off_road:
            text = f"Could not find a matching segment for coordinate {at}"
            return 400, {"code": "NoSegment", "message": text}
    cells = [[of.cell(every[row], every[column]) for column in columns] for row in rows]
    return 200, {
        "code": "Ok",
        "durations": [[seconds for seconds, _ in row] for row in cells],
        "distances": [[metres for _, metres in row] for row in cells],
        "sources": [_waypoint(of, every[one]) for one in rows],
        "destinations": [_waypoint(of, every[one]) for one in columns],
        **of.patch,
    }


def _waypoint(of: Behaviour, place: Place) -> dict[str, Any]:
    return {"name": "Road", "location": [place[1], place[0]], "distance": of.snapped}


def valhalla_answer(of: Behaviour, body: Any) -> tuple[int, dict[str, Any]]:
    """Valhalla's matrix service."""
    rows, columns = (
        [(one["lat"], one["lon"]) for one in body[key]] for key in ("sources", "targets")
    )
    of.asked.append((len(rows), len(columns)))
    if len(rows) * len(columns) > of.most_pairs:
        return 400, _wrong(150, "Exceeded max locations")
    if of.off_road & {*rows, *columns}:
        return 400, _wrong(171, "No suitable edges near location")
    unit = 1609.344 if of.units == "miles" else 1000.0
    cells = [[of.cell(row, column) for column in columns] for row in rows]
    lengths = [[None if m is None else m / unit for _, m in row] for row in cells]
    matrix: Any = {"durations": [[s for s, _ in row] for row in cells], "distances": lengths}
    if of.long_form:
        matrix = [
            [
                {"from_index": i, "to_index": j, "time": cells[i][j][0], "distance": lengths[i][j]}
                for j in range(len(columns))
            ]
            for i in range(len(rows))
        ]
    return 200, {"units": of.units, "sources_to_targets": matrix, **of.patch}


def _wrong(code: int, text: str) -> dict[str, Any]:
    return {"error_code": code, "error": text, "status_code": 400, "status": "Bad Request"}


@contextmanager
def serving(of: Behaviour) -> Iterator[str]:
    """The address of a server that behaves so."""

    class Handler(threads.Answers):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            sent = self.body()
            if of.scripted:
                status, kind, body = of.scripted.popleft()
                self.answer(status, body, kind)
                return
            if self.command == "GET":
                status, told = osrm_answer(of, self.path)
            else:
                assert self.path == "/sources_to_targets"
                status, told = valhalla_answer(of, json.loads(sent))
            self.answer(status, json.dumps(told).encode(), "application/json")

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Say nothing of clients that hang up in the middle: some tests want them to."""

    server = Server(("127.0.0.1", 0), Handler)
    with threads.serving(server):
        yield f"http://127.0.0.1:{server.server_address[1]}"
