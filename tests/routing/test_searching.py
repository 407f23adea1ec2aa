"""A search cuts, begins, goes on and ends as it should, whatever carries it out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import pairwise

import pytest

from routing import Problem, Progress, check, solve
from routing.crews import form_teams
from routing.draft import Draft
from routing.ground import ground_of
from routing.solver.cutting import Cutter, how_many
from routing.solver.hands import Threads
from routing.solver.orders import cost_of, joined
from routing.solver.quick import likely, quick_orders
from routing.solver.regions import carry_out
from routing.solver.tasks import Effort, Found, Orders, Region, Task, Watch
from routing.solver.warm import orders_of, teams_of
from tests.routing.builders import Json, problem, served, shift, stop


def scattered(count: int, **more: object) -> list[Json]:
    return [stop(f"v{at}", at * 7919 % 5_003, at * 104_729 % 4_999, **more) for at in range(count)]


def a_draft(one: Problem) -> Draft:
    ground = ground_of(one)
    return Draft(one, ground, form_teams(one, ground))


def crew_of(count: int, **more: object) -> list[Json]:
    return [shift(f"s{at}", at * 300, 2_500, **more) for at in range(count)]


def everything(draft: Draft) -> list[int]:
    return sorted(draft.unserved)


class Watched:
    """Workers that do it all at home, one after the other, and remember what they were given."""

    count = 2

    def __init__(self) -> None:
        self.tasks: list[Sequence[Task]] = []

    def run(self, draft: Draft, tasks: Sequence[Task], watch: Watch | None = None) -> list[Found]:
        self.tasks.append(tasks)
        return [carry_out(draft, task, watch) for task in tasks]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_first_regions_share_out_every_stop_and_team_once(count: int) -> None:
    draft = a_draft(problem(scattered(90), crew_of(12)))
    regions = Cutter(draft, everything(draft), 1).first(count)
    assert sorted(one for region in regions for one in region.stops) == everything(draft)
    assert sorted(one for region in regions for one in region.teams) == list(range(12))


def test_later_regions_keep_routes_whole_and_lose_nothing() -> None:
    draft = a_draft(problem(scattered(60), crew_of(9)))
    orders = {team: tuple(range(team * 6, team * 6 + 6)) for team in range(7)}
    cutter = Cutter(draft, everything(draft), 1)
    for _ in range(3):
        regions = cutter.again(orders, 3)
        assert sorted(one for region in regions for one in region.stops) == everything(draft)
        assert sorted(one for region in regions for one in region.teams) == list(range(9))
        for region in regions:
            for team in set(region.teams) & set(orders):
                assert set(orders[team]) <= set(region.stops)


def test_borders_turn_from_round_to_round() -> None:
    draft = a_draft(problem(scattered(60), crew_of(9)))
    orders = {team: tuple(range(team * 6, team * 6 + 6)) for team in range(9)}
    cutter = Cutter(draft, everything(draft), 1)
    cuts = [{region.teams for region in cutter.again(orders, 2)} for _ in range(4)]
    assert any(one != other for one, other in pairwise(cuts))


def test_a_small_problem_stays_whole_and_a_large_one_is_cut_for_every_hand() -> None:
    small, large = (
        a_draft(problem(scattered(count, service=600), crew_of(60))) for count in (100, 1_600)
    )
    assert how_many(small, everything(small), 2) == 1
    assert how_many(large, everything(large), 2) % 2 == 0


def test_depots_that_many_teams_share_are_kept_together_up_to_a_larger_size() -> None:
    homes = [shift(f"s{at}", at, at, window=[0, 30_000]) for at in range(60)]
    shared = [shift(f"s{at}", at % 4, at % 4, window=[0, 30_000]) for at in range(60)]
    visits = scattered(800, service=1_000)
    own, depots = (a_draft(problem(visits, crew)) for crew in (homes, shared))
    assert how_many(own, everything(own), 2) == 2
    assert how_many(depots, everything(depots), 2) == 1


def test_a_matrix_without_coordinates_is_cut_by_its_ways() -> None:
    size = 13
    ways = [[abs(a - b) * 10 for b in range(size)] for a in range(size)]
    names = [f"v{at}" for at in range(size - 1)]
    bare: list[Json] = [{"id": name, "service": 1} for name in names]
    desk: Json = {"id": "s0", "start": {"at": "desk"}, "end": {"at": "desk"}, "window": [0, 9_999]}
    one = problem(
        bare,
        [desk, {**desk, "id": "s1"}],
        travel={"kind": "matrix", "seconds": ways, "metres": ways, "order": [*names, "desk"]},
    )
    draft = a_draft(one)
    left, right = Cutter(draft, everything(draft), 1).first(2)
    assert max(left.stops) < min(right.stops) or max(right.stops) < min(left.stops)


def test_crews_go_where_the_visits_are_that_need_two() -> None:
    west = [stop(f"w{at}", at, 0, crew=2, service=600) for at in range(12)]
    east = [stop(f"e{at}", 9_000 + at, 0, service=600) for at in range(12)]
    crowd = [shift(f"s{at}", 4_500, 0, window=[0, 5_000]) for at in range(6)]
    draft = a_draft(problem([*west, *east], crowd))
    regions = Cutter(draft, everything(draft), 1).first(2)
    paired = next(region for region in regions if 0 in region.stops)
    sizes = [len(draft.teams[team].members) for team in paired.teams]
    assert sizes.count(2) >= 1


def test_a_search_that_goes_on_is_never_worse_than_its_start() -> None:
    draft = a_draft(problem(scattered(24), crew_of(3)))
    region = Region(tuple(range(24)), (0, 1, 2))
    start: Orders = {team: tuple(range(team * 8, team * 8 + 8)) for team in range(3)}
    found = carry_out(draft, Task(region, start, Effort(None, 60), (0.04, 0.0)))
    assert cost_of(draft, found.orders) <= cost_of(draft, start)


def test_a_must_that_nobody_can_reach_does_not_keep_the_others_away() -> None:
    far = stop("far", 900_000, 0, priority=1)
    draft = a_draft(problem([far, *scattered(10)], [shift("s1", window=[0, 30_000])]))
    found = carry_out(draft, Task(Region(tuple(range(11)), (0,)), {}, Effort(None, 40)))
    assert 0 not in found.orders[0]
    assert found.orders[0]


def test_only_stops_with_a_chance_are_searched_when_there_are_far_too_many() -> None:
    dear = scattered(40, priority=2, service=900)
    cheap = [{**one, "id": f"c{one['id']}"} for one in scattered(400, priority=5, service=900)]
    draft = a_draft(problem([*dear, *cheap], [shift("s1", window=[0, 9_000])]))
    assert set(likely(draft, everything(draft))) == set(range(40))


def test_a_quick_plan_begins_with_what_is_worth_most() -> None:
    musts = scattered(5, priority=1, service=900)
    rest = [{**one, "id": f"c{one['id']}"} for one in scattered(200, priority=5, service=900)]
    draft = a_draft(problem([*rest, *musts], crew_of(2, window=[0, 12_000])))
    orders = quick_orders(draft, Region(tuple(range(205)), (0, 1)))
    assert {one for order in orders.values() for one in order} >= set(range(200, 205))


def test_a_quick_plan_deals_no_stop_twice_where_nothing_asks_for_its_crew_of_two() -> None:
    elsewhere = stop("far", 9_000, crew=2)
    rest = scattered(240, service=1_800)
    draft = a_draft(problem([*rest, elsewhere], crew_of(4, window=[0, 12_000])))
    assert {len(team.members) for team in draft.teams} == {1, 2}
    orders = quick_orders(draft, Region(tuple(range(240)), tuple(range(len(draft.teams)))))
    dealt = [stop for order in orders.values() for stop in order]
    assert len(dealt) == len(set(dealt)) > 0


def test_a_quick_plan_sends_nobody_alone_where_two_are_due() -> None:
    pairs = scattered(40, crew=2, service=900)
    rest = [{**one, "id": f"c{one['id']}"} for one in scattered(200, service=900)]
    draft = a_draft(problem([*pairs, *rest], crew_of(6, window=[0, 12_000])))
    orders = quick_orders(draft, Region(tuple(range(240)), tuple(range(len(draft.teams)))))
    alone = [order for team, order in orders.items() if len(draft.teams[team].members) == 1]
    assert not any(one < 40 for order in alone for one in order)


def test_a_plan_goes_on_with_the_crews_of_the_one_it_starts_from() -> None:
    one = problem([stop(f"v{at}", at * 40, crew=2) for at in range(20)], crew_of(4))
    before = solve(one, iterations=20)
    crews = {frozenset(team.members) for team in teams_of(one, before) if len(team.members) == 2}
    numbers = {shift.id: at for at, shift in enumerate(one.shifts)}
    assert crews == {
        frozenset(numbers[name] for name in route.crew or ()) for route in before.routes
    }


def test_a_plan_to_go_on_from_may_name_what_is_gone() -> None:
    before = solve(problem(scattered(20), crew_of(3)), iterations=20)
    less = problem(scattered(20)[5:], crew_of(2))
    draft = Draft(less, ground_of(less), teams_of(less, before))
    orders = orders_of(draft, before)
    assert set(orders) <= {0, 1}
    after = solve(less, iterations=20, start=before)
    assert check(less, after) == []
    assert sum(map(len, served(after))) == 15


def test_a_warm_start_is_not_made_worse() -> None:
    one = problem(scattered(60), crew_of(4))
    before = solve(one, iterations=200)
    assert solve(one, iterations=5, start=before).cost <= before.cost


def test_other_workers_carry_the_search_out_just_as_well() -> None:
    one = problem(scattered(30), crew_of(3))
    workers = Watched()
    at_home = solve(one, iterations=300, workers=Threads(2))
    away = solve(one, iterations=300, workers=workers)
    assert [route.legs for route in away.routes] == [route.legs for route in at_home.routes]
    assert all(len(tasks) == 2 for tasks in workers.tasks)


def test_who_watches_hears_of_the_search_in_the_thread_that_asked() -> None:
    one = problem(scattered(12), crew_of(2))
    task = Task(Region(tuple(range(12)), (0, 1)), effort=Effort(None, 40))
    heard: list[int] = []
    found = Threads(2).run(
        a_draft(one), [task] * 3, lambda cost: heard.append(threading.get_ident())
    )
    assert len(found) == 3
    assert set(heard) == {threading.get_ident()}


def test_progress_only_goes_forward_and_its_cost_only_falls() -> None:
    told: list[Progress] = []
    solve(problem(scattered(40), crew_of(3)), iterations=600, progress=told.append)
    assert told[-1].done == 1.0
    costs = [one.cost for one in told if one.cost is not None]
    assert all(a.done <= b.done for a, b in pairwise(told))
    assert all(a >= b for a, b in pairwise(costs))


def test_orders_of_regions_are_joined_without_idle_teams() -> None:
    assert joined([{1: (4, 5)}, {2: (), 3: (6,)}]) == {1: (4, 5), 3: (6,)}
