"""All commands by name; each is loaded only when it is called, so that help comes at once."""

import importlib
import os
import sys

import click

from fieldops import __version__
from fieldops.settings import SettingsError

# The name of a command, and the module and function in which it lives.
COMMANDS = {
    "accounts": "accounts:accounts",
    "backup": "backing_up:backup",
    "demo": "demo:demo",
    "gazetteer": "gazetteer:gazetteer",
    "import": "intake:import_command",
    "migrate": "processes:migrate",
    "plan": "plan:plan",
    "restore": "backing_up:restore",
    "rules": "rules:rules",
    "serve": "processes:serve",
    "worker": "processes:worker",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(importlib.import_module(f"fieldops.cli.{module}"), name)
        return found if isinstance(found, click.Command) else None


@click.group(cls=LazyGroup)
@click.version_option(__version__, prog_name="fieldops")
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False),
    help="Where this service keeps its data.",
)
def group(directory: str | None) -> None:
    """Field visits and skip-tracing: lawful plans, sealed evidence, an asset-trace record.

    Example: fieldops --dir /srv/fieldops serve --port 8620
    """
    use_directory(directory)


def use_directory(directory: str | None) -> None:
    """Keep the data there, in this process and those that it starts."""
    if directory:
        os.environ["FIELDOPS_DATA_DIR"] = os.path.abspath(directory)  # noqa: PTH100  # For children.


def main() -> None:
    """Run a command; wrong usage and wrong settings end with one line and status 2."""
    try:
        group.main(standalone_mode=False, prog_name="fieldops")
    except click.ClickException as wrong:
        click.echo(f"fieldops: {wrong.format_message()}", err=True)
        sys.exit(2)
    except SettingsError as wrong:
        click.echo(f"fieldops: {wrong}", err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except click.exceptions.Exit as asked:
        sys.exit(asked.exit_code)
