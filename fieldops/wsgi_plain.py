"""Plain HTTP beside HTTPS for WSGI servers: `gunicorn fieldops.wsgi_plain:app`."""

from fieldops.app import create_app
from fieldops.web.plain import TrustOnly
from fieldops.wiring import Wiring


def _made() -> TrustOnly:
    inside = create_app()
    parts: Wiring = inside.extensions["fieldops"]
    return TrustOnly(inside.wsgi_app, f"{parts.settings.public_url}/")


app = _made()
