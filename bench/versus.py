"""`python -m bench.versus PROBLEM.json`: engines against each other, a line a run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.engines import ENGINES, Outcome, run
from routing import Problem, ProblemError, read_problem

MEGA = 1_000_000
_EXAMPLE = (
    "example: python -m bench.versus problem.json --seconds 20 --engines ours,pyvrp --seeds 1,2,3"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs every engine with every seed; 1 when a plan had a fault or was not made, else 0."""
    given = _parser().parse_args(argv)
    try:
        problem = read_problem(json.loads(given.problem.read_bytes()))
    except (OSError, ValueError, ProblemError) as wrong:
        sys.stderr.write(f"python -m bench.versus: {given.problem}: {wrong}\n")
        return 2
    clean = True
    for seed in given.seeds:
        for engine in given.engines:
            if seed != given.seeds[0] and not ENGINES[engine].seeded:
                continue
            outcome = run(engine, problem, given.problem, given.seconds, seed)
            clean = clean and outcome.lawful
            print(line(problem, outcome, given.best), flush=True)
    return 0 if clean else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.versus",
        description="Engines against each other on one problem in the same wall time.",
        epilog=_EXAMPLE,
    )
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("--seconds", type=_seconds, default=20.0, help="wall time of a run (20)")
    parser.add_argument("--engines", type=_engines, default=["ours", "pyvrp", "vroom"])
    parser.add_argument("--seeds", type=_seeds, default=[1], metavar="1,2,3")
    parser.add_argument("--best", type=int, help="the best cost that is known, for the gap")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError("must lie between 0 and 86400")
    return seconds


def _engines(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in ENGINES]:
        raise argparse.ArgumentTypeError(f"no engine {unknown[0]}; there are {', '.join(ENGINES)}")
    return names


def _seeds(text: str) -> list[int]:
    return [int(one) for one in text.split(",")]


def line(problem: Problem, outcome: Outcome, best: int | None = None) -> str:
    """One run as text: engine, seed, wall, cost, gap, value, visits, travel, memory, faults."""
    told = f"{outcome.engine:8} seed {outcome.seed:<3} wall {outcome.wall:6.2f} s  "
    told += f"memory {outcome.memory / MEGA:6.0f} MB  "
    plan = outcome.plan
    if plan is None:
        return told + outcome.reason
    gap = "" if not best else f"gap {100 * (plan.cost / best - 1):6.2f} %  "
    told += f"cost {plan.cost:11,}  {gap}value {outcome.value:11,}  "
    told += f"visits {outcome.visits:5}/{len(problem.stops)}  musts missed {outcome.musts_missed}  "
    told += f"routes {len(plan.routes):4}  {plan.metres:10,} m  {plan.seconds / 3600:7.2f} h  "
    shown = "" if not outcome.faults else f" ({outcome.faults[0]})"
    return told + f"faults {len(outcome.faults)}{shown}"


if __name__ == "__main__":
    sys.exit(main())
