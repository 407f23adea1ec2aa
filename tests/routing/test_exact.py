"""Small problems are solved to the optimum, whatever is in them."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import Plan, Problem, check, solve
from routing.ground import ground_of
from routing.solver.exact import exact
from tests.routing.brute_force import cheapest_cost
from tests.routing.builders import problem, served, shift, stop
from tests.routing.odd_problems import odd_problem
from tests.routing.strategies import problems

MANY = settings(max_examples=150, suppress_health_check=list(HealthCheck))


@st.composite
def odd_problems(draw: st.DrawFn) -> Problem:
    dice = draw(st.randoms(use_true_random=False))
    return odd_problem(dice, draw(st.integers(0, 6)), draw(st.integers(0, 4)))


def _judged(one: Problem, plan: Plan) -> tuple[int, int]:
    musts = {stop.id for stop in one.stops if stop.must}
    return sum(left.stop in musts for left in plan.unserved), plan.cost


@MANY
@given(odd_problems())
def test_an_odd_problem_is_solved_to_the_optimum(one: Problem) -> None:
    plan = solve(one, iterations=1)
    assert check(one, plan) == []
    assert _judged(one, plan) == cheapest_cost(one)
    assert all(left.reasons for left in plan.unserved)


@settings(MANY, max_examples=40)
@given(problems())
def test_an_even_problem_is_solved_to_the_optimum(one: Problem) -> None:
    if len(one.stops) > 6:
        return
    plan = solve(one, iterations=1)
    assert check(one, plan) == []
    assert _judged(one, plan) == cheapest_cost(one)


def test_seven_stops_and_four_agents_of_one_day_are_never_too_many() -> None:
    dice = Random(1)
    spots = [(dice.randint(0, 900), dice.randint(0, 900)) for _ in range(11)]
    visits = [
        stop(f"v{at}", *spots[at], crew=1 + at % 2, windows=[[100 * at, 5_000 + 100 * at]])
        for at in range(7)
    ]
    lunch = [{"window": [2_000, 4_000], "duration": 600}]
    crowd = [shift(f"s{at}", *spots[7 + at], breaks=lunch) for at in range(4)]
    one = problem(visits, crowd)
    draft = exact(one, ground_of(one))
    assert draft is not None
    assert not draft.unserved


def test_a_large_problem_is_left_to_the_search() -> None:
    one = problem([stop(f"v{at}", at) for at in range(40)], [shift("s")])
    assert exact(one, ground_of(one)) is None


def test_two_of_a_crew_rest_one_after_the_other_where_that_lets_a_visit_in() -> None:
    """Together they could only rest between 900 and 1000, when the visit is due."""
    first = [{"window": [0, 1_000], "duration": 100}]
    second = [{"window": [900, 2_000], "duration": 100}]
    visit = stop("v", windows=[[850, 1_100]], service=250, crew=2)
    one = problem([visit], [shift("s1", breaks=first), shift("s2", breaks=second)])
    (route,) = solve(one, iterations=1).routes
    assert [(rest.start < 850, rest.finish > 1_100) for rest in route.breaks] == [
        (True, False),
        (False, True),
    ]


def test_a_short_break_goes_before_a_long_one_where_that_lets_a_visit_in() -> None:
    rests = [{"window": [0, 900], "duration": 500}, {"window": [0, 1_000], "duration": 50}]
    visit = stop("v", windows=[[50, 350]], service=300)
    one = problem([visit], [shift("s", breaks=rests, window=[0, 850])])
    plan = solve(one, iterations=1)
    assert [rest.finish - rest.start for rest in plan.routes[0].breaks] == [50, 500]


def test_a_crew_is_formed_for_the_sake_of_one_visit_that_needs_two() -> None:
    visits = [stop("v1", 10, crew=2), stop("v2", 500), stop("v3", -500)]
    crowd = [shift("s1", max_stops=1), shift("s2", max_stops=1), shift("s3")]
    plan = solve(problem(visits, crowd, objective={"metres": 1, "per_shift": 5}), iterations=1)
    assert not plan.unserved
    assert sorted(map(len, served(plan))) == [1, 2]
