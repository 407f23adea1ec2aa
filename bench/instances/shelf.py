"""Where the files lie: in the folder that `FIELDOPS_BENCH_DATA` names, else beside the project."""

from __future__ import annotations

import os
from pathlib import Path

from bench.rows import UnavailableError

VARIABLE = "FIELDOPS_BENCH_DATA"
_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


def data_folder() -> Path:
    """The folder with `vrptw` and `cases`; UnavailableError where there is none."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else _BESIDE
    if not folder.is_dir():
        raise UnavailableError(
            f"the standard instances and case files are not here; {VARIABLE} names their folder"
        )
    return folder


def find_instance(name: str) -> Path:
    """A standard instance by its name, `R108` or `PC_R1_10_4`; UnavailableError without it."""
    folder = data_folder() / "vrptw"
    for suffix in (".txt", ".vrp"):
        if (path := folder / f"{name}{suffix}").is_file():
            return path
    raise UnavailableError(f"{name} is not among the standard instances of this machine")


def find_case_files(cases: int, agents: int) -> tuple[Path, Path]:
    """A case file and an agent file of so many rows; UnavailableError without them."""
    folder = data_folder() / "cases"
    pair = tuple(
        next(iter(sorted(folder.glob(f"*_{kind}_{count}.csv"))), None)
        for kind, count in (("cases", cases), ("agents", agents))
    )
    if pair[0] is None or pair[1] is None:
        raise UnavailableError(f"no case files with {cases} cases and {agents} agents here")
    return pair[0], pair[1]
