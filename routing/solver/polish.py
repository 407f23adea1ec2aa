"""The last pass over a plan: what PyVRP left out is inserted, or takes the place of a lesser stop.

It works on true times with true breaks, so that the slack that was reserved is used. The most
valuable stops go first. After the first round only routes that have changed are looked at, and
stops that have just been left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from routing.draft import Draft
from routing.ground import Integers
from routing.options import ANY
from routing.rows import Rows
from routing.slots import NONE, Slots, by_team
from routing.solver.repair import make_room, worth
from routing.solver.stopping import Allowance

ROUNDS = 20
BLOCK = 256
"""So many stops are judged at once; what changes meanwhile is judged anew for their rest."""


def polish(draft: Draft, allowance: Allowance) -> None:
    """Improves a draft until nothing helps, the rounds are over or the time is up."""
    if not draft.teams:
        return
    work = _Work(draft, allowance, set(range(len(draft.teams))), set(draft.unserved))
    for _ in range(ROUNDS):
        work.run()
        if not work.next_round():
            return


@dataclass(slots=True)
class _Work:
    """What is left to be tried: `teams` that have changed, and stops that are `fresh`."""

    draft: Draft
    allowance: Allowance
    teams: set[int]
    fresh: set[int]
    changed: set[int] = field(default_factory=set)
    before: set[int] = field(init=False)
    places: Slots = field(init=False)
    swaps: Slots = field(init=False)

    def __post_init__(self) -> None:
        self.before = set(self.draft.unserved)
        self.places = Slots(self.draft)
        self.swaps = Slots(self.draft, "exchange")

    def run(self) -> None:
        """One round of everything."""
        draft = self.draft
        self.changed |= {team for team in range(len(draft.teams)) if draft.cheapen(team)}
        _drop_the_dear(self)
        _insert_all(self)
        _exchange_all(self)
        _relocate_all(self)
        musts = [stop for stop in _by_worth(draft) if draft.problem.stops[stop].must]
        if not self.allowance.over():
            self.changed |= make_room(draft, musts, self.allowance)

    def next_round(self) -> bool:
        """Whether there is reason and time for another round."""
        everything = bool(self.draft.parted) and bool(self.changed)
        self.teams = set(range(len(self.draft.teams))) if everything else self.changed
        self.fresh = self.draft.unserved - self.before
        self.before = set(self.draft.unserved)
        self.changed = set()
        return bool(self.teams) and not self.allowance.over()

    def blocks(self) -> Iterator[tuple[list[int], set[int]]]:
        """Unserved stops by worth, in blocks, with the teams to be tried for them."""
        everyone = set(range(len(self.draft.teams)))
        order = _by_worth(self.draft)
        for start in range(0, len(order), BLOCK):
            block = order[start : start + BLOCK]
            known = self.teams | self.changed
            for stops, teams in (
                ([stop for stop in block if stop in self.fresh], everyone),
                ([stop for stop in block if stop not in self.fresh], known),
            ):
                if stops and not self.allowance.over():
                    yield stops, teams


def _by_worth(draft: Draft) -> list[int]:
    return sorted(draft.unserved, key=lambda stop: (-worth(draft, stop), stop))


def _drop_the_dear(work: _Work) -> None:
    """Takes out stops that cost more than they are worth; those of a head stay."""
    draft = work.draft
    for team in sorted(work.teams):
        route = draft.routes[team]
        for at in range(len(route) - 1, draft.heads[team] - 1, -1):
            if draft.saved(team, at) > worth(draft, route[at]):
                old, options = list(route), draft.choices(route)
                draft.remove(team, at)
                # Without the triangle inequality a shorter route may come too late.
                if draft.feasible(team):
                    work.changed.add(team)
                else:
                    draft.set_route(team, old, options)
                    route = draft.routes[team]


def _insert_all(work: _Work) -> None:
    for stops, teams in work.blocks():
        costs = work.places.costs(stops, teams)
        for at, stop in enumerate(stops):
            _insert(work, stops, costs, at, worth(work.draft, stop))


def _insert(work: _Work, stops: Sequence[int], costs: Integers, at: int, own: int) -> None:
    """Inserts the stop where that costs least, if it is worth it, and judges that team anew."""
    draft = work.draft
    while int(costs[at].min()) < min(own, NONE):
        team = int(costs[at].argmin())
        slot = next(draft.insertions(stops[at], [team]), None)
        if slot is None or slot.cost > int(costs[at, team]):
            # Somebody was served meanwhile with whom it may not share the day.
            costs[at, team] = NONE
            continue
        draft.insert(stops[at], slot)
        work.changed.add(team)
        rest = stops[at + 1 :]
        if rest:
            costs[at + 1 :, team] = work.places.costs(rest, [team])[:, team]
        return


def _exchange_all(work: _Work) -> None:
    """Each stop takes the place of the one by whose loss most is gained, if anything is."""
    for stops, teams in work.blocks():
        rows = work.swaps.rows_in(teams)
        free = [stop for stop in stops if _is_free(work.draft, stop)]
        if len(rows) and free:
            _exchange(work, free, rows, _losses(work.draft, rows))


def _is_free(draft: Draft, stop: int) -> bool:
    pinned = draft.problem.stops[stop].pinned
    return pinned is None or pinned.sequence is None


def _losses(draft: Draft, rows: Rows) -> Integers:
    return np.array([worth(draft, old) for old in rows.old.tolist()], dtype=np.int64)


def _exchange(work: _Work, stops: Sequence[int], rows: Rows, losses: Integers) -> None:
    draft = work.draft
    own = np.array([worth(draft, stop) for stop in stops], dtype=np.int64)
    losses = losses.copy()
    # Only the best row of each team is kept: a team that changes is judged anew as a whole.
    prices = _priced(work, stops, rows, losses)
    for at, stop in enumerate(stops):
        while int(prices[at].min()) < own[at]:
            team = int(prices[at].argmin())
            if not _swap(work, stop, team):
                prices[at, team] = NONE
                continue
            rest = stops[at + 1 :]
            if rest:
                mine = work.swaps.rows_in([team])
                fresh = _priced(work, rest, mine, _losses(draft, mine))
                prices[at + 1 :, team] = fresh[:, team]
            break


def _priced(work: _Work, stops: Sequence[int], rows: Rows, losses: Integers) -> Integers:
    """The least that an exchange costs with the stop that goes, in each team: (stops, teams)."""
    found = np.full((len(stops), len(work.draft.teams)), NONE)
    for part, cost in work.swaps.blocks(stops, rows):
        found[part] = by_team(rows, np.minimum(cost + losses, NONE), len(work.draft.teams))
    return found


def _swap(work: _Work, stop: int, team: int) -> bool:
    """The best exchange of the stop in this team, if it gains."""
    draft = work.draft
    best, chosen = worth(draft, stop), None
    for at in range(draft.heads[team], len(draft.routes[team])):
        slot = draft.swap(team, stop, at)
        if slot is not None and slot.cost + worth(draft, draft.routes[team][at]) < best:
            best, chosen = slot.cost + worth(draft, draft.routes[team][at]), slot
    if chosen is None:
        return False
    draft.replace(team, chosen.position, stop, chosen.option)
    work.changed.add(team)
    return True


def _relocate_all(work: _Work) -> None:
    """Puts stops in the place of others that find a place on another route."""
    draft = work.draft
    if not draft.unserved or work.allowance.over():
        return
    rows = work.swaps.rows_in(work.teams | work.changed)
    if not len(rows):
        return
    elsewhere = work.places.costs(rows.old.tolist())
    elsewhere[np.arange(len(rows)), rows.team] = NONE
    losses = elsewhere.min(axis=1)
    movable = np.flatnonzero(losses < np.minimum(_losses(draft, rows), NONE))
    rows, losses = rows.of(movable), losses[movable]
    order = [stop for stop in _by_worth(draft) if _is_free(draft, stop)]
    for start in range(0, len(order) if len(rows) else 0, BLOCK):
        if work.allowance.over():
            return
        _relocate_some(work, order[start : start + BLOCK], rows, losses)


def _relocate_some(work: _Work, stops: Sequence[int], rows: Rows, losses: Integers) -> None:
    """Tries each row once, and none of a route that has changed since it was judged."""
    for part, cost in work.swaps.blocks(stops, rows):
        total = np.minimum(cost + losses, NONE)
        for stop, costs in zip(stops[part], total, strict=True):
            costs[losses >= NONE] = NONE
            at = int(costs.argmin())
            if int(costs[at]) >= min(worth(work.draft, stop), NONE):
                continue
            team = int(rows.team[at])
            done = _relocate(work, stop, team, int(rows.old[at]))
            losses[rows.team == team if done else at] = NONE


def _relocate(work: _Work, stop: int, team: int, old: int) -> bool:
    """The stop in the place of another, and that one elsewhere, if both can be and it gains."""
    draft = work.draft
    if old not in draft.routes[team]:
        return False
    at, options = draft.routes[team].index(old), draft.choices([old])
    slot = draft.swap(team, stop, at)
    if slot is None:
        return False
    draft.replace(team, at, stop, slot.option)
    costs = work.places.costs([old])[0]
    costs[team] = NONE
    target = int(costs.argmin())
    other = draft.cheapest(old, [target]) if costs[target] < NONE else None
    if other is None or slot.cost + other.cost >= worth(draft, stop):
        draft.replace(team, at, old, options.get(old, ANY))
        return False
    draft.insert(old, other)
    work.changed |= {team, other.team}
    return True
