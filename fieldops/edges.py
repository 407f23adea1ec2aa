"""The edges of the application: the interface and the pages, and who words their faults."""

from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, request
from flask_babel import Babel
from flask_smorest import Api
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from fieldops import api, web
from fieldops.api import problems
from fieldops.api.describing import Describing
from fieldops.domain.errors import FieldopsError

IMAGES = "img-src 'self' data: blob:"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        f"default-src 'self'; {IMAGES}; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
}


def edge_faults() -> Any:
    """Who words an error: problem documents for clients of the interface, pages for readers."""
    return web.faults if web.faults.wants_page() else problems


class ProblemApi(Api):
    """flask-smorest, answering errors in our own form."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer with a problem document, headers such as Allow included, or with a page."""
        answer: Response = edge_faults().of_http(error)
        return answer


def install(app: Flask) -> None:
    """Answer requests; Babel, the protection of forms and the headers of every answer included."""
    app.before_request(_begin)
    app.after_request(_finish)
    Babel(app, locale_selector=web.languages.choose)
    CSRFProtect(app)
    _install_faults(app)
    api.register(app, ProblemApi(app, spec_kwargs={"extra_plugins": [Describing(app)]}))
    web.register(app)


def _install_faults(app: Flask) -> None:
    app.register_error_handler(FieldopsError, lambda error: edge_faults().of_error(error))
    app.register_error_handler(HTTPException, lambda error: edge_faults().of_http(error))
    app.register_error_handler(Exception, lambda error: edge_faults().of_bug(error))


def _begin() -> None:
    g.image_hosts = ()
    g.request_id = request.headers.get("X-Request-ID", "")[:64] or uuid4().hex


def _finish(response: Response) -> Response:
    response.headers.setdefault("X-Request-ID", g.get("request_id", ""))
    # A page on which tiles of a provider are shown names their hosts; no other page loads them.
    images = " ".join([IMAGES, *g.image_hosts])
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value.replace(IMAGES, images))
    return response
