"""Random problems with every key of the format in them and values that nobody would choose."""

from __future__ import annotations

from random import Random

from routing import Problem, read_problem
from tests.routing.builders import Json

DAY = 86_400


def odd_problem(dice: Random, stops: int, shifts: int) -> Problem:
    """A problem of this size; which kind of travel, how many days and what else is left to luck."""
    return read_problem(odd_json(dice, stops, shifts))


def odd_json(dice: Random, stops: int, shifts: int) -> Json:
    days = dice.choice([1, 1, 1, 2, 3])
    kind = dice.choice(["planar", "planar", "matrix", "matrix", "geodesic"])
    ease = dice.choice([0.0, 0.5, 0.9])
    breaks, pins, apart, skilled = (dice.random() > 0.3 + 0.5 * ease for _ in range(4))
    harsh = ease == 0
    crowd = [_shift(dice, at, days, kind, breaks=breaks, harsh=harsh) for at in range(shifts)]
    _partners(dice, crowd)
    visits = [_stop(dice, at, days, ease) | _position(dice, kind) for at in range(stops)]
    for visit in visits:
        if skilled:
            visit["skills"] = dice.choice([[], [], [], ["p"], ["q"], ["p", "q"]])
        if apart and stops > 1:
            others = [one["id"] for one in visits if one is not visit]
            visit["not_with"] = dice.choice([[], [], [dice.choice(others)]])
    if pins and crowd:
        _pins(dice, visits, crowd)
    if dice.random() > ease:
        _wishes(dice, visits, crowd)
    return {
        "horizon_days": days,
        "stops": visits,
        "shifts": crowd,
        "travel": _travel(dice, kind, visits, crowd),
        "objective": _objective(dice),
    }


def _objective(dice: Random) -> Json:
    return dice.choice(
        [
            {},
            {"metres": 1, "seconds": 1, "unfair": dice.randint(0, 3)},
            {"metres": 0, "seconds": 2, "per_shift": dice.choice([0, 300, 5_000])},
            {"metres": 0, "unfair": 1},
        ]
    )


def _position(dice: Random, kind: str) -> Json:
    spot = dice.choice([(0, 0), (dice.randint(-400, 400), dice.randint(-400, 400))])
    if kind == "planar":
        return {"x": spot[0], "y": spot[1]}
    if kind == "geodesic":
        return {"lat": 30.6 + spot[0] / 2e5, "lon": -104.0 + spot[1] / 2e5}
    return {}


def _shift(dice: Random, at: int, days: int, kind: str, *, breaks: bool, harsh: bool) -> Json:
    day = dice.randrange(days)
    opens = DAY * day + dice.choice([0, 0, dice.randint(0, 1_500)])
    length = dice.choice([0, dice.randint(0, 2_000), 4_000] if harsh else [3_000, 5_000, 9_000])
    start: Json | None = _position(dice, kind)
    end = dice.choice([None, start, _position(dice, kind)])
    if kind == "matrix":
        start = dice.choice([None, {"at": "depot"}, {"at": "v0"}])
        end = dice.choice([None, start, {"at": "depot"}])
    return {
        "id": f"s{at}",
        "start": start,
        "end": end,
        "day": day,
        "window": [opens, opens + length],
        "breaks": [_break(dice, opens) for _ in range(dice.choice([0, 1, 1, 2]) * breaks)],
        "skills": dice.choice([["p", "q"], ["p"], ["q"], []]),
        "max_stops": dice.choice([None, None, None, None, dice.randint(0, 4)]),
        "load": dice.choice([None, None, None, dice.randint(0, 6)]),
    }


def _break(dice: Random, opens: int) -> Json:
    first = opens + dice.randint(-200, 3_000)
    window = [max(0, first), max(0, first) + dice.choice([0, 100, 700, 3_000])]
    return {"window": window, "duration": dice.choice([0, 60, 300, 400, 900, 20_000])}


def _partners(dice: Random, crowd: list[Json]) -> None:
    for one, other in zip(crowd[::2], crowd[1::2], strict=False):
        if one["day"] == other["day"] and dice.random() < 0.4:
            one["crew_with"] = other["id"]
            other["crew_with"] = dice.choice([None, one["id"]])


def _stop(dice: Random, at: int, days: int, ease: float) -> Json:
    visit: Json = {
        "id": f"v{at}",
        "service": dice.choice([0, 1, dice.randint(0, 600), 300]),
        "priority": dice.choice([1, 2, 3, 3, 4, 5]),
        "demand": dice.choice([0, 1, 1, 3]),
    }
    odd: Json = {
        "windows": [_window(dice, days) for _ in range(dice.choice([0, 1, 1, 2, 3]))],
        "prize": dice.choice([0, dice.randint(0, 3_000), dice.randint(0, 3_000), 10**8]),
        "crew": dice.choice([1, 2]),
        "earliest_day": dice.randint(0, days),
    }
    return visit | {key: value for key, value in odd.items() if dice.random() > 0.4 + ease / 2}


def _window(dice: Random, days: int) -> list[int]:
    opens = DAY * dice.randrange(days) + dice.randint(0, 4_000)
    return [opens, opens + dice.choice([0, 300, 1_000, 4_000, DAY * days])]


def _wishes(dice: Random, visits: list[Json], crowd: list[Json]) -> None:
    """Windows that cost, agents that are preferred, days to be kept apart, limits of work."""
    names = [one["id"] for one in visits]
    for visit in visits:
        windows = visit.get("windows")
        if windows is not None and dice.random() < 0.5:
            visit["window_costs"] = [dice.choice([0, 50, 400]) for _ in windows]
        agents = dice.sample(["ann", "bob", "eve"], dice.randint(0, 2))
        visit["prefers"] = {agent: dice.randint(0, 600) for agent in agents}
        if len(names) > 1 and dice.random() < 0.3:
            visit["not_same_day"] = [dice.choice([one for one in names if one != visit["id"]])]
    for shift in crowd:
        shift["agent"] = dice.choice(["ann", "bob"])
        shift["max_work"] = dice.choice([None, None, dice.randint(0, 3_000)])
        shift["fair_work"] = dice.choice([None, None, dice.randint(0, 2_000)])


def _pins(dice: Random, visits: list[Json], crowd: list[Json]) -> None:
    taken: set[tuple[str, int]] = set()
    for visit in visits:
        shift, sequence = dice.choice(crowd)["id"], dice.choice([None, 0, 1, 2])
        if dice.random() < 0.25 and (shift, sequence) not in taken:
            visit["pinned"] = {"shift": shift, "sequence": sequence}
            if sequence is not None:
                taken.add((shift, sequence))


def _travel(dice: Random, kind: str, visits: list[Json], crowd: list[Json]) -> Json:
    if kind == "planar":
        scale = dice.choice([1, 1, 0.01, 2.5])
        return {"kind": kind, "scale": scale, "round": dice.choice(["nearest", "down", "up"])}
    bands = {"traffic": _bands(dice)} if dice.random() < 0.3 else {}
    if kind == "geodesic":
        return {"kind": kind, "speed_kmh": dice.choice([5, 24]), "detour": 1.35, **bands}
    order = [*(one["id"] for one in visits), *(one["id"] for one in crowd), "depot"]
    if not visits:
        order.append("v0")
    seconds = [[dice.choice([0, dice.randint(1, 400), 250]) for _ in order] for _ in order]
    metres = [[dice.randint(0, 900) for _ in order] for _ in order]
    return {"kind": kind, "order": order, "seconds": seconds, "metres": metres, **bands}


def _bands(dice: Random) -> list[list[float]]:
    edges = sorted(dice.sample(range(6_000), 4))
    return [
        [edges[0], edges[1], dice.choice([0.2, 0.8, 1.5, 5])],
        [edges[dice.choice([1, 2])], edges[3], dice.choice([0.7, 1.3, 2])],
    ]
