"""What comes of a visit: what the agent sees, what he hears, and what he writes down."""

import random
from collections.abc import Iterator

from fieldops.drills.world.cast import FieldAgent, Neighbour, Surroundings
from fieldops.drills.world.habits import Habits
from fieldops.drills.world.lives import SHIELDED, Kind, Life
from fieldops.drills.world.sighting import Sighting
from fieldops.drills.world.timing import later


def visit(
    chance: random.Random, life: Life, around: Surroundings, habits: Habits, at: float
) -> Iterator[Sighting]:
    """One visit at `at` (weeks): the outcome at the door, then what household or neighbours say."""
    agent = chance.choice(around.agents)
    careless = agent.care == "careless"
    late = habits["agents.late_days" if careless else "visits.late_days"]
    noted = later(chance, at, late)
    if agent.care == "inventing" and chance.random() < habits["agents.invents"]:
        yield _at_door("visit.no_answer", agent, at, noted)
        return
    if careless and chance.random() < habits["agents.wrong_door"]:
        yield _at_door("visit.no_answer", agent, at, noted)
        return
    week = int(at)
    outcome = _outcome(chance, life, habits, week)
    yield _at_door(outcome, agent, at, noted)
    if outcome == "visit.met_family" and chance.random() < habits["statements.family"]:
        said = _household_says(chance, life, habits, week)
        yield Sighting(f"statement.{said}", "family", f"{life.person}-family", at, noted)
    if chance.random() < habits["statements.neighbour"]:
        asked = chance.choice(around.neighbours)
        said = _neighbour_says(chance, life, asked, habits, at)
        yield Sighting(f"statement.{said}", "neighbour", asked.name, at, noted)


def _at_door(kind: str, agent: FieldAgent, at: float, noted: float) -> Sighting:
    return Sighting(kind, "agent", agent.name, at, noted)


def _outcome(chance: random.Random, life: Life, habits: Habits, week: int) -> str:
    gone = life.gone_for(week)
    if gone is not None:
        return _outcome_after_move(chance, life, habits, gone)
    if life.states[week] == "H":
        opens = "door.evader_opens" if life.kind is Kind.EVADES else "door.debtor_opens"
        if chance.random() < habits[opens]:
            return "visit.met_debtor"
    if life.has_family and chance.random() < habits["door.family_opens"]:
        return "visit.met_family"
    if chance.random() < habits["door.taken_for_vacant"]:
        return "visit.vacant"
    return "visit.no_answer"


def _outcome_after_move(chance: random.Random, life: Life, habits: Habits, gone: int) -> str:
    if life.kind is not Kind.DIES and chance.random() < habits["door.met_after_move"]:
        return "visit.met_debtor"
    if life.family_stays:
        return "visit.met_family" if chance.random() < habits["door.family_opens"] else _NOBODY
    # The place is let again after an exponential time, so that this share of such places is by now.
    let_again = 1.0 - 2.0 ** (-gone / habits["door.let_again_weeks"])
    if _share_of(life.person) < let_again:
        opens = chance.random() < habits["door.new_occupant_opens"]
        return "visit.new_occupant" if opens else _NOBODY
    return "visit.vacant" if chance.random() < habits["door.vacant_is_seen"] else _NOBODY


_NOBODY = "visit.no_answer"


def _share_of(person: str) -> float:
    """A number from 0 to 1 that belongs to the place for good: once let again it stays let."""
    return random.Random(f"let:{person}").random()  # noqa: S311  # A world, not a key.


def _household_says(chance: random.Random, life: Life, habits: Habits, week: int) -> str:
    gone = life.states[week] == "M"
    if life.kind in SHIELDED and chance.random() < habits["statements.family_shields"]:
        return "lives_here" if gone else "moved_away"
    if chance.random() < habits["statements.family_knows_nothing"]:
        return "no_information"
    return "moved_away" if gone else "lives_here"


def _neighbour_says(
    chance: random.Random, life: Life, who: Neighbour, habits: Habits, at: float
) -> str:
    known = int(max(0.0, at - who.hears_after))
    gone = life.states[known] == "M"
    if who.honesty == "honest":
        silent = chance.random() < habits["statements.honest_is_silent"]
        return "no_information" if silent else ("moved_away" if gone else "lives_here")
    if who.honesty == "lying":
        silent = chance.random() < habits["statements.liar_is_silent"]
        return "no_information" if silent else ("lives_here" if gone else "moved_away")
    if chance.random() < habits["statements.uninformed_is_silent"]:
        return "no_information"
    home = chance.random() < habits["statements.uninformed_says_home"]
    return "lives_here" if home else "moved_away"
