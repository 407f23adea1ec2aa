"""`fieldops fixity`: read all stored evidence again now, and name what is changed or missing."""

import click

from fieldops import clock
from fieldops.cli.context import application
from fieldops.cli.telling import organisation_named, told
from fieldops.db import db
from fieldops.jobs.fixity import Pace, go_on
from fieldops.services import fixity as scans
from fieldops.transaction import transaction
from fieldops.wiring import wiring


@click.command()
@click.option("--organisation", "name", help="Needed where there are several.")
@click.option("--megabytes-per-second", "speed", type=float, default=0.0, help="0: no limit.")
@click.pass_context
def fixity(context: click.Context, name: str | None, speed: float) -> None:
    """Read every stored original and hash it again.

    Exit status 1 when one is changed or missing; each is named with its items, and stands in the
    custody log, among the findings and before compliance.

    Example: fieldops --dir /srv/fieldops fixity --megabytes-per-second 50
    """
    with application(), told():
        with transaction(db.session) as session:
            organisation_id = organisation_named(session, name)
            scan = scans.begin(session, organisation_id, at=clock.wall_time())
        scan = go_on(wiring(), scan.id, Pace(speed * 1e6))
        with transaction(db.session) as session:
            faults = scans.open_faults(session, organisation_id)
            for fault in faults:
                items = scans.items_of(session, [fault.blob_id])
                named = " ".join(str(item.id) for item in items)
                click.echo(f"{fault.kind}: {fault.blob.sha256} ({fault.reason}); items: {named}")
        click.echo(f"{scan.checked} read, {scan.bytes_read} bytes, {len(faults)} broken")
    context.exit(1 if faults else 0)
