"""Prices against valuations: the ratio that the law asks for, or None where nothing was valued."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from evidence.trace.errors import TraceError

MAX_RATIO = 1000
_MAX_AMOUNT = Decimal(10) ** 15


def price_ratio(data: Mapping[str, Any]) -> float | None:
    """Price over the value at that time and place.

    A price of nothing needs no valuation; without one any other price is not valued (None), which
    is never guessed. A stated `price_ratio` goes before the amounts.
    """
    stated: float | None = data.get("price_ratio")
    if stated is not None:
        return stated
    if data.get("price") is None:
        return None
    price = Decimal(data["price"])
    if price == 0:
        return 0.0
    valued = data.get("valuation")
    return float(price / Decimal(valued["amount"])) if valued is not None else None


def check_price(data: Mapping[str, Any]) -> None:
    """Refuse impossible prices, and valuations without amount, source or day; raises TraceError."""
    _check_ratio(data.get("price_ratio"))
    if data.get("price") is not None:
        amount(data["price"], "data.price")
    valued = data.get("valuation")
    if valued is None:
        return
    if not isinstance(valued, dict):
        raise TraceError("data.valuation is not an object of amount, source and on")
    if amount(valued.get("amount"), "data.valuation.amount") == 0:
        raise TraceError("data.valuation.amount is nothing; leave the valuation out")
    source = valued.get("source")
    if not isinstance(source, str) or not 0 < len(source) <= 200:
        raise TraceError("data.valuation.source is missing; say who valued it, or from which list")
    day(valued.get("on"), "data.valuation.on")
    if data.get("price_ratio") is None and (price_ratio(data) or 0) > MAX_RATIO:
        raise TraceError("data.price is more than a thousand times the valuation")


def amount(value: object, name: str) -> Decimal:
    """Money as decimal text. Raises TraceError that names the field."""
    try:
        found = Decimal(value) if isinstance(value, str) and len(value) <= 20 else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or not 0 <= found < _MAX_AMOUNT:
        raise TraceError(f'{name} is not money as text, such as "120000.00"')
    return found


def day(value: object, name: str) -> date:
    """A day as ISO text. Raises TraceError that names the field."""
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise TraceError(f"{name} is not a date such as 2024-05-20") from None


def _check_ratio(ratio: object) -> None:
    if ratio is None:
        return
    if isinstance(ratio, bool) or not isinstance(ratio, int | float):
        raise TraceError("data.price_ratio is not a number or null")
    # A whole number can be too large for a float, so size is asked before finiteness.
    if not (0 <= ratio <= MAX_RATIO and math.isfinite(ratio)):
        raise TraceError("data.price_ratio is not between 0 and 1000")
