"""Who tells of a debtor: agents of three kinds, neighbours of three kinds, vendors, a telephone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fieldops.drills.world.habits import Habits
from fieldops.drills.world.lives import WEEKS_A_YEAR, Kind, Life

Care = Literal["careful", "careless", "inventing"]
Honesty = Literal["honest", "lying", "uninformed"]
NEVER = 1_000_000.0


@dataclass(frozen=True, slots=True)
class FieldAgent:
    """One who visits: careful, careless (wrong doors, late notes) or inventing visits."""

    name: str
    care: Care


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One who lives nearby, and after how many weeks he has noticed a change."""

    name: str
    honesty: Honesty
    hears_after: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All who may tell of one debtor, and what changes for good in his life.

    Weeks from the world's first at which the telephone dies, the register and each vendor learn of
    his going (NEVER if they do not); `false_at` names the vendors that hold a false address.
    """

    agents: Sequence[FieldAgent]
    neighbours: Sequence[Neighbour]
    phone_dies: float
    register_learns: float
    vendors_learn: Sequence[float]
    false_at: frozenset[int]


def field_agents(chance: random.Random, habits: Habits) -> list[FieldAgent]:
    """The agents of the world; the shares of careless and inventing ones are met exactly."""
    count = habits.count("world.agents")
    inventing = round(count * habits["agents.inventing"])
    careless = min(count - inventing, round(count * habits["agents.careless"]))
    counts: dict[Care, int] = {"inventing": inventing, "careless": careless}
    counts["careful"] = count - inventing - careless
    kinds = [care for care, number in counts.items() for _ in range(number)]
    chance.shuffle(kinds)
    return [FieldAgent(f"agent{number:02d}", care) for number, care in enumerate(kinds, 1)]


def surroundings(
    chance: random.Random, life: Life, agents: Sequence[FieldAgent], habits: Habits
) -> Surroundings:
    """Draw who may tell of this debtor; three agents share his district."""
    first = chance.randrange(len(agents))
    vendors = range(habits.count("world.vendors"))
    went = float(life.moves[0]) if life.moves else NEVER
    return Surroundings(
        agents=[agents[(first + n) % len(agents)] for n in range(3)],
        neighbours=[
            _neighbour(chance, f"{life.person}-n{n}", habits)
            for n in range(habits.count("household.neighbours"))
        ],
        phone_dies=_phone_dies(chance, life, went, habits),
        register_learns=_register_learns(chance, life, went, habits),
        vendors_learn=[_vendor_learns(chance, went, habits) for _ in vendors],
        false_at=frozenset(n for n in vendors if chance.random() < habits["vendor.wrong"]),
    )


def _neighbour(chance: random.Random, name: str, habits: Habits) -> Neighbour:
    honest, lying = habits["household.honest"], habits["household.lying"]
    kinds: tuple[Honesty, ...] = ("honest", "lying", "uninformed")
    honesty = chance.choices(kinds, (honest, lying, 1 - honest - lying))[0]
    return Neighbour(name, honesty, chance.expovariate(1 / habits["household.hears_weeks"]))


def _phone_dies(chance: random.Random, life: Life, went: float, habits: Habits) -> float:
    yearly = habits["phone.dead_per_year"]
    anyhow = chance.expovariate(yearly / WEEKS_A_YEAR) if yearly else NEVER
    openly = life.kind in (Kind.MOVES_OPENLY, Kind.COMPANY)
    share = habits["phone.dead_at_open_move" if openly else "phone.dead_at_secret_move"]
    if life.kind is Kind.EVADES:
        # He leaves his number when he begins to hide, which no one sees from outside.
        went = chance.uniform(0, len(life.states))
    return min(anyhow, went) if chance.random() < share else anyhow


def _register_learns(chance: random.Random, life: Life, went: float, habits: Habits) -> float:
    shares = {
        Kind.MOVES_OPENLY: "registry.open_move_updates",
        Kind.DIES: "registry.death_updates",
    }
    share = habits[shares.get(life.kind, "registry.secret_move_updates")]
    late = chance.expovariate(1 / habits["registry.update_weeks"])
    return went + late if chance.random() < share else NEVER


def _vendor_learns(chance: random.Random, went: float, habits: Habits) -> float:
    late = chance.expovariate(1 / habits["vendor.update_weeks"])
    return NEVER if chance.random() < habits["vendor.never_updates"] else went + late
