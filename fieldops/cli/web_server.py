"""The web server of the embedded service: gunicorn around what is loaded already."""

import os
from collections.abc import Mapping
from typing import Any

from gunicorn.app.base import BaseApplication

from fieldops.gateways import local_authority
from fieldops.settings import Settings

Options = Mapping[str, Any]


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types.
    """gunicorn without a command line and without files of its own."""

    def __init__(self, app: Any, options: Options) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        """Take the options, and nothing from files or the environment."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, which the processes of the server share."""
        return self._app


def pages(settings: Settings) -> Options:
    """How the pages and the interface are served."""
    return {
        **_common(f"{settings.host}:{settings.port}"),
        "workers": settings.web_processes,
        "threads": settings.web_threads,
        "timeout": 120,
        "graceful_timeout": 5,
        **(_certificate(settings) if settings.tls == "local" else {}),
    }


def plain(settings: Settings) -> Options:
    """How plain HTTP is served, for the page that leads a phone to trusting us."""
    bind = f"{settings.host}:{settings.plain_port}"
    return {**_common(bind), "workers": 1, "threads": 4, "timeout": 30}


def _common(bind: str) -> Options:
    return {
        "bind": bind,
        "proc_name": bind,
        "worker_class": "gthread",
        # Requests are counted, not logged: an address may carry personal data.
        "loglevel": "warning",
        # Loaded once and then forked: nothing is connected before the first request.
        "preload_app": True,
        # The supervisor alone rules the server; a socket of all services of a user would not.
        "control_socket_disable": True,
        "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
    }


def _certificate(settings: Settings) -> Options:
    found = local_authority.files(settings.data_dir)
    return {"certfile": str(found.leaf), "keyfile": str(found.leaf_key)}
