"""Standard instances: the text form of Solomon and Gehring & Homberger, and VRPLIB files.

The published best values hold under conventions that the files do not state, so the type decides:
`.txt`, VRPTW and PCVRPTW distances are truncated to one decimal (everything counts in tenths),
MDVRPTW ones rounded to three (thousandths), CVRP ones rounded to the nearest integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import vrplib
from numpy.typing import NDArray

from bench.instances.faults import InstanceError

MOST_BYTES = 16 * 1024 * 1024
MOST_VEHICLES = 20_000
ENDLESS = 10**8
"""When a vehicle of an instance without times must be back: never, for all that matters."""
SPARE = 1.1
"""How many vehicles an instance without a fleet gets, for each that its demand must have."""


@dataclass(frozen=True, slots=True)
class Convention:
    """What one unit of the file counts in the problem, and how distances become whole."""

    scale: int
    rounding: str


CONVENTIONS = {
    "TXT": Convention(10, "down"),
    "VRPTW": Convention(10, "down"),
    "PCVRPTW": Convention(10, "down"),
    "MDVRPTW": Convention(1000, "nearest"),
    "CVRP": Convention(1, "nearest"),
}


def standard_problem(path: Path) -> dict[str, Any]:
    """The problem of a `.txt` or `.vrp` file; a stop `v7` is row 7 of it, counted from 0.

    Stops are must (priority 1), or priority 3 with their prize where the file has prizes. The
    longest route of a depot's vehicles becomes `max_work`, which leaves waiting out: a slightly
    wider problem than the published one. Raises InstanceError.
    """
    given = read_standard(path)
    try:
        return _converted(given)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as wrong:
        raise InstanceError(f"{path.name}: a section is missing or broken ({wrong})") from wrong


def read_standard(path: Path) -> dict[str, Any]:
    """The file's sections by name, as vrplib reads them, with its type. Raises InstanceError."""
    form = {".txt": "solomon", ".vrp": "vrplib"}.get(path.suffix.lower())
    if form is None:
        raise InstanceError(f"{path.name}: neither a .txt nor a .vrp file")
    try:
        size = path.stat().st_size
        given: dict[str, Any] = {}
        if size <= MOST_BYTES:
            given = vrplib.read_instance(path, form, compute_edge_weights=False)
    except OSError as broken:
        raise InstanceError(f"{path.name}: {broken.strerror or broken}") from broken
    except Exception as wrong:
        # The reader of a foreign form fails with whatever its parsing happens to meet.
        raise InstanceError(f"{path.name}: cannot be read as {form} ({wrong})") from wrong
    if size > MOST_BYTES:
        raise InstanceError(f"{path.name}: larger than {MOST_BYTES} bytes")
    given = {key: _bare(value) for key, value in given.items()}
    given["type"] = "TXT" if form == "solomon" else str(given.get("type", "")).upper()
    if given["type"] not in CONVENTIONS:
        raise InstanceError(f"{path.name}: TYPE must be one of {', '.join(CONVENTIONS)}")
    if given["type"] != "TXT" and given.get("edge_weight_type") != "EUC_2D":
        raise InstanceError(f"{path.name}: EDGE_WEIGHT_TYPE must be EUC_2D")
    return given


def _bare(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _converted(given: dict[str, Any]) -> dict[str, Any]:
    kind = CONVENTIONS[given["type"]]
    places = np.asarray(given["node_coord"], dtype=float)
    depots = [int(one) for one in given.get("depot", [0])]
    if places.ndim != 2 or places.shape[1] != 2 or not np.isfinite(places).all():
        raise ValueError("coordinates must be finite pairs")
    if not depots or sorted(depots) != list(range(len(depots))):
        raise ValueError("the depots must be the first places")
    if given["type"] != "MDVRPTW" and len(depots) > 1:
        raise ValueError("only an MDVRPTW has several depots")
    return {
        "horizon_days": 1,
        "stops": _stops(given, places, len(depots), kind),
        "shifts": _shifts(given, places, len(depots), kind),
        "travel": {"kind": "planar", "scale": kind.scale, "round": kind.rounding},
        "objective": {"metres": 1, "seconds": 0, "per_shift": 0},
    }


def _stops(
    given: dict[str, Any], places: NDArray[Any], depots: int, kind: Convention
) -> list[dict[str, Any]]:
    rows = len(places)
    demand = _column(given, "demand", rows)
    service = [kind.scale * one for one in _column(given, "service_time", rows)]
    prizes = _column(given, "prize", rows) if "prize" in given else None
    stops: list[dict[str, Any]] = []
    for row in range(depots, rows):
        stop: dict[str, Any] = {"id": f"v{row}", **_at(places[row]), "priority": 1}
        stop |= {"service": service[row], "demand": demand[row]}
        if "time_window" in given:
            opens, closes = (kind.scale * int(one) for one in given["time_window"][row])
            # Theirs bounds the start of the service, ours holds the whole of it.
            stop["windows"] = [[opens, closes + service[row]]]
        if prizes is not None:
            stop |= {"priority": 3, "prize": kind.scale * prizes[row]}
        stops.append(stop)
    return stops


def _column(given: dict[str, Any], name: str, rows: int) -> list[int]:
    value = given.get(name, 0)
    column = [int(value)] * rows if np.ndim(value) == 0 else [int(one) for one in value]
    if len(column) != rows:
        raise ValueError(f"{name} has {len(column)} rows, not {rows}")
    return column


def _shifts(
    given: dict[str, Any], places: NDArray[Any], depots: int, kind: Convention
) -> list[dict[str, Any]]:
    homes = _homes(given, depots)
    longest = given.get("vehicles_max_duration")
    shifts: list[dict[str, Any]] = []
    for number, home in enumerate(homes, start=1):
        window = [0, ENDLESS]
        if "time_window" in given:
            window = [kind.scale * int(one) for one in given["time_window"][home]]
        place = _at(places[home])
        shift: dict[str, Any] = {"id": f"k{number}", "start": place, "end": place}
        shift |= {"window": window, "load": int(given["capacity"])}
        if longest is not None:
            shift["max_work"] = kind.scale * int(longest)
        shifts.append(shift)
    return shifts


def _homes(given: dict[str, Any], depots: int) -> list[int]:
    """The depot of each vehicle."""
    if "vehicles_depot" in given:
        homes = [int(one) - 1 for one in given["vehicles_depot"]]
        if not all(0 <= home < depots for home in homes):
            raise ValueError("vehicles_depot names a depot that is none")
        return homes
    if depots > 1:
        raise ValueError("vehicles_depot is missing")
    if "vehicles" in given:
        count = int(given["vehicles"])
    else:
        count = int(np.ceil(SPARE * np.sum(given["demand"]) / int(given["capacity"]))) + 1
    if not 1 <= count <= MOST_VEHICLES:
        raise ValueError(f"the number of vehicles must lie between 1 and {MOST_VEHICLES}")
    return [0] * count


def _at(place: NDArray[Any]) -> dict[str, float]:
    return {"x": float(place[0]), "y": float(place[1])}
