"""Every error leaves as RFC 9457 problem+json, in the reader's language, with a stable slug."""

import json
import traceback
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, HTTPException

from fieldops.domain.errors import FieldFault, FieldopsError, InvalidInput
from fieldops.domain.problem_documents import TYPE_ROOT, document

log = structlog.get_logger(__name__)

# Slugs of errors that the framework raises by itself.
_FRAMEWORK = {
    400: ("bad-request", "The request cannot be read", "无法解析请求"),
    404: ("not-found", "Not found", "未找到"),
    405: ("method-not-allowed", "This method is not offered here", "不支持该方法"),
    406: ("not-acceptable", "None of the accepted types is offered", "不支持所请求的类型"),
    413: ("too-large", "The request is too large", "请求过大"),
    415: ("unsupported-media-type", "Send another content type", "不支持的内容类型"),
    422: ("invalid-input", "The input is not valid", "输入有误"),
    429: ("too-many-requests", "Too many requests", "请求过于频繁"),
}


def wants_problem() -> bool:
    """Whether the caller is a client of the interface and not a reader of pages."""
    return request.path.startswith("/api/")


def of_error(error: FieldopsError) -> Response:
    """The problem document of one of our own errors."""
    body = document(error, language())
    response = _answer(body, error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="fieldops"'
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def of_http(error: HTTPException) -> Response:
    """The problem document of an error that the framework raised."""
    status = error.code or 500
    if faults := _faults(error):
        return of_error(InvalidInput("See the errors of each field.", faults=faults))
    slug, english, chinese = _FRAMEWORK.get(status, ("error", error.name, "出现错误"))
    response = _response(status, slug, chinese if _chinese() else english, "", {})
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def of_bug(error: Exception) -> Response:
    """The problem document of an error that nobody expected: it is logged, never shown."""
    if _is_body_too_deep(error):
        return of_http(BadRequest())
    log.error("request.failed", exc_info=error, path=request.path)
    title = "出现错误" if _chinese() else "Something went wrong"
    return _response(500, "internal-error", title, "", {"request_id": g.get("request_id")})


def _is_body_too_deep(error: Exception) -> bool:
    """Whether a body was nested deeper than JSON can be decoded, which is its sender's fault."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    innermost = str(frames[-1].f_globals.get("__name__")) if frames else ""
    return isinstance(error, RecursionError) and innermost.startswith("json.")


def register(app: Flask) -> None:
    """Answer every error of the interface with a problem document."""
    app.register_error_handler(FieldopsError, of_error)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_bug)


def _response(status: int, slug: str, title: str, detail: str, extra: dict[str, Any]) -> Response:
    body = {"type": TYPE_ROOT + slug, "title": title, "status": status}
    if detail:
        body["detail"] = detail
    body |= extra
    return _answer(body, status)


def _answer(body: dict[str, Any], status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False, default=str)
    return Response(text, status=status, content_type="application/problem+json")


def language() -> str:
    """The language of the caller: zh or en."""
    return "zh" if _chinese() else "en"


def faults_of(messages: Any) -> list[FieldFault]:
    """What a schema found wrong, flattened to dotted paths, each fault with its cure."""
    found: list[FieldFault] = []
    _flatten(messages, "", found)
    return [fault.whole() for fault in found]


def _chinese() -> bool:
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    return best in ("zh-CN", "zh")


def _faults(error: HTTPException) -> list[FieldFault]:
    """The faults that marshmallow found, flattened to dotted paths."""
    messages = getattr(error, "data", {}).get("messages", {})
    found: list[FieldFault] = []
    # The outermost key names the place (json, query, form), which a reader needs only where the
    # whole of it is wrong.
    for name, place in messages.items():
        _flatten(place, "" if isinstance(place, dict) else str(name), found)
    return found


def _flatten(messages: Any, path: str, found: list[FieldFault]) -> None:
    if isinstance(messages, dict):
        for key, value in messages.items():
            _flatten(value, f"{path}.{key}" if path else str(key), found)
    elif isinstance(messages, list):
        found.extend(FieldFault(path, str(message)) for message in messages)
