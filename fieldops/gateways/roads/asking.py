"""Asking a server for JSON: with a time limit, few retries, and a limit to what is read."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from fieldops.domain.travel.engine import AWAY, REFUSED, UNREADABLE, EngineFailed
from fieldops.gateways.roads.reading import decoded

PASSING: Final = frozenset({429, 502, 503, 504})
"""Answers that may be another one the next time."""
LONGEST_PAUSE: Final = 5.0
ROOM_FOR_A_PAIR: Final = 300
ROOM_BESIDE: Final = 1_000_000
"""Bytes for each pair, and beside them: a longer answer is not read to its end."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a server said: its status, and its JSON or the failure to read it."""

    status: int
    json: Any


@dataclass
class Server:
    """One server by its address.

    `retries` is how often a question is asked again, `longest` how many seconds one answer may
    take to arrive, however steadily it trickles.
    """

    client: httpx.Client
    url: str
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)
    retries: int = 2
    longest: float = 30.0

    def get(self, path: str, params: Mapping[str, str], pairs: int) -> Told:
        """Ask with GET; see `_ask`."""
        request = self.client.build_request("GET", self.url + path, params=dict(params))
        return self._ask(request, pairs)

    def post(self, path: str, body: Mapping[str, Any], pairs: int) -> Told:
        """Ask with POST and JSON; see `_ask`."""
        return self._ask(self.client.build_request("POST", self.url + path, json=body), pairs)

    def _ask(self, request: httpx.Request, pairs: int) -> Told:
        """The answer, whatever its status; raises EngineFailed when there is none to be had."""
        pause = 0.2
        for left in range(self.retries, -1, -1):
            try:
                told = self._once(request, ROOM_BESIDE + ROOM_FOR_A_PAIR * pairs)
            except httpx.HTTPError as away:
                if left == 0:
                    raise EngineFailed(AWAY, f"{type(away).__name__}: {away}") from away
            else:
                if told.status not in PASSING:
                    return told
                if left == 0:
                    raise EngineFailed(AWAY, f"the server answers with status {told.status}")
            self.sleep(pause)
            pause = min(pause * 4, LONGEST_PAUSE)
        raise EngineFailed(AWAY, "the server was not asked")

    def _once(self, request: httpx.Request, room: int) -> Told:
        answer = self.client.send(request, stream=True)
        try:
            if answer.status_code in PASSING:
                return Told(answer.status_code, None)
            if answer.is_redirect:
                raise EngineFailed(REFUSED, "the server sends elsewhere; set its real address")
            return Told(answer.status_code, decoded(self._body(answer, room)))
        finally:
            answer.close()

    def _body(self, answer: httpx.Response, room: int) -> bytes:
        # Counted after unpacking, so that a small packed answer cannot become a huge one.
        parts: list[bytes] = []
        size, until = 0, self.monotonic() + self.longest
        for part in answer.iter_bytes():
            size += len(part)
            if size > room:
                raise EngineFailed(UNREADABLE, f"the answer is longer than {room} bytes")
            if self.monotonic() > until:
                raise EngineFailed(AWAY, f"the answer takes longer than {self.longest:g} s")
            parts.append(part)
        return b"".join(parts)
