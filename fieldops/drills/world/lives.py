"""How a debtor of each kind lives: at home, away or gone, week by week."""

import random
from dataclasses import dataclass, field
from enum import StrEnum

from fieldops.drills.world.habits import Habits

WEEKS_A_YEAR = 52.0


class Kind(StrEnum):
    """The kinds of debtor; each has a share in the habits."""

    STAYS = "stays"
    MOVES_OPENLY = "moves_openly"
    MOVES_SECRETLY = "moves_secretly"
    EVADES = "evades"
    SEASONAL = "seasonal"
    DIES = "dies"
    COMPANY = "company"


SHIELDED = (Kind.MOVES_SECRETLY, Kind.EVADES)
"""Whose household tells strangers what is false."""
_GOES = (Kind.MOVES_OPENLY, Kind.MOVES_SECRETLY, Kind.DIES)


@dataclass(slots=True)
class Life:
    """One debtor's truth: `states` has H (home), A (away) or M (gone) for every week.

    `moves` are the weeks in which he went, below 0 for one who had gone before the first week;
    `has_family` tells of a household at the address, `family_stays` of one that stays behind.
    """

    person: str
    kind: Kind
    states: str
    moves: list[int] = field(default_factory=list)
    has_family: bool = False
    family_stays: bool = False

    def gone_for(self, week: int) -> int | None:
        """Weeks since he went, or None while he lives there."""
        if self.states[week] != "M":
            return None
        return week - max(move for move in self.moves if move <= week)

    @property
    def is_company(self) -> bool:
        """Whether premises are sought and nobody's home."""
        return self.kind is Kind.COMPANY


def live(chance: random.Random, person: str, habits: Habits) -> Life:
    """Draw one life."""
    shares = habits.shares("kinds")
    kind = Kind(chance.choices(list(shares), list(shares.values()))[0])
    weeks = habits.count("world.weeks")
    states = ["H"] * weeks
    if kind is not Kind.COMPANY:
        _absences(chance, habits, kind, states)
    moves = _moves(chance, habits, kind, states)
    has_family = kind is not Kind.COMPANY and chance.random() < habits["household.has_family"]
    stays = kind is Kind.MOVES_SECRETLY and chance.random() < habits["moving.family_stays"]
    stays = stays or (kind is Kind.DIES)
    return Life(person, kind, "".join(states), moves, has_family, stays and has_family)


def _absences(chance: random.Random, habits: Habits, kind: Kind, states: list[str]) -> None:
    seasonal = kind is Kind.SEASONAL
    rate = habits["away.seasons_per_year" if seasonal else "away.per_year"] / WEEKS_A_YEAR
    mean = habits["away.season_weeks" if seasonal else "away.mean_weeks"]
    week = 0
    while rate > 0:
        week += 1 + int(chance.expovariate(rate))
        if week >= len(states):
            return
        spread = chance.uniform(0.7, 1.3) if seasonal else chance.expovariate(1.0)
        until = week + max(1, round(mean * spread))
        states[week:until] = "A" * (min(until, len(states)) - week)
        week = until


def _moves(chance: random.Random, habits: Habits, kind: Kind, states: list[str]) -> list[int]:
    clears = kind is Kind.COMPANY and chance.random() < habits["moving.company_clears"]
    if kind not in _GOES and not clears:
        return []
    before = chance.random() < habits["moving.before"]
    week = -chance.randint(1, 52) if before else chance.randrange(len(states))
    until = len(states)
    if kind is not Kind.DIES and chance.random() < habits["moving.returns"]:
        until = max(0, week) + 8 + int(chance.expovariate(1 / habits["moving.away_weeks"]))
    until = min(until, len(states))
    states[max(0, week) : until] = "M" * (until - max(0, week))
    return [week]
