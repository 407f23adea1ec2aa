"""The road engine that the options ask for, or none."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx

from fieldops.domain.travel.engine import RoadEngine
from fieldops.gateways.roads.asking import Server
from fieldops.gateways.roads.blocks import Asked, BlockEngine, Limits
from fieldops.gateways.roads.embedded import EmbeddedOsrm, EmbeddedValhalla
from fieldops.gateways.roads.osrm import Osrm
from fieldops.gateways.roads.valhalla import Valhalla

ENGINES = ("osrm", "valhalla", "osrm-embedded", "valhalla-embedded")
BLOCK_OF_EMBEDDED = 1_000_000


@dataclass(frozen=True, slots=True)
class RoadOptions:
    """Which engine (one of ENGINES, "" for none), where it is, and how it may be asked.

    `profile` "" means each engine's own default: driving or auto. `graph` is the data of an
    embedded engine.
    """

    engine: str = ""
    url: str = ""
    profile: str = ""
    graph: str = ""
    pairs: int = 2_500
    side_by_side: int = 4
    timeout_seconds: float = 10.0
    table_seconds: float = 60.0
    farthest_metres: float = 500.0


def build_engine(
    options: RoadOptions,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> RoadEngine | None:
    """The engine; raises ValueError naming the option that is wrong or the extra missing."""
    if not options.engine:
        return None
    if options.engine not in ENGINES:
        raise ValueError(f"roads_engine: {options.engine!r} is none of {', '.join(ENGINES)}")
    for name in ("pairs", "side_by_side", "timeout_seconds", "table_seconds", "farthest_metres"):
        if not getattr(options, name) > 0:
            raise ValueError(f"roads_{name}: must be above 0")
    is_embedded = options.engine.endswith("-embedded")
    limits = Limits(
        BLOCK_OF_EMBEDDED if is_embedded else options.pairs,
        1 if is_embedded else options.side_by_side,
        options.table_seconds,
    )
    asked = _embedded(options) if is_embedded else _remote(options, sleep, monotonic)
    return BlockEngine(asked, limits, monotonic)


def _embedded(options: RoadOptions) -> Asked:
    if not options.graph:
        raise ValueError("roads_graph: say where the data of the embedded engine are")
    graph = Path(options.graph).expanduser()
    if options.engine == "osrm-embedded":
        return EmbeddedOsrm(graph, options.profile or "CH", options.farthest_metres)
    return EmbeddedValhalla(graph, options.profile or "auto", options.farthest_metres)


def _remote(
    options: RoadOptions, sleep: Callable[[float], None], monotonic: Callable[[], float]
) -> Asked:
    try:
        url = httpx.URL(options.url)
    except (httpx.InvalidURL, TypeError) as wrong:
        raise ValueError(f"roads_url: {wrong}") from wrong
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("roads_url: must be an address such as http://localhost:5000")
    if options.profile and not options.profile.replace("-", "").replace("_", "").isalnum():
        raise ValueError("roads_profile: letters, digits, - and _ only")
    client = httpx.Client(timeout=options.timeout_seconds, verify=_trust())
    longest = 3 * options.timeout_seconds
    server = Server(client, options.url.rstrip("/"), sleep, monotonic, longest=longest)
    if options.engine == "osrm":
        return Osrm(server, options.profile or "driving", options.farthest_metres)
    return Valhalla(server, options.profile or "auto", options.farthest_metres)


@cache
def _trust() -> ssl.SSLContext:
    """Whom to trust over TLS: read once a process, because that takes most of a second."""
    return httpx.create_ssl_context()
