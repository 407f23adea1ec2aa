"""Who knows a case: agents who met it before are preferred, the less the longer ago that was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What it is worth, in metres of travel, that the one agent goes and not another."""

    knowledge_metres: int = 0
    half_life_days: float = 60.0
    territory_metres: int = 0


@dataclass(frozen=True, slots=True)
class PastVisit:
    """Who was there and when."""

    agents: tuple[UUID, ...]
    at: datetime


def known_to(
    visits: Iterable[PastVisit],
    now: datetime,
    preferences: Preferences,
    *,
    complained_at: datetime | None = None,
) -> dict[UUID, int]:
    """What each agent's knowledge of a case is worth; the visit that is freshest counts.

    Whoever was there before a complaint is not sent on its account: others are to go.
    """
    found: dict[UUID, int] = {}
    for visit in visits:
        if complained_at is not None and visit.at <= complained_at:
            continue
        days = max(0.0, (now - visit.at) / DAY)
        worth = round(preferences.knowledge_metres * 0.5 ** (days / preferences.half_life_days))
        for agent in visit.agents:
            found[agent] = max(found.get(agent, 0), worth)
    return {agent: worth for agent, worth in found.items() if worth > 0}


def complained_of(visits: Iterable[PastVisit], complained_at: datetime | None) -> frozenset[UUID]:
    """The agents who were there before the complaint."""
    if complained_at is None:
        return frozenset()
    return frozenset(agent for one in visits if one.at <= complained_at for agent in one.agents)


def preferred(
    known: Mapping[UUID, int], owners: Iterable[UUID], territory_metres: int
) -> dict[UUID, int]:
    """Knowledge and territory together; an agent's own streets add to what he knows."""
    found = dict(known)
    for owner in owners:
        if territory_metres > 0:
            found[owner] = found.get(owner, 0) + territory_metres
    return found
