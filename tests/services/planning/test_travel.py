"""Roads are laid under a problem: asked once, remembered, estimated where there is no answer, and
told in either case."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

import routing
from fieldops.domain.travel.engine import (
    AWAY,
    NO_WAY,
    UNKNOWN,
    UNREACHABLE,
    Cells,
    Points,
    RoadTable,
    Shortfall,
    nothing,
)
from fieldops.domain.travel.fitting import Assumed, Fitted, RoadPace
from fieldops.services.planning.pace import Learned, Pace
from fieldops.services.planning.travel import Laid, lay
from fieldops.services.planning.travel_cells import packed, unpacked, with_cells, without_cells
from fieldops.services.planning.travel_told import travel_figures
from routing.geodesic import travel_matrix
from routing.problem import Geodesic, Matrix, Place, Problem, Shift, Stop

DETOUR, PACE = 1.6, 0.25


@dataclass
class Engine:
    """An engine whose roads are 1.6 times the straight line, at four metres a second."""

    silent: set[int] = field(default_factory=set)
    island: int | None = None
    is_away: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list)
    name: str = "osrm"
    key: str = "osrm http://roads driving"

    def table(self, points: Points, origins: Sequence[int], targets: Sequence[int]) -> RoadTable:
        self.asked.append((len(origins), len(targets)))
        if self.is_away:
            blank = nothing(len(origins), len(targets))
            size = len(origins) * len(targets)
            return RoadTable(blank, blank, (Shortfall(AWAY, size, "refused"),))
        way = travel_matrix(points[:, 0].tolist(), points[:, 1].tolist()) * DETOUR
        metres = np.floor(way + 0.5).astype(np.int32)
        seconds = np.floor(way * PACE + 0.5).astype(np.int32)
        missing = 0
        if self.island is not None and self.island < len(points):
            for table in (metres, seconds):
                table[self.island, :] = table[:, self.island] = NO_WAY
            missing = 2 * len(points) - 1
        at = np.ix_(origins, targets)
        shortfalls = (Shortfall(UNREACHABLE, missing),) if missing else ()
        return RoadTable(seconds[at], metres[at], shortfalls)


@dataclass
class Shelf:
    """Remembers in a dictionary."""

    kept: dict[Any, tuple[int, int]] = field(default_factory=dict)

    def find(self, key: str, points: Points) -> tuple[Cells, Cells]:
        seconds, metres = nothing(len(points), len(points)), nothing(len(points), len(points))
        for i, a in enumerate(points.tolist()):
            for j, b in enumerate(points.tolist()):
                known = self.kept.get((key, *a, *b))
                seconds[i, j], metres[i, j] = known or (UNKNOWN, UNKNOWN)
        return seconds, metres

    def keep(self, key: str, points: Points, seconds: Cells, metres: Cells) -> None:
        for i, a in enumerate(points.tolist()):
            for j, b in enumerate(points.tolist()):
                if seconds[i, j] != UNKNOWN:
                    self.kept[(key, *a, *b)] = int(seconds[i, j]), int(metres[i, j])


def a_problem(stops: int = 8, *, end: Place | None = None, days: int = 1) -> Problem:
    home = Place(lat=30.6, lon=104.0)
    return Problem(
        tuple(
            Stop(f"v{at}", Place(lat=30.61 + at * 0.007, lon=104.0 + at % 7 * 0.011), service=600)
            for at in range(stops)
        ),
        tuple(
            Shift(f"s{day}", "a", home, (day * 86_400, day * 86_400 + 80_000), end or home, day)
            for day in range(days)
        ),
        horizon_days=days,
    )


def cell(laid: Laid, origin: str, target: str) -> tuple[int, int]:
    travel = laid.problem.travel
    assert isinstance(travel, Matrix)
    i, j = travel.order.index(origin), travel.order.index(target)
    return travel.metres[i][j], travel.seconds[i][j]


def straight(problem: Problem, at: int) -> float:
    a, b = problem.shifts[0].start, problem.stops[at].place
    return float(travel_matrix([a.lat or 0, b.lat or 0], [a.lon or 0, b.lon or 0])[0, 1])


def told(laid: Laid, pace: Pace | None = None) -> dict[str, Any]:
    return travel_figures(laid, pace or Pace())


def test_without_an_engine_travel_stays_estimated_and_says_so() -> None:
    laid = lay(a_problem(), Pace(), None)
    assert isinstance(laid.problem.travel, Geodesic)
    figures = told(laid)
    assert figures["kind"] == "geodesic"
    assert "no road engine is set" in figures["told"]["en"][0]
    assert "未设置道路引擎" in figures["told"]["zh-CN"][0]


def test_the_solver_is_given_the_whole_table() -> None:
    problem = a_problem()
    laid = lay(problem, Pace(), Engine())
    metres, seconds = cell(laid, "s0", "v5")
    assert metres == pytest.approx(straight(problem, 5) * DETOUR, abs=1)
    assert seconds == pytest.approx(straight(problem, 5) * DETOUR * PACE, abs=1)
    assert (laid.kind, laid.pairs, laid.asked, laid.cached) == ("matrix", 81, 81, 0)
    again = routing.read_problem(routing.problem_to_json(laid.problem))
    assert again == laid.problem


def test_a_plan_on_a_table_is_solved_and_found_right() -> None:
    laid = lay(a_problem(), Pace(), Engine())
    plan = routing.solve(laid.problem, iterations=50)
    assert len(plan.unserved) == 0
    assert not routing.check(laid.problem, plan)


def test_the_same_place_is_asked_for_once() -> None:
    engine = Engine()
    laid = lay(a_problem(5, days=5), Pace(), engine)
    assert engine.asked == [(6, 6)]
    assert cell(laid, "s0", "v3") == cell(laid, "s4", "v3")


def test_an_end_that_is_another_place_has_its_own_row() -> None:
    problem = a_problem(end=Place(lat=30.7, lon=104.1))
    laid = lay(problem, Pace(), Engine())
    assert cell(laid, "v2", "end of s0") != cell(laid, "v2", "s0")
    plan = routing.solve(laid.problem, iterations=20)
    assert not routing.check(laid.problem, plan)


def test_what_was_asked_once_is_remembered() -> None:
    engine, shelf = Engine(), Shelf()
    first = lay(a_problem(), Pace(), engine, shelf)
    second = lay(a_problem(), Pace(), engine, shelf)
    assert engine.asked == [(9, 9)]
    assert (second.cached, second.asked) == (81, 0)
    assert second.problem == first.problem


def test_of_a_problem_with_new_places_only_those_are_asked_for() -> None:
    engine, shelf = Engine(), Shelf()
    lay(a_problem(8), Pace(), engine, shelf)
    laid = lay(a_problem(10), Pace(), engine, shelf)
    assert laid.asked == 11 * 11 - 9 * 9
    assert sum(rows * columns for rows, columns in engine.asked[1:]) == laid.asked


def test_another_engine_remembers_apart() -> None:
    shelf = Shelf()
    lay(a_problem(), Pace(), Engine(), shelf)
    other = Engine(key="valhalla")
    assert lay(a_problem(), Pace(), other, shelf).cached == 0
    assert lay(a_problem(), Pace(), other, shelf, day_kind="weekend").cached == 0


def test_a_pair_without_a_way_is_estimated_from_the_others_and_told() -> None:
    problem = a_problem(10)
    laid = lay(problem, Pace(), Engine(island=4))
    metres, seconds = cell(laid, "s0", "v4")
    assert metres == pytest.approx(straight(problem, 4) * DETOUR, rel=0.01)
    assert seconds == pytest.approx(straight(problem, 4) * DETOUR * PACE, rel=0.02)
    (fallen,) = told(laid)["fell_back"]
    assert (fallen["reason"], fallen["pairs"]) == (UNREACHABLE, 21)


def test_a_pair_without_a_way_is_told_again_when_it_is_remembered() -> None:
    shelf, engine = Shelf(), Engine(island=4)
    first = told(lay(a_problem(10), Pace(), engine, shelf))
    second = told(lay(a_problem(10), Pace(), engine, shelf))
    assert len(engine.asked) == 1
    assert [one["pairs"] for one in second["fell_back"]] == [
        one["pairs"] for one in first["fell_back"]
    ]


def test_an_engine_that_is_away_leaves_estimates_and_is_named() -> None:
    shelf = Shelf()
    laid = lay(a_problem(), Pace(), Engine(is_away=True), shelf)
    assert isinstance(laid.problem.travel, Geodesic)
    figures = told(laid)
    assert figures["fell_back"] == [{"reason": AWAY, "pairs": 81, "detail": "refused"}]
    assert figures["engine"] == "osrm"
    assert "osrm gave no answer" in figures["told"]["en"][0]
    assert "没有应答" in figures["told"]["zh-CN"][1]
    assert not shelf.kept


def learned(**more: Any) -> Pace:
    fitted = Fitted(24.0, 1.35, 400, 0.9, True, 0.6)
    return replace(Pace(), learned=Learned(Assumed(24.0, 1.35), fitted, **more))


def test_engine_times_are_drawn_towards_what_crews_drive() -> None:
    # Crews take 0.5 s for a metre of road, the engine says 0.25; nine tenths of the way.
    pace = learned(roads=RoadPace(0.5, 0.9, 400, 500.0, 50_000.0))
    plain, drawn = lay(a_problem(), Pace(), Engine()), lay(a_problem(), pace, Engine())
    assert drawn.factor == pytest.approx(2**0.9, rel=0.01)
    assert cell(drawn, "s0", "v5")[0] == cell(plain, "s0", "v5")[0]
    assert cell(drawn, "s0", "v5")[1] == pytest.approx(
        cell(plain, "s0", "v5")[1] * drawn.factor, abs=1
    )
    assert "multiplied by" in " ".join(told(drawn, pace)["told"]["en"])


def test_too_many_places_are_sampled_and_never_all_asked_for() -> None:
    engine = Engine()
    laid = lay(a_problem(60), Pace(), engine, most=40)
    assert laid.kind == "sampled"
    assert laid.sampled == sum(rows * columns for rows, columns in engine.asked) <= 24 * 24
    travel = laid.problem.travel
    assert isinstance(travel, Geodesic)
    assert travel.detour == pytest.approx(DETOUR, rel=0.01)
    assert travel.speed_kmh == pytest.approx(3.6 / PACE, rel=0.01)
    figures = told(laid)
    assert figures["territories"][0]["places"] == 61
    assert "Too many places" in figures["told"]["en"][0]


def test_samples_are_drawn_towards_the_driven_quotient() -> None:
    plain = lay(a_problem(60), Pace(), Engine(), most=40).problem.travel
    drawn = lay(a_problem(60), learned(), Engine(), most=40).problem.travel
    assert isinstance(plain, Geodesic)
    assert isinstance(drawn, Geodesic)
    assert drawn.detour == plain.detour
    quotient = drawn.detour * 3.6 / drawn.speed_kmh
    assert quotient == pytest.approx(0.6**0.9 * (DETOUR * PACE) ** 0.1, rel=0.02)


def test_samples_that_fail_leave_the_estimate() -> None:
    laid = lay(a_problem(60), Pace(), Engine(is_away=True), most=40)
    assert laid.kind == "geodesic"
    assert laid.problem.travel == Geodesic()
    assert told(laid)["fell_back"][0]["reason"] == AWAY


def test_a_table_is_packed_and_read_back_unchanged() -> None:
    problem = a_problem(12, end=Place(lat=30.7, lon=104.1))
    laid = lay(problem, Pace(), Engine())
    travel = laid.problem.travel
    assert isinstance(travel, Matrix)
    assert unpacked(packed(travel), travel.order) == travel
    again = with_cells(dict(without_cells(laid.problem, problem)), packed(travel))
    assert again == laid.problem


def test_traffic_is_kept_on_a_table() -> None:
    hours = ((25_200, 32_400, 1.4),)
    problem = replace(a_problem(), travel=Geodesic(traffic=hours))
    laid = lay(problem, Pace(), Engine())
    travel = laid.problem.travel
    assert isinstance(travel, Matrix)
    assert travel.traffic == hours
    stored = dict(without_cells(laid.problem, problem))
    assert with_cells(stored, packed(travel)) == laid.problem
    sampled = lay(replace(a_problem(60), travel=Geodesic(traffic=hours)), Pace(), Engine(), most=40)
    assert isinstance(sampled.problem.travel, Geodesic)
    assert sampled.problem.travel.traffic == hours


def test_stops_in_another_order_are_found_in_the_table() -> None:
    problem = a_problem()
    laid = lay(problem, Pace(), Engine())
    travel = laid.problem.travel
    assert isinstance(travel, Matrix)
    stored = dict(without_cells(laid.problem, problem))
    stops = stored["stops"]
    assert isinstance(stops, list)
    again = with_cells({**stored, "stops": stops[::-1][:5]}, packed(travel))
    assert [stop.id for stop in again.stops] == ["v7", "v6", "v5", "v4", "v3"]
    assert isinstance(again.travel, Matrix)
    assert again.travel == unpacked(packed(travel), travel.order, again.travel.order)
    assert set(again.travel.order) == {"v3", "v4", "v5", "v6", "v7", "s0"}
    stranger = {**stops[0], "id": "stranger"}
    with pytest.raises(ValueError, match="lacks a place"):
        with_cells({**stored, "stops": [*stops, stranger]}, packed(travel))


def test_a_table_of_another_problem_is_refused() -> None:
    problem = a_problem(12)
    laid, other = lay(problem, Pace(), Engine()), lay(a_problem(11), Pace(), Engine())
    assert isinstance(other.problem.travel, Matrix)
    stored = dict(without_cells(laid.problem, problem))
    with pytest.raises(ValueError, match="reshape"):
        with_cells(stored, packed(other.problem.travel))


def test_a_problem_of_one_place_asks_nobody() -> None:
    engine = Engine()
    assert lay(a_problem(0), Pace(), engine).kind == "geodesic"
    assert engine.asked == []
