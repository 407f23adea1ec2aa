"""The application: settings, then gateways, then the edges."""

from typing import Any

from flask import Flask

from fieldops import __version__, clock, jobs
from fieldops.db import database_url, db, engine_options, prepare
from fieldops.jobs import publishing
from fieldops.models import sealing
from fieldops.settings import Settings
from fieldops.settings import load as load_settings
from fieldops.wiring import Wiring


def create_app(settings: Settings | None = None, *, with_edges: bool = True) -> Flask:
    """Build the application; nothing outside is reached before the first request or job.

    Without its edges it answers no requests: so much suffices for jobs and commands.
    """
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
    jobs.register()
    if with_edges:
        from fieldops import edges  # Half of a start, which jobs and commands are spared.

        edges.install(app)
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
