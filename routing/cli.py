"""The command line of the library: reads files, solves or judges, answers with an exit status.

0: done, nothing found. 1: a finding. 2: a wrong argument or file, with one line on standard error.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.progress import Progress as Bar

from routing.check import check
from routing.fields import ProblemError
from routing.plan import Plan, plan_to_json, read_plan
from routing.problem import Problem
from routing.reading import read_problem
from routing.solver.solve import DEFAULT_BUDGET, solve
from routing.solver.stopping import Progress

MAX_BYTES = 512 * 1024 * 1024


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


class _Unusable(Exception):
    """A file that cannot be taken."""


def main(arguments: Sequence[str] | None = None, begun: float | None = None) -> int:
    """Runs one command and returns its exit status.

    A budget counts from `begun`, a moment of the performance counter; without it from now.
    """
    options = _parser().parse_args(arguments)
    try:
        problem = _problem(options.problem)
        if options.command == "check":
            return _check(problem, options.plan)
        return _solve(problem, options, begun)
    except _Unusable as refusal:
        sys.stderr.write(f"python -m routing: {refusal}\n")
        return 2


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m routing",
        description="Plans visits from numbers alone, and judges plans.",
        epilog="example: python -m routing solve problem.json --budget 10 --out plan.json",
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    plan = commands.add_parser(
        "solve",
        help="make a plan",
        description="Makes a plan. Exit status 1 when a must or a pinned stop cannot be served.",
        epilog="example: python -m routing solve problem.json --budget 10 --out plan.json",
    )
    plan.add_argument("problem", type=Path, metavar="PROBLEM.json")
    effort = plan.add_mutually_exclusive_group()
    effort.add_argument(
        "--budget", type=_budget, metavar="S", help=f"seconds to spend ({DEFAULT_BUDGET:g})"
    )
    effort.add_argument(
        "--iterations", type=_positive, metavar="N", help="instead: the same plan every time"
    )
    plan.add_argument("--seed", type=_seed, default=1, metavar="N", help="1 unless given")
    plan.add_argument("--start", type=Path, metavar="PLAN.json", help="a plan to go on from")
    plan.add_argument("--out", type=Path, metavar="PLAN.json", help="standard output unless given")
    judge = commands.add_parser(
        "check",
        help="judge a plan",
        description="Lists every broken constraint; exit status 1 when there is one.",
        epilog="example: python -m routing check problem.json plan.json",
    )
    judge.add_argument("problem", type=Path, metavar="PROBLEM.json")
    judge.add_argument("plan", type=Path, metavar="PLAN.json")
    return parser


def _budget(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and 0 < seconds <= 1e6):
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return seconds


def _whole(value: str, low: int, high: int) -> int:
    if not value.isdecimal() or len(value) > 12 or not low <= int(value) <= high:
        raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}")
    return int(value)


def _positive(value: str) -> int:
    return _whole(value, 1, 10**9)


def _seed(value: str) -> int:
    return _whole(value, 0, 2**31 - 1)


def _json(path: Path) -> object:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _Unusable(f"{path} is larger than {MAX_BYTES} bytes")
        decoded: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as broken:
        raise _Unusable(f"cannot read {path}: {broken.strerror or broken}") from None
    except (ValueError, RecursionError) as broken:
        raise _Unusable(f"{path} is not JSON: {broken}") from None
    return decoded


def _problem(path: Path) -> Problem:
    try:
        return read_problem(_json(path))
    except ProblemError as wrong:
        raise _Unusable(f"{path}: {wrong}") from None


def _plan(path: Path) -> Plan:
    try:
        return read_plan(_json(path))
    except ProblemError as wrong:
        raise _Unusable(f"{path}: {wrong}") from None


def _check(problem: Problem, path: Path) -> int:
    faults = check(problem, _plan(path))
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


def _solve(problem: Problem, options: argparse.Namespace, begun: float | None) -> int:
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("planning", total=1.0)

        def tell(now: Progress) -> None:
            bar.update(task, completed=now.done)

        plan = solve(
            problem,
            budget=options.budget,
            iterations=options.iterations,
            seed=options.seed,
            progress=tell,
            start=None if options.start is None else _plan(options.start),
            begun=begun,
        )
    _write(plan, options.out)
    musts = {stop.id for stop in problem.stops if stop.must}
    missed = [one for one in plan.unserved if one.stop in musts]
    for one in missed:
        why = "; ".join(reason.detail for reason in one.reasons)
        sys.stderr.write(f"{one.stop} must be served and cannot be: {why}\n")
    return 1 if missed else 0


def _write(plan: Plan, out: Path | None) -> None:
    written = json.dumps(plan_to_json(plan), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        sys.stdout.write(written)
        return
    try:
        out.write_text(written, encoding="utf-8")
    except OSError as broken:
        raise _Unusable(f"cannot write {out}: {broken.strerror or broken}") from None
