"""What is kept of a stop's worth, and what can be read from it again at any planned time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fieldops.domain.planning.ageing import Worth
from fieldops.domain.planning.hours import Piece


def stored(
    worth: Worth,
    pieces: Iterable[Piece],
    prefers: Mapping[str, int],
    *,
    territory: Iterable[str] = (),
    earliest_day: int | None = None,
    apart: Iterable[str] = (),
) -> dict[str, Any]:
    """Everything that was reckoned for one stop, as JSON."""
    return {
        **worth.to_json(),
        "hours": [
            {
                "from": piece.opens.isoformat(),
                "until": piece.closes.isoformat(),
                "cost": piece.cost,
                **piece.chance.to_json(),
            }
            for piece in pieces
        ],
        "prefers": dict(prefers),
        "territory": list(territory),
        "earliest_day": earliest_day,
        "not_same_day": list(apart),
    }


def planned_chance(
    worth: Mapping[str, Any] | None, starts_at: datetime | None, finishes_at: datetime | None
) -> dict[str, Any] | None:
    """The chance of an answer at a planned time, and on how many outcomes it rests.

    None for a stop on no route, and for plans made before chances were kept.
    """
    if worth is None or starts_at is None or finishes_at is None:
        return None
    fitting = [
        one
        for one in worth["hours"]
        if datetime.fromisoformat(one["from"]) <= starts_at
        and finishes_at <= datetime.fromisoformat(one["until"])
    ]
    if not fitting:
        return None
    best = max(one["chance"] for one in worth["hours"])
    least = min(fitting, key=lambda one: int(one["cost"]))
    return {"chance": least["chance"], "best": best, "outcomes": least["outcomes"]}


def percent_of(part: Mapping[str, int]) -> int:
    """How much of what is possible is served, in whole per cent rounded down; all of nothing."""
    return 100 * part["served"] // part["possible"] if part["possible"] else 100
