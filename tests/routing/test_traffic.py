"""Driving through the hours of the day: slower in a jam, exact both ways, judged on its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import Problem, ProblemError, check, naive_plan, problem_to_json, read_problem
from routing.check_traffic import arrival
from routing.crews import form_teams
from routing.draft import Draft
from routing.finished import plan_of
from routing.ground import ground_of
from routing.problem import Band
from routing.schedule import Timetable
from routing.timing import timed_route
from routing.traffic import Traffic

JAM: Band = (1_000, 2_000, 2.0)
seconds = st.integers(0, 3 * 86_400)
factors = st.sampled_from([0.2, 0.5, 1.37, 2.0, 3.0, 5.0])


@st.composite
def bands(draw: st.DrawFn) -> tuple[Band, ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 86_400), min_size=2, max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return tuple((one, other, draw(factors)) for one, other in pairs)


def _line(traffic: list[Any], count: int = 1, **day: Any) -> Problem:
    """Stops v1, v2, ... 500 s apart from each other and from the depot."""
    order = ["depot", *(f"v{at}" for at in range(1, count + 1))]
    table = [[0 if one == other else 500 for other in order] for one in order]
    home = {"start": {"at": "depot"}, "end": {"at": "depot"}}
    return read_problem(
        {
            "stops": [{"id": name, "service": 10} for name in order[1:]],
            "shifts": [{"id": "s", **home, "window": [900, 9_000], **day}],
            "travel": {
                "kind": "matrix",
                "seconds": table,
                "metres": table,
                "order": order,
                "traffic": traffic,
            },
            "objective": {"metres": 0, "seconds": 1},
        }
    )


@pytest.mark.parametrize(
    ("leave", "way", "arrive"),
    [
        (0, 500, 500),  # before the jam
        (900, 500, 1_800),  # 100 s free, 400 s at half the pace
        (1_900, 500, 2_450),  # the last 100 s of the jam drive 50
        (2_000, 500, 2_500),  # after it
        (900, 86_400, 88_200),  # this jam, and a part of the next day's
        (5, 0, 5),  # no way at all
    ],
)
def test_a_jam_takes_as_many_times_as_long_as_it_says(leave: int, way: int, arrive: int) -> None:
    assert arrival((JAM,), leave, way) == arrive
    assert Traffic((JAM,)).arrive(leave, way) == arrive


@settings(max_examples=150)
@given(bands(), seconds, st.integers(0, 40_000))
def test_the_judge_drives_as_the_planner_does(
    hours: tuple[Band, ...], leave: int, way: int
) -> None:
    assert Traffic(hours).arrive(leave, way) == arrival(hours, leave, way)


@settings(max_examples=150)
@given(bands(), seconds, st.integers(0, 40_000))
def test_the_latest_departure_is_the_latest(hours: tuple[Band, ...], arrive: int, way: int) -> None:
    traffic = Traffic(hours)
    leave = traffic.leave_by(arrive, way)
    assert traffic.arrive(leave, way) <= arrive < traffic.arrive(leave + 1, way)


def test_a_leg_says_what_is_really_driven_and_the_cost_what_is_without_traffic() -> None:
    one = _line([[0, 86_400, 2.0]])
    plan = naive_plan(one)
    (leg,) = plan.routes[0].legs
    assert (leg.seconds, plan.seconds, plan.cost) == (1_000, 2_000, 1_000)
    assert check(one, plan) == []


def test_a_jam_makes_the_day_too_short() -> None:
    assert naive_plan(_line([], window=[900, 1_920])).routes
    assert naive_plan(_line([[0, 5_000, 1.5]], window=[900, 1_920])).unserved


@pytest.mark.parametrize("key", ["arrive", "seconds"])
def test_a_leg_that_leaves_the_traffic_out_is_found_out(key: str) -> None:
    one = _line([[0, 5_000, 2.0]])
    plan = naive_plan(one)
    (route,) = plan.routes
    leg = replace(route.legs[0], **{key: getattr(route.legs[0], key) - 100})
    spoilt = replace(plan, routes=(replace(route, legs=(leg,)),))
    assert {"wrong-travel", "too-fast"} & {fault.code for fault in check(one, spoilt)}


def test_work_is_counted_without_traffic() -> None:
    assert naive_plan(_line([[0, 9_000, 2.0]], max_work=1_010)).routes


CALM = settings(max_examples=60, suppress_health_check=list(HealthCheck))
spots = st.tuples(st.floats(30.6, 30.7), st.floats(104.0, 104.1))


@st.composite
def jammed(draw: st.DrawFn) -> Problem:
    stops = []
    for at in range(draw(st.integers(1, 6))):
        lat, lon = draw(spots)
        opens = draw(st.integers(0, 20_000))
        window = [opens, opens + draw(st.sampled_from([2_000, 9_000]))]
        one = {"id": f"v{at}", "lat": lat, "lon": lon, "service": 300}
        stops.append({**one, "windows": draw(st.sampled_from([None, [window]]))})
    lat, lon = draw(spots)
    home = {"lat": lat, "lon": lon}
    lunch = {"window": [5_000, 9_000], "duration": 900}
    day = {
        "id": "s",
        "start": home,
        "end": draw(st.sampled_from([None, home])),
        "window": [1_000, 20_000],
        "breaks": draw(st.sampled_from([[], [lunch]])),
    }
    travel = {"kind": "geodesic", "traffic": [list(one) for one in draw(bands())]}
    return read_problem({"stops": stops, "shifts": [day], "travel": travel})


@CALM
@given(jammed())
def test_what_fits_in_traffic_can_be_timed_and_is_lawful(one: Problem) -> None:
    ground = ground_of(one)
    draft = Draft(one, ground, form_teams(one, ground))
    clock, team = draft.clock, draft.teams[0]
    for visit in range(len(one.stops)):
        for at in range(len(draft.routes[0]) + 1):
            trial = [*draft.routes[0][:at], visit, *draft.routes[0][at:]]
            timed = not hasattr(timed_route(one, clock, team, trial), "detail")
            assert draft.fits(0, visit, at) == timed == Timetable(clock, team, trial).feasible
        slot = draft.cheapest(visit, [0])
        if slot is not None:
            draft.insert(visit, slot)
    assert check(one, plan_of(draft)) == []
    assert check(one, naive_plan(one)) == []


@CALM
@given(jammed())
def test_traffic_is_written_and_read_back(one: Problem) -> None:
    assert read_problem(problem_to_json(one)) == one


@pytest.mark.parametrize(
    ("traffic", "path"),
    [
        ({}, ""),  # no array
        ([[0, 9]], "[0]"),  # no factor
        ([[9, 9, 2]], "[0]"),  # no time at all
        ([[0, 9, 0.1]], "[0][2]"),  # faster than anybody drives
        ([[0, 9, 6]], "[0][2]"),  # standing still
        ([[0, 9, float("nan")]], "[0][2]"),  # NaN
        ([[0, 86_401, 2]], "[0][1]"),  # beyond midnight
        ([[0, 9, 2], [8, 12, 2]], "[1]"),  # they overlap
        ([[10, 19, 2], [0, 5, 2]], "[1]"),  # not ascending
        ([[0, 1, 1]] * 201, ""),  # absurdly many
    ],
)
def test_traffic_that_cannot_be_is_refused(traffic: Any, path: str) -> None:
    with pytest.raises(ProblemError) as refusal:
        _line(traffic)
    assert refusal.value.path == f"$.travel.traffic{path}"


def test_the_plane_knows_no_traffic() -> None:
    form = {"stops": [], "shifts": [], "travel": {"kind": "planar", "traffic": []}}
    with pytest.raises(ProblemError, match="traffic"):
        read_problem(form)
