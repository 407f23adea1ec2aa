"""Runs one engine in a process of its own, measures it, and has its plan judged.

The wall time runs from before the process starts until it has ended; memory is the largest sum of
the resident sets of the process and its children, looked at twenty times a second.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.engines.table import ENGINES
from routing import Plan, Problem, check, read_plan

LOOK_EVERY = 0.05
MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run gave: a plan with the faults found in it, or the reason why there is none."""

    engine: str
    seed: int
    seconds: float
    wall: float
    memory: int
    plan: Plan | None = None
    faults: tuple[str, ...] = ()
    reason: str = ""
    value: int = 0
    visits: int = 0
    musts_missed: int = field(default=0)

    @property
    def lawful(self) -> bool:
        """Whether there is a plan without a fault."""
        return self.plan is not None and not self.faults


def run(
    engine: str, problem: Problem, path: Path, seconds: float, seed: int, *, patience: float = 0
) -> Outcome:
    """Plans the problem, whose JSON lies at `path`, with one of ENGINES.

    An engine that has not ended after four times its seconds and `patience` (60 unless given) is
    ended, and gave nothing.
    """
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine}; there are {', '.join(ENGINES)}")
    with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as folder:
        out = Path(folder, "answer.json")
        begun = time.monotonic()
        command = [sys.executable, "-m", "bench.engines.child", str(path), str(out), engine]
        command += [repr(seconds), str(seed), repr(begun)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        memory = _watch(process, begun + 4 * seconds + (patience or 60))
        wall = time.monotonic() - begun
        said = process.communicate()[1].decode(errors="replace").strip()
        answer = json.loads(out.read_text()) if out.is_file() else {}
    outcome = Outcome(engine, seed, seconds, wall, memory)
    return _judged(problem, outcome, answer, said)


def _watch(process: subprocess.Popen[bytes], deadline: float) -> int:
    """Waits for the end of the process and answers the largest resident sum in bytes."""
    most = 0
    while True:
        most = max(most, _resident(process.pid))
        try:
            process.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                _end(process)
                return most
            continue
        return most


def _resident(pid: int) -> int:
    total = 0
    try:
        first = psutil.Process(pid)
        family = [first, *first.children(recursive=True)]
    except psutil.Error:
        return 0
    for one in family:
        try:
            total += one.memory_info().rss
        except psutil.Error:
            continue
    return total


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and the children that it started."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.Error:
        family = []
    process.kill()
    process.wait()
    for one in family:
        try:
            one.kill()
        except psutil.Error:
            continue


def _judged(problem: Problem, run: Outcome, answer: dict[str, object], said: str) -> Outcome:
    figures = (run.engine, run.seed, run.seconds, run.wall, run.memory)
    if "plan" not in answer:
        last = said.splitlines()[-1] if said else "it gave nothing in time"
        told = next((f"{kind}: {why}" for kind, why in answer.items()), f"failed: {last}")
        return Outcome(*figures, reason=told)
    plan = read_plan(answer["plan"])
    values = {stop.id: stop.value for stop in problem.stops}
    served = {leg.stop for route in plan.routes for leg in route.legs}
    return Outcome(
        *figures,
        plan=plan,
        faults=tuple(str(one) for one in check(problem, plan)),
        value=sum(values.get(name, 0) for name in served),
        visits=len(served),
        musts_missed=sum(stop.must and stop.id not in served for stop in problem.stops),
    )
