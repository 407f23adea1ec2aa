"""`fieldops gazetteer load`: lay a richer table of places over the counties."""

from pathlib import Path

import click

from fieldops import settings
from fieldops.cli.telling import told
from fieldops.gateways.gazetteer_shelf import GazetteerShelf


@click.group()
def gazetteer() -> None:
    """The places by which addresses are read and located without a network.

    Example: fieldops gazetteer load townships.csv
    """


@gazetteer.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_places(file: Path) -> None:
    """Check a table and keep it; one of the same name is replaced.

    Its columns are code,parent,name,level,lat,lon (WGS-84) or
    code,parent,name,level,gcj02_lng,gcj02_lat.

    Example: fieldops gazetteer load townships.csv
    """
    with told():
        shelf = GazetteerShelf(settings.load().data_dir / "gazetteer")
        loaded = shelf.add(file)
    click.echo(f"{loaded.file}: {loaded.places} places are known, {loaded.centres} with a centre")
