"""Changes one visit of a plan by hand: assign, move or take out, and see what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from routing.draft import Draft, Slot
from routing.finished import plan_of
from routing.ground import Ground, ground_of
from routing.plan import Plan, Reason
from routing.problem import Problem
from routing.reasons import explain, reasons
from routing.schedule import Timetable
from routing.slots import Slots
from routing.solver.exact_breaks import arrangements
from routing.standing import standing
from routing.team import Team, pair_up, single


class Infeasible(ValueError):
    """A change that the rules do not allow, with the reasons."""

    def __init__(self, found: Iterable[Reason]) -> None:
        self.reasons = tuple(found)
        super().__init__("; ".join(one.detail for one in self.reasons))


@dataclass(frozen=True, slots=True)
class Moved:
    """The plan after a change, and how much more it travels."""

    plan: Plan
    delta_metres: int
    delta_seconds: int


@dataclass(frozen=True, slots=True)
class Insertion:
    """A place where a stop fits: before the stop now at `position`; `cost` leaves prizes aside."""

    shift: str
    position: int
    cost: int
    delta_metres: int
    delta_seconds: int


class _Never:
    def over(self) -> bool:
        return False


def draft_of(problem: Problem, plan: Plan, ground: Ground | None = None) -> Draft:
    """The draft that a plan came from; ValueError when it names what the problem lacks."""
    stop_at = {stop.id: at for at, stop in enumerate(problem.stops)}
    shift_at = {shift.id: at for at, shift in enumerate(problem.shifts)}
    teams: list[Team] = []
    orders: list[list[int]] = []
    try:
        for route in plan.routes:
            members = [shift_at[name] for name in route.shifts]
            teams.append(
                pair_up(problem, *members) if len(members) == 2 else single(problem, members[0])
            )
            orders.append([stop_at[leg.stop] for leg in route.legs])
    except KeyError as unknown:
        raise ValueError(f"the problem has no {unknown.args[0]}") from None
    used = {member for team in teams for member in team.members}
    teams += [single(problem, one) for one in range(len(problem.shifts)) if one not in used]
    draft = Draft(problem, ground or ground_of(problem), teams)
    for team, order in enumerate(orders):
        options = _options(draft, plan, order)
        draft.set_route(team, order, options)
        draft.heads[team] = _head(problem, order)
        if _rests_in_turn(draft.teams[team]) and not draft.feasible(team):
            _rest_otherwise(draft, team, options)
    return draft


def _rests_in_turn(team: Team) -> bool:
    """Whether there is more than one way for the team to take its breaks."""
    return len(team.breaks) > 1 or (len(team.members) > 1 and bool(team.breaks))


def _rest_otherwise(draft: Draft, team: int, options: dict[int, int]) -> None:
    """Gives a team that would be late the order of breaks with which it was planned, if any."""
    route = list(draft.routes[team])
    usual, *others = arrangements(draft.problem, draft.teams[team].members)
    for unit in [*others, usual]:
        draft.teams[team] = unit
        draft.set_route(team, route, options)
        if draft.feasible(team):
            return


def _options(draft: Draft, plan: Plan, order: list[int]) -> dict[int, int]:
    """The options in which a plan serves these stops, so that they stay where they are."""
    if not any(stop in draft.options for stop in order):
        return {}
    start = {leg.stop: leg.start for route in plan.routes for leg in route.legs}
    stops = draft.problem.stops
    return {stop: draft.option_at(stop, start[stops[stop].id]) for stop in order}


def _head(problem: Problem, order: list[int]) -> int:
    pins = (problem.stops[stop].pinned for stop in order)
    held = [at for at, pin in enumerate(pins) if pin is not None and pin.sequence is not None]
    return held[-1] + 1 if held else 0


def move(
    problem: Problem,
    plan: Plan,
    stop_id: str,
    shift_id: str | None,
    position: int | None = None,
    *,
    ground: Ground | None = None,
) -> Moved:
    """Puts a stop onto a shift's route at a position (None: the cheapest); no shift takes it out.

    Routes that it does not touch stay as the plan has them. A `ground` of the problem that the
    caller keeps saves its making. Raises Infeasible with reasons where a rule forbids it,
    ValueError for an unknown name.
    """
    draft = draft_of(problem, plan, ground)
    stop = _stop_number(problem, stop_id)
    if shift_id is not None and all(shift.id != shift_id for shift in problem.shifts):
        raise ValueError(f"the problem has no shift {shift_id}")
    _take_out(draft, stop)
    if shift_id is not None:
        team = next(at for at, one in enumerate(draft.teams) if shift_id in _ids(problem, one))
        _put_in(draft, stop, team, position)
    changed = _explained(draft, plan)
    return Moved(changed, changed.metres - plan.metres, changed.seconds - plan.seconds)


def insertions(
    problem: Problem, plan: Plan, stop_id: str, best: int = 3, *, ground: Ground | None = None
) -> list[Insertion]:
    """The cheapest places for a stop, one a route, as if it were taken out of the plan first.

    Raises Infeasible where it may not be taken out, since a later stop is pinned to its place.
    """
    draft = draft_of(problem, plan, ground)
    stop = _stop_number(problem, stop_id)
    _take_out(draft, stop)
    return [_insertion(draft, stop, slot) for slot in Slots(draft).best(stop, best)]


def _insertion(draft: Draft, stop: int, slot: Slot) -> Insertion:
    unit, route, ground = draft.teams[slot.team], draft.routes[slot.team], draft.ground
    here = route[slot.position - 1] if slot.position else unit.start
    there = route[slot.position] if slot.position < len(route) else unit.end
    metres, seconds = ground.metres(here, stop), ground.seconds(here, stop)
    if there is not None:
        metres += ground.metres(stop, there) - (ground.metres(here, there) if route else 0)
        seconds += ground.seconds(stop, there) - (ground.seconds(here, there) if route else 0)
    shift = draft.problem.shifts[unit.members[0]].id
    return Insertion(shift, slot.position, slot.cost, metres, seconds)


def _ids(problem: Problem, team: Team) -> set[str]:
    return {problem.shifts[member].id for member in team.members}


def _stop_number(problem: Problem, stop_id: str) -> int:
    for at, stop in enumerate(problem.stops):
        if stop.id == stop_id:
            return at
    raise ValueError(f"the problem has no stop {stop_id}")


def _take_out(draft: Draft, stop: int) -> None:
    """Removes the stop from its route, unless stops pinned to later places need it there."""
    for team, route in enumerate(draft.routes):
        if stop not in route:
            continue
        at = route.index(stop)
        if at + 1 < draft.heads[team]:
            raise Infeasible(
                [Reason("pinned-impossible", "a stop after it is pinned to its place")]
            )
        draft.remove(team, at)
        draft.heads[team] = _head(draft.problem, draft.routes[team])
        if not draft.feasible(team):
            raise Infeasible([Reason("shift-full", "the way without it takes longer")])


def _put_in(draft: Draft, stop: int, team: int, position: int | None) -> None:
    if position is None:
        slot = draft.cheapest(stop, [team])
        if slot is None:
            raise Infeasible(_why_not(draft, stop, team))
        draft.insert(stop, slot)
        return
    route = draft.routes[team]
    if not 0 <= position <= len(route):
        raise ValueError(f"the position must lie between 0 and {len(route)}")
    trial = [*route[:position], stop, *route[position:]]
    pinned = draft.problem.stops[stop].pinned
    wrong = pinned is not None and pinned.sequence not in (None, position)
    if position < draft.heads[team] or wrong:
        raise Infeasible([Reason("pinned-impossible", "stops are pinned to other places")])
    if not draft.lawful(team, trial):
        raise Infeasible(_why_not(draft, stop, team, trial))
    draft.insert(stop, Slot(0, team, position))


def _why_not(draft: Draft, stop: int, team: int, trial: list[int] | None = None) -> list[Reason]:
    """Reasons in the eyes of one team: as if it were the only one."""
    alone = Draft(draft.problem, draft.ground, [draft.teams[team]])
    alone.set_route(0, draft.routes[team], draft.choices(draft.routes[team]))
    alone.heads[0] = draft.heads[team]
    if trial is not None and alone.cheapest(stop, [0]) is not None:
        late = not Timetable(draft.clock, draft.teams[team], trial).feasible
        if late:
            return [Reason("shift-full", "at this position it, or a later stop, comes too late")]
    return reasons(alone, stop)


def _explained(draft: Draft, before: Plan) -> Plan:
    known = {one.stop: one for one in before.unserved}
    plan = plan_of(draft, standing(draft, before))
    fresh = explain(
        draft,
        replace(plan, unserved=tuple(one for one in plan.unserved if one.stop not in known)),
        _Never(),
    )
    told = {one.stop: one for one in fresh.unserved} | known
    return replace(
        plan,
        unserved=tuple(told[one.stop] for one in plan.unserved),
        budget_s=before.budget_s,
        seed=before.seed,
        engine=before.engine,
        wall_s=before.wall_s,
    )
