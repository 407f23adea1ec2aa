"""A day's or a week's visits as mathematics: numbers in, a feasible plan out.

`solve` plans, `check` judges, `move` changes a plan by hand; `python -m routing` does both alone.
"""

from routing.check import Fault, check
from routing.fields import ProblemError
from routing.moves import Infeasible, Insertion, Moved, insertions, move
from routing.naive import naive_plan
from routing.plan import (
    Leg,
    PlacedBreak,
    Plan,
    Reason,
    Route,
    Unserved,
    plan_to_json,
    read_plan,
)
from routing.problem import Problem, Shift, Stop
from routing.reading import problem_to_json, read_problem
from routing.solver.solve import solve
from routing.solver.stopping import Progress
from routing.territories import territories

__all__ = [
    "Fault",
    "Infeasible",
    "Insertion",
    "Leg",
    "Moved",
    "PlacedBreak",
    "Plan",
    "Problem",
    "ProblemError",
    "Progress",
    "Reason",
    "Route",
    "Shift",
    "Stop",
    "Unserved",
    "check",
    "insertions",
    "move",
    "naive_plan",
    "plan_to_json",
    "problem_to_json",
    "read_plan",
    "read_problem",
    "solve",
    "territories",
]
