"""What a problem file may say, and how each mistake in it is named."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings

from routing import Problem, ProblemError, problem_to_json, read_problem
from tests.routing.builders import planar, shift, stop
from tests.routing.strategies import problems

GEO: dict[str, Any] = {
    "stops": [{"id": "v1", "lat": 30.66, "lon": 104.06}],
    "shifts": [{"id": "s1", "start": {"lat": 30.6, "lon": 104.0}, "window": [0, 100]}],
    "travel": {"kind": "geodesic", "speed_kmh": 24, "detour": 1.35},
}
MATRIX: dict[str, Any] = {
    "stops": [{"id": "v1"}],
    "shifts": [{"id": "s1", "start": {"at": "depot"}, "end": {"at": "depot"}, "window": [0, 99]}],
    "travel": {
        "kind": "matrix",
        "seconds": [[0, 5], [6, 0]],
        "metres": [[0, 7], [8, 0]],
        "order": ["depot", "v1"],
    },
}


@settings(max_examples=40)
@given(problems())
def test_what_is_written_is_read_back(one: Problem) -> None:
    assert read_problem(problem_to_json(one)) == one


@pytest.mark.parametrize("form", [GEO, MATRIX])
def test_every_kind_of_travel_is_read_back(form: dict[str, Any]) -> None:
    one = read_problem(form)
    assert read_problem(problem_to_json(one)) == one


@pytest.mark.parametrize(
    ("where", "value", "path"),
    [
        (("surprise",), 1, "$.surprise"),  # a key nobody knows
        (("stops", 0, "colour"), "red", "$.stops[0].colour"),  # the same, further down
        (("stops",), {}, "$.stops"),  # an object instead of an array
        (("stops",), [0] * 50_001, "$.stops"),  # absurdly many
        (("stops", 0, "id"), "", "$.stops[0].id"),  # an empty id
        (("stops", 0, "id"), 7, "$.stops[0].id"),  # an id that is a number
        (("stops", 0, "lat"), float("nan"), "$.stops[0].lat"),  # NaN
        (("stops", 0, "lon"), float("inf"), "$.stops[0].lon"),  # infinite
        (("stops", 0, "lat"), 91, "$.stops[0].lat"),  # beyond the pole
        (("stops", 0, "lat"), True, "$.stops[0].lat"),  # true is no number
        (("stops", 0, "lat"), None, "$.stops[0].lat"),  # missing
        (("stops", 0, "service"), -1, "$.stops[0].service"),  # negative
        (("stops", 0, "service"), 1.5, "$.stops[0].service"),  # half a second
        (("stops", 0, "priority"), 6, "$.stops[0].priority"),  # there are five
        (("stops", 0, "crew"), 3, "$.stops[0].crew"),  # at most two
        (("stops", 0, "prize"), -5, "$.stops[0].prize"),  # negative
        (("stops", 0, "windows"), [[9, 8]], "$.stops[0].windows[0]"),  # closes before it opens
        (("stops", 0, "windows"), [[1]], "$.stops[0].windows[0]"),  # half a window
        (("stops", 0, "windows"), [[0, 10**10]], "$.stops[0].windows[0][1]"),  # in 300 years
        (("stops", 0, "window_costs"), [1], "$.stops[0].window_costs"),  # for which window?
        (("stops", 0, "window_costs"), "1", "$.stops[0].window_costs"),  # no array
        (("stops", 0, "window_costs"), [-1], "$.stops[0].window_costs[0]"),  # negative
        (("stops", 0, "window_costs"), [10**9], "$.stops[0].window_costs[0]"),  # absurdly dear
        (("stops", 0, "prefers"), ["ann"], "$.stops[0].prefers"),  # worth what?
        (("stops", 0, "prefers"), {"ann": -1}, "$.stops[0].prefers.ann"),  # negative
        (("stops", 0, "prefers"), {" ": 1}, "$.stops[0].prefers"),  # nobody
        (("stops", 0, "prefers"), {str(n): 1 for n in range(1_001)}, "$.stops[0].prefers"),
        (("stops", 0, "not_same_day"), ["v9"], "$.stops[0].not_same_day"),  # no such stop
        (("stops", 0, "not_same_day"), ["v1"], "$.stops[0].not_same_day"),  # itself
        (("shifts", 0, "fair_work"), -1, "$.shifts[0].fair_work"),  # negative
        (("objective",), {"unfair": -1}, "$.objective.unfair"),  # negative
        (("stops", 0, "not_with"), ["v9"], "$.stops[0].not_with"),  # no such stop
        (("stops", 0, "not_with"), ["v1"], "$.stops[0].not_with"),  # itself
        (("stops", 0, "pinned"), {"shift": "s9"}, "$.stops[0].pinned.shift"),  # no such shift
        (("shifts", 0, "crew_with"), "s9", "$.shifts[0].crew_with"),  # no such shift
        (("shifts", 0, "crew_with"), "s1", "$.shifts[0].crew_with"),  # itself
        (("shifts", 0, "day"), 1, "$.shifts[0].day"),  # outside the horizon
        (("shifts", 0, "window"), None, "$.shifts[0].window"),  # missing
        (("shifts", 0, "window"), [86_400, 90_000], "$.shifts[0].window"),  # that is the next day
        (("shifts", 0, "start"), {"at": "depot"}, "$.shifts[0].start.lat"),  # names need a matrix
        (("shifts", 0, "breaks"), [{"window": [0, 9]}], "$.shifts[0].breaks[0].duration"),
        (("shifts", 0, "max_work"), -1, "$.shifts[0].max_work"),  # negative
        (("shifts", 0, "max_work"), 0.5, "$.shifts[0].max_work"),  # half a second
        (("travel", "kind"), "rail", "$.travel.kind"),  # unknown
        (("travel", "speed_kmh"), 0, "$.travel.speed_kmh"),  # standing still
        (("travel", "detour"), 0.5, "$.travel.detour"),  # shorter than straight
    ],
)
def test_a_mistake_is_refused_with_its_path(
    where: tuple[Any, ...], value: object, path: str
) -> None:
    form = deepcopy(GEO)
    inner: Any = form
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = value
    with pytest.raises(ProblemError) as refusal:
        read_problem(form)
    assert refusal.value.path == path


def test_every_window_needs_its_cost() -> None:
    form = deepcopy(GEO)
    form["stops"][0] |= {"windows": [[0, 5], [7, 9]], "window_costs": [1]}
    with pytest.raises(ProblemError, match="has 1 entries; there are 2 windows") as refusal:
        read_problem(form)
    assert refusal.value.path == "$.stops[0].window_costs"


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("metres", [[0, -1], [1, 0]], "$.travel.metres[0][1]"),  # a negative distance
        ("seconds", [[0, 1]], "$.travel.seconds"),  # a row is missing
        ("seconds", [[0], [1, 0]], "$.travel.seconds[0]"),  # a cell is missing
        ("order", ["depot", "depot"], "$.travel.order"),  # one place twice
        ("order", ["depot", "v9"], "$.stops[0].id"),  # the stop has no row
        ("order", ["home", "v1"], "$.shifts[0].start"),  # the start has no row
    ],
)
def test_a_broken_matrix_is_refused(key: str, value: object, path: str) -> None:
    form = deepcopy(MATRIX)
    form["travel"][key] = value
    with pytest.raises(ProblemError) as refusal:
        read_problem(form)
    assert refusal.value.path == path


@pytest.mark.parametrize(
    ("form", "path"),
    [
        (planar([stop("v"), stop("v")], []), "$.stops[1].id"),  # one id twice
        (planar([], [shift("s"), shift("s")]), "$.shifts[1].id"),  # one id twice
        (
            planar([], [shift("a", crew_with="b"), shift("b", crew_with="c"), shift("c")]),
            "$.shifts[0].crew_with",  # b travels with c
        ),
        ([], "$"),  # no object at all
    ],
)
def test_names_that_do_not_fit_together_are_refused(form: object, path: str) -> None:
    with pytest.raises(ProblemError) as refusal:
        read_problem(form)
    assert refusal.value.path == path
