"""When what an agent handed in is put before compliance: grounds with figures, and no verdict."""

from collections.abc import Sequence
from enum import StrEnum
from math import sqrt

from fieldops.domain.team.policy import Doubts


class Ground(StrEnum):
    """Why somebody should look at an agent's visits."""

    NOBODY_HOME = "nobody_home"
    ITEMS = "items"
    VISITS = "visits"
    REPEATED = "repeated"


class ReviewOutcome(StrEnum):
    """What came of looking: it was explained, talked over, or he goes to no door for now."""

    EXPLAINED = "explained"
    TALK = "talk"
    SUSPENDED = "suspended"


def expected(nobody: int, visits: int, usual: float) -> float:
    """How likely a visit finds nobody at a door where others found nobody so often of so many.

    The usual share counts as two visits more, so that one closed door says little.
    """
    return min(max((nobody + 2 * usual) / (visits + 2), 0.02), 0.98)


def surplus(found: int, chances: Sequence[float]) -> float:
    """By how many standard deviations more often than these chances say nobody was home."""
    spread = sqrt(sum(one * (1 - one) for one in chances))
    return (found - sum(chances)) / spread if spread else 0.0


def grounds(
    doubts: Doubts,
    *,
    items: tuple[int, int],
    visits: tuple[int, int],
    repeated: int,
    compared: int,
    surplus: float,
) -> list[Ground]:
    """The grounds that the figures give; pairs are those in doubt and all."""
    found = []
    if compared >= doubts.least and surplus >= doubts.surplus:
        found.append(Ground.NOBODY_HOME)
    for ground, (some, every), percent in (
        (Ground.ITEMS, items, doubts.items_percent),
        (Ground.VISITS, visits, doubts.visits_percent),
    ):
        if every >= doubts.least and 100 * some >= percent * every:
            found.append(ground)
    if repeated >= doubts.repeated:
        found.append(Ground.REPEATED)
    return found
