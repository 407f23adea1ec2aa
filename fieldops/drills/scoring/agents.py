"""Which agents stand out: who finds nobody far more often than others at the same doors would.

An agent who invents visits writes "nobody home". Each visit is compared with what all visits at
doors of the same standing come to (the share of nobody home among visits where the belief of
having gone lay in the same fifth), and the agent's surplus is measured in standard deviations.
"""

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from fieldops.drills.scoring.probabilities import auc
from fieldops.drills.scoring.reading import UNKNOWN, Played

NOBODY = "visit.no_answer"
STANDS_OUT = 4.0
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent: visits, the share of nobody home, what was to be expected, and the surplus."""

    agent: str
    kind: str | None
    visits: int
    nobody: float
    expected: float
    surplus: float

    @property
    def stands_out(self) -> bool:
        """Whether somebody should look at his visits."""
        return self.surplus >= STANDS_OUT


def agents(played: Played) -> list[Agent]:
    """Every agent, the most surprising first."""
    visits = _visits(played)
    of_level: defaultdict[int, list[bool]] = defaultdict(list)
    for _, level, nobody in visits:
        of_level[level].append(nobody)
    share = {level: sum(found) / len(found) for level, found in of_level.items()}
    by_agent: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
    for agent, level, nobody in visits:
        by_agent[agent].append((level, nobody))
    found = [_agent(name, played.agents.get(name), one, share) for name, one in by_agent.items()]
    return sorted(found, key=lambda one: (-one.surplus, one.agent))


def found_out(found: list[Agent]) -> dict[str, Any]:
    """How well the surplus tells inventing agents from others; None where the truth has none."""
    inventing = [one.kind == "inventing" for one in found]
    named = [one for one in found if one.stands_out]
    right = sum(one.kind == "inventing" for one in named)
    return {
        "inventing": sum(inventing),
        "stand_out": len(named),
        "rightly": right,
        "auc": auc(np.array(inventing, bool), np.array([one.surplus for one in found])),
    }


def _visits(played: Played) -> list[tuple[str, int, bool]]:
    row = {person.name: index for index, person in enumerate(played.persons)}
    found = []
    for one in played.observations:
        if one.source_class == "agent" and one.kind.startswith("visit."):
            column = int(np.searchsorted(played.weeks, one.seen, side="right")) - 1
            held = played.believed[row[one.person], column] if column >= 0 else UNKNOWN
            level = min(int(held * _LEVELS), _LEVELS - 1)
            found.append((one.source_id, level, one.kind == NOBODY))
    return found


def _agent(
    name: str, kind: str | None, visits: list[tuple[int, bool]], share: dict[int, float]
) -> Agent:
    expected = [share[level] for level, _ in visits]
    nobody = sum(found for _, found in visits)
    spread = sqrt(sum(p * (1 - p) for p in expected)) or 1.0
    count = len(visits)
    surplus = (nobody - sum(expected)) / spread
    return Agent(name, kind, count, nobody / count, sum(expected) / count, surplus)
