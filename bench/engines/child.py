"""The process of one run: reads the problem, runs one engine, writes what it gave, and ends.

Arguments: PROBLEM.json OUT.json ENGINE SECONDS SEED BEGUN, the last on the monotonic clock.
OUT holds the `plan`, or `unavailable`, `unsupported` or `infeasible` with the reason.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from bench.engines.allowance import Allowance
from bench.engines.faults import UnsupportedError
from bench.engines.orders import InfeasibleOrderError
from bench.engines.table import ENGINES
from bench.rows import UnavailableError
from routing import plan_to_json, read_problem


def main(arguments: list[str]) -> int:
    """Runs the engine; 0 whenever an answer was written."""
    problem, out, engine, seconds, seed, begun = arguments
    entry = ENGINES[engine]
    if entry.cores is not None:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[-entry.cores :])
    allowance = Allowance(float(begun), float(seconds))
    answer = answer_of(engine, json.loads(Path(problem).read_bytes()), allowance, int(seed))
    Path(out).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def answer_of(engine: str, value: object, allowance: Allowance, seed: int) -> dict[str, object]:
    """What the engine gives for a problem in its JSON form, as OUT holds it."""
    try:
        plan = ENGINES[engine].load()(read_problem(value), allowance, seed)
    except UnavailableError as reason:
        return {"unavailable": str(reason)}
    except UnsupportedError as reason:
        return {"unsupported": str(reason)}
    except InfeasibleOrderError as reason:
        return {"infeasible": str(reason)}
    return {"plan": plan_to_json(plan)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
