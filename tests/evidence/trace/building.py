"""Builders with defaults for observations, so that a test names only what it is about."""

from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from evidence.trace import Grade, Observation, believe, load_model

ZONE = timezone(timedelta(hours=8))
START = datetime(2024, 1, 1, 9, tzinfo=ZONE)
MODEL = load_model()
_numbers = count()


def day(days: float) -> datetime:
    """A moment so many days after the start of 2024."""
    return START + timedelta(days=days)


def seen(
    kind: str,
    days: float = 0.0,
    *,
    source: str = "agent:a1",
    recorded: float | None = None,
    **fields: Any,
) -> Observation:
    """An observation of p1 at home, recorded when it was observed."""
    source_class, source_id = source.split(":")
    given: dict[str, Any] = {
        "id": f"o{next(_numbers):06d}",
        "person": "p1",
        "address": "home",
        "kind": kind,
        "observed_at": day(days),
        "recorded_at": day(days if recorded is None else recorded),
        "source_class": source_class,
        "source_id": source_id,
    }
    return Observation(**(given | fields))


def of_asset(kind: str, days: float = 0.0, *, asset: str = "car", **fields: Any) -> Observation:
    """An observation of an asset of p1."""
    source = fields.pop("source", "registry:registry")
    return seen(kind, days, source=source, asset=asset, address=None, **fields)


def disposal(days: float = 30.0, *, asset: str = "car", **data: Any) -> Observation:
    """A disposal on that day at a low price to nobody known, unless told otherwise."""
    given = {
        "asset_kind": "vehicle",
        "disposed_on": day(days).date().isoformat(),
        "counterparty": "unknown",
        "price_ratio": 0.5,
    }
    return of_asset("asset.disposed", days, asset=asset, data=given | data)


def p_moved(observations: list[Observation], days: float = 100.0) -> float:
    """Belief that p1 has moved away from home."""
    return believe(observations, "p1", ["home"], day(days), MODEL)["home"].p_moved


def graded(letter: str, digit: int = 2) -> Grade:
    """A grade."""
    return Grade(letter, digit)
