"""A web address on this machine that takes alerts, and now and then is out of order."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.serving import Answers, web

_OUT_OF_ORDER = 0.02


@dataclass
class Sink:
    """Where it listens, and the ids of the messages that came, each once."""

    url: str = ""
    ids: set[str] = field(default_factory=set)


@contextmanager
def web_address(seed: int) -> Iterator[Sink]:
    """Take POSTs until the end."""
    sink, chance = Sink(), random.Random(seed)

    class Handler(Answers):
        def respond(self) -> None:
            self.body()
            broken = chance.random() < _OUT_OF_ORDER
            if not broken:
                sink.ids.add(str(self.headers["X-Fieldops-Id"]))
            self.answer(503 if broken else 200)

    with web(Handler) as address:
        sink.url = f"{address}/alerts"
        yield sink
