"""A task as bytes that a stranger's machine can carry out, and what came of it as bytes.

The bytes are compressed JSON. They hold the part of the problem that the region needs and name
stops and shifts by their ids, so that both sides need to share nothing but this module.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Sequence
from dataclasses import replace

from routing import fields
from routing.draft import Draft
from routing.fields import Fields, ProblemError
from routing.ground import Ellipsoid, Ground, Plane, ground_of, places_of
from routing.problem import Geodesic, Planar, Problem
from routing.reading import MAX_SHIFTS, MAX_STOPS, MAX_WINDOWS, read_problem
from routing.solver.part import part_of, unpacked
from routing.solver.regions import carry_out
from routing.solver.tasks import Effort, Found, Region, Task
from routing.team import Team, pair_up, single

FORM = 1
"""Both sides must speak the same form; another is refused, and the task done elsewhere."""

MOST_BYTES = 1 << 28
"""What is longer than this when it is unpacked is refused."""

QUICK = 1
"""The level of compression: a worker should not wait for a smaller message."""

MOST_ITERATIONS = 10**9
MOST_SECONDS = 10**6
MOST_SEED = 2**32 - 1


def task_to_wire(draft: Draft, task: Task) -> bytes:
    """The task with all that carrying it out needs to know of its draft."""
    problem, stops = draft.problem, draft.problem.stops
    teams = [
        {
            "shifts": [problem.shifts[member].id for member in draft.teams[team].members],
            "head": [stops[stop].id for stop in draft.routes[team]],
            "options": [draft.chosen[stop] for stop in draft.routes[team]],
            "held": draft.heads[team],
            "order": [stops[stop].id for stop in task.orders.get(team, ())],
        }
        for team in sorted(task.region.teams)
    ]
    return _packed(
        {
            "form": FORM,
            "problem": part_of(draft, task.region),
            "teams": teams,
            "stops": [stops[stop].id for stop in task.region.stops],
            "seconds": task.effort.seconds,
            "iterations": task.effort.iterations,
            "heat": list(task.heat),
            "seed": task.seed,
        }
    )


def carry_out_wire(wire: bytes) -> bytes:
    """What came of a task, as bytes for `found_from_wire`; ProblemError says what is malformed.

    Reading the task is paid from its seconds.
    """
    begun = time.perf_counter()
    draft, task = task_from_wire(wire)
    if task.effort.seconds is not None:
        left = task.effort.seconds - (time.perf_counter() - begun)
        task = replace(task, effort=Effort(max(0.0, left)))
    found = carry_out(draft, task)
    problem = draft.problem
    orders = [
        {
            "shift": problem.shifts[draft.teams[team].members[0]].id,
            "stops": [problem.stops[stop].id for stop in order],
        }
        for team, order in found.orders.items()
    ]
    return _packed({"form": FORM, "orders": orders, "iterations": found.iterations})


def found_from_wire(answer: bytes, draft: Draft, task: Task) -> Found:
    """What came of a task of this draft; ProblemError for what is no answer to it."""
    stops = {draft.problem.stops[stop].id: stop for stop in task.region.stops}
    firsts = ((team, draft.teams[team].members[0]) for team in task.region.teams)
    teams = {draft.problem.shifts[member].id: team for team, member in firsts}
    of = _object(answer)

    def order(value: object, path: str) -> tuple[int, tuple[int, ...]]:
        one = Fields(value, path)
        team = _named(one.raw("shift"), one.at("shift"), teams)
        order = _all_named(one.raw("stops"), one.at("stops"), stops)
        one.close()
        return team, order

    orders = fields.each(of.raw("orders"), of.at("orders"), len(teams), order)
    iterations = of.need("iterations", fields.whole(0, MOST_ITERATIONS))
    of.close()
    _check_once([team for team, _ in orders], of.at("orders"))
    _check_once([stop for _, one in orders for stop in one], of.at("orders"))
    return Found(dict(orders), iterations)


def task_from_wire(wire: bytes) -> tuple[Draft, Task]:
    """The part of the problem as a draft with its heads in place, and the task in its words."""
    of = _object(wire)
    problem = read_problem(unpacked(of.raw("problem"), of.at("problem")))
    reader = _Reader(problem)
    teams = fields.each(of.raw("teams"), of.at("teams"), MAX_SHIFTS, reader.team)
    open_stops = _all_named(of.raw("stops"), of.at("stops"), reader.stops)
    region = Region(open_stops, tuple(range(len(teams))))
    orders = {at: order for at, order in enumerate(reader.orders) if order}
    effort = _effort(of)
    heat = fields.each(of.raw("heat"), of.at("heat"), 2, fields.number(0, 1e6))
    if len(heat) != 2:
        raise ProblemError(of.at("heat"), "must be a pair of numbers")
    seed = of.need("seed", fields.whole(0, MOST_SEED))
    of.close()
    reader.check(open_stops)
    draft = Draft(problem, _ground(problem), teams)
    reader.place_heads(draft)
    return draft, Task(region, orders, effort, (heat[0], heat[1]), seed)


class _Reader:
    """Reads teams one after another, and keeps what they have done and are to do."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.stops = {stop.id: at for at, stop in enumerate(problem.stops)}
        self._shifts = {shift.id: at for at, shift in enumerate(problem.shifts)}
        self._members: list[int] = []
        self._heads: list[tuple[tuple[int, ...], tuple[int, ...], int]] = []
        self.orders: list[tuple[int, ...]] = []

    def team(self, value: object, path: str) -> Team:
        """One team; where it stands in the list of teams is its number."""
        of = Fields(value, path)
        members = _all_named(of.raw("shifts"), of.at("shifts"), self._shifts)
        if len(members) not in (1, 2):
            raise ProblemError(of.at("shifts"), "must name one shift or two")
        head = _all_named(of.raw("head"), of.at("head"), self.stops)
        option = fields.whole(-1, MAX_WINDOWS)
        options = fields.each(of.raw("options"), of.at("options"), len(head), option)
        if len(options) != len(head):
            raise ProblemError(of.at("options"), "must be as many as the stops of the head")
        self._heads.append((head, options, of.need("held", fields.whole(0, len(head)))))
        self.orders.append(_all_named(of.raw("order"), of.at("order"), self.stops))
        self._members += members
        of.close()
        alone = len(members) == 1
        return single(self._problem, *members) if alone else pair_up(self._problem, *members)

    def check(self, open_stops: Sequence[int]) -> None:
        """Refuses shifts in two teams, stops in two places, and orders of what is not open."""
        _check_once(self._members, "$.teams")
        done = [stop for head, _, _ in self._heads for stop in head]
        _check_once([*done, *open_stops], "$.stops")
        ordered = [stop for order in self.orders for stop in order]
        _check_once(ordered, "$.teams")
        if not set(ordered) <= set(open_stops):
            raise ProblemError("$.teams", "an order has a stop that is not among the stops")

    def place_heads(self, draft: Draft) -> None:
        """Puts every team where it stands in the middle of its route."""
        for team, (head, options, held) in enumerate(self._heads):
            chosen = dict(zip(head, options, strict=True))
            if any(option >= len(draft.options.get(stop, ())) for stop, option in chosen.items()):
                raise ProblemError(f"$.teams[{team}].options", "names an option that is not there")
            if head:
                draft.set_route(team, head, chosen)
                draft.heads[team] = held


def _effort(of: Fields) -> Effort:
    seconds = of.get("seconds", fields.number(0, MOST_SECONDS), None)
    iterations = of.get("iterations", fields.whole(1, MOST_ITERATIONS), None)
    if (seconds is None) == (iterations is None):
        raise ProblemError(of.at("seconds"), "give either seconds or iterations")
    return Effort(seconds, iterations)


def _ground(problem: Problem) -> Ground:
    """As `ground_of`, but a table of all pairs would take longer than the few pairs needed."""
    if isinstance(problem.travel, Geodesic):
        return Ellipsoid(problem.travel, places_of(problem))
    if isinstance(problem.travel, Planar):
        return Plane(problem.travel, places_of(problem))
    return ground_of(problem)


def _packed(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), QUICK)


def _object(wire: bytes) -> Fields:
    """The object in these bytes, of the form that is spoken here."""
    unzip = zlib.decompressobj()
    try:
        plain = unzip.decompress(wire, MOST_BYTES)
        if not unzip.eof:
            raise ProblemError("$", f"is cut short, or longer than {MOST_BYTES} bytes")
        value = json.loads(plain)
    except (zlib.error, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as wrong:
        raise ProblemError("$", f"is not compressed JSON: {wrong}") from wrong
    of = Fields(value, "$")
    form = of.raw("form")
    if form != FORM:
        raise ProblemError(of.at("form"), f"must be {FORM}; run one version on all machines")
    return of


def _named(value: object, path: str, known: dict[str, int]) -> int:
    name = fields.text(value, path)
    if name not in known:
        raise ProblemError(path, f"there is no {name} here")
    return known[name]


def _all_named(value: object, path: str, known: dict[str, int]) -> tuple[int, ...]:
    return fields.each(value, path, MAX_STOPS, lambda one, where: _named(one, where, known))


def _check_once(numbers: Sequence[int], path: str) -> None:
    if len(set(numbers)) != len(numbers):
        raise ProblemError(path, "names something twice")
