"""A bad network between a client and a server: connections break after counted bytes, or dawdle."""

import contextlib
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import ClassVar

_READ = 64 * 1024
_PATIENCE = 60.0
# With this a closed socket says RST instead of FIN.
_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Fate:
    """After how many bytes of which direction a connection breaks, and whether with RST or FIN."""

    upward: bool
    after: int
    resets: bool


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the network is: so many cuts in all, a part's size, slowest delay of a read."""

    seed: int
    cuts: int
    part: int
    # What share of connections is to break while cuts are left.
    share: float = 1.0
    delay: float = 0.0
    # Answers have about 700 bytes, the heads of requests about as many.
    head: ClassVar[int] = 500

    def fate(self, number: int) -> Fate | None:
        """What becomes of the connection of this number; always the same."""
        dice = Random(f"{self.seed}/{number}")
        if dice.random() >= self.share:
            return None
        upward, resets = dice.random() < 0.6, dice.random() < 0.5
        far = self.part if upward and dice.random() < 0.8 else self.head
        return Fate(upward, dice.randrange(1, far), resets)


class BadNetwork:
    """Carries connections on 127.0.0.1 to a port, and breaks some of them."""

    def __init__(self, target: int, weather: Weather) -> None:
        self._target, self._weather = target, weather
        self._lock, self.cuts = threading.Lock(), 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]

    @contextlib.contextmanager
    def running(self) -> Iterator["BadNetwork"]:
        """Take connections until the end of the block."""
        thread = threading.Thread(target=self._serve, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            # Wakes the thread, which a mere close would not.
            self._listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            self._listener.close()

    def _serve(self) -> None:
        carriers = []
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                number = len(carriers)
                carriers.append(threading.Thread(target=self._carry, args=(near, number)))
                carriers[-1].start()
        for carrier in carriers:
            carrier.join()

    def _carry(self, near: socket.socket, number: int) -> None:
        fate = self._weather.fate(number)
        dice = Random(f"{self._weather.seed}/delays/{number}")
        # Whoever has gone away already leaves nothing to carry.
        with (
            contextlib.suppress(OSError),
            near,
            socket.create_connection(("127.0.0.1", self._target)) as far,
        ):
            left = fate.after if fate else 0
            while ready := select.select([near, far], [], [], _PATIENCE)[0]:
                source = ready[0]
                bounded = fate is not None and fate.upward == (source is near)
                data = source.recv(min(_READ, left) if bounded else _READ)
                if not data:
                    return
                time.sleep(dice.random() * self._weather.delay)
                (far if source is near else near).sendall(data)
                left -= len(data) if bounded else 0
                if fate is not None and left == 0 and self._may_cut():
                    _break((near, far), resets=fate.resets)
                    return
                fate = fate if left else None

    def _may_cut(self) -> bool:
        with self._lock:
            left = self.cuts < self._weather.cuts
            self.cuts += left
            return left


def _break(ends: tuple[socket.socket, ...], *, resets: bool) -> None:
    for end in ends:
        if resets:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        end.close()
