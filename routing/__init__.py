"""A day's or a week's visits as mathematics: numbers in, a feasible plan out.

`solve` plans, `check` judges, `move` changes a plan by hand; `python -m routing` does both alone.
"""

from routing.check import Fault, check
from routing.day import Position, remaining
from routing.day_changes import Changes, ShiftChanges, difference
from routing.day_replanning import replan
from routing.day_rolling import Lateness, roll_forward, rolled
from routing.fields import ProblemError
from routing.ground import ground_of
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
from routing.reading import problem_to_json, read_problem, stop_to_json
from routing.solver.solve import solve
from routing.solver.stopping import Progress
from routing.territories import territories

__all__ = [
    "Changes",
    "Fault",
    "Infeasible",
    "Insertion",
    "Lateness",
    "Leg",
    "Moved",
    "PlacedBreak",
    "Plan",
    "Position",
    "Problem",
    "ProblemError",
    "Progress",
    "Reason",
    "Route",
    "Shift",
    "ShiftChanges",
    "Stop",
    "Unserved",
    "check",
    "difference",
    "ground_of",
    "insertions",
    "move",
    "naive_plan",
    "plan_to_json",
    "problem_to_json",
    "read_plan",
    "read_problem",
    "remaining",
    "replan",
    "roll_forward",
    "rolled",
    "solve",
    "stop_to_json",
    "territories",
]
