"""One drill from the drawing of its world to its report."""

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fieldops.cli.drilling import asking, casting, ground, telling
from fieldops.cli.drilling.casting import Ids
from fieldops.cli.drilling.ledger import FILE, Ledger
from fieldops.cli.drilling.playing import WEEK, Player, batches, is_third_party
from fieldops.cli.rehearsal import story
from fieldops.cli.rehearsal.client import Client
from fieldops.drills.scoring import report as scoring
from fieldops.drills.scoring.reading import read
from fieldops.drills.world import files, habits
from fieldops.drills.world.stream import World

WORLD, REPORT = "world", "report.json"
# Beliefs are asked for at the end of every fourth week, as an office would look at a case.
_EVERY = 4


class Drill:
    """One drill in its directory; everything that it does may be broken off and done again."""

    def __init__(self, home: Path, world: World, ledger: Ledger) -> None:
        self._home, self._world, self._ledger = home, world, ledger
        self._start = datetime.fromisoformat(ledger.start)

    def run(self) -> None:
        """Play and report."""
        story.heading(f"A drill: world {self._world.seed}, kept in {self._home}")
        self._draw()
        with ExitStack() as stack:
            clients = self._enter(stack)
            people = self._cast(clients)
            self._play(clients["counsel"], people)
            self._ask(clients["counsel"], people)
            report = self._score()
            filed = {"name": self._name(), "report": report}
            clients["compliance"].post("/api/v1/drills", filed)
        telling.told(report)
        story.line(f"report: {self._home / REPORT}")
        if not self._ledger.url:
            home = self._home / ground.SERVICE
            story.line(
                f"its page: fieldops --dir {home} serve; the sign-ins are in {self._home / FILE}"
            )

    def _draw(self) -> None:
        if self._ledger.observations:
            return
        self._ledger.observations = files.write(self._world, self._home / WORLD)
        self._ledger.write(self._home)

    def _enter(self, stack: ExitStack) -> dict[str, Client]:
        base, accounts = self._ledger.url, self._ledger.accounts
        if not base:
            until = self._start + self._world.weeks * WEEK + timedelta(hours=10)
            service = ground.own_service(self._home, accounts, until)
            base, self._ledger.accounts = stack.enter_context(service)
            self._ledger.write(self._home)
        clients = ground.signed_in(base, self._ledger.accounts)
        for client in clients.values():
            stack.callback(client.close)
        return clients

    def _cast(self, clients: Mapping[str, Client]) -> dict[str, Ids]:
        story.line("its debtors become cases")
        if not self._ledger.imported:
            casting.take_in(clients["dispatcher"], self._home / WORLD / files.CASES)
            self._ledger.imported = True
            self._ledger.write(self._home)
        persons = [one.life.person for one in self._world.debtors]
        people = casting.ids(clients["dispatcher"], persons)
        asked = {
            one["person"]: people[one["person"]] for one in self._lines() if is_third_party(one)
        }
        with story.progress("leave to ask around") as advance:
            try:
                casting.ask_around(clients["counsel"], asked, self._ledger.contacts, advance)
            finally:
                self._ledger.write(self._home)
        return people

    def _play(self, counsel: Client, people: Mapping[str, Ids]) -> None:
        with story.progress("weeks are played") as advance:
            found = batches(self._lines(), self._start)
            Player(counsel, people, self._ledger, self._home).play(found, advance)
        seconds = self._ledger.seconds
        story.line(
            f"{self._ledger.observations:,} observations of {len(people):,} debtors in "
            f"{self._world.weeks} weeks taken and believed in {seconds:,.0f} s, "
            f"{self._ledger.observations / max(seconds, 0.001):,.0f} a second"
        )

    def _ask(self, counsel: Client, people: Mapping[str, Ids]) -> None:
        with story.progress("what is believed") as advance:
            asking.ask(counsel, people, self.dates(), self._home, advance)

    def _score(self) -> dict[str, Any]:
        """The report, from the files alone."""
        report = scoring.report(read(self._home / WORLD, self._home))
        text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        (self._home / REPORT).write_text(text, encoding="utf-8")
        return report

    def _name(self) -> str:
        """Which world it was: its seed and the habits that were changed."""
        usual = habits.usual().values
        changed = [f"{n}={v:g}" for n, v in self._ledger.habits.items() if v != usual[n]]
        return ", ".join([f"seed {self._ledger.seed}", *changed])[:200]

    def dates(self) -> list[datetime]:
        """The dates at which beliefs are judged."""
        return [self._start + week * WEEK for week in range(_EVERY, self._world.weeks, _EVERY)]

    def _lines(self) -> Iterator[dict[str, Any]]:
        path = self._home / WORLD / files.OBSERVATIONS
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
