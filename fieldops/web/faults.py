"""Errors as pages: what went wrong in the reader's language, and the way back."""

from collections.abc import Sequence

import structlog
from flask import Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from fieldops.domain.errors import FieldFault, FieldopsError, InvalidInput
from fieldops.domain.permissions import GRANTS
from fieldops.web.catalogue import language, t, words

log = structlog.get_logger(__name__)


# What is asked by machines, at addresses of their own.
_MACHINES = ("/api/v1/", "/health", "/metrics")


# What somebody outside opens: nothing there says whose page it is.
OUTSIDE = "/s/"


def is_outside() -> bool:
    """Whether this page is for somebody outside, who has no account."""
    return request.path.startswith(OUTSIDE)


def wants_page() -> bool:
    """Whether a person with a browser reads the answer."""
    return not request.path.startswith(_MACHINES)


def of_error(error: FieldopsError) -> Response:
    """The page of one of our own errors."""
    title = error.title_zh if language() == "zh-CN" else error.title_en
    faults = error.faults if isinstance(error, InvalidInput) else ()
    return _page(error.status, title, error.detail, faults)


def of_http(error: HTTPException) -> Response | HTTPException:
    """The page of an error that the framework raised; a redirection stays what it is."""
    status = error.code or 500
    if status < 400:
        return error
    key = f"fault.{status}"
    answer = _page(status, t(key if key in words("en") else "fault.other"))
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


def of_bug(error: Exception) -> Response:
    """The page of an error that nobody expected: it is logged, never shown."""
    log.error("request.failed", exc_info=error, path=request.path)
    return _page(500, t("fault.other"), t("fault.number", number=g.get("request_id", "")))


def _page(status: int, title: str, detail: str = "", faults: Sequence[FieldFault] = ()) -> Response:
    told: dict[str, object] = {"status": status, "title": title, "detail": detail, "faults": faults}
    told["roles"] = [role for role, may in GRANTS.items() if detail in may]
    text = render_template("fault.html", is_outside=is_outside(), **told)
    return make_response(text, status)
