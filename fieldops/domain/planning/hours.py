"""Lawful windows cut at the edges of bands, each with what its hour costs against the best one."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from fieldops.domain.planning.chance import Band, Chance, Slot

ROUNDING = 50
"""Costs are multiples of so many metres: what differs by less is not told apart."""

Span = tuple[datetime, datetime]


class Piece(NamedTuple):
    """A part of a lawful window, and what a visit that begins in it costs more than at best."""

    opens: datetime
    closes: datetime
    chance: Chance
    cost: int


def pieces_of(
    spans: Iterable[Span],
    length: timedelta,
    bands: tuple[Band, ...],
    chance: Callable[[datetime], Chance],
    *,
    prize: int,
    weight: float,
) -> tuple[Piece, ...]:
    """Local windows cut at the edges of bands, in order.

    A piece reaches `length` past its band where the window does: a visit counts for the band in
    which it begins, and one that crosses the edge stays possible. The cost of a piece is
    `prize` × (1 - chance / best chance) × `weight`, never more than the prize.
    """
    cut = [
        (opens, closes, chance(opens))
        for span in spans
        for opens, closes in _cut(span, length, bands)
    ]
    best = max((one.value for _, _, one in cut), default=0.0)

    def cost(one: Chance) -> int:
        lost = 0.0 if best <= 0 else 1 - one.value / best
        return min(prize, round(prize * lost * weight / ROUNDING) * ROUNDING)

    found = [Piece(opens, closes, one, cost(one)) for opens, closes, one in cut]
    return tuple(sorted(found, key=lambda piece: piece[:2]))


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces with neighbours of equal cost made one, so that the solver has fewer."""
    found: list[Piece] = []
    for one in pieces:
        last = found[-1] if found else None
        if last and last.cost == one.cost and last.opens <= one.opens <= last.closes:
            found[-1] = last._replace(closes=max(last.closes, one.closes))
        else:
            found.append(one)
    return tuple(found)


def _cut(span: Span, length: timedelta, bands: tuple[Band, ...]) -> Iterator[Span]:
    opens, closes = span
    while opens + length <= closes:
        edge = _next_edge(opens, bands)
        yield opens, min(closes, edge + length)
        opens = edge


def _next_edge(at: datetime, bands: tuple[Band, ...]) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    minute = (at - midnight).total_seconds() / 60
    ends = next(one.closes for one in bands if one.opens <= minute < one.closes)
    return midnight + timedelta(minutes=ends)


def slot_label(slot: Slot) -> str:
    """A slot as one word, for figures and translations."""
    return f"{slot.day.value}-{slot.band}"
