"""OSRM and Valhalla over HTTP: blocks under the limit, sound answers taken, others told."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import numpy as np
import pytest

from fieldops.domain.travel.engine import (
    AWAY,
    LATE,
    NO_WAY,
    OFF_ROAD,
    REFUSED,
    UNKNOWN,
    UNREACHABLE,
    UNREADABLE,
    Points,
    RoadEngine,
    RoadTable,
)
from fieldops.gateways.roads import RoadOptions, build_engine
from fieldops.gateways.roads import asking as asking_module
from tests.gateways.roads.servers import METRES_A_SECOND, Behaviour, road_metres, serving

Made = Callable[..., RoadEngine]


@pytest.fixture
def made() -> Iterator[Made]:
    """An engine on a server that behaves so: `made("osrm", behaviour, pairs=100)`."""
    with ExitStack() as stack:

        def make(kind: str, of: Behaviour, **options: object) -> RoadEngine:
            url = stack.enter_context(serving(of))
            values: dict[str, object] = {"engine": kind, "url": url, **options}
            engine = build_engine(
                RoadOptions(**values),  # type: ignore[arg-type]  # The fields' own types.
                sleep=lambda _: None,
            )
            assert engine is not None
            stack.callback(engine._asked._server.client.close)  # type: ignore[attr-defined]  # To end the sockets.
            return engine

        yield make


def some_points(count: int) -> Points:
    return np.array([(30.6 + at * 0.01, 104.0 + (at % 3) * 0.02) for at in range(count)]).round(6)


def place(points: Points, at: int) -> tuple[float, float]:
    return float(points[at, 0]), float(points[at, 1])


def whole(engine: RoadEngine, points: Points) -> RoadTable:
    every = range(len(points))
    return engine.table(points, every, every)


def reasons(table: RoadTable) -> dict[str, int]:
    return {one.reason: one.pairs for one in table.shortfalls}


BOTH = pytest.mark.parametrize("kind", ["osrm", "valhalla"])


@BOTH
def test_a_table_is_put_together_from_blocks_under_the_limit(kind: str, made: Made) -> None:
    of, points = Behaviour(most_pairs=20), some_points(13)
    table = whole(made(kind, of, pairs=20), points)
    for i in range(13):
        for j in range(13):
            metres = road_metres(place(points, i), place(points, j))
            assert table.metres[i, j] == pytest.approx(metres, abs=1)
            assert table.seconds[i, j] == pytest.approx(metres / METRES_A_SECOND, abs=1)
    assert table.shortfalls == ()
    assert len(of.asked) > 1
    assert max(rows * columns for rows, columns in of.asked) <= 20
    assert sum(rows * columns for rows, columns in of.asked) == 13 * 13


@BOTH
def test_only_what_is_wanted_is_asked(kind: str, made: Made) -> None:
    of, points = Behaviour(), some_points(6)
    table = made(kind, of).table(points, [5, 0], [1, 2, 3])
    assert of.asked == [(2, 3)]
    expected = road_metres(place(points, 5), place(points, 2))
    assert table.metres[0, 1] == pytest.approx(expected, abs=1)


@BOTH
def test_a_table_of_nothing_asks_nothing(kind: str, made: Made) -> None:
    of = Behaviour()
    assert whole(made(kind, of), np.zeros((0, 2))).seconds.shape == (0, 0)
    assert of.asked == []


@BOTH
def test_a_pair_without_a_way_is_told(kind: str, made: Made) -> None:
    points = some_points(4)
    table = whole(made(kind, Behaviour(islands={place(points, 3)})), points)
    assert (table.seconds[3, :3] == NO_WAY).all()
    assert (table.metres[:3, 3] == NO_WAY).all()
    assert reasons(table) == {UNREACHABLE: 6}


@BOTH
def test_one_place_off_the_road_does_not_spoil_the_others(kind: str, made: Made) -> None:
    points = some_points(5)
    table = whole(made(kind, Behaviour(off_road={place(points, 2)})), points)
    known = np.delete(np.delete(table.seconds, 2, 0), 2, 1)
    assert (known >= 0).all()
    assert (table.seconds[2] == NO_WAY).all()
    assert reasons(table) == {OFF_ROAD: 9}


@BOTH
@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_failure_is_asked_again(kind: str, status: int, made: Made) -> None:
    of = Behaviour()
    of.scripted.extend([(status, "text/html", b"<html>busy</html>")] * 2)
    assert whole(made(kind, of), some_points(3)).shortfalls == ()


@BOTH
def test_a_lasting_failure_is_given_up_and_told(kind: str, made: Made) -> None:
    of = Behaviour()
    of.scripted.extend([(503, "text/html", b"")] * 1000)
    engine = made(kind, of, pairs=4, side_by_side=1)
    table = whole(engine, some_points(20))
    assert (table.seconds == UNKNOWN).all()
    assert reasons(table) == {AWAY: 400}
    # Three blocks of three tries each; the other ninety-seven blocks were not asked.
    assert 1000 - len(of.scripted) == 9


@BOTH
def test_nobody_at_the_address_is_told(kind: str) -> None:
    options = RoadOptions(engine=kind, url="http://127.0.0.1:9", pairs=100)
    engine = build_engine(options, sleep=lambda _: None)
    assert engine is not None
    assert reasons(whole(engine, some_points(3))) == {AWAY: 9}


@BOTH
def test_when_the_time_is_up_the_rest_is_left_and_told(kind: str, made: Made) -> None:
    of, ticks = Behaviour(), iter(range(0, 10_000, 7))
    engine = made(kind, of, pairs=4, side_by_side=1, table_seconds=20.0)
    engine._monotonic = lambda: next(ticks)  # type: ignore[attr-defined]  # A clock of the test's.
    table = whole(engine, some_points(6))
    assert len(of.asked) == 2
    assert reasons(table) == {LATE: 28}


BAD_ANSWERS = {
    "an error page": b"<html><body>It works!</body></html>",
    "nothing": b"",
    "half of an answer": b'{"code": "Ok", "durations": [[0, 1',
    "a list": b"[1, 2]",
    "no tables": b'{"code": "Ok", "units": "kilometers"}',
    "no object": b'"Ok"',
    "deeply nested": b"[" * 100_000,
    "longer than it may be": b'{"x": "' + b"a" * 1_100_000 + b'"}',
}


@BOTH
@pytest.mark.parametrize("body", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
def test_an_answer_that_is_none_is_told(kind: str, body: bytes, made: Made) -> None:
    of = Behaviour()
    of.scripted.append((200, "application/json", body))
    table = whole(made(kind, of), some_points(3))
    assert (table.seconds == UNKNOWN).all()
    assert reasons(table) in ({UNREADABLE: 9}, {REFUSED: 9})


BAD_CELLS = {
    "too few rows": [[0, 1]],
    "a short row": [[0, 1], [1]],
    "no rows": 7,
    "rows that are none": [7, 7],
    "text": [[0, "1"], [1, 0]],
    "a truth": [[0, True], [1, 0]],
    "below zero": [[0, -1], [1, 0]],
    "beyond belief": [[0, 1e9], [1, 0]],
    "beyond all range": [[0, 10**400], [1, 0]],
    "infinite": [[0, float("inf")], [1, 0]],
    "not a number": [[0, float("nan")], [1, 0]],
}


@pytest.mark.parametrize("table", ["durations", "distances"])
@pytest.mark.parametrize("cells", BAD_CELLS.values(), ids=BAD_CELLS.keys())
def test_osrm_cells_that_are_none_are_told(table: str, cells: object, made: Made) -> None:
    found = whole(made("osrm", Behaviour(patch={table: cells})), some_points(2))
    assert reasons(found) == {UNREADABLE: 4}


@pytest.mark.parametrize("cells", BAD_CELLS.values(), ids=BAD_CELLS.keys())
def test_valhalla_cells_that_are_none_are_told(cells: object, made: Made) -> None:
    good = [[0, 1], [1, 0]]
    patch = {"sources_to_targets": {"durations": cells, "distances": good}}
    found = whole(made("valhalla", Behaviour(patch=patch)), some_points(2))
    assert reasons(found) == {UNREADABLE: 4}


@BOTH
def test_an_error_code_is_told_with_its_words(kind: str, made: Made) -> None:
    of = Behaviour(most_pairs=3)
    (shortfall,) = whole(made(kind, of), some_points(3)).shortfalls
    assert shortfall.reason == REFUSED
    assert "Too many" in shortfall.detail or "Exceeded" in shortfall.detail


@BOTH
def test_a_server_that_sends_elsewhere_is_not_followed(kind: str, made: Made) -> None:
    of = Behaviour()
    of.scripted.append((301, "text/html", b""))
    engine = made(kind, of)
    # Without a Location it is an odd answer, with one a redirect; neither is followed.
    assert sum(reasons(whole(engine, some_points(2))).values()) == 4


def test_a_place_put_on_a_road_far_away_is_not_believed(made: Made) -> None:
    table = whole(made("osrm", Behaviour(snapped=900.0)), some_points(2))
    assert (table.seconds == NO_WAY).all()


def test_cells_that_osrm_guessed_itself_count_as_no_way(made: Made) -> None:
    table = whole(made("osrm", Behaviour(patch={"fallback_speed_cells": [[0, 1]]})), some_points(2))
    assert table.seconds[0, 1] == NO_WAY
    assert table.seconds[1, 0] >= 0


@pytest.mark.parametrize("cells", [[[0]], [[0, 9]], [["a", "b"]], [7]])
def test_guessed_cells_outside_the_table_are_told(cells: object, made: Made) -> None:
    found = whole(made("osrm", Behaviour(patch={"fallback_speed_cells": cells})), some_points(2))
    assert reasons(found) == {UNREADABLE: 4}


@pytest.mark.parametrize("sources", [[], 7, [{"distance": "far"}, {"distance": 1}]])
def test_places_that_osrm_names_wrongly_are_told(sources: object, made: Made) -> None:
    found = whole(made("osrm", Behaviour(patch={"sources": sources})), some_points(2))
    assert reasons(found) == {UNREADABLE: 4}


@pytest.mark.parametrize("units", ["kilometers", "miles"])
@pytest.mark.parametrize("long_form", [False, True])
def test_valhalla_is_read_in_both_forms_and_units(units: str, long_form: bool, made: Made) -> None:
    points = some_points(3)
    table = whole(made("valhalla", Behaviour(units=units, long_form=long_form)), points)
    expected = road_metres(place(points, 0), place(points, 2))
    assert table.metres[0, 2] == pytest.approx(expected, abs=1)


def test_valhalla_in_furlongs_is_told(made: Made) -> None:
    found = whole(made("valhalla", Behaviour(patch={"units": "furlongs"})), some_points(2))
    assert reasons(found) == {UNREADABLE: 4}


def test_valhalla_cells_in_the_wrong_place_are_told(made: Made) -> None:
    cell = {"from_index": 0, "to_index": 0, "time": 1, "distance": 1}
    patch = {"sources_to_targets": [[cell, cell], [cell, cell]]}
    found = whole(made("valhalla", Behaviour(patch=patch)), some_points(2))
    assert reasons(found) == {UNREADABLE: 4}


def test_a_trickling_answer_is_cut_off(made: Made) -> None:
    of, ticks = Behaviour(), iter(range(0, 10**9, 100))
    engine = made("osrm", of)
    engine._asked._server.monotonic = lambda: next(ticks)  # type: ignore[attr-defined]  # As above.
    assert reasons(whole(engine, some_points(2))) == {AWAY: 4}


def test_the_room_for_an_answer_grows_with_the_pairs() -> None:
    told = {"durations": [[123456.7] * 100] * 100, "distances": [[1234567.8] * 100] * 100}
    assert len(json.dumps(told)) < asking_module.ROOM_FOR_A_PAIR * 10_000
