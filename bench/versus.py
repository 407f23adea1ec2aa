"""`python -m bench.versus PROBLEM…`: engines against each other, a line a run, mean gaps last."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.engines import ENGINES, Outcome, run
from bench.instances import InstanceError, best_known, problem_json
from routing import Problem, ProblemError, read_problem

MEGA = 1_000_000
_EXAMPLE = (
    "example: python -m bench.versus problem.json --seconds 20 --engines ours,pyvrp --seeds 1,2,3"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs every engine with every seed; 1 when a plan had a fault or was not made, else 0."""
    given = _parser().parse_args(argv)
    clean, gaps = True, dict[str, list[float]]()
    for path in given.problems:
        try:
            value, best = _opened(path, given.best)
            problem = read_problem(value)
        except (OSError, ValueError, ProblemError, InstanceError) as wrong:
            sys.stderr.write(f"python -m bench.versus: {path}: {wrong}\n")
            return 2
        for outcome in _outcomes(problem, value, given):
            clean = clean and outcome.lawful
            print(f"{path.stem:12} {line(problem, outcome, best)}", flush=True)
            if outcome.plan is not None and outcome.lawful and best:
                gap = 100 * (outcome.plan.cost / best - 1)
                gaps.setdefault(outcome.engine, []).append(gap)
    for engine, found in gaps.items():
        print(f"{engine:8} mean gap {fmean(found):.3f} % of {len(found)} runs")
    return 0 if clean else 1


def _opened(path: Path, best: int | None) -> tuple[Any, int | None]:
    """The problem in its JSON form and the best cost known: a JSON file or a standard instance."""
    if path.suffix.lower() == ".json":
        return json.loads(path.read_bytes()), best
    return problem_json(path), best_known(path) if best is None else best


def _outcomes(problem: Problem, value: Any, given: argparse.Namespace) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as folder:
        path = Path(folder, "problem.json")
        path.write_text(json.dumps(value), encoding="utf-8")
        for seed in given.seeds:
            for engine in given.engines:
                if seed == given.seeds[0] or ENGINES[engine].seeded:
                    yield run(engine, problem, path, given.seconds, seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.versus",
        description="Engines against each other on the same problems in the same wall time.",
        epilog=_EXAMPLE,
    )
    parser.add_argument(
        "problems", type=Path, nargs="+", metavar="PROBLEM", help="problem.json, or .txt or .vrp"
    )
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
