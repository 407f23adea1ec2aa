"""A small drill: its world, answers that a system might have given, and the report of it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.drills.scoring import report as scoring
from fieldops.drills.scoring.reading import read
from fieldops.drills.world import files, habits
from fieldops.drills.world.stream import World
from fieldops.models import Drill, Organisation
from fieldops.services import drills
from tests.builders.visits import START as FILED

START = datetime.fromisoformat("2024-01-01T00:00:00+08:00")
WEEKS = 60
Belief = Callable[[str, str, int], float]


def a_made_up_world(seed: int = 3, **changed: float) -> World:
    """Forty debtors over sixty weeks, six agents among whom one invents visits."""
    small = {"world.persons": 40, "world.weeks": WEEKS, "world.agents": 6, "agents.inventing": 0.17}
    return World(seed, habits.usual().changed({**small, **changed}), START)


def answered(world: World, home: Path, believe: Belief) -> None:
    """Write the world, and as answers what `believe(person, state, week)` says at every date."""
    files.write(world, home)
    beliefs = [
        {"person": one.life.person, "as_of": (START + timedelta(weeks=week)).isoformat(),
         "p_moved": believe(one.life.person, one.life.states[week - 1], week), "version": "test-1"}
        for one in world.debtors
        for week in range(4, WEEKS, 4)
    ]  # fmt: skip
    _write(home / "beliefs.jsonl", beliefs)
    _write(
        home / "assets.jsonl",
        [{"asset": one["asset"], "p_evasive": 0.4} for one in world.truth()["assets"]],
    )
    moved = [one.life for one in world.debtors if one.life.moves and one.life.moves[0] >= 0]
    _write(
        home / "flags.jsonl",
        [
            {"person": life.person, "code": "RL-MOVED", "subject": "home",
             "raised_at": (START + timedelta(weeks=min(life.moves[0] + 3, WEEKS))).isoformat()}
            for life in moved
        ],
    )  # fmt: skip


def rather_good(person: str, state: str, week: int) -> float:
    """A belief that leans the right way."""
    return 0.8 if state == "M" else 0.1 + (int(person[-1]) + week) % 5 / 20


@cache
def a_report() -> Any:
    """The report of the small drill; do not change it."""
    with TemporaryDirectory() as home:
        answered(a_made_up_world(), Path(home), rather_good)
        return scoring.report(read(Path(home), Path(home)))


def a_drill(session: Session, organisation: Organisation) -> Drill:
    """The small drill, filed."""
    actor = Actor(organisation.id, Role.SYSTEM)
    return drills.file(session, "seed 3", a_report(), actor=actor, now=FILED)


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
