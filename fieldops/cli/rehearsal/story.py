"""Telling the demo in the terminal as it goes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from fieldops.cli.rehearsal.office import Told
from fieldops.cli.rehearsal.playing import Tally

console = Console(highlight=False)


def heading(text: str) -> None:
    """A new chapter."""
    console.print(f"\n[bold cyan]■[/] [bold]{text}[/]")


def line(text: str) -> None:
    """One sentence."""
    console.print(f"  {text}")


@contextmanager
def progress(text: str) -> Iterator[Told]:
    """A bar that moves when `advance(done, total)` is called; silent where nobody watches."""
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    silent = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=silent) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def imported(name: str, counts: Mapping[str, int]) -> None:
    """What became of a file's lines."""
    told = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in counts.items())
    line(f"{name}: {told}")


def planned(rows: Sequence[tuple[str, str, str]]) -> None:
    """The plan beside the naive plan."""
    table = Table("", "this plan", "naive plan", box=None, padding=(0, 3), pad_edge=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def worked(tally: Tally) -> None:
    """What the day came to."""
    outcomes = ", ".join(f"{word} {count}" for word, count in sorted(tally.outcomes.items()))
    line(
        f"{tally.visits} visits worked, {tally.arrivals} arrivals proved, "
        f"{tally.items} items of evidence, {tally.lost_connections} lost connections resumed"
    )
    line(f"outcomes: {outcomes}")
    if tally.refused:
        line(f"refused at the door: {len(tally.refused)}; the first: {tally.refused[0]}")


def flagged(flags: Sequence[Mapping[str, Any]]) -> None:
    """The flags with their top grounds; hints, not conclusions."""
    codes: dict[str, int] = {}
    for flag in flags:
        codes[flag["code"]] = codes.get(flag["code"], 0) + 1
    line(f"{len(flags)} flags raised: {', '.join(f'{c} × {n}' for c, n in sorted(codes.items()))}")
    table = Table("flag", "case", "severity", "shown", "next deadline", box=None, padding=(0, 2))
    for flag in flags[:6]:
        shown = "; ".join(str(element) for element in flag["shown"])[:70]
        deadline = str(flag.get("earliest_deadline") or "")[:10]
        table.add_row(
            flag["code"], str(flag.get("case_number", "")), flag["severity"], shown, deadline
        )
    console.print(table)


def verified(report: Mapping[str, Any]) -> None:
    """What the verifier says of the pack."""
    for claim in report["claims"]:
        mark = "[green]✔[/]" if claim["ok"] else "[red]✘[/]"
        line(f"{mark} {claim['claim']}: {claim['detail']}")


def log_ins(url: str, accounts: Sequence[Mapping[str, str]]) -> None:
    """Where the pages are, and who may sign in."""
    table = Table("role", "username", "password", box=None)
    table.add_column("second factor (base32)", overflow="fold")
    shown = [one for one in accounts if one["role"] != "agent"]
    agents = [one for one in accounts if one["role"] == "agent"]
    for one in [*shown, *agents[:2]]:
        table.add_row(one["role"], one["username"], one["password"], one["otp_secret"] or "-")
    console.print(Panel(table, title=f"Pages at {url}", expand=False))
