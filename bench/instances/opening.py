"""Opens whatever can be measured with, by what the file is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.instances.faults import InstanceError
from bench.instances.fieldday import field_day
from bench.instances.standard import standard_problem


def problem_json(path: Path | str, *, agents: Path | None = None, plain: bool = False) -> Any:
    """The problem of an instance (`.txt`, `.vrp`) or of a case file (`.csv`, with its agents').

    `plain` leaves crews and breaks of a field day out. The result is a dict that
    `routing.read_problem` takes. Raises InstanceError.
    """
    path = Path(path)
    if path.suffix.lower() != ".csv":
        return standard_problem(path)
    if agents is None:
        raise InstanceError(f"{path.name}: a field day needs an agent file as well")
    return field_day(path, agents, plain=plain)
