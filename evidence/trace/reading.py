"""Strict reading of values out of a model's TOML, each error naming the place and the cure."""

import math
from collections.abc import Mapping
from typing import Any

from evidence.trace.errors import ModelError


def table(raw: Mapping[str, Any], key: str, where: str = "model") -> Mapping[str, Any]:
    """The sub-table `key`. Raises ModelError if it is missing or something else."""
    value = raw.get(key)
    if not isinstance(value, dict):
        raise ModelError(f"{where}: [{key}] is missing or not a table")
    return value


def tables(raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The non-empty array of tables `key`."""
    value = raw.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        raise ModelError(f"model: [[{key}]] is missing or not a list of tables")
    return value


def number(raw: Mapping[str, Any], key: str, low: float, high: float, where: str) -> float:
    """A finite number with low <= number <= high."""
    value = raw.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ModelError(f"{where}: {key} is {'missing' if value is None else 'not a number'}")
    if not (low <= value <= high and math.isfinite(value)):
        raise ModelError(f"{where}: {key} = {value} is not between {low} and {high}")
    return float(value)


def text(raw: Mapping[str, Any], key: str, where: str) -> str:
    """A non-empty string."""
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise ModelError(f"{where}: {key} is missing or not a text")
    return value


def one_of(raw: Mapping[str, Any], key: str, choices: tuple[str, ...], where: str) -> str:
    """A string out of a closed list."""
    value = text(raw, key, where)
    if value not in choices:
        raise ModelError(f"{where}: {key} = {value!r} is not one of {', '.join(choices)}")
    return value


def texts(raw: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """A list of strings, possibly empty."""
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise ModelError(f"{where}: {key} is not a list of texts")
    return tuple(value)
