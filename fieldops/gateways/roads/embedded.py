"""Road engines inside this process, where their wheels are installed: the extra `roads`.

They are imported when they are first needed, because they exist for Python 3.12 and newer only and
take a while to load.
"""

import json
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from fieldops.domain.travel.engine import REFUSED, UNREADABLE, Cells, EngineFailed, Points
from fieldops.gateways.roads.osrm import read_table
from fieldops.gateways.roads.reading import decoded
from fieldops.gateways.roads.valhalla import NO_EDGE, question, read_matrix

EXTRA = "install fieldops[roads], which needs Python 3.12 or newer"


class MissingExtra(ValueError):
    """An embedded engine is asked for whose wheel is not installed."""


def _module(name: str, package: str) -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        raise MissingExtra(f"{package} is not installed: {EXTRA}") from missing


class EmbeddedValhalla:
    """Valhalla's own actor over a built graph: a configuration file, or tiles as .tar or folder."""

    name = "valhalla"

    def __init__(self, graph: Path, costing: str = "auto", farthest: float = 500.0) -> None:
        self._module = _module("valhalla", "pyvalhalla")
        self._graph = _present(graph)
        self._costing = costing
        self._farthest = farthest
        self.key = f"valhalla {graph} {costing}"

    @cached_property
    def _actor(self) -> Any:
        return self._module.Actor(self._config())

    def _config(self) -> Any:
        if self._graph.suffix == ".json":
            config = json.loads(self._graph.read_text())
        elif self._graph.is_dir():
            config = self._module.get_config(tile_dir=str(self._graph), tile_extract="")
        else:
            folder = str(self._graph.parent)
            config = self._module.get_config(tile_dir=folder, tile_extract=str(self._graph))
        limits = config.get("service_limits", {}).get(self._costing)
        if isinstance(limits, dict):
            # The limit guards a public server; here the blocks are our own.
            limits["max_matrix_location_pairs"] = 10**7
        return config

    def ask(self, origins: Points, targets: Points) -> tuple[Cells, Cells]:
        """Seconds and metres of one block; raises EngineFailed or PlaceRefused."""
        asked = question(origins, targets, self._costing, self._farthest)
        try:
            told = decoded(self._actor.matrix(json.dumps(asked)).encode())
        except RuntimeError as failed:
            # The bindings raise what the server would have answered, as JSON or as a sentence.
            told = _as_told(str(failed))
        return read_matrix(told, len(origins), len(targets))


def _as_told(message: str) -> dict[str, Any]:
    try:
        told = json.loads(message)
    except ValueError:
        told = None
    if isinstance(told, dict) and ("error" in told or "error_code" in told):
        return told
    code = NO_EDGE if "No suitable edges" in message else None
    return {"error_code": code, "error": message}


class EmbeddedOsrm:
    """OSRM's engine over a prepared data set (`region.osrm`)."""

    name = "osrm"

    def __init__(self, data: Path, algorithm: str = "CH", farthest: float = 500.0) -> None:
        self._module = _module("osrm", "osrm-bindings")
        # The name is the stem of many files: region.osrm.hsgr, region.osrm.edges, ...
        if not any(data.parent.glob(f"{data.name}*")):
            raise ValueError(f"there is nothing at {data}")
        self._data = data
        self._algorithm = algorithm
        self._farthest = farthest
        self.key = f"osrm {data} {algorithm}"

    @cached_property
    def _engine(self) -> Any:
        return self._module.OSRM(
            storage_config=str(self._data),
            algorithm=self._algorithm,
            use_shared_memory=False,
            max_locations_distance_table=-1,
        )

    def ask(self, origins: Points, targets: Points) -> tuple[Cells, Cells]:
        """Seconds and metres of one block; raises EngineFailed or PlaceRefused."""
        every = np.concatenate([origins, targets]).tolist()
        split = len(origins)
        try:
            told = self._engine.Table(
                self._module.TableParameters(
                    coordinates=[(lon, lat) for lat, lon in every],
                    sources=list(range(split)),
                    destinations=list(range(split, len(every))),
                    annotations=["duration", "distance"],
                    generate_hints=False,
                )
            )
            table = {key: _plain(told[key]) for key in _KEYS if key in told}
        except RuntimeError as failed:
            message = str(failed)
            code = "NoSegment" if "segment" in message.lower() else REFUSED
            table = {"code": code, "message": message}
        except (TypeError, ValueError) as odd:
            raise EngineFailed(UNREADABLE, f"{type(odd).__name__}: {odd}") from odd
        return read_table({"code": "Ok", **table}, split, len(every) - split, self._farthest)


_KEYS = ("code", "message", "durations", "distances", "sources", "destinations")


def _plain(value: Any) -> Any:
    """The bindings' own lists and objects as Python's."""
    if value is None or isinstance(value, str | int | float):
        return value
    if hasattr(value, "keys") or "distance" in value:
        return {"distance": value["distance"]} if "distance" in value else {}
    return [_plain(one) for one in value]


def _present(path: Path) -> Path:
    if not path.exists():
        raise ValueError(f"there is nothing at {path}")
    return path
