"""What is said of an unserved visit is true: the change that is named lets it in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from routing import Plan, Problem, Reason, Shift
from routing.draft import Draft
from routing.finished import plan_of
from routing.ground import ground_of
from routing.moves import draft_of
from routing.reasons import explain, reasons
from routing.solver.polish import polish
from routing.solver.stopping import Allowance
from routing.team import pair_up, single
from tests.routing.builders import problem, shift, stop
from tests.routing.strategies import problems
from tests.routing.test_polish import ALWAYS, draft_with_heads

CALM = settings(max_examples=40, suppress_health_check=list(HealthCheck))


def _polished(one: Problem) -> Draft:
    draft = draft_with_heads(one)
    polish(draft, ALWAYS)
    return draft


def _told(one: Problem, serve: list[int] | None = None) -> list[Reason]:
    """The reasons for the last stop, the others being served in the first route as given."""
    ground = ground_of(one)
    draft = Draft(one, ground, [single(one, at) for at in range(len(one.shifts))])
    if serve:
        draft.set_route(0, serve)
    return reasons(draft, len(one.stops) - 1)


@CALM
@given(problems())
def test_every_unserved_visit_has_a_reason_that_was_examined(one: Problem) -> None:
    draft = _polished(one)
    for left in explain(draft, plan_of(draft), ALWAYS).unserved:
        codes = [reason.code for reason in left.reasons]
        assert codes
        assert "not-examined" not in codes


@CALM
@given(problems())
def test_ending_later_by_what_is_told_lets_the_visit_in(one: Problem) -> None:
    draft = _polished(one)
    plan = explain(draft, plan_of(draft), ALWAYS)
    for left in plan.unserved:
        reason = left.reasons[0]
        found = re.fullmatch(r"(.+) ended (\d+) minutes? later", reason.would_fit_if or "")
        if reason.code == "shift-full" and found:
            names = found[1].split(" with ")
            assert _fits_with(one, plan, left.stop, names, 60 * int(found[2]))


def _fits_with(one: Problem, plan: Plan, name: str, names: list[str], seconds: int) -> bool:
    later = tuple(
        replace(own, window=(own.window[0], own.window[1] + seconds)) if own.id in names else own
        for own in one.shifts
    )
    changed = replace(one, shifts=later)
    draft = draft_of(changed, plan)
    crew = sorted(_number(one.shifts, name) for name in names)
    teams = [at for at, team in enumerate(draft.teams) if sorted(team.members) == crew]
    if not teams:
        # A crew without a visit is no route of the plan.
        pair = [_number(one.shifts, name) for name in names]
        draft = Draft(changed, ground_of(changed), [pair_up(changed, pair[0], pair[1])])
        teams = [0]
    visit = [stop.id for stop in one.stops].index(name)
    return draft.cheapest(visit, teams) is not None


def _number(shifts: tuple[Shift, ...], name: str) -> int:
    return [shift.id for shift in shifts].index(name)


@CALM
@given(problems())
def test_leaving_the_named_visit_out_lets_the_other_in(one: Problem) -> None:
    draft = _polished(one)
    plan = explain(draft, plan_of(draft), ALWAYS)
    for left in plan.unserved:
        for reason in left.reasons:
            found = re.search(r"or (\w+) were left out of", reason.would_fit_if or "")
            if found:
                visit = _visit(one, left.stop)
                old = _visit(one, found[1])
                team = next(at for at, route in enumerate(draft.routes) if old in route)
                assert draft.swap(team, visit, draft.routes[team].index(old)) is not None


def _visit(one: Problem, name: str) -> int:
    return [stop.id for stop in one.stops].index(name)


def test_the_minutes_lacking_are_counted_to_the_minute() -> None:
    stops = [stop("v1", service=300), stop("v2", service=300)]
    (first, *_) = _told(problem(stops, [shift("s", window=[0, 539])]), [0])
    assert first.would_fit_if == "s ended 2 minutes later"  # 61 seconds are lacking
    (first, *_) = _told(problem(stops, [shift("s", window=[0, 540])]), [0])
    assert first.would_fit_if == "s ended 1 minute later"


def test_a_visit_outbid_names_the_other_and_the_price() -> None:
    stops = [stop("dear", service=300, prize=900), stop("cheap", service=300, prize=200)]
    told = _told(problem(stops, [shift("s", window=[0, 400])]), [0])
    assert [reason.code for reason in told] == ["shift-full", "outbid"]
    assert "loses 700 more" in told[1].detail
    assert told[1].would_fit_if == "its prize were above 900, or dear were left out of s"


def test_a_visit_not_worth_its_detour_says_by_how_much() -> None:
    (only,) = _told(problem([stop("v", 50, prize=10)], [shift("s")]))
    assert (only.code, only.would_fit_if) == ("outbid", "its prize were above 100")
    assert "90 more than it is worth" in only.detail


@pytest.mark.parametrize(
    ("window", "told"),
    [
        ([0, 200], "its window closed 2 min later"),
        ([35_990, 36_000], "its window opened 15 min earlier"),
    ],
)
def test_a_window_just_missed_says_by_how_much(window: list[int], told: str) -> None:
    busy = stop("v1", service=300, windows=[[0, 300]])
    late = stop("v3", service=10, windows=[[35_000, 35_990]])
    if window[0]:
        busy = stop("v1", service=900, windows=[[35_100, 36_000]])
        late = stop("v3", windows=[[0, 10]])
    one = problem([busy, late, stop("v2", service=10, windows=[window])], [shift("s")])
    (first, *_) = _told(one, [0, 1] if not window[0] else [1, 0])
    assert first.would_fit_if == told


def test_what_keeps_it_out_of_other_shifts_is_told_in_groups() -> None:
    crowd = [
        shift("full", window=[0, 400], skills=["p"]),
        *(shift(f"lame{at}") for at in range(4)),
        shift("night", window=[30_000, 36_000], skills=["p"]),
    ]
    stops = [
        stop("v1", service=300),
        stop("v2", service=300, windows=[[0, 20_000]], skills=["p"], priority=4),
    ]
    told = {reason.code: reason.detail for reason in _told(problem(stops, crowd), [0])}
    assert next(iter(told)) == "shift-full"
    assert told["no-skill"] == "4 of 6 shifts lack its skills (lame0, lame1, lame2 and others)"
    assert told["no-lawful-window"] == "1 of 6 shifts do not work during its windows (night)"


def test_two_shifts_that_could_be_a_crew_are_named() -> None:
    (only,) = _told(problem([stop("v", crew=2)], [shift("s1"), shift("s2", 5)]))
    assert (only.code, only.would_fit_if) == ("no-crew", "s1 and s2 worked as a crew")


def test_no_time_for_reasons_says_so() -> None:
    draft = draft_with_heads(
        problem([stop("v", 50, prize=10), stop("w", skills=["p"])], [shift("s")])
    )
    over = Allowance(0.0)
    told: Any = explain(draft, plan_of(draft), over).unserved
    assert [one.reasons[0].code for one in told] == ["not-examined", "no-skill"]
