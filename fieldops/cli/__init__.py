"""The command line: `fieldops COMMAND`; every command has `--help` with an example."""

from fieldops.cli.commands import main

__all__ = ["main"]
