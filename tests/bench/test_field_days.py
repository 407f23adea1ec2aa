"""Case files, and seeds where there are none, become field days."""

from pathlib import Path

import pytest

from bench.instances import (
    InstanceError,
    field_day,
    problem_json,
    seeded_benchmark,
    seeded_field_day,
)
from bench.instances.fieldday import left_out
from routing import check, naive_plan, read_problem
from tests.bench import tiny

HOUR = 3600


def test_rows_that_cannot_be_placed_are_left_out(tmp_path: Path) -> None:
    cases, agents = tiny.field_files(tmp_path)
    day = read_problem(field_day(cases, agents))
    assert [stop.id for stop in day.stops] == ["C1", "C2", "C5"]
    assert left_out(cases) == (1, 1)


def test_positions_are_converted_from_the_datum_they_came_in(tmp_path: Path) -> None:
    cases, agents = tiny.field_files(tmp_path)
    first, second, _ = field_day(cases, agents)["stops"]
    assert (first["lat"], first["lon"]) == (30.66, 104.06)
    assert 0.001 < abs(30.67 - second["lat"]) < 0.004


def test_priorities_windows_and_crews_follow_the_columns(tmp_path: Path) -> None:
    cases, agents = tiny.field_files(tmp_path)
    stops = field_day(cases, agents)["stops"]
    assert [stop["priority"] for stop in stops] == [2, 1, 5]
    assert [stop["crew"] for stop in stops] == [2, 1, 2]
    opens = [stop["windows"][0][0] for stop in stops]
    assert opens == [8 * HOUR, 17 * HOUR, 8 * HOUR]
    everybody = field_day(cases, agents, crews="all")["stops"]
    assert {stop["crew"] for stop in everybody} == {2}


def test_a_break_outside_the_shift_is_none(tmp_path: Path) -> None:
    cases, agents = tiny.field_files(tmp_path)
    first, second = field_day(cases, agents)["shifts"]
    assert first["breaks"] == [{"window": [12 * HOUR, 48_600], "duration": 2_700}]
    assert (second["breaks"], second["crew_with"]) == ([], "A1")


def test_a_plain_day_has_neither_crews_nor_breaks(tmp_path: Path) -> None:
    cases, agents = tiny.field_files(tmp_path)
    day = read_problem(problem_json(cases, agents=agents, plain=True))
    assert {stop.crew for stop in day.stops} == {1}
    assert not any(shift.breaks or shift.crew_with for shift in day.shifts)


@pytest.mark.parametrize("swap", [True, False])
def test_files_without_the_right_headings_are_refused(tmp_path: Path, swap: bool) -> None:
    cases, agents = tiny.field_files(tmp_path)
    with pytest.raises(InstanceError, match=r"\.csv"):
        field_day(agents if swap else cases, cases if not swap else agents)


def test_a_file_with_nobody_to_be_found_is_refused(tmp_path: Path) -> None:
    nobody = tiny.CASES.splitlines()[0] + "\n" + tiny.CASES.splitlines()[3] + "\n"
    cases, agents = tiny.field_files(tmp_path, cases=nobody)
    with pytest.raises(InstanceError, match=r"cases\.csv: nobody"):
        field_day(cases, agents)
    with pytest.raises(InstanceError, match=r"none\.csv"):
        field_day(tmp_path / "none.csv", agents)


def test_a_seed_always_gives_the_same_problem() -> None:
    assert seeded_benchmark(20, 1) == seeded_benchmark(20, 1) != seeded_benchmark(20, 2)
    assert seeded_field_day(20, 4, 1) == seeded_field_day(20, 4, 1) != seeded_field_day(20, 4, 2)


@pytest.mark.parametrize("seed", range(5))
def test_seeded_problems_can_be_planned(seed: int) -> None:
    for value in (
        seeded_benchmark(30, seed),
        seeded_field_day(30, 5, seed),
        seeded_field_day(30, 5, seed, plain=True),
    ):
        problem = read_problem(value)
        assert check(problem, naive_plan(problem)) == []


def test_every_stop_of_a_seeded_benchmark_can_be_served_alone() -> None:
    for stop in seeded_benchmark(200, 3)["stops"]:
        way = 10 * ((stop["x"] - 250) ** 2 + (stop["y"] - 250) ** 2) ** 0.5
        opens, closes = stop["windows"][0]
        assert max(opens, way) + stop["service"] <= closes
        assert closes + way <= 10_000
