"""`fieldops drill`: a seeded world played through the running system, and how well it did."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from fieldops import settings
from fieldops.cli.drilling import ground
from fieldops.cli.drilling.ledger import Ledger, opened
from fieldops.cli.drilling.running import Drill
from fieldops.cli.rehearsal import story
from fieldops.drills.world import habits
from fieldops.drills.world.habits import HabitError, Habits
from fieldops.drills.world.stream import World

Command = TypeVar("Command", bound=Callable[..., Any])
_FILE = click.Path(dir_okay=False, path_type=Path)


def _world_options(command: Command) -> Command:
    """Which world is drawn."""
    for option in reversed(
        (
            click.option("--seed", type=int, default=1, show_default=True),
            click.option(
                "--start",
                type=click.DateTime(["%Y-%m-%d"]),
                default="2024-01-01",
                show_default=True,
                help="The first day of the world.",
            ),
            click.option("--habits", "habit_file", type=_FILE, help="A TOML file of habits."),
            click.option(
                "--set",
                "changes",
                multiple=True,
                metavar="HABIT=VALUE",
                help="Change one habit, such as visits.per_week=0.1.",
            ),
            click.option("--halve-visits", is_flag=True, help="Half the visits at the door."),
            click.option("--more-evaders", is_flag=True, help="Three times the evaders."),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where world, service and report are kept; a drill broken off goes on there.",
)
@_world_options
@click.option("--url", help="A running service, with --accounts; one of its own if left out.")
@click.option("--accounts", type=_FILE, help="Sign-ins of an organisation of drills.")
@click.option(
    "--found",
    "founded",
    metavar="NAME",
    help="Only found an organisation of drills on this service and write --accounts.",
)
@click.option("--even-in-production", is_flag=True, help="Drill in production all the same.")
def drill(
    directory: Path | None,
    url: str | None,
    accounts: Path | None,
    founded: str | None,
    even_in_production: bool,
    **drawn: Any,
) -> None:
    """Play a made-up world through the system: what it noticed, how late, how surely.

    Example: fieldops drill --dir /tmp/drill --seed 7 --more-evaders
    """
    ground.refuse_production(told=even_in_production)
    if founded is not None:
        if accounts is None:
            raise click.UsageError("give --accounts, the file that the sign-ins are written to")
        ground.found(founded, accounts)
        story.line(f"{founded} is founded for drills; its sign-ins are in {accounts}")
        return
    if (url is None) != (accounts is None):
        raise click.UsageError("give --url and --accounts together, or neither")
    world = _world(**drawn)
    home = (directory or Path(tempfile.mkdtemp(prefix="fieldops-drill-"))).absolute()
    wanted = Ledger(world.seed, world.habits.values, world.start.isoformat(), url or "")
    ledger = opened(home, wanted)
    if accounts is not None:
        ledger.accounts = ground.read_accounts(accounts)
    Drill(home, world, ledger).run()


def _world(
    seed: int,
    start: datetime,
    habit_file: Path | None,
    changes: tuple[str, ...],
    *,
    halve_visits: bool,
    more_evaders: bool,
) -> World:
    try:
        found: Habits = habits.load(habit_file) if habit_file else habits.usual()
        found = found.changed(habits.written(changes))
    except HabitError as wrong:
        raise click.ClickException(str(wrong)) from None
    found = found.halve_visits() if halve_visits else found
    found = found.more_evaders() if more_evaders else found
    return World(seed, found, start.replace(tzinfo=settings.load().zone))
