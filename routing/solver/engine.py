"""The orders that a search proposes, team by team."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """The stops that the search gave to one team, in order, after its head."""

    team: int
    stops: tuple[int, ...]
