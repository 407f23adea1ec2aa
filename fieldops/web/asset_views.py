"""The style sheets, scripts and libraries that pages load."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

from flask import Response, abort, send_file
from werkzeug.security import safe_join

from fieldops.domain.permissions import Permission
from fieldops.web.access import page
from fieldops.web.blueprint import pages


@pages.get("/static/<path:name>")
@page(Permission.ANYONE)
def asset(name: str) -> Response:
    """A file as it lies there, read at once: a browser that turns away leaves none open."""
    found = safe_join(f"{pages.root_path}/static", name)
    if found is None or not Path(found).is_file():
        abort(404)
    data = Path(found).read_bytes()
    return send_file(
        BytesIO(data), download_name=Path(found).name, etag=sha256(data).hexdigest()[:32],
        conditional=True, max_age=3600,
    )  # fmt: skip
