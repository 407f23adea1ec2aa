"""The last pass: what was left out is put in, exchanged for less, or makes room elsewhere."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from routing import Problem, check
from routing.crews import form_teams
from routing.draft import Draft, Slot
from routing.finished import plan_of
from routing.ground import ground_of
from routing.solver.heads import place_heads
from routing.solver.polish import polish
from routing.solver.repair import worth
from routing.solver.stopping import Allowance
from tests.routing.builders import problem, shift, stop
from tests.routing.strategies import problems

ALWAYS = Allowance(None)


def draft_with_heads(one: Problem) -> Draft:
    ground = ground_of(one)
    draft = Draft(one, ground, form_teams(one, ground))
    place_heads(draft)
    return draft


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(problems())
def test_a_polished_draft_is_lawful_and_leaves_no_gain_by_insertion(one: Problem) -> None:
    draft = draft_with_heads(one)
    polish(draft, ALWAYS)
    assert check(one, plan_of(draft)) == []
    for visit in draft.unserved:
        slot = draft.cheapest(visit, range(len(draft.teams)))
        assert slot is None or slot.cost >= worth(draft, visit)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(problems())
def test_polishing_twice_alike_gives_the_same_routes(one: Problem) -> None:
    first, second = draft_with_heads(one), draft_with_heads(one)
    polish(first, ALWAYS)
    polish(second, ALWAYS)
    assert first.routes == second.routes


def test_a_visit_takes_the_place_of_one_worth_less() -> None:
    one = problem(
        [stop("less", service=100, prize=500), stop("more", service=100, prize=900)],
        [shift("s", window=[0, 150])],
    )
    draft = draft_with_heads(one)
    draft.insert(0, Slot(0, 0, 0))
    polish(draft, ALWAYS)
    assert draft.routes == [[1]]


def test_a_visit_takes_the_place_of_one_that_finds_room_elsewhere() -> None:
    one = problem(
        [
            stop("free", service=100, prize=9_000),
            stop("held", service=100, prize=800, skills=["p"]),
        ],
        [shift("s1", window=[0, 150], skills=["p"]), shift("s2", 10, window=[0, 150])],
    )
    draft = draft_with_heads(one)
    draft.insert(0, Slot(0, 0, 0))
    polish(draft, ALWAYS)
    assert draft.routes == [[1], [0]]


def test_a_must_takes_the_room_of_several_that_are_none() -> None:
    small = [stop(f"v{at}", service=100, prize=10**6) for at in range(3)]
    one = problem([*small, stop("must", service=310, priority=1)], [shift("s", window=[0, 320])])
    draft = draft_with_heads(one)
    for at in range(3):
        draft.insert(at, Slot(0, 0, at))
    polish(draft, ALWAYS)
    assert draft.routes == [[3]]


def test_a_visit_that_costs_more_than_its_worth_is_taken_out() -> None:
    draft = draft_with_heads(problem([stop("far", 1_000, prize=5)], [shift("s")]))
    draft.insert(0, Slot(0, 0, 0))
    polish(draft, ALWAYS)
    assert draft.unserved == {0}


def test_no_time_is_no_change() -> None:
    one = problem([stop("v")], [shift("s")])
    draft = draft_with_heads(one)
    polish(draft, Allowance(0.0))
    assert draft.unserved == {0}
