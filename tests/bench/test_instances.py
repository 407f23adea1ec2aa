"""Standard instances and case files become problems under the conventions of their kind."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.instances import InstanceError, best_known, problem_json
from bench.instances.__main__ import main
from bench.instances.shelf import VARIABLE, data_folder, find_case_files, find_instance
from bench.rows import UnavailableError
from routing import ProblemError, read_problem
from tests.bench import tiny


def test_a_solomon_file_counts_in_tenths(tmp_path: Path) -> None:
    problem = problem_json(tiny.solomon(tmp_path))
    read_problem(problem)
    assert problem["travel"] == {"kind": "planar", "scale": 10, "round": "down"}
    second = problem["stops"][1]
    assert (second["id"], second["x"], second["demand"], second["priority"]) == ("v2", 1.0, 7, 1)
    # The due date bounds the start of the service, our window holds the whole of it.
    assert (second["service"], second["windows"]) == (100, [[50, 2120]])
    assert [shift["load"] for shift in problem["shifts"]] == [20, 20, 20]
    assert problem["shifts"][0]["window"] == [0, 2300]


def test_a_vrplib_file_gives_the_same_problem(tmp_path: Path) -> None:
    problem = problem_json(tiny.vrplib(tmp_path))
    same = problem_json(tiny.solomon(tmp_path))
    assert problem["travel"] == same["travel"]
    assert [one["windows"] for one in problem["stops"]] == [one["windows"] for one in same["stops"]]


def test_prizes_make_stops_optional(tmp_path: Path) -> None:
    problem = problem_json(tiny.vrplib(tmp_path, kind="PCVRPTW", prizes=(0, 32, 54, 9)))
    assert [(one["priority"], one["prize"]) for one in problem["stops"]] == [
        (3, 320),
        (3, 540),
        (3, 90),
    ]


def test_each_vehicle_starts_and_ends_at_the_depot_that_the_file_names(tmp_path: Path) -> None:
    path = tiny.vrplib(
        tmp_path,
        kind="MDVRPTW",
        header="VEHICLES : 3\nVEHICLES_MAX_DURATION : 45\n",
        homes=(1, 2, 2),
        depots=(1, 2),
    )
    problem = problem_json(path)
    read_problem(problem)
    assert problem["travel"] == {"kind": "planar", "scale": 1000, "round": "nearest"}
    starts = [(shift["start"]["x"], shift["end"]["x"]) for shift in problem["shifts"]]
    assert starts == [(0.0, 0.0), (3.0, 3.0), (3.0, 3.0)]
    assert {shift["max_work"] for shift in problem["shifts"]} == {45_000}
    assert [stop["id"] for stop in problem["stops"]] == ["v2", "v3"]


def test_without_times_distances_are_whole_and_vehicles_enough(tmp_path: Path) -> None:
    problem = problem_json(tiny.vrplib(tmp_path, kind="CVRP", header="", windows=None))
    read_problem(problem)
    assert problem["travel"] == {"kind": "planar", "scale": 1, "round": "nearest"}
    assert all("windows" not in stop for stop in problem["stops"])
    assert len(problem["shifts"]) == 2


@pytest.mark.parametrize(
    ("odd", "word"),
    [
        ({"kind": "TSP"}, "TYPE"),
        ({"edges": "EXPLICIT"}, "EDGE_WEIGHT_TYPE"),
        ({"windows": tiny.WINDOWS[:2]}, "broken"),
        ({"places": ("0 0", "3 4", "1 1", "nan 9")}, "broken"),
        ({"prizes": (0, 1)}, "prize"),
        ({"header": "VEHICLES : 900000\nSERVICE_TIME : 10\n"}, "vehicles"),
        ({"kind": "MDVRPTW", "depots": (1, 2)}, "vehicles_depot"),
        ({"kind": "MDVRPTW", "depots": (1, 2), "homes": (1, 3)}, "none"),
        ({"depots": (1, 2)}, "depots"),
        ({"depots": (2,)}, "depots"),
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, odd: dict[str, Any], word: str) -> None:
    with pytest.raises(InstanceError, match=rf"T2\.vrp: .*{word}"):
        problem_json(tiny.vrplib(tmp_path, **odd))


@pytest.mark.parametrize("text", ["", "T1\n", tiny.SOLOMON.replace("VEHICLE", "CAR"), "\x00" * 50])
def test_what_is_no_solomon_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InstanceError, match=r"T1\.txt"):
        problem_json(tiny.solomon(tmp_path, text))


def test_other_files_and_missing_ones_are_refused(tmp_path: Path) -> None:
    for name in ("a.pdf", "a.txt", "a.vrp"):
        with pytest.raises(InstanceError, match=rf"{name[:1]}\.{name[2:]}"):
            problem_json(tmp_path / name)
    with pytest.raises(InstanceError, match="agent file"):
        problem_json(tmp_path / "a.csv")


def test_the_best_known_cost_is_reckoned_from_the_solution_beside(tmp_path: Path) -> None:
    path = tiny.vrplib(tmp_path, kind="PCVRPTW", prizes=(0, 32, 54, 9))
    assert best_known(path) is None
    path.with_suffix(".sol").write_text("Route #1: 1\nRoute #2:\nCost: 73\n")
    assert best_known(path) == 50 + 50 + 540 + 90


@pytest.mark.parametrize("routes", ["Route #1: 9\n", "Route #1: 1 1\n", "Route #1: x\n"])
def test_a_solution_of_something_else_is_refused(tmp_path: Path, routes: str) -> None:
    path = tiny.vrplib(tmp_path)
    path.with_suffix(".sol").write_text(routes + "Cost: 1\n")
    with pytest.raises(InstanceError, match=r"solution|fit"):
        best_known(path)


def test_a_published_value_is_known_by_the_name_of_the_file(tmp_path: Path) -> None:
    assert best_known(tmp_path / "R108.txt") == 9_321


def test_the_command_writes_a_problem_that_can_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tiny.solomon(tmp_path))]) == 0
    assert len(read_problem(json.loads(capsys.readouterr().out)).stops) == 3


def test_the_command_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.txt")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_without_the_files_the_shelf_says_how_to_name_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(UnavailableError, match=VARIABLE):
        data_folder()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(UnavailableError, match="R108"):
        find_instance("R108")
    with pytest.raises(UnavailableError, match="3000"):
        find_case_files(3_000, 60)


def test_every_instance_of_this_machine_is_convertible() -> None:
    try:
        folder = data_folder() / "vrptw"
    except UnavailableError as missing:
        pytest.skip(str(missing))
    for path in sorted(folder.iterdir()):
        if path.suffix == ".sol" or path.stem == "Ghent1":
            continue
        try:
            read_problem(problem_json(path))
        except ProblemError as wrong:
            pytest.fail(f"{path.name}: {wrong}")
        assert best_known(path)
