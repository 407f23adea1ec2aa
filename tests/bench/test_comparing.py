"""Runs of engines become lines, means, a table and a picture."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench.__main__ import main
from bench.comparing import Record, compare, draw, lines, table, trials
from bench.comparing.figures import summaries
from bench.comparing.table import summary_table
from bench.instances.shelf import VARIABLE, data_folder
from bench.rows import UnavailableError
from routing import read_problem

RUN = Record("A", "time windows", 100, "ours", 5, 1, 5.0, 90.0, best=1_000, cost=1_010, value=7)


def of(engine: str, cost: int | None, seed: int = 1, **more: Any) -> Record:
    return replace(RUN, engine=engine, cost=cost, seed=seed, **more)


def test_a_line_is_the_mean_over_the_seeds() -> None:
    ours, theirs = lines([of("ours", 1_010), of("ours", 1_030, 2), of("pyvrp", 1_122)])
    assert ours.runs == 2
    assert ours.gap == pytest.approx(2.0)
    assert ours.ratio == 1.0
    assert theirs.gap == pytest.approx(12.2)
    assert theirs.ratio == pytest.approx(1.1)


def test_without_a_known_best_the_best_found_counts() -> None:
    ours, theirs = lines([of("ours", 990, best=None), of("pyvrp", 900, best=None)])
    assert ours.gap == pytest.approx(10.0)
    assert theirs.gap == 0.0


def test_a_plan_with_faults_has_no_gap_and_is_not_the_best() -> None:
    good, bad = lines([of("ours", 990, best=None), of("pyvrp", 1, best=None, faults=3)])
    assert (good.gap, bad.gap, bad.faults) == (0.0, None, 3)


def test_an_engine_without_a_plan_keeps_its_reason() -> None:
    (line,) = lines([of("vroom", None, reason="unavailable: no wheel")])
    assert (line.gap, line.reason) == (None, "unavailable: no wheel")
    console = Console(width=200, file=StringIO())
    with console.capture() as shown:
        console.print(table([line]))
    assert "no wheel" in shown.get()


def test_means_compare_what_both_have_planned() -> None:
    shown = lines(
        [
            of("ours", 1_010),
            of("ours", 1_030, subject="B"),
            of("pyvrp", 1_040),
            of("pyvrp", None, subject="B", reason="infeasible"),
        ]
    )
    means = {(one.budget, one.engine): one for one in summaries(shown)}
    assert means[5, "ours"].gap == pytest.approx(2.0)
    assert means[5, "pyvrp"].ratio == pytest.approx(0.25)
    assert means[None, "pyvrp"].gaps == 1
    assert summary_table(list(means.values())).row_count == 4


def test_the_same_figures_draw_the_same_picture(tmp_path: Path) -> None:
    means = summaries(lines([of("ours", 1_010), of("pyvrp", 1_040), of("naive", 2_000)]))
    one, two = tmp_path / "one.svg", tmp_path / "two.svg"
    draw(means, one)
    draw(means, two)
    assert one.read_bytes() == two.read_bytes()
    assert "pyvrp" in one.read_text()


def test_without_figures_nothing_is_drawn(tmp_path: Path) -> None:
    draw([], tmp_path / "none.svg")
    assert not list(tmp_path.iterdir())


def test_without_the_files_problems_from_a_seed_take_their_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    for full in (False, True):
        made = list(trials(full=full))
        assert all(one.subject.name.startswith("seeded") for one in made)
        for one in made:
            read_problem(one.subject.problem)


def test_the_trials_of_this_machine_can_be_read() -> None:
    try:
        data_folder()
    except UnavailableError as missing:
        pytest.skip(str(missing))
    made = list(trials())
    assert len(made) == 4
    for one in made:
        assert read_problem(one.subject.problem).stops


def test_every_engine_is_run_with_every_time_and_seed_that_changes_it() -> None:
    (trial,) = list(trials(tiny=True))[:1]
    runs = compare([replace(trial, seeds=(1, 2))], ["naive"])
    assert [(one.engine, one.seed, one.lawful) for one in runs] == [("naive", 1, True)]


def test_the_command_compares_and_writes(tmp_path: Path) -> None:
    out, picture = tmp_path / "results.json", tmp_path / "gap.svg"
    given = ["--tiny", "--only", "engines", "--out", str(out), "--picture", str(picture)]
    assert main(given) == 0
    told = json.loads(out.read_text())
    assert {one["engine"] for one in told["engines"]["runs"]} >= {"ours", "pyvrp", "naive"}
    assert not any(one["faults"] for one in told["engines"]["runs"])
    assert picture.read_text().startswith("<?xml")
