"""All commands by name; each is loaded only when it is called, so that help comes at once."""

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from fieldops import __version__
from fieldops.loading import undisturbed
from fieldops.settings import SettingsError

Lazy = Mapping[str, tuple[str, str]]
"""The name of a command, the module and function in which it lives, and what it does."""

COMMANDS: Lazy = {
    "accounts": ("accounts:accounts", "Create accounts, reset passwords, enrol second factors."),
    "backup": ("backing_up:backup", "Copy database, evidence and key into a directory."),
    "demo": ("demo:demo", "Play the whole job through, then serve what came of it."),
    "drill": ("drill:drill", "Play a made-up world through the system and report on it."),
    "fixity": ("fixity:fixity", "Read all stored evidence again and name what is broken."),
    "gazetteer": ("gazetteer:gazetteer", "Load places by which addresses are found."),
    "import": ("intake:import_command", "Take in a file of cases or agents."),
    "migrate": ("processes:migrate", "Bring the database to the present schema."),
    "plan": ("plan:plan", "Plan the visits of a day and write routes and maps."),
    "restore": ("backing_up:restore", "Bring a backup back into an empty directory."),
    "rules": ("rules:rules", "List, explain, test and compare the rules of contact."),
    "serve": ("processes:serve", "Serve the pages and the interface."),
    "trace": ("trace:trace", "Take the trace record out, or into an empty organisation."),
    "worker": ("processes:worker", "Take jobs from the queue."),
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for, beside those it has."""

    def __init__(self, *args: Any, lazy: Lazy, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*self.commands, *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.lazy[cmd_name][0].partition(":")
        with undisturbed():
            found = getattr(importlib.import_module(f"fieldops.cli.{module}"), name)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._short(name)) for name in self.list_commands(ctx)])

    def _short(self, name: str) -> str:
        return self.lazy[name][1] if name in self.lazy else self.commands[name].get_short_help_str()


@click.group(cls=LazyGroup, lazy=COMMANDS)
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
        # Outside its standalone mode click returns the status that a command asked for.
        status = group.main(standalone_mode=False, prog_name="fieldops")
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.NoArgsIsHelpError as bare:
        click.echo(f"fieldops: name a command; see {bare.ctx.command_path} --help", err=True)
        sys.exit(2)
    except click.ClickException as wrong:
        click.echo(f"fieldops: {wrong.format_message()}", err=True)
        sys.exit(2)
    except SettingsError as wrong:
        click.echo(f"fieldops: {wrong}", err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except OSError as wrong:
        if wrong.filename is None:
            raise
        click.echo(f"fieldops: {wrong.filename}: {wrong.strerror}", err=True)
        sys.exit(2)
