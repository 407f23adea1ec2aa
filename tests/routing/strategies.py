"""Random small problems with everything in them: crews, breaks, windows, skills, pins, days."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from routing import Problem, read_problem
from tests.routing.builders import Json, planar

DAY = 86_400
positions = st.integers(-3_000, 3_000)


@st.composite
def windows(draw: st.DrawFn, days: int) -> list[list[int]]:
    opens = [DAY * draw(st.integers(0, days - 1)) + draw(st.integers(0, 40_000)) for _ in "ab"]
    return [
        [one, one + draw(st.sampled_from([500, 9_000, 40_000]))]
        for one in opens[: draw(st.integers(1, 2))]
    ]


@st.composite
def shifts(draw: st.DrawFn, count: int, days: int) -> list[Json]:
    made: list[Json] = []
    for at in range(count):
        day = draw(st.integers(0, days - 1))
        opens = DAY * day + draw(st.integers(0, 8_000))
        lunch = DAY * day + draw(st.integers(5_000, 20_000))
        start = {"x": draw(positions), "y": draw(positions)}
        made.append(
            {
                "id": f"s{at}",
                "start": start,
                "end": draw(st.sampled_from([None, start])),
                "day": day,
                "window": [opens, opens + draw(st.sampled_from([5_000, 30_000, 40_000]))],
                "breaks": draw(
                    st.sampled_from([[{"window": [lunch, lunch + 4_000], "duration": 2_700}], []])
                ),
                "skills": draw(st.sampled_from([["p", "q"], ["p"], []])),
                "max_stops": draw(st.sampled_from([None, None, None, 2])),
                "load": draw(st.sampled_from([None, None, None, 3])),
                "fair_work": draw(st.sampled_from([None, None, 0, 2_000])),
                "agent": draw(st.sampled_from(["ann", "bob"])),
                "max_work": draw(st.sampled_from([None, None, 3_000, 6_000])),
            }
        )
    return made


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    days = draw(st.integers(1, 2))
    crowd = draw(shifts(draw(st.integers(1, 4)), days))
    names = [f"v{at}" for at in range(draw(st.integers(1, 9)))]
    stops: list[Json] = []
    for name in names:
        pin: Any = None
        if draw(st.integers(0, 6)) == 6:
            sequence = draw(st.sampled_from([None, len(stops)]))
            pin = {"shift": draw(st.sampled_from(crowd))["id"], "sequence": sequence}
        foes = [one for one in names if one != name]
        hours = draw(st.none() | windows(days))
        shy = draw(st.booleans())
        costs = draw(st.lists(st.integers(0, 3_000), min_size=2, max_size=2))
        stops.append(
            {
                "id": name,
                "x": draw(positions),
                "y": draw(positions),
                "service": draw(st.integers(0, 2_000)),
                "windows": hours,
                "window_costs": draw(st.sampled_from([None, hours and costs[: len(hours)]])),
                "priority": draw(st.integers(1, 5)),
                "skills": draw(st.sampled_from([[], [], ["p"], ["p", "q"]])),
                "crew": draw(st.sampled_from([1, 1, 2])),
                "not_with": draw(st.lists(st.sampled_from(foes), max_size=1)) if foes else [],
                "not_same_day": draw(st.lists(st.sampled_from(foes), max_size=1))
                if foes and shy
                else [],
                "prefers": draw(
                    st.dictionaries(st.sampled_from(["ann", "bob", "eve"]), st.integers(0, 3_000))
                ),
                "pinned": pin,
                "earliest_day": draw(st.sampled_from([None, None, days - 1])),
                "demand": draw(st.integers(0, 2)),
            }
        )
    objective = {"metres": 1, "unfair": draw(st.sampled_from([0, 1, 3]))}
    return read_problem(planar(stops, crowd, horizon_days=days, objective=objective))
