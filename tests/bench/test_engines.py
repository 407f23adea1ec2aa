"""Engines plan the same small problem, and their plans are judged like ours."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.engines import ENGINES, Outcome, run
from bench.engines.allowance import LEAST, Allowance
from bench.engines.child import answer_of
from bench.engines.faults import UnsupportedError
from bench.engines.orders import InfeasibleOrderError, Order, plan_from
from bench.engines.sheet import FOREVER, sheet_of, start_windows
from bench.instances import seeded_benchmark, seeded_field_day
from bench.versus import line, main
from routing import check, read_plan, read_problem
from tests.bench import tiny

PEERS = [name for name in ENGINES if name not in ("ours", "naive")]
HOUR = 3600


def allowance(seconds: float = 0.6) -> Allowance:
    return Allowance(time.monotonic(), seconds)


def answer(engine: str, value: object) -> dict[str, Any]:
    # Imports are no part of these tests' short time; a busy machine would spend all of it on them.
    ENGINES[engine].load()
    given = answer_of(engine, value, allowance(), 1)
    if "unavailable" in given:
        pytest.skip(str(given["unavailable"]))
    return given


def small(**more: Any) -> dict[str, Any]:
    """Three visits and one shift, with keys added to the first visit or, as shift_x, the shift."""
    home = {"lat": 30.66, "lon": 104.06}
    shift = {"id": "s1", "start": home, "end": home, "window": [8 * HOUR, 18 * HOUR]}
    stops = [
        {"id": f"v{at}", "lat": 30.66 + at / 100, "lon": 104.06, "service": 900, "priority": 3}
        for at in (1, 2, 3)
    ]
    for key, value in more.items():
        if key.startswith("shift_"):
            shift[key.removeprefix("shift_")] = value
        else:
            stops[0][key] = value
    return {"stops": stops, "shifts": [shift], "travel": {"kind": "geodesic"}}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "value",
    [seeded_benchmark(15, 2), seeded_field_day(15, 3, 2, plain=True)],
    ids=["benchmark", "field day"],
)
def test_every_engine_gives_a_lawful_plan(engine: str, value: Mapping[str, object]) -> None:
    problem = read_problem(value)
    plan = read_plan(answer(engine, value)["plan"])
    assert check(problem, plan) == []
    assert plan.routes


@pytest.mark.parametrize("engine", PEERS)
@pytest.mark.parametrize(
    "more",
    [
        {"windows": [[9 * HOUR, 10 * HOUR], [15 * HOUR, 16 * HOUR]]},
        {"shift_end": None},
        {"shift_max_stops": 2},
        {"shift_load": 5, "demand": 5},
    ],
    ids=lambda more: ",".join(more),
)
def test_what_an_engine_can_express_it_keeps(engine: str, more: dict[str, Any]) -> None:
    value = small(**more)
    plan = read_plan(answer(engine, value)["plan"])
    assert check(read_problem(value), plan) == []
    assert sum(len(route.legs) for route in plan.routes) == min(3, more.get("shift_max_stops", 3))


@pytest.mark.parametrize("engine", PEERS)
@pytest.mark.parametrize(
    ("more", "lacking"),
    [
        ({"skills": ["car"], "shift_skills": ["car"]}, "stop.skills"),
        ({"pinned": {"shift": "s1"}}, "stop.pinned"),
        ({"not_with": ["v2"]}, "stop.not_with"),
    ],
    ids=["skills", "pinned", "not_with"],
)
def test_what_an_engine_cannot_express_is_said(
    engine: str, more: dict[str, Any], lacking: str
) -> None:
    assert lacking in answer(engine, small(**more))["unsupported"]


def test_a_crew_is_beyond_every_peer() -> None:
    for engine in PEERS:
        assert "stop.crew" in answer(engine, seeded_field_day(15, 4, 1))["unsupported"]


def test_an_order_that_cannot_be_driven_is_told_and_not_repaired() -> None:
    problem = read_problem(small(windows=[[8 * HOUR, 8 * HOUR + 1200]]))
    plan_from(problem, [Order(0, (0, 1, 2))])
    with pytest.raises(InfeasibleOrderError, match="v1"):
        plan_from(problem, [Order(0, (1, 0, 2))])


@pytest.mark.parametrize(
    "orders", [[Order(0, (0, 0))], [Order(0, (0,)), Order(0, (1,))]], ids=["stop", "shift"]
)
def test_nothing_is_served_or_used_twice(orders: list[Order]) -> None:
    with pytest.raises(InfeasibleOrderError, match="twice"):
        plan_from(read_problem(small()), orders)


def test_a_start_that_many_share_has_one_row() -> None:
    sheet = sheet_of(read_problem(seeded_benchmark(10, 1)))
    assert sheet.costs.shape == (11, 11)
    assert set(sheet.starts) == set(sheet.ends) == {10}


def test_a_shift_that_ends_anywhere_ends_for_nothing() -> None:
    sheet = sheet_of(read_problem(small(shift_end=None)))
    assert sheet.costs.shape == (5, 5)
    assert not sheet.costs[:, sheet.ends[0]].any()
    assert sheet.costs[0, sheet.starts[0]]


def test_breaks_are_refused_where_nobody_says_that_he_can() -> None:
    rest = [{"window": [12 * HOUR, 13 * HOUR], "duration": 1800}]
    problem = read_problem(small(shift_breaks=rest))
    with pytest.raises(UnsupportedError, match=r"shift\.breaks"):
        sheet_of(problem)
    assert sheet_of(problem, ("shift.breaks",)).stops == 3


def test_windows_too_short_for_the_service_are_none() -> None:
    one, two, _ = read_problem(small(windows=[[0, 600], [1000, 2000]])).stops
    assert start_windows(one) == [(1000, 1100)]
    assert start_windows(two) == [(0, FOREVER - 900)]


def test_something_is_kept_of_the_time_for_writing() -> None:
    assert allowance(20).left(1_000) < 20 - 0.1
    assert allowance(1e-6).left(10) == LEAST


def test_a_run_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    value = seeded_benchmark(8, 1)
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(value))
    problem = read_problem(value)
    outcome = run("naive", problem, path, 1, 1)
    assert outcome.lawful
    assert outcome.wall > 0
    assert outcome.memory > 1_000_000
    assert outcome.visits == 8 - outcome.musts_missed
    said = line(problem, outcome, best=1)
    assert "faults 0" in said
    assert "gap" in said


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    problem = read_problem(small())
    outcome = run("naive", problem, tmp_path / "none.json", 1, 1)
    assert not outcome.lawful
    assert "none.json" in outcome.reason
    assert outcome.reason in line(problem, outcome)


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="guess"):
        run("guess", read_problem(small()), tmp_path, 1, 1)


def test_a_plan_with_faults_is_not_lawful() -> None:
    plan = plan_from(read_problem(small()), [Order(0, (0,))])
    assert not Outcome("naive", 1, 1, 1, 1, plan=plan, faults=("late",)).lawful


@pytest.mark.parametrize(
    "arguments", [["--engines", "guess"], ["--seeds", "one"], ["--seconds", "-1"]]
)
def test_odd_arguments_are_refused(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), *arguments])


def test_a_file_that_is_no_problem_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "problem.json"
    path.write_text('{"stops": 1}')
    assert main([str(path)]) == 2
    assert "$." in capsys.readouterr().err


def test_problems_and_instances_are_compared_in_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(tiny.solomon(tmp_path)), "--engines", "naive", "--best", "100", "--seconds", "1"]
    assert main(given) == 0
    first, mean = capsys.readouterr().out.splitlines()
    assert first.startswith("T1")
    assert "naive" in mean
    assert "mean gap" in mean
