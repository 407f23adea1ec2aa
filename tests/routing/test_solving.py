"""Plans are lawful, good, repeatable, and say why they leave something out."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import Plan, Problem, check, naive_plan, plan_to_json, read_plan, solve
from routing.ground import ground_of
from tests.routing.builders import problem, served, shift, stop
from tests.routing.strategies import problems

R108 = Path(__file__).parents[3] / "shared" / "data" / "vrptw" / "R108.txt"
CALM = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@CALM
@given(problems())
def test_a_solved_plan_breaks_no_rule(one: Problem) -> None:
    plan = solve(one, iterations=30)
    assert check(one, plan) == []
    assert all(left.reasons for left in plan.unserved)


@CALM
@given(problems())
def test_the_naive_plan_breaks_no_rule(one: Problem) -> None:
    assert check(one, naive_plan(one)) == []


@CALM
@given(problems())
def test_a_plan_survives_json(one: Problem) -> None:
    plan = solve(one, iterations=5)
    assert read_plan(plan_to_json(plan)) == plan


def _best(one: Problem) -> int:
    """The least cost over every assignment and order, by trying."""
    ground, count, teams = ground_of(one), len(one.stops), len(one.shifts)
    best = 10**12
    for owners in product(range(-1, teams), repeat=count):
        cost = sum(one.stops[at].value for at, owner in enumerate(owners) if owner < 0)
        for team in range(teams):
            mine = [at for at, owner in enumerate(owners) if owner == team]
            cost += min(_drive(one, ground, team, order) for order in permutations(mine))
        best = min(best, cost)
    return best


def _drive(one: Problem, ground: object, team: int, order: tuple[int, ...]) -> int:
    if not order:
        return 0
    measured = ground_of(one)
    opens, closes = one.shifts[team].window
    base = len(one.stops)
    here, now, metres = base + team, opens, 0
    for at in order:
        visit = one.stops[at]
        way = measured.metres(here, at)
        now, metres, here = now + way, metres + way, at
        start = min(
            (
                max(now, a)
                for a, b in visit.windows or ((0, 10**9),)
                if max(now, a) + visit.service <= b
            ),
            default=None,
        )
        if start is None:
            return 10**12
        now = start + visit.service
    back = measured.metres(here, base + len(one.shifts) + team)
    return metres + back if now + back <= closes else 10**12


@settings(max_examples=15)
@given(st.data())
def test_a_tiny_plan_costs_what_the_best_one_costs(data: st.DataObject) -> None:
    draw, spot = data.draw, st.integers(-900, 900)
    stops = []
    for at in range(draw(st.integers(1, 4))):
        opens = draw(st.integers(0, 3_000))
        window = [opens, opens + draw(st.integers(100, 3_000))]
        stops.append(
            stop(
                f"v{at}", draw(spot), draw(spot), windows=[window], prize=draw(st.integers(0, 5000))
            )
        )
    one = problem(stops, [shift("s0"), shift("s1", 300, 300)])
    assert solve(one, iterations=300).cost == _best(one)


def test_the_same_iterations_and_seed_give_the_same_plan() -> None:
    stops = [stop(f"v{at}", (at * 37) % 101, (at * 53) % 97) for at in range(30)]
    one = problem(stops, [shift("s1", window=[0, 600]), shift("s2", window=[0, 500])])
    first, second = (solve(one, iterations=50, seed=7) for _ in range(2))
    written = [{**plan_to_json(plan), "wall_s": 0} for plan in (first, second)]
    assert written[0] == written[1]


def test_a_must_pushes_out_what_is_worth_less() -> None:
    far = stop("must", 0, 100, service=100, priority=1)
    near = [stop(f"v{at}", 1, 1, service=100, priority=2) for at in range(3)]
    one = problem([*near, far], [shift("s1", window=[0, 310])])
    plan = solve(one, iterations=50)
    assert "must" in served(plan)[0]


def test_two_people_rest_together() -> None:
    lunch = [{"window": [1_000, 2_000], "duration": 500}]
    one = problem(
        [stop("v1", 10, 0, crew=2, windows=[[0, 1_500], [1_600, 4_000]], service=900)],
        [shift("s1", breaks=lunch), shift("s2", breaks=lunch)],
    )
    (route,) = solve(one, iterations=20).routes
    assert set(route.crew or ()) == {"s1", "s2"}
    assert len(route.breaks) == 1


def test_a_fixed_partner_is_kept() -> None:
    crowd = [shift("s1", crew_with="s3"), shift("s2"), shift("s3"), shift("s4")]
    one = problem([stop(f"v{at}", at, at, crew=2) for at in range(4)], crowd)
    for route in solve(one, iterations=20).routes:
        assert set(route.crew or ()) in ({"s1", "s3"}, {"s2", "s4"})


def test_a_pinned_front_keeps_its_order() -> None:
    pins = [{"shift": "s1", "sequence": at} for at in range(2)]
    stops = [stop("far", 900, 0, pinned=pins[0]), stop("near", 1, 0, pinned=pins[1]), stop("v", 2)]
    plan = solve(problem(stops, [shift("s1"), shift("s2")]), iterations=20)
    route = next(route for route in plan.routes if route.shift == "s1")
    assert [leg.stop for leg in route.legs][:2] == ["far", "near"]


def _why(plan: Plan) -> str:
    return plan.unserved[0].reasons[0].code


@pytest.mark.parametrize(
    ("visit", "day", "code"),
    [
        (stop("v", windows=[]), {}, "no-lawful-window"),
        (stop("v", windows=[[0, 5]]), {}, "no-lawful-window"),  # shorter than the service
        (stop("v", windows=[[80_000, 86_000]]), {}, "no-lawful-window"),  # after every shift
        (stop("v", skills=["p"]), {}, "no-skill"),
        (stop("v", crew=2), {}, "no-crew"),
        (stop("v", x=90_000), {}, "too-far"),
        (stop("v"), {"max_stops": 0}, "max-stops"),
        (stop("v", demand=2), {"load": 1}, "load-full"),
        (stop("v", x=50, prize=10), {}, "outbid"),
        (stop("v", pinned={"shift": "s1", "sequence": 3}), {}, "pinned-impossible"),
    ],
)
def test_an_unserved_stop_says_why(
    visit: dict[str, object], day: dict[str, int], code: str
) -> None:
    assert _why(solve(problem([visit], [shift("s1", **day)]), iterations=10)) == code


def test_a_full_shift_names_the_minutes_that_are_lacking() -> None:
    stops = [stop("v1", service=300), stop("v2", service=300)]
    plan = solve(problem(stops, [shift("s1", window=[0, 500])]), iterations=10)
    reason = plan.unserved[0].reasons[0]
    assert (reason.code, reason.would_fit_if) == ("shift-full", "s1 ended 2 minutes later")


def test_a_large_problem_is_cut_into_parts() -> None:
    stops = [stop(f"v{at}", (at * 7919) % 5_003, (at * 104_729) % 4_999) for at in range(1_600)]
    one = problem(stops, [shift(f"s{at}", at * 300, 2_500) for at in range(16)])
    plan = solve(one, iterations=3)
    assert check(one, plan) == []
    assert len(plan.unserved) < 800


@pytest.mark.skipif(not R108.exists(), reason="the standard instances are not here")
def test_a_standard_instance_comes_close_to_the_best_known() -> None:
    rows = [line.split() for line in R108.read_text().splitlines()]
    nodes = [[int(cell) for cell in row] for row in rows if len(row) == 7 and row[0].isdigit()]
    depot, customers = nodes[0], nodes[1:]
    stops = [
        stop(str(n), x, y, service=10 * s, windows=[[10 * a, 10 * (b + s)]], priority=1, demand=q)
        for n, x, y, q, a, b, s in customers
    ]
    home = {"window": [0, 10 * depot[5]], "load": 200}
    crowd = [shift(f"s{at}", depot[1], depot[2], **home) for at in range(25)]
    travel = {"kind": "planar", "scale": 10, "round": "down"}
    one = problem(stops, crowd, travel=travel)
    plan = solve(one, iterations=600)
    assert check(one, plan) == []
    assert not plan.unserved
    assert plan.metres <= 9321 * 1.05


@pytest.mark.parametrize(
    "effort",
    [
        {"budget": 1.0, "iterations": 5},
        {"budget": 0.0},
        {"budget": float("nan")},
        {"iterations": 0},
    ],
)
def test_an_impossible_effort_is_refused(effort: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"budget|iterations"):
        solve(problem([], []), **effort)  # type: ignore[arg-type] # wrong types are the point


def test_an_empty_problem_has_an_empty_plan() -> None:
    assert solve(problem([], []), iterations=1).cost == 0
