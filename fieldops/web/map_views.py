"""The base map of the board: what the page is told of it, and the one file that we serve."""

from pathlib import Path
from typing import Any

from flask import Response, abort, g, send_file, url_for

from fieldops.domain.basemaps import FILE
from fieldops.domain.permissions import Permission
from fieldops.web.access import page
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import language
from fieldops.wiring import wiring


@pages.get("/map/basemap.pmtiles")
@page(Permission.READ_PLANS)
def basemap_file() -> Response:
    """The file, whole or by ranges of bytes; 404 where none is set."""
    chosen = wiring()
    if chosen.basemap.kind != FILE:
        abort(404)
    file = Path(chosen.settings.map_pmtiles).absolute()
    return send_file(file, "application/octet-stream", conditional=True, max_age=3600)


def told() -> dict[str, Any]:
    """The base map as the page's script needs it; lets this answer load from its hosts."""
    found = wiring().basemap
    g.image_hosts = found.origins
    chinese = language() == "zh-CN"
    return {
        "kind": found.kind,
        "layers": list(found.layers),
        "subdomains": found.subdomains,
        "datum": found.datum,
        "largestZoom": found.largest_zoom,
        "attribution": found.attribution_zh if chinese else found.attribution_en,
        "file": url_for("web.basemap_file") if found.kind == FILE else "",
    }
