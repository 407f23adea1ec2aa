"""The ports that a service is to listen on: free, or soon to be, before anything is loaded."""

import socket
import time

from fieldops import clock
from fieldops.settings import Settings, SettingsError

_PATIENCE, _PAUSE = 8.0, 0.2


def await_free(settings: Settings) -> None:
    """Wait a little for ports that the last run, killed just now, has not let go of yet.

    Raises SettingsError when one is another program's.
    """
    ports = [settings.port, *([settings.plain_port] if settings.tls == "local" else [])]
    deadline = clock.monotonic() + _PATIENCE
    for port in ports:
        while reason := _refusal(settings.host, port):
            if clock.monotonic() > deadline:
                place = f"{settings.host}:{port}"
                raise SettingsError(f"{place} cannot be served ({reason}); choose another --port")
            time.sleep(_PAUSE)


def _refusal(host: str, port: int) -> str | None:
    """Why nobody can listen there now, or None."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
            tried.listen(1)
    except OSError as wrong:
        return wrong.strerror or str(wrong)
    return None
