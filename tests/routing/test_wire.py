"""A task that travels as bytes is carried out as it would be at home, and garbage is refused."""

from __future__ import annotations

import json
import zlib
from random import Random

import pytest

from routing import Problem, ProblemError
from routing.crews import form_teams
from routing.draft import Draft
from routing.ground import ground_of
from routing.solver.heads import place_heads
from routing.solver.regions import carry_out
from routing.solver.tasks import Effort, Found, Orders, Region, Task
from routing.solver.wire import carry_out_wire, found_from_wire, task_from_wire, task_to_wire
from tests.routing.builders import Json, problem, shift, stop
from tests.routing.odd_problems import odd_problem


def _draft(one: Problem) -> Draft:
    ground = ground_of(one)
    draft = Draft(one, ground, form_teams(one, ground))
    place_heads(draft)
    return draft


def _task(draft: Draft, dice: Random, orders: Orders | None = None) -> Task:
    """About half of the stops and teams."""
    stops = tuple(one for one in sorted(draft.unserved) if dice.random() < 0.6)
    teams = tuple(one for one in range(len(draft.teams)) if dice.random() < 0.7)
    seed = dice.randint(0, 2**31)
    return Task(Region(stops, teams), orders or {}, Effort(None, 8), (0.1, 0.0), seed)


def _sent(draft: Draft, task: Task) -> Found:
    return found_from_wire(carry_out_wire(task_to_wire(draft, task)), draft, task)


@pytest.mark.parametrize("seed", range(60))
def test_any_task_is_carried_out_elsewhere_as_at_home(seed: int) -> None:
    dice = Random(seed)
    draft = _draft(odd_problem(dice, dice.randint(2, 30), dice.randint(1, 6)))
    task = _task(draft, dice)
    found = _sent(draft, task)
    assert found == carry_out(draft, task)
    again = Task(task.region, found.orders, Effort(None, 12), (0.0, 0.0), seed)
    assert _sent(draft, again) == carry_out(draft, again)


def test_the_bytes_hold_nothing_of_other_regions() -> None:
    stops = [stop(f"s{at}", at, not_with=[f"s{(at + 1) % 9}"]) for at in range(9)]
    draft = _draft(problem(stops, [shift(f"a{at}") for at in range(3)]))
    wire = task_to_wire(draft, Task(Region((2, 3), (1,))))
    small, task = task_from_wire(wire)
    assert [one.id for one in small.problem.stops] == ["s2", "s3"]
    assert [one.id for one in small.problem.shifts] == ["a1"]
    assert small.apart == {0: {1}, 1: {0}}
    assert task.region == Region((0, 1), (0,))


def test_a_stop_that_is_pinned_elsewhere_may_be_served_by_nobody_here() -> None:
    stops = [stop("mine", 1), stop("theirs", 1, pinned={"shift": "b"})]
    draft = _draft(problem(stops, [shift("a"), shift("b")]))
    small, _ = task_from_wire(task_to_wire(draft, Task(Region((0, 1), (0,)))))
    assert [small.eligible(one) for one in (0, 1)] == [[True], [False]]


def test_a_head_stays_where_it_is() -> None:
    stops = [stop("done", 1, pinned={"shift": "b", "sequence": 0}), stop("open", 2)]
    draft = _draft(problem(stops, [shift("a"), shift("b")]))
    small, _ = task_from_wire(task_to_wire(draft, Task(Region((1,), (1,)))))
    assert (small.routes, small.heads, small.unserved) == ([[0]], [1], {1})


def test_reading_a_task_is_paid_from_its_seconds() -> None:
    draft = _draft(problem([stop("s", 1)], [shift("a")]))
    task = Task(Region((0,), (0,)), effort=Effort(1e-9))
    assert _sent(draft, task).orders == {0: (0,)}


def _wire() -> tuple[Draft, Task, Json]:
    stops = [stop("s", 1), stop("t", 2)]
    draft = _draft(problem(stops, [shift("a"), shift("b")]))
    task = Task(Region((0, 1), (0, 1)), {0: (0,)}, Effort(None, 5))
    return draft, task, json.loads(zlib.decompress(task_to_wire(draft, task)))


def _bytes(value: object) -> bytes:
    return zlib.compress(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"form": 2}, "$.form"),
        ({"seed": -1}, "$.seed"),
        ({"heat": [1]}, "$.heat"),
        ({"heat": [1, float("nan")]}, "$.heat[1]"),
        ({"iterations": None}, "$.seconds"),
        ({"seconds": 1.0}, "$.seconds"),
        ({"stops": ["s", "s"]}, "$.stops"),
        ({"stops": ["u"]}, "$.stops[0]"),
        ({"stops": ["t"]}, "$.teams"),
        ({"problem": None}, "$.problem"),
        ({"problem": {"travel": {"kind": "matrix"}}}, "$.problem.travel.order"),
        ({"teams": [{}]}, "$.teams[0].shifts"),
        ({"more": 1}, "$.more"),
    ],
)
def test_a_malformed_task_is_refused_with_the_place(change: Json, path: str) -> None:
    _, _, value = _wire()
    with pytest.raises(ProblemError) as refused:
        carry_out_wire(_bytes(value | change))
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"shifts": ["a", "b"]}, "$.teams"),
        ({"shifts": []}, "$.teams[0].shifts"),
        ({"head": ["s"], "options": [-1], "held": 1}, "$.stops"),
        ({"head": ["s"], "options": [], "held": 1}, "$.teams[0].options"),
        ({"held": 1}, "$.teams[0].held"),
        ({"order": ["s", "s"]}, "$.teams"),
    ],
)
def test_a_malformed_team_is_refused_with_the_place(change: Json, path: str) -> None:
    _, _, value = _wire()
    value["teams"][0] |= change
    with pytest.raises(ProblemError) as refused:
        carry_out_wire(_bytes(value))
    assert refused.value.path == path


def test_an_option_that_is_not_there_is_refused() -> None:
    _, _, value = _wire()
    value["teams"][0] |= {"head": ["s"], "options": [3], "held": 1, "order": []}
    value["stops"] = ["t"]
    with pytest.raises(ProblemError, match="option"):
        carry_out_wire(_bytes(value))


@pytest.mark.parametrize(
    "wire", [b"", b"{}", zlib.compress(b"{"), zlib.compress(b"\xff"), zlib.compress(b"[" * 9_999)]
)
def test_what_is_no_compressed_json_is_refused(wire: bytes) -> None:
    draft, task, _ = _wire()
    with pytest.raises(ProblemError):
        carry_out_wire(wire)
    with pytest.raises(ProblemError):
        found_from_wire(wire, draft, task)


def test_a_task_that_is_cut_short_is_refused() -> None:
    draft, task, _ = _wire()
    with pytest.raises(ProblemError, match="cut short"):
        carry_out_wire(task_to_wire(draft, task)[:-5])


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"form": 1, "orders": []},
        {"form": 1, "orders": [{"shift": "c", "stops": []}], "iterations": 1},
        {"form": 1, "orders": [{"shift": "a", "stops": ["u"]}], "iterations": 1},
        {"form": 1, "orders": [{"shift": "a", "stops": ["s", "s"]}], "iterations": 1},
        {"form": 1, "orders": [{"shift": "a", "stops": []}] * 2, "iterations": 1},
        {"form": 1, "orders": [{"shift": "a", "stops": ["s"]}], "iterations": -1},
    ],
)
def test_what_is_no_answer_to_the_task_is_refused(answer: Json) -> None:
    draft, task, _ = _wire()
    with pytest.raises(ProblemError):
        found_from_wire(_bytes(answer), draft, task)
