"""Which engine the options ask for, blocks, and engines inside the process."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.travel.engine import OFF_ROAD, REFUSED, RoadEngine
from fieldops.gateways.roads import RoadOptions, build_engine
from fieldops.gateways.roads.blocks import blocks_of
from tests.gateways.roads.servers import Behaviour, valhalla_answer

POINTS = np.array([(30.6, 104.0), (30.7, 104.1), (30.8, 104.0)])


def table_of(engine: RoadEngine | None) -> Any:
    assert engine is not None
    return engine.table(POINTS, range(3), range(3))


def test_no_engine_is_asked_for_by_default() -> None:
    assert build_engine(RoadOptions()) is None


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (RoadOptions(engine="teleport"), "roads_engine"),
        (RoadOptions(engine="osrm"), "roads_url"),
        (RoadOptions(engine="osrm", url="localhost:5000"), "roads_url"),
        (RoadOptions(engine="osrm", url="file:///etc/passwd"), "roads_url"),
        (RoadOptions(engine="osrm", url="http://x:port"), "roads_url"),
        (RoadOptions(engine="osrm", url="http://x", profile="a/../b"), "roads_profile"),
        (RoadOptions(engine="valhalla", url="http://x", pairs=0), "roads_pairs"),
        (RoadOptions(engine="valhalla", url="http://x", timeout_seconds=float("nan")), "timeout"),
        (RoadOptions(engine="osrm-embedded"), "roads_graph"),
    ],
)
def test_a_wrong_option_is_named(options: RoadOptions, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        build_engine(options)


def test_the_key_tells_servers_and_profiles_apart() -> None:
    options = [
        RoadOptions(engine="osrm", url="http://a"),
        RoadOptions(engine="osrm", url="http://b"),
        RoadOptions(engine="osrm", url="http://a", profile="bike"),
        RoadOptions(engine="valhalla", url="http://a"),
    ]
    keys = {engine.key for one in options if (engine := build_engine(one))}
    assert len(keys) == 4


@pytest.mark.parametrize("kind", ["osrm-embedded", "valhalla-embedded"])
def test_an_engine_whose_wheel_is_missing_names_the_extra(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "osrm", None)
    monkeypatch.setitem(sys.modules, "valhalla", None)
    with pytest.raises(ValueError, match=r"fieldops\[roads\]"):
        build_engine(RoadOptions(engine=kind, graph=str(tmp_path)))


class Actor:
    """Valhalla's actor as its bindings have it: JSON in, JSON out, RuntimeError for errors."""

    behaviour = Behaviour()

    def __init__(self, config: Any) -> None:
        self.config = config

    def matrix(self, text: str) -> str:
        status, told = valhalla_answer(self.behaviour, json.loads(text))
        if status != 200:
            raise RuntimeError(told["error"])
        return json.dumps(told)


def a_valhalla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: Behaviour) -> RoadEngine | None:
    def get_config(**paths: str) -> dict[str, Any]:
        return {"service_limits": {"auto": {"max_matrix_location_pairs": 2500}}, **paths}

    actor = type("FreshActor", (Actor,), {"behaviour": of})
    monkeypatch.setitem(
        sys.modules,
        "valhalla",
        SimpleNamespace(Actor=actor, get_config=get_config),  # type: ignore[arg-type]  # A fake.
    )
    return build_engine(RoadOptions(engine="valhalla-embedded", graph=str(tmp_path)))


def test_valhalla_inside_the_process_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_of(a_valhalla(tmp_path, monkeypatch, Behaviour(most_pairs=10**6)))
    assert table.shortfalls == ()
    assert table.seconds[0, 1] > 0


def test_valhalla_inside_the_process_tells_its_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_of(a_valhalla(tmp_path, monkeypatch, Behaviour(most_pairs=1)))
    assert [one.reason for one in table.shortfalls] == [REFUSED]
    table = table_of(a_valhalla(tmp_path, monkeypatch, Behaviour(off_road={(30.6, 104.0)})))
    assert [(one.reason, one.pairs) for one in table.shortfalls] == [(OFF_ROAD, 5)]


class Osrm:
    """OSRM's engine as its bindings have it."""

    def __init__(self, **options: Any) -> None:
        assert options["use_shared_memory"] is False

    def Table(self, asked: SimpleNamespace) -> dict[str, Any]:  # noqa: N802  # The bindings' name.
        if len(asked.coordinates) < 6:
            raise RuntimeError("Could not find a matching segment for coordinate 0")
        cells = [[10.0 * abs(i - j) for j in asked.destinations] for i in asked.sources]
        spots = [{"distance": 1.0} for _ in asked.sources]
        return {"durations": cells, "distances": cells, "sources": spots, "destinations": spots}


def test_osrm_inside_the_process_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(OSRM=Osrm, TableParameters=SimpleNamespace)
    monkeypatch.setitem(sys.modules, "osrm", fake)  # type: ignore[arg-type]  # A fake.
    (tmp_path / "town.osrm.hsgr").write_bytes(b"")
    graph = str(tmp_path / "town.osrm")
    table = table_of(build_engine(RoadOptions(engine="osrm-embedded", graph=graph)))
    assert table.seconds[0, 0] == 30
    assert table.shortfalls == ()


def test_data_that_are_not_there_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osrm", SimpleNamespace())  # type: ignore[arg-type]  # A fake.
    with pytest.raises(ValueError, match="nothing at"):
        build_engine(RoadOptions(engine="osrm-embedded", graph=str(tmp_path / "no.osrm")))


sizes = st.integers(0, 60)


@settings(max_examples=100)
@given(sizes, sizes, st.integers(1, 400))
def test_blocks_cover_a_table_once_and_keep_the_limit(rows: int, columns: int, pairs: int) -> None:
    seen = np.zeros((rows, columns), dtype=int)
    for down, across in blocks_of(rows, columns, pairs):
        assert 0 < len(down) * len(across) <= pairs
        seen[np.ix_(down, across)] += 1
    assert (seen == 1).all()
