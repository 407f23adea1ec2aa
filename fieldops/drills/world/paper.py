"""What is learned without a visit: calls, the register, data vendors and the post."""

import random
from collections.abc import Iterator

from fieldops.drills.world.cast import Surroundings
from fieldops.drills.world.habits import Habits
from fieldops.drills.world.lives import Kind, Life
from fieldops.drills.world.sighting import Sighting
from fieldops.drills.world.timing import later


def call(
    chance: random.Random, life: Life, around: Surroundings, habits: Habits, at: float
) -> Iterator[Sighting]:
    """One call to the debtor's number, recorded at once."""
    kind = "call.number_dead" if at >= around.phone_dies else _answer(chance, life, habits, at)
    yield Sighting(kind, "phone", f"{life.person}-phone", at, at)


def _answer(chance: random.Random, life: Life, habits: Habits, at: float) -> str:
    if life.kind is Kind.DIES and life.states[int(at)] == "M":
        return "call.no_answer"
    if chance.random() >= habits["phone.answers"]:
        return "call.no_answer"
    if chance.random() < habits["phone.refuses"]:
        return "call.refused"
    gone = life.states[int(at)] == "M"
    if life.kind is Kind.EVADES and chance.random() < habits["phone.evader_says_moved"]:
        return "call.says_moved_away"
    if gone and life.kind is not Kind.MOVES_SECRETLY:
        told = chance.random() < habits["phone.tells_of_move"]
        return "call.says_moved_away" if told else "call.refused"
    return "call.says_lives_here"


def register(
    chance: random.Random, life: Life, around: Surroundings, habits: Habits, at: float
) -> Iterator[Sighting]:
    """One look into the register, which learns late or never, and is seldom simply wrong."""
    other = at >= around.register_learns and life.states[int(at)] == "M"
    other = other or chance.random() < habits["registry.wrong"]
    kind = "registry.other_address" if other else "registry.same_address"
    yield Sighting(kind, "registry", "registry", at, at)


def vendor(
    chance: random.Random, life: Life, around: Surroundings, habits: Habits, at: float
) -> Iterator[Sighting]:
    """One answer of a data vendor; what he holds is stale, or another's, and he repeats it."""
    which = chance.randrange(len(around.vendors_learn))
    learned = at >= around.vendors_learn[which] and life.states[int(at)] == "M"
    kind = "vendor.other_address" if learned or which in around.false_at else "vendor.same_address"
    yield Sighting(kind, "vendor", f"vendor{which + 1}", at, at)


def letter(
    chance: random.Random, life: Life, around: Surroundings, habits: Habits, at: float
) -> Iterator[Sighting]:
    """One letter; what became of it is known days later."""
    state = life.states[int(at)]
    luck = chance.random()
    if state == "M":
        delivered, returned = habits["mail.delivered_moved"], habits["mail.returned_moved"]
    else:
        name = "mail.delivered_home" if state == "H" else "mail.delivered_away"
        delivered, returned = habits[name], habits["mail.returned_home"]
    kind = "mail.unclaimed"
    if luck < delivered:
        kind = "mail.delivered"
    elif luck < delivered + returned:
        kind = "mail.returned"
    yield Sighting(kind, "mail", "mail", at, later(chance, at, habits["mail.late_days"]))
