"""The application: settings, then gateways, then the edges."""

from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, request
from flask_babel import Babel
from flask_smorest import Api
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from fieldops import __version__, api, clock, jobs, web
from fieldops.api import problems
from fieldops.api.describing import Describing
from fieldops.db import database_url, db, engine_options, prepare
from fieldops.domain.errors import FieldopsError
from fieldops.jobs import publishing
from fieldops.models import sealing
from fieldops.settings import Settings
from fieldops.settings import load as load_settings
from fieldops.wiring import Wiring

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


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; nothing outside is reached before the first request or job."""
    settings = settings or load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    parts = Wiring(settings)
    parts.check()
    sealing.use(parts.keyring)
    clock.rehearse(
        settings.data_dir / settings.rehearsal_clock if settings.rehearsal_clock else None
    )
    app = Flask("fieldops", static_folder=None, template_folder=None)
    app.config.update(_configuration(settings, parts))
    app.extensions["fieldops"] = parts
    _install_database(app)
    _install_edges(app)
    parts.publish = lambda: publishing.safely(parts)
    return app


def _configuration(settings: Settings, parts: Wiring) -> dict[str, Any]:
    url = database_url(settings)
    return {
        "SECRET_KEY": parts.keyring.derived("cookies"),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url),
        "MAX_CONTENT_LENGTH": settings.max_request_bytes,
        "BABEL_DEFAULT_LOCALE": settings.language.replace("-", "_"),
        "BABEL_DEFAULT_TIMEZONE": settings.timezone,
        "API_TITLE": "fieldops",
        "API_VERSION": __version__,
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": settings.session_hours * 3600,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_production,
    }


def _install_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def _install_edges(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)
    Babel(app, locale_selector=web.languages.choose)
    CSRFProtect(app)
    _install_faults(app)
    api.register(app, ProblemApi(app, spec_kwargs={"extra_plugins": [Describing(app)]}))
    web.register(app)
    jobs.register()


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
