"""The lines of a comparison for people to read."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bench.comparing.figures import Line, Summary

_NUMBERS = ("s", "gap %", "value", "visits", "travel h", "wall s", "MB", "cost : ours")


def table(shown: Sequence[Line]) -> Table:
    """One row a line; where there is no plan, the reason."""
    made = Table(
        title="Engines in the same wall time; above 1 the engine's plan costs more than ours"
    )
    made.add_column("problem", overflow="fold")
    made.add_column("engine", no_wrap=True)
    for heading in _NUMBERS:
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("found by check", overflow="fold")
    last = ""
    for one in shown:
        title, last = ("" if one.subject == last else one.subject), one.subject
        made.add_row(title, one.engine, f"{one.budget:g}", *_figures(one), _found(one))
    return made


def _figures(one: Line) -> list[str]:
    return [
        _number(one.gap, 2),
        _number(one.value, 0),
        _number(one.visits, 0),
        _number(one.travel_h, 1),
        _number(one.wall, 1),
        _number(one.memory, 0),
        _number(one.ratio, 3),
    ]


def _found(one: Line) -> str:
    if one.reason:
        return one.reason
    return f"{one.faults} faults" if one.faults else "nothing"


def _number(value: float | None, places: int) -> str:
    return "–" if value is None else f"{value:,.{places}f}"


def summary_table(shown: Sequence[Summary]) -> Table:
    """Mean gaps; a ratio below 1 says that ours is the smaller."""
    made = Table(title="Mean gaps; a ratio under 1 means that ours is the smaller")
    for heading in ("problems", "engine"):
        made.add_column(heading, no_wrap=True)
    for heading in ("s", "how many", "mean gap %", "our gap : its gap"):
        made.add_column(heading, justify="right", no_wrap=True)
    for one in shown:
        budget = "all" if one.budget is None else f"{one.budget:g}"
        figures = (budget, str(one.gaps), _number(one.gap, 2), _number(one.ratio, 2))
        made.add_row(one.kind, one.engine, *figures)
    return made
