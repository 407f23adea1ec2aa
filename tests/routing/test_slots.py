"""All places at once are the places that a draft finds one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import Problem, read_problem
from routing.crews import form_teams
from routing.draft import Draft, Slot
from routing.ground import ground_of
from routing.problem import Matrix
from routing.reading import problem_to_json
from routing.schedule import Timetable
from routing.slots import NONE, Slots
from routing.solver.heads import place_heads
from routing.sweeps import sweep
from tests.routing.builders import problem, shift, stop
from tests.routing.strategies import problems

CALM = settings(max_examples=25, suppress_health_check=list(HealthCheck))


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A draft of which some stops are served, on a plane or on a crooked matrix."""
    one = draw(problems())
    if draw(st.booleans()):
        one = _crooked(one, draw(st.integers(0, 99)))
    ground = ground_of(one)
    draft = Draft(one, ground, form_teams(one, ground))
    place_heads(draft)
    for number in range(len(one.stops)):
        slots = sorted(draft.insertions(number, range(len(draft.teams))))
        if number in draft.unserved and slots and draw(st.booleans()):
            draft.insert(number, draw(st.sampled_from(slots)))
    return draft


def _crooked(one: Problem, seed: int) -> Problem:
    """The same with ways that differ there and back and obey no triangle."""
    written = problem_to_json(one)
    stops, crowd = written["stops"], written["shifts"]
    assert isinstance(stops, list)
    assert isinstance(crowd, list)
    for place in stops:
        del place["x"], place["y"]
    for member in crowd:
        member["start"] = {"at": member["id"]}
        member["end"] = None if member["end"] is None else {"at": member["id"]}
    order = [row["id"] for row in (*crowd, *stops)]
    source = np.random.default_rng(seed)
    size = (len(order), len(order))
    seconds = source.integers(0, 3_000, size).tolist()
    metres = source.integers(0, 9_000, size).tolist()
    travel = {"kind": "matrix", "seconds": seconds, "metres": metres, "order": order}
    if seed % 2:
        travel["traffic"] = [[3_000, 9_000, 1.7], [9_000, 9_500, 0.4], [40_000, 50_000, 3.1]]
    written["travel"] = travel
    written["objective"] = {"metres": 1, "seconds": 2, "per_shift": 500}
    return read_problem(written)


def _one_by_one(draft: Draft, visit: int) -> list[Slot]:
    return sorted(draft.insertions(visit, range(len(draft.teams))))


@CALM
@given(drafts())
def test_the_places_of_one_stop_are_those_of_the_draft(draft: Draft) -> None:
    slots = Slots(draft)
    for visit in sorted(draft.unserved):
        wanted = _one_by_one(draft, visit)
        assert slots.best(visit, len(draft.teams)) == wanted
        assert slots.cheapest(visit) == next(iter(wanted), None)


@CALM
@given(drafts(), st.data())
def test_after_a_change_only_its_team_is_new_and_all_are_right(
    draft: Draft, data: st.DataObject
) -> None:
    slots = Slots(draft)
    slots.rows()
    for team in range(len(draft.teams)):
        if len(draft.routes[team]) > draft.heads[team] and data.draw(st.booleans()):
            draft.remove(team, len(draft.routes[team]) - 1)
    visits = sorted(draft.unserved)
    costs = slots.costs(visits)
    for visit, row in zip(visits, costs, strict=True):
        if all(draft.feasible(team) for team in range(len(draft.teams))):
            told = {slot.team: slot.cost for slot in _one_by_one(draft, visit)}
            assert {at: cost for at, cost in enumerate(row.tolist()) if cost < NONE} == told


@CALM
@given(drafts())
def test_the_exchanges_of_many_stops_are_those_of_the_draft(draft: Draft) -> None:
    slots = Slots(draft, "exchange")
    visits = [one for one in sorted(draft.unserved) if not _placed(draft, one)]
    rows = slots.rows()
    for part, block in slots.blocks(visits, rows):
        for visit, costs in zip(visits[part], block.tolist(), strict=True):
            for team, at, cost in zip(
                rows.team.tolist(), rows.position.tolist(), costs, strict=True
            ):
                swap = draft.swap(team, visit, at)
                assert (None if cost == NONE else cost) == (swap and swap.cost)


def _placed(draft: Draft, visit: int) -> bool:
    pinned = draft.problem.stops[visit].pinned
    return pinned is not None and pinned.sequence is not None


@CALM
@given(drafts())
def test_timetables_side_by_side_are_those_made_alone(draft: Draft) -> None:
    teams = list(range(len(draft.teams)))
    most = max(len(team.breaks) for team in draft.teams)
    swept = sweep(draft, teams, most)
    for team in teams:
        table = Timetable(draft.clock, draft.teams[team], draft.routes[team])
        counts = len(draft.teams[team].breaks) + 1
        assert swept.ready[team, : len(table.ready), :counts].tolist() == table.ready
        assert swept.due[team, : len(table.due), :counts].tolist() == table.due


def test_three_breaks_of_one_shift_are_all_kept() -> None:
    rests = [{"window": [at, at + 100], "duration": 300} for at in (500, 2_000, 4_000)]
    one = problem(
        [stop(f"v{at}", 10 * at, service=700) for at in range(6)], [shift("s", breaks=rests)]
    )
    draft = Draft(one, ground_of(one), form_teams(one, ground_of(one)))
    slots = Slots(draft)
    for visit in range(6):
        assert slots.best(visit, 1) == _one_by_one(draft, visit)
        slot = slots.cheapest(visit)
        if slot is not None:
            draft.insert(visit, slot)
    assert len(draft.routes[0]) > 3


def test_a_draft_without_teams_offers_nothing() -> None:
    one = problem([stop("v")], [])
    assert Slots(Draft(one, ground_of(one), [])).cheapest(0) is None


def test_a_draft_without_stops_is_asked_for_nothing() -> None:
    one = problem([], [shift("s")])
    slots = Slots(Draft(one, ground_of(one), form_teams(one, ground_of(one))))
    assert slots.costs([]).shape == (0, 1)


@pytest.mark.parametrize("count", [0, -1])
def test_no_slots_are_no_slots(count: int) -> None:
    one = problem([stop("v")], [shift("s")])
    assert Slots(Draft(one, ground_of(one), form_teams(one, ground_of(one)))).best(0, count) == []


def test_a_matrix_is_no_symmetric_ground() -> None:
    one = _crooked(problem([stop("v")], [shift("s")]), 1)
    assert isinstance(one.travel, Matrix)
    assert not ground_of(one).symmetric
