"""The plan that somebody would make by hand: a territory for each, then the nearest stop."""

from bench.engines.allowance import Allowance
from routing import Plan, Problem, naive_plan


def plan(problem: Problem, allowance: Allowance, seed: int) -> Plan:
    """The naive plan, which takes as long as it takes."""
    return naive_plan(problem, seed=seed)
