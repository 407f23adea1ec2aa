"""Draws the mean gap of every engine against the wall time, a panel for each kind of problem."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.comparing.figures import Summary

LEAST_SHOWN = 0.05
"""Gaps below this percentage are drawn as this one, because the axis is logarithmic."""
COLOURS = {
    "ours": "#0b5fa5",
    "pyvrp": "#c2571a",
    "vroom": "#3f8f3f",
    "ortools": "#7a5195",
    "naive": "#777777",
}


def draw(shown: Sequence[Summary], path: Path) -> None:
    """Writes an SVG; the same figures give the same file. Without figures there is none."""
    kinds = list(dict.fromkeys(one.kind for one in shown))
    several = [kind for kind in kinds if len(_budgets(shown, kind)) > 1]
    kinds = several or kinds
    if not kinds:
        return
    with mpl.rc_context({"svg.hashsalt": "fieldops", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(4.2 * len(kinds), 3.4), layout="constrained")
        panels = figure.subplots(1, len(kinds), squeeze=False)[0]
        for axes, kind in zip(panels, kinds, strict=True):
            _panel(axes, kind, [one for one in shown if one.kind == kind])
        panels[0].legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _budgets(shown: Sequence[Summary], kind: str) -> list[float]:
    return sorted({one.budget for one in shown if one.kind == kind and one.budget is not None})


def _panel(axes: Axes, kind: str, shown: Sequence[Summary]) -> None:
    budgets = _budgets(shown, kind)
    for engine in dict.fromkeys(one.engine for one in shown):
        gaps = {one.budget: one.gap for one in shown if one.engine == engine}
        drawn = [budget for budget in budgets if budget in gaps]
        axes.plot(
            [budgets.index(budget) for budget in drawn],
            [max(gaps[budget], LEAST_SHOWN) for budget in drawn],
            marker="o",
            label=engine,
            color=COLOURS.get(engine, "black"),
        )
    axes.set_title(kind)
    axes.set_yscale("log")
    axes.set_xticks(range(len(budgets)), [f"{one:g}" for one in budgets])
    axes.set_xlabel("wall time in seconds")
    axes.set_ylabel("mean gap to the best known cost in %")
    axes.grid(visible=True, axis="y", color="#dddddd", linewidth=0.6)
