"""Our own solver, with every core that the process has."""

from bench.engines.allowance import Allowance
from routing import Plan, Problem, solve


def plan(problem: Problem, allowance: Allowance, seed: int) -> Plan:
    """The plan of `routing.solve`."""
    return solve(problem, budget=allowance.left(len(problem.stops)), seed=seed)
