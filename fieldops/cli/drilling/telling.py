"""Telling in the terminal what a drill came to."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from fieldops.cli.rehearsal.story import console, heading, line

_NAMES = {
    "last_observation": "last word",
    "majority_of_last_5": "majority of 5",
}
_PLAIN: dict[str, Any] = {"box": None, "padding": (0, 1)}


def told(report: Mapping[str, Any]) -> None:
    """The report's chief figures beside the baselines, by kind of debtor, and what to mend."""
    heading("What was noticed, how late, how surely")
    table = Table("", "Brier", "95 %", "ECE", "noticed", "delay", "false/year", **_PLAIN)
    table.add_row("fieldops", *_row(report["residence"]))
    for name, label in _NAMES.items():
        table.add_row(label, *_row(report["baselines"][name]))
    console.print(table)
    line("noticed within 26 weeks at 0.1 false alarms per person and year; delay is the median")
    _kinds(report["kinds"])
    if (assets := report["assets"]) is not None:
        line(
            f"assets: Brier {assets['brier']:.3f}, {assets['recall_at_precision']:.0%} of evasive "
            f"disposals found at precision {assets['precision']:.0%}"
        )
    agents = report["agents"]
    line(
        f"{agents['stand_out']} agents stand out, {agents['rightly']} of the "
        f"{agents['inventing']} who invent visits among them"
    )
    _mend(report["mend"])


def _row(scored: Mapping[str, Any]) -> list[str]:
    interval, noticed = scored["brier_interval"], scored["noticed"]
    reach = f"{interval['low']:.3f}–{interval['high']:.3f}"
    first = [f"{scored['brier']:.3f}", reach, f"{scored['ece']:.3f}"]
    if noticed is None:
        return [*first, "-", "-", "-"]
    return [
        *first,
        _share(noticed["share"]),
        _weeks(noticed["median_delay"]),
        f"{noticed['false_per_year']:.2f}",
    ]


def _kinds(kinds: Sequence[Mapping[str, Any]]) -> None:
    head = ("kind of debtor", "persons", "Brier", "moves", "noticed", "delay", "false/year")
    table = Table(*head, **_PLAIN)
    for one in kinds:
        false = one["false_per_year"]
        table.add_row(
            one["kind"], str(one["persons"]), f"{one['brier']:.3f}", str(one["moves"]),
            _share(one["share"]), _weeks(one["median_delay"]),
            "-" if false is None else f"{false:.2f}",
        )  # fmt: skip
    console.print(table)


def _mend(reasons: Sequence[Mapping[str, Any]]) -> None:
    heading("What to mend first")
    for one in reasons[:6]:
        cases = f"; open {', '.join(one['examples'][:3])}" if one["examples"] else ""
        line(f"{one['what']} {one['name']}: {one['share']:.0%} of the error{cases}")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _weeks(value: float | None) -> str:
    return "-" if value is None else f"{value:g} w"
