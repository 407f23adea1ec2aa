"""Fair shares of work: how much of the days' work each shift is to carry before it costs more."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_CARRIED_OVER = 0.3
"""However much somebody did in the last weeks, his share changes by no more than this part."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift: seconds that can be worked in it, and its agent's work in the recent weeks.

    `recent` are seconds a working day; None for an agent without a past.
    """

    agent: str
    working: int
    recent: float | None = None


def fair_shares(turns: Sequence[Turn], expected: int) -> list[int]:
    """The seconds of work that are fair for each shift, never more than it can hold.

    `expected` is the work of all stops together, a visit of two counted twice. It is shared out
    in proportion to working time; whoever did more than the others lately is due less.
    """
    total = sum(turn.working for turn in turns)
    if total <= 0 or expected <= 0:
        return [turn.working for turn in turns]
    wanted = [turn.working * _due(turn, turns) for turn in turns]
    whole = sum(wanted)
    return [
        min(turn.working, round(expected * part / whole))
        for turn, part in zip(turns, wanted, strict=True)
    ]


def _due(turn: Turn, turns: Sequence[Turn]) -> float:
    known = [one.recent for one in turns if one.recent is not None]
    usual = sum(known) / len(known) if known else 0.0
    if turn.recent is None or usual <= 0:
        return 1.0
    over = turn.recent / usual - 1.0
    return 1.0 - max(-MOST_CARRIED_OVER, min(MOST_CARRIED_OVER, over))
