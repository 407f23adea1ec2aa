"""How a phone comes to trust the authority of this machine: its certificate, and the steps."""

import segno
from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Permission
from fieldops.gateways import local_authority
from fieldops.gateways.local_authority import Trusted
from fieldops.web.access import page
from fieldops.web.blueprint import pages
from fieldops.wiring import wiring


@pages.get("/trust")
@page(Permission.ANYONE)
def trust_page() -> str:
    """The certificate, the steps for each kind of phone, and what trusting it can bring about."""
    found, settings = _authority(), wiring().settings
    drawn = segno.make(settings.trust_url, error="m")
    return render_template(
        "trust.html", authority=found, home=settings.public_url, is_plain=not request.is_secure,
        drawn=drawn.svg_data_uri(scale=8, border=4, light="#fff"),
    )  # fmt: skip


@pages.get("/trust/authority.crt")
@page(Permission.ANYONE)
def trust_certificate() -> AnyResponse:
    """The authority's certificate, as phones install it."""
    answer = AnyResponse(_authority().pem, mimetype="application/x-x509-ca-cert")
    answer.headers["Content-Disposition"] = 'attachment; filename="fieldops.crt"'
    return answer


def _authority() -> Trusted:
    settings = wiring().settings
    found = local_authority.trusted(settings.data_dir) if settings.tls == "local" else None
    if found is None:
        raise NotFound
    return found
