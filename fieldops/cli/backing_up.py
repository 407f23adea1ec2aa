"""`fieldops backup DIR` and `fieldops restore DIR`: the whole service in a directory, and back."""

from pathlib import Path

import click

from fieldops import clock, logs, settings
from fieldops.cli.schema import migrated
from fieldops.db import database_url
from fieldops.gateways import backups
from fieldops.gateways.backups.manifest import KEY, NAME, Manifest, measured
from fieldops.settings import Settings


@click.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy database, evidence, places and key into the new directory DIR, while others work.

    Example: fieldops --dir /srv/fieldops backup /mnt/safe/fieldops-2026-11-24
    """
    loaded = _loaded()
    try:
        made = backups.save(
            loaded.data_dir, database_url(loaded), target, made_at=clock.wall_time()
        )
    except backups.BackupRefused as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(f"{target}: {_counted(made)}; {NAME} has SHA-256 {measured(target / NAME)[1]}")
    click.echo(_warning(made), err=True)
    if loaded.blobs_bucket:
        click.echo(
            f"Evidence, uploads and packs lie in the bucket {loaded.blobs_bucket} and are not in "
            "this backup: protect the bucket by versions, replication or retention.",
            err=True,
        )


@click.command()
@click.argument(
    "source", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.pass_context
def restore(context: click.Context, source: Path) -> None:
    """Bring the backup DIR back into an empty data directory, and to the present schema.

    A backup that is not what was saved is refused with the name of the file, and exit status 1.

    Example: fieldops --dir /srv/fieldops restore /mnt/safe/fieldops-2026-11-24
    """
    loaded = _loaded()
    try:
        found = backups.restore(
            source, loaded.data_dir, database_url(loaded), lambda: migrated(loaded)
        )
    except backups.BackupRefused as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except backups.BackupBroken as wrong:
        click.echo(f"fieldops: {wrong}", err=True)
        context.exit(1)
    click.echo(f"{loaded.data_dir}: {_counted(found)} from {found.made_at}")
    if not _has_key(found):
        click.echo("The backup holds no key: set FIELDOPS_MASTER_KEY to the one it had.", err=True)


def _loaded() -> Settings:
    loaded = settings.load()
    logs.configure(loaded)
    return loaded


def _counted(manifest: Manifest) -> str:
    size = sum(entry.size for entry in manifest.files)
    return f"{len(manifest.files)} files, {size} bytes"


def _warning(manifest: Manifest) -> str:
    if _has_key(manifest):
        return (
            "Keep this backup apart and under lock: it holds the key that opens all personal data."
        )
    return "The key is not in this backup, because the settings name it: keep it apart as well."


def _has_key(manifest: Manifest) -> bool:
    return any(entry.path == KEY for entry in manifest.files)
