"""The search for a plan with all workers that listen for regions."""

from dataclasses import replace

from fieldops.services.planning import building
from fieldops.wiring import Wiring
from routing.solver.stopping import Report


def solve(
    prepared: building.Prepared, wiring: Wiring, report: Report | None = None
) -> building.Solved:
    """The plan, and who helped to find it; call it with no transaction open."""
    workers = wiring.region_workers()
    solved = building.solve(prepared, report=report, workers=workers)
    return solved if workers is None else replace(solved, search=workers.told())
