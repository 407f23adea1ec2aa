"""`fieldops trace`: the whole trace record into a file, and out of one into an empty house."""

import sys
from pathlib import Path

import click

from fieldops import clock
from fieldops.cli.context import opened
from fieldops.cli.telling import Refused, organisation_named, told
from fieldops.domain.followthemoney import lines_of
from fieldops.domain.permissions import system
from fieldops.services import exchange


@click.group()
def trace() -> None:
    """Take the trace record out as FollowTheMoney, or into an organisation.

    Example: fieldops trace export record.ndjson
    """


@trace.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--organisation", "name", help="Needed where there are several.")
def export_command(file: Path, name: str | None) -> None:
    """Write the record, one entity a line; it names people whole, so keep the file sealed.

    Example: fieldops trace export record.ndjson
    """
    with told(), opened() as session:
        actor = system(organisation_named(session, name))
        try:
            with file.open("x", encoding="utf-8", newline="\n") as target:
                file.chmod(0o600)
                target.writelines(exchange.export_record(session, actor=actor, now=clock.now()))
        except OSError as error:
            raise Refused(
                f"{file}: cannot be written ({error.strerror}); name a new file"
            ) from error
    sys.stdout.write(f"{file}\n")


@trace.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "name", help="Needed where there are several.")
@click.option("--ours", is_flag=True, help="It is this organisation's own: its contacts count.")
def import_command(file: Path, name: str | None, *, ours: bool) -> None:
    """Take a record in that an export wrote: all of it or nothing.

    Example: fieldops trace import record.ndjson --organisation "Second house"
    """
    with told(), opened() as session, file.open("rb") as source:
        actor = system(organisation_named(session, name))
        taken = exchange.import_record(
            session, lines_of(source), ours=ours, actor=actor, now=clock.now()
        )
    for schema, count in taken.rows.items():
        sys.stdout.write(f"{schema} {count}\n")
    sys.stdout.write(f"held already {taken.known}\nset aside {taken.set_aside}\n")
    for one in taken.differing:
        told_of = ", ".join(one.properties)
        sys.stdout.write(f"line {one.line} {one.schema}: held here otherwise, kept: {told_of}\n")
    if (more := taken.differing_in_all - len(taken.differing)) > 0:
        sys.stdout.write(f"and {more} more lines\n")


@trace.command("schemata")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def schemata_command(folder: Path) -> None:
    """Write our schemata as files of a FollowTheMoney model, for its own tools.

    Example: fieldops trace schemata ./model
    """
    for name, content in exchange.schema_files():
        (folder / name).write_text(content, "utf-8")
        sys.stdout.write(f"{folder / name}\n")
