"""The long-running parts: `serve`, `worker` and `migrate`."""

import os

import click

from fieldops import logs, settings
from fieldops.cli import serving_ports, serving_tls
from fieldops.cli.commands import use_directory
from fieldops.cli.schema import migrated
from fieldops.gateways import schema, serving_lock
from fieldops.loading import undisturbed
from fieldops.settings import Settings

_DIRECTORY = click.option("--dir", "directory", type=click.Path(file_okay=False))


@click.command()
@_DIRECTORY
@click.option("--port", type=click.IntRange(1, 65535), help="The port of pages and interface.")
@click.option("--tls", is_flag=True, help="HTTPS by an authority of this machine's own.")
@click.option(
    "--tls-name", "names", multiple=True, help="A name or address for it; the first is phones'."
)
def serve(directory: str | None, port: int | None, tls: bool, names: tuple[str, ...]) -> None:
    """Serve the pages and the interface, with queue and workers unless REDIS_URL is set.

    Example: fieldops serve --dir /srv/fieldops --port 8620
    """
    use_directory(directory)
    if port:
        os.environ["FIELDOPS_PORT"] = str(port)
    # The directory is held before the schema is touched: a running service keeps its own.
    with serving_lock.held(settings.load().data_dir) as lock:
        if tls or settings.load().tls == "local":
            serving_tls.prepare(names)
        serving_ports.await_free(settings.load())
        ready = _ready()
        with undisturbed():
            from fieldops.cli import supervising  # `migrate` has no use for the application.
        supervising.supervise(ready, [lock])


@click.command()
@_DIRECTORY
@click.option("--queue", "queues", multiple=True, help="A queue to serve; all when left out.")
@click.option("--burst", is_flag=True, help="End when there is nothing left to do.")
def worker(directory: str | None, queues: tuple[str, ...], burst: bool) -> None:
    """Take jobs from the queue.

    Example: REDIS_URL=redis://queue:6379/0 fieldops worker
    """
    use_directory(directory)
    loaded = settings.load()
    logs.configure(loaded)
    with undisturbed():
        from fieldops.app import create_app  # `migrate` has no use for the application.
        from fieldops.jobs import publishing
        from fieldops.worker import work

        app = create_app(loaded, with_edges=False)
    work(app, queues or publishing.QUEUES, burst=burst)


@click.command()
@_DIRECTORY
def migrate(directory: str | None) -> None:
    """Bring the database to the present schema; doing it again changes nothing.

    Example: DATABASE_URL=postgresql://fieldops@db/fieldops fieldops migrate
    """
    use_directory(directory)
    _ready()
    click.echo(f"The schema is at {schema.head()}.")


def _ready() -> Settings:
    """Settings loaded, log set up, directory made, schema present."""
    loaded = settings.load()
    logs.configure(loaded)
    loaded.data_dir.mkdir(parents=True, exist_ok=True)
    migrated(loaded)
    return loaded
