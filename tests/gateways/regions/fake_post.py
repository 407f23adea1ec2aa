"""A post without a queue: its workers answer at once, late, garbled or never, as a test wants."""

import threading
from collections import deque
from collections.abc import Callable, Iterable

from redis.exceptions import ConnectionError as NoQueue

from fieldops.gateways.regions.post import Letter
from routing.solver.wire import carry_out_wire

Answer = Callable[[str, bytes], list[Letter]]


def honest(key: str, wire: bytes) -> list[Letter]:
    """Begins the task and does it."""
    return [Letter(key, "far:1"), Letter(key, "far:1", carry_out_wire(wire))]


def silent(key: str, wire: bytes) -> list[Letter]:
    """Takes the task and dies before it can say so."""
    return []


def dying(key: str, wire: bytes) -> list[Letter]:
    """Begins the task and dies."""
    return [Letter(key, "dead:1")]


def garbling(key: str, wire: bytes) -> list[Letter]:
    """Answers something else."""
    return [Letter(key, "far:1"), Letter(key, "far:1", b"\x00garbage")]


class FakePost:
    """Each sending is met by the next of `answers`; the last one meets all further ones."""

    def __init__(self, *answers: Answer, hands: Iterable[str] = ("far:1",)) -> None:
        self.known = frozenset(hands)
        self._answers = list(answers)
        self.letters: deque[Letter] = deque()
        self.sent: list[str] = []
        self.unclaimed: set[str] = set()
        self.forgotten: set[str] = set()
        self.is_dead = False

    def hands(self) -> frozenset[str]:
        self._live()
        return self.known

    def send(self, key: str, wire: bytes, seconds: float | None) -> None:
        self._live()
        self.sent.append(key)
        if not self._answers:
            self.unclaimed.add(key)
            return
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        self.letters.extend(answer(key, wire))

    def take_back(self, key: str) -> bool:
        self._live()
        if key not in self.unclaimed:
            return False
        self.unclaimed.discard(key)
        return True

    def hear(self, timeout: float) -> Letter | None:
        self._live()
        if not self.letters:
            # As the real one does, it lets other threads work meanwhile.
            threading.Event().wait(min(timeout, 0.001))
            return None
        return self.letters.popleft()

    def forget(self, keys: Iterable[str]) -> None:
        self._live()
        self.forgotten.update(keys)

    def _live(self) -> None:
        if self.is_dead:
            raise NoQueue("nobody answers")
