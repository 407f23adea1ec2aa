"""Where a search begins that goes on from a plan there is: its crews and its orders."""

from __future__ import annotations

from routing.draft import Draft
from routing.plan import Plan
from routing.problem import Problem
from routing.solver.tasks import Orders
from routing.team import Team, pair_up, single


def teams_of(problem: Problem, plan: Plan) -> list[Team]:
    """The crews of the plan as far as the problem still has them; everybody else works alone."""
    at = {shift.id: number for number, shift in enumerate(problem.shifts)}
    teams: list[Team] = []
    for route in plan.routes:
        members = [at[name] for name in route.shifts if name in at]
        if len(members) == 2 and not {one for team in teams for one in team.members} & {*members}:
            teams.append(pair_up(problem, *members))
    taken = {member for team in teams for member in team.members}
    teams += [single(problem, one) for one in range(len(problem.shifts)) if one not in taken]
    return sorted(teams, key=lambda team: team.members)


def orders_of(draft: Draft, plan: Plan) -> Orders:
    """The plan's routes as orders for the draft's teams: what is not open any more is left out."""
    stop_at = {stop.id: number for number, stop in enumerate(draft.problem.stops)}
    team_at = {
        draft.problem.shifts[member].id: number
        for number, team in enumerate(draft.teams)
        for member in team.members
    }
    orders: dict[int, tuple[int, ...]] = {}
    for route in plan.routes:
        team = team_at.get(route.shift)
        if team is None:
            continue
        numbers = (stop_at.get(leg.stop, -1) for leg in route.legs)
        open_stops = [one for one in numbers if one in draft.unserved]
        may = [one for one in open_stops if draft.eligible(one)[team]]
        orders[team] = (*orders.get(team, ()), *may)
    return orders
