"""`python -m bench.instances FILE`: writes the problem of a file to standard output."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.instances.faults import InstanceError
from bench.instances.fieldday import left_out
from bench.instances.known import best_known
from bench.instances.opening import problem_json
from routing import ProblemError, read_problem

_EXAMPLE = (
    "examples: python -m bench.instances R108.txt > problem.json; "
    "python -m bench.instances cases.csv --agents agents.csv --plain > problem.json"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Converts one file; 0, or 2 with one line on standard error when it cannot be."""
    given = _parser().parse_args(argv)
    try:
        problem = problem_json(given.file, agents=given.agents, plain=given.plain)
        read_problem(problem)
        _tell(given.file)
    except (InstanceError, ProblemError) as wrong:
        sys.stderr.write(f"python -m bench.instances: {wrong}\n")
        return 2
    json.dump(problem, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.instances",
        description="Turns a standard instance or a case file into a problem.",
        epilog=_EXAMPLE,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=".txt, .vrp or .csv")
    parser.add_argument("--agents", type=Path, metavar="CSV", help="the agents of a case file")
    parser.add_argument("--plain", action="store_true", help="a field day without crews and breaks")
    return parser


def _tell(path: Path) -> None:
    """What somebody who uses the problem should know, on standard error."""
    if path.suffix.lower() == ".csv":
        refused, lost = left_out(path)
        sys.stderr.write(f"{refused} rows refused, {lost} without coordinates left out\n")
    elif (best := best_known(path)) is not None:
        sys.stderr.write(f"best known cost: {best}\n")


if __name__ == "__main__":
    sys.exit(main())
