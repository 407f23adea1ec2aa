"""Plain HTTP beside HTTPS: what a phone needs before it trusts us, and nothing else."""

from collections.abc import Callable, Iterable
from typing import Any

Start = Callable[..., Any]
_PAGES = ("/trust", "/trust/authority.crt")
_FILES = "/static/"


class TrustOnly:
    """Lets those pages through, with no cookie in or out; leads all else to HTTPS."""

    def __init__(self, inside: Callable[[dict[str, Any], Start], Iterable[bytes]], to: str) -> None:
        self._inside, self._to = inside, to

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        is_read = environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        if not is_read or (path not in _PAGES and not path.startswith(_FILES)):
            start("307 Temporary Redirect", [("Location", self._to), ("Content-Length", "0")])
            return [b""]
        environ.pop("HTTP_COOKIE", None)

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() != "set-cookie"]
            return start(status, kept, *more)

        return self._inside(environ, begin)
