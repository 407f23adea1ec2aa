"""Every benchmark runs at a tiny size and answers with figures that can be compared."""

import json
import math
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.registry import BENCHMARKS
from bench.rows import Benchmark, Row, UnavailableError


@pytest.mark.parametrize("one", BENCHMARKS, ids=lambda one: one.name)
def test_a_benchmark_gives_finite_figures(one: Benchmark) -> None:
    try:
        rows = one.measure(one.tiny)
    except UnavailableError as missing:
        pytest.skip(str(missing))
    assert rows
    for row in rows:
        assert math.isfinite(row.ours)
        assert row.ours >= 0
        assert row.theirs > 0


def test_names_are_used_once() -> None:
    assert len({one.name for one in BENCHMARKS}) == len(BENCHMARKS)


def test_a_ratio_over_one_is_better_whichever_way_is_wanted() -> None:
    fast = Row("speed", 10.0, "peer", 5.0, "MB/s", "more")
    short = Row("way", 5.0, "peer", 10.0, "km", "less")
    assert (fast.ratio, short.ratio) == (2.0, 2.0)


def test_the_command_writes_its_figures(tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    assert main(["--tiny", "--only", "distances", "--out", str(out)]) == 0
    told = json.loads(out.read_text())
    assert [one["name"] for one in told["runs"]] == ["distances"]
    assert {"what", "ours", "theirs", "against", "unit", "ratio"} <= set(told["runs"][0]["rows"][0])


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--only", "nothing"])
    assert ended.value.code == 2
    assert "--only" in capsys.readouterr().err


def test_another_size_can_be_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    assert main(["--size", "15", "--only", "distances", "--out", str(out)]) == 0
    assert json.loads(out.read_text())["runs"][0]["size"] == 15


@pytest.mark.parametrize("size", ["0", "-3", "1.5", "many"])
def test_a_size_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--size", size, "--only", "distances"])
    assert ended.value.code == 2
    assert "--size" in capsys.readouterr().err
