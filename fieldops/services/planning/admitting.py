"""Who may work where: what a place asks of agents beyond the house becomes a skill of the plan.

The solver takes a crew's skills together; so an agent is given such a skill only if his partner
may go there too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import routing
from fieldops.models import Shift
from fieldops.services.planning.choosing import Chosen
from fieldops.services.planning.lawful import Gate1


def admitting(
    problem: routing.Problem, chosen: Sequence[Chosen], shifts: Sequence[Shift], gate: Gate1
) -> routing.Problem:
    """The problem with a skill for each set of shifts that the rules keep from some places."""
    kept_out: dict[str, frozenset[str]] = {}
    asked: dict[str, str] = {}
    for one in chosen:
        address = one.one.address_id
        unfit = {str(shift.id): rules for shift in shifts if (rules := gate.unfit(address, shift))}
        if unfit:
            names = ", ".join(sorted({rule for rules in unfit.values() for rule in rules}))
            asked[str(address)] = _skill(names, frozenset(unfit), kept_out)
    if not asked:
        return problem
    return replace(
        problem,
        stops=tuple(
            replace(stop, skills=stop.skills | {asked[stop.id]}) if stop.id in asked else stop
            for stop in problem.stops
        ),
        shifts=tuple(
            replace(shift, skills=shift.skills | _given(shift, kept_out))
            for shift in problem.shifts
        ),
    )


def _skill(names: str, unfit: frozenset[str], kept_out: dict[str, frozenset[str]]) -> str:
    """The skill that all shifts but these have, named by the rules that ask for it."""
    for number in range(1, len(kept_out) + 2):
        name = f"what {names} asks" if number == 1 else f"what {names} asks ({number})"
        if kept_out.setdefault(name, unfit) == unfit:
            return name
    raise AssertionError("one number more than there are names is always free")


def _given(shift: routing.Shift, kept_out: Mapping[str, frozenset[str]]) -> frozenset[str]:
    crew = {shift.id, shift.crew_with}
    return frozenset(name for name, unfit in kept_out.items() if not crew & unfit)
