"""Why a stop is unserved, and the smallest change that would have served it.

What is said here has been tried on the routes as they are: a time is named only when the stop
fits with it, a stop to leave out only when the other takes its place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from routing.draft import Draft
from routing.plan import Plan, Reason, Unserved
from routing.reasons.blunt import hopeless
from routing.reasons.telling import Teller

BLOCK = 512


class Limit(Protocol):
    """Something that knows whether the time is up."""

    def over(self) -> bool:
        """Whether it is."""
        ...


def explain(draft: Draft, plan: Plan, limit: Limit) -> Plan:
    """The plan with reasons for every unserved stop, musts first; once time is up it says so."""
    at = {stop.id: number for number, stop in enumerate(draft.problem.stops)}
    numbers = [at[one.stop] for one in plan.unserved]
    order = sorted(numbers, key=lambda one: (not draft.problem.stops[one].must, one))
    told: dict[int, tuple[Reason, ...]] = {}
    teller = Teller(draft) if order and draft.teams and not limit.over() else None
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        if teller is None or limit.over():
            told |= {stop: (_unexamined(draft, stop),) for stop in block}
        else:
            told |= teller.block(block)
    unserved = tuple(Unserved(one.stop, told[at[one.stop]]) for one in plan.unserved)
    return replace(plan, unserved=unserved)


def _unexamined(draft: Draft, stop: int) -> Reason:
    """What can be said without trying, once the time is up: nothing that is not known."""
    blunt = hopeless(draft, stop, draft.problem.stops[stop])
    if blunt:
        return blunt[0]
    return Reason("not-examined", "the budget ended before it was found out why it is left out")


def reasons(draft: Draft, stop: int) -> list[Reason]:
    """The reasons for one unserved stop of a draft, the decisive one first."""
    blunt = hopeless(draft, stop, draft.problem.stops[stop])
    return list(Teller(draft).block([stop])[stop]) if draft.teams else blunt
